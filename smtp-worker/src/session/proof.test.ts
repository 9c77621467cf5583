import { describe, expect, test } from 'vitest';
import { notListed, openTestSession, type TestSessionOptions } from '../testing/session-harness.ts';
import type { ProofAnswer } from './types.ts';

const kept: ProofAnswer = { ok: true, reportId: 'report-1', entryId: 'entry-1' };
const token = '0123456789';
const to = `RCPT TO:<${token}@proof.example>\r\n`;

const pending = (options: TestSessionOptions = {}) =>
  openTestSession({ greeted: true, standing: notListed, proof: () => kept, ...options });

test('250 only once the report is committed', () => {
  const open = pending({ manual: true });
  expect(open.send(`MAIL FROM:<a@acme.example>\r\n${to}`)).toMatch(/^250 2\.1\.0 [^\r]*\r\n$/);
  open.settle();
  expect(open.said()).toMatch(/^250 2\.1\.5 Proof received/);
  expect(open.proofs).toMatchObject([{ address: '203.0.113.5', token, ehlo: 'client.example', tls: null }]);
});

test('the message is thrown away, and its DATA undoes nothing', () => {
  const open = pending();
  open.send(`MAIL FROM:<a@acme.example>\r\n${to}DATA\r\n`);
  expect(open.send('From: someone@else.example\r\nSubject: scan\r\n\r\nx\r\n.\r\n')).toMatch(
    /^250 2\.0\.0 Proof received/,
  );
  expect(open.nextHop.envelopes).toEqual([]);
  expect(open.withdrawn).toEqual([]);
  expect(open.transactions).toMatchObject([{ outcome: 'discarded', proofs: ['entry-1'] }]);
});

test('what only finds an address is not called a proof, neither at RCPT nor after the message', () => {
  const open = pending({ proof: () => ({ ...kept, entryId: null }) });
  expect(open.send(`MAIL FROM:<a@acme.example>\r\n${to}`)).toMatch(/\r\n250 2\.1\.5 Address seen/);
  expect(open.send('DATA\r\n')).toMatch(/^354/);
  expect(open.send('Subject: scan\r\n\r\nx\r\n.\r\n')).toMatch(/^250 2\.0\.0 Address seen/);
});

test('case of the domain does not matter', () => {
  const open = pending();
  expect(open.send(`MAIL FROM:<a@acme.example>\r\nRCPT TO:<${token}@PROOF.Example>\r\n`)).toMatch(
    /250 2\.1\.5/,
  );
});

test('a parameter that is not offered is refused here as well', () => {
  const open = pending();
  const line = `RCPT TO:<${token}@proof.example> NOTIFY=NEVER\r\n`;
  expect(open.send(`MAIL FROM:<a@acme.example>\r\n${line}`)).toMatch(/\r\n530 5\.7\.0 /);
  const listed = openTestSession({ greeted: true, proof: () => kept });
  expect(listed.send(`MAIL FROM:<a@acme.example>\r\n${line}`)).toMatch(/\r\n555 5\.5\.4 /);
  expect([...open.proofs, ...listed.proofs]).toEqual([]);
});

describe('refused', () => {
  test.each<[string, ProofAnswer, string]>([
    ['a token of nobody here', { ok: false, rule: 'not_live', reason: '' }, '530 5.7.0 PX-NOTWHITELISTED'],
    [
      'a sender that is not theirs',
      { ok: false, rule: 'proof_sender', reason: '' },
      '550 5.7.1 PX-PROOFSENDER',
    ],
    [
      'a report that cannot be kept',
      { ok: false, rule: 'report_not_kept', reason: '' },
      '451 4.3.0 PX-REPORTNOTKEPT',
    ],
  ])('%s', (_, answer, reply) => {
    const open = pending({ proof: () => answer });
    expect(open.send(`MAIL FROM:<a@acme.example>\r\n${to}`).split('\r\n')[1]?.startsWith(reply)).toBe(true);
    expect(open.send('DATA\r\n')).toMatch(/^503/);
  });

  test('a whitelisted client cannot hand mail on to the proof domain', () => {
    const open = openTestSession({ greeted: true });
    expect(open.send(`MAIL FROM:<a@acme.example>\r\n${to}`)).toMatch(/550 5\.7\.1 PX-RECIPIENTOUTOFSCOPE/);
    expect(open.nextHop.envelopes).toEqual([]);
  });

  test('without an address there is nothing to prove', () => {
    const open = pending({ client: null });
    expect(open.send(`MAIL FROM:<a@acme.example>\r\n${to}`)).toMatch(/530 5\.7\.0/);
    expect(open.proofs).toEqual([]);
  });

  test('a copy too old', () => {
    const open = pending({ facts: { copyTooOld: () => true } });
    expect(open.send(`MAIL FROM:<a@acme.example>\r\n${to}`)).toMatch(/451 4\.3\.0/);
  });

  test('more than a few tokens in one message are not tried', () => {
    const open = pending();
    open.send(`MAIL FROM:<a@acme.example>\r\n${to.repeat(20)}`);
    expect(open.proofs).toHaveLength(5);
  });
});

