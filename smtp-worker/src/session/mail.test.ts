import { describe, expect, test } from 'vitest';
import { notListed, openTestSession } from '../testing/session-harness.ts';
import { parseMailParameters } from './mail-parameters.ts';

const mail = (argument: string) => openTestSession({ greeted: true }).send(`MAIL ${argument}\r\n`);

describe('taken, however devices write it', () => {
  test.each([
    'FROM:<a@acme.example>',
    'from:<a@acme.example>',
    'FROM: <a@acme.example>',
    'FROM:  <a@acme.example>  ',
    'FROM:a@acme.example',
    'FROM: a@acme.example ',
    'FROM :<a@acme.example>',
    'FROM:<>',
    'FROM:<a@acme.example> SIZE=1000',
    'FROM:<a@acme.example> BODY=8BITMIME SIZE=0',
    'FROM:<a@acme.example> SIZE=100000',
    'FROM:<a@acme.example> body=7bit',
    'FROM:<a@acme.example> AUTH=<>',
    'FROM:<a@acme.example> AUTH=admin@listed.example',
    'FROM:<\u00c3\u00a9@acme.example> SMTPUTF8',
    'FROM:<a@evil.example>',
  ])('%s', (argument) => {
    expect(mail(argument)).toBe('250 2.1.0 Sender noted\r\n');
  });

  test('from strangers as well', () => {
    const open = openTestSession({ greeted: true, standing: notListed });
    expect(open.send('MAIL FROM:<a@b.example> SIZE=900000\r\n')).toMatch(/^250/);
  });
});

test('who has signed in has the limit of the service, not that of the entry at the same address', () => {
  const open = openTestSession({ tls: 'TLSv1.3', greeted: true });
  open.send('AUTH PLAIN AGEAYg==\r\n');
  expect(open.send('MAIL FROM:<a@acme.example> SIZE=1000001\r\n')).toMatch(/^552 5\.3\.4/);
  expect(open.send('MAIL FROM:<a@acme.example> SIZE=1000000\r\n')).toMatch(/^250/);
});

describe('refused', () => {
  test.each([
    ['', '501 5.1.7'],
    ['FROM', '501 5.1.7'],
    ['FROM:', '501 5.1.7'],
    ['TO:<a@acme.example>', '501 5.1.7'],
    ['FROM:<a>', '501 5.1.7'],
    ['FROM:<postmaster>', '501 5.1.7'],
    ['FROM:<a@b@acme.example>', '501 5.1.7'],
    ['FROM:<@x.example:a@acme.example>', '501 5.1.7'],
    ['FROM:<a@acme.example>SIZE=1', '501 5.1.7'],
    ['FROM:<\u00c3\u00a9@acme.example>', '501 5.1.7'],
    ['FROM:<\u00e9@acme.example> SMTPUTF8', '501 5.1.7'],
    ['FROM:<a@acme.example> RET=FULL', '555 5.5.4'],
    ['FROM:<a@acme.example> X=1', '555 5.5.4'],
    ['FROM:<a@acme.example> BODY=RABIIT', '501 5.5.4'],
    ['FROM:<a@acme.example> BODY=BINARYMIME', '501 5.5.4'],
    ['FROM:<a@acme.example> \u00c5\u00bfIZE=5', '555 5.5.4'],
    ['FROM:<a@acme.example> SIZE', '501 5.5.4'],
    ['FROM:<a@acme.example> SIZE=-1', '501 5.5.4'],
    ['FROM:<a@acme.example> SIZE=1e9', '501 5.5.4'],
    ['FROM:<a@acme.example> SIZE=1 SIZE=2', '501 5.5.4'],
    ['FROM:<a@acme.example> SMTPUTF8=1', '501 5.5.4'],
    ['FROM:<a@acme.example> SIZE=100001', '552 5.3.4'],
  ])('%s: %s', (argument, reply) => {
    expect(mail(argument).startsWith(`${reply} PX-`)).toBe(true);
  });

  test('an address beyond ASCII without SMTPUTF8, and it is said that this may be why', () => {
    expect(mail('FROM:<j\u00c3\u00b6rg@acme.example>')).toMatch(/^501 5\.1\.7 PX-.*\bSMTPUTF8\b/s);
    expect(mail('FROM:<j\u00c3\u00b6rg@acme.example> SMTPUTF8')).toMatch(/^250 /);
  });

  test('a second MAIL', () => {
    const open = openTestSession({ greeted: true });
    open.send('MAIL FROM:<a@acme.example>\r\n');
    expect(open.send('MAIL FROM:<b@acme.example>\r\n')).toMatch(/^503 5\.5\.1 PX-/);
  });
});

test('the next hop hears nothing of a sender without a recipient', () => {
  const open = openTestSession({ greeted: true });
  open.send('MAIL FROM:<a@acme.example>\r\nRSET\r\nQUIT\r\n');
  expect(open.nextHop.envelopes).toEqual([]);
  expect(open.transactions).toMatchObject([{ outcome: 'abandoned', from: 'a@acme.example', reason: 'RSET' }]);
});

test('parameters are read into numbers and flags', () => {
  expect(parseMailParameters(['SIZE=12', 'BODY=8BITMIME', 'SMTPUTF8'])).toEqual({
    ok: true,
    parameters: { size: 12, eightBit: true, utf8: true },
  });
});