test('who tries token after token is told to go, as with any other recipients that are refused', () => {
  const open = pending({ proof: () => ({ ok: false, rule: 'not_live', reason: '' }) });
  open.send('MAIL FROM:<a@acme.example>\r\n');
  for (let tries = 1; tries < 100; tries += 1) expect(open.send(to)).toMatch(/^530 5\.7\.0 [^\r]*\r\n$/);
  expect(open.send(to)).toMatch(/^530 5\.7\.0 [^\r]*\r\n421 4\.7\.0 PX-TOOMANYERRORS/);
  expect([open.proofs.length, open.closed]).toEqual([100, true]);
});

describe('with other recipients', () => {
  test('a stranger proves and is refused the rest', () => {
    const open = pending();
    const said = open.send(
      `MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n${to}RCPT TO:<d@c.example>\r\n`,
    );
    expect(said.split('\r\n').map((line) => line.slice(0, 9))).toEqual([
      '250 2.1.0',
      '530 5.7.0',
      '250 2.1.5',
      '530 5.7.0',
      '',
    ]);
  });

  test('who may relay hands on the rest without the proof address', () => {
    const open = openTestSession({ greeted: true, proof: () => kept });
    open.send(`MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n${to}DATA\r\n`);
    expect(open.send('From: a@acme.example\r\n\r\n.\r\n')).toMatch(/^250 2\.0\.0 Accepted/);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'DATA', 'DOT']);
  });
});

test('where the next hop wants no recipient, what proves is taken and thrown away', () => {
  const open = openTestSession({ greeted: true, proof: () => kept });
  open.nextHop.answers.set('RCPT b@c.example', { kind: 'refused', code: 550, enhanced: '5.1.1', text: 'no' });
  const said = open.send(`MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n${to}DATA\r\n`);
  expect(said.split('\r\n').map((line) => line.slice(0, 3))).toEqual(['250', '550', '250', '354', '']);
  expect(open.send('From: a@acme.example\r\n\r\n.\r\n')).toMatch(/^250 2\.0\.0 Proof received/);
  expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
});

describe('a borrowed proof is withdrawn', () => {
  test.each([
    ['Auto-Submitted: auto-replied', 'auto_submitted'],
    ['Precedence: bulk', 'precedence'],
    ['List-Id: <l.example>', 'mailing_list'],
    ['X-Autoreply: yes', 'auto_response_header'],
    ['Return-Path: <>', 'null_return_path'],
    ['Content-Type: multipart/report; report-type=delivery-status', 'report'],
    ['.Auto-Submitted: auto-replied', 'auto_submitted'],
    ['Auto-Submitted: auto-replied\r\nno header line', 'auto_submitted'],
  ])('%s', (field, cause) => {
    const open = pending();
    open.send(`MAIL FROM:<a@acme.example>\r\n${to}DATA\r\n`);
    expect(open.send(`From: a@acme.example\r\n${field}\r\n\r\nx\r\n.\r\n`)).toMatch(/^250/);
    expect(open.withdrawn).toEqual([{ reportId: 'report-1', entryId: 'entry-1', cause }]);
  });

  test('also where the header section ends with the message', () => {
    const open = pending();
    open.send(`MAIL FROM:<a@acme.example>\r\n${to}DATA\r\n`);
    open.send('Auto-Submitted: auto-replied\r\n.\r\n');
    expect(open.withdrawn).toHaveLength(1);
  });

  test('also where the message is too large, and comes in one piece', () => {
    const open = pending({ settings: { messageBytes: 100 } });
    open.send(`MAIL FROM:<a@acme.example>\r\n${to}DATA\r\n`);
    expect(open.send(`Auto-Submitted: auto-replied\r\n\r\n${'x'.repeat(100)}\r\n.\r\n`)).toMatch(/^552/);
    expect(open.withdrawn).toHaveLength(1);
  });
});
