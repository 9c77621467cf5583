import { expect, test } from 'vitest';
import type { RelayScope } from '../../../lib/domain/smtp-decision.ts';
import { listed, notListed, openTestSession, testScope } from '../testing/session-harness.ts';
import type { AddressStanding, EntryTerms, LoginStanding } from './types.ts';

// What is narrowed after a recipient was accepted holds for its message as well, as long as nothing of it but the
// envelope is at the next hop.

const header = 'From: a@acme.example\r\nSubject: probe\r\n\r\n';
const envelope = 'MAIL FROM:<a@acme.example> SIZE=500\r\nRCPT TO:<b@c.example>\r\nRCPT TO:<d@e.example>\r\n';

/** A session whose entry can be changed, and a rate that it counts by itself. */
function open(first: AddressStanding = listed()) {
  const now = { standing: first, taken: 0 };
  const session = openTestSession({
    greeted: true,
    facts: {
      standing: () => now.standing,
      takeRate: ({ scope }) => {
        if (now.taken >= (scope.messagesPerHour ?? 0)) return false;
        now.taken += 1;
        return true;
      },
      returnRate: () => {
        now.taken -= 1;
      },
    },
  });
  return Object.assign(session, { now });
}

const narrowed: [string, Partial<RelayScope>, string][] = [
  ['sender domains', { senderDomains: new Set(['other.example']) }, '550 5.7.1 PX-SENDEROUTOFSCOPE'],
  ['recipient domains', { recipientDomains: new Set(['c.example']) }, '550 5.7.1 PX-RECIPIENTOUTOFSCOPE'],
  ['encryption', { tls: 'required' }, '530 5.7.0 PX-TLSREQUIRED'],
  ['size', { messageBytes: 400 }, '552 5.3.4 PX-MESSAGETOOLARGE'],
  ['recipients', { recipientsPerMessage: 1 }, '452 4.5.3 PX-TOOMANYRECIPIENTS'],
  ['rate', { messagesPerHour: 0 }, '451 4.7.0 PX-RATEEXCEEDED'],
  ['a sign-in', { needs: 'both' }, '530 5.7.0 PX-SIGNINNEEDED'],
];

test.each(narrowed)('%s, between RCPT and DATA', (_, scope, reply) => {
  const session = open();
  session.send(envelope);
  session.now.standing = listed(scope);
  expect(session.send('DATA\r\n').startsWith(reply)).toBe(true);
  expect(session.nextHop.commands.slice(2)).toEqual(['ABANDON']);
  expect([session.transactions[0]?.outcome, session.now.taken]).toEqual(['refused', 0]);
  expect(session.send('NOOP\r\n')).toMatch(/^250/);
});

test.each(narrowed)('%s, between DATA and the end of the header section', (_, scope, reply) => {
  const session = open();
  session.send(envelope);
  session.send('DATA\r\n');
  session.send(header.slice(0, 30));
  session.now.standing = listed(scope);
  expect(session.send(header.slice(30))).toBe('');
  expect(session.send('text\r\n.\r\n').startsWith(reply)).toBe(true);
  expect(session.nextHop.commands.slice(2)).toEqual(['ABANDON']);
  expect([session.transactions[0]?.outcome, session.now.taken]).toEqual(['refused', 0]);
});

test('the entry is in force no more by the clock alone, between DATA and the end of the header section', () => {
  const session = open();
  session.send(`${envelope}DATA\r\n`);
  session.send('DATA\r\n');
  session.now.standing = { standing: 'lapsed', terms: null };
  expect(session.send(`${header}.\r\n`)).toMatch(/^451 4\.7\.0 PX-LAPSED/);
  expect(session.nextHop.body).toBe('');
});

test.each(['DATA', 'header'])('a smaller size without SIZE, at %s: judged by what comes', (when) => {
  const session = open();
  session.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n');
  if (when === 'header') session.send('DATA\r\n');
  session.now.standing = listed({ messageBytes: header.length });
  if (when === 'DATA') session.send('DATA\r\n');
  expect(session.send(`${header}x\r\n.\r\n`)).toMatch(/^552 5\.3\.4 PX-MESSAGETOOLARGE/);
  expect(session.nextHop.body).toBe('');
});

test.each(['DATA', 'header'])(
  'a sandbox that begins, at %s: the dot is told that nothing is delivered',
  (when) => {
    const session = open();
    session.send(envelope);
    if (when === 'header') session.send('DATA\r\n');
    session.now.standing = listed({ sandboxUntil: session.nowMs + 1000 });
    if (when === 'DATA') session.send('DATA\r\n');
    expect(session.send(`${header}.\r\n`)).toMatch(/^250 2\.0\.0 Sandbox: T1 was checked and not delivered/);
    expect(session.nextHop.commands.slice(2)).toEqual(['ABANDON']);
    expect(session.transactions).toMatchObject([{ outcome: 'discarded' }]);
  },
);

test('a sandbox that ends: what was announced as not delivered is not', () => {
  const session = open(listed({ sandboxUntil: Number.MAX_SAFE_INTEGER }));
  expect(session.send(envelope)).toContain('sandbox: not delivered');
  session.now.standing = listed();
  session.send('DATA\r\n');
  expect(session.send(`${header}.\r\n`)).toMatch(/^250 2\.0\.0 Sandbox/);
  expect(session.nextHop.envelopes).toEqual([]);
});

test('a scope that was widened lets through what it let through before, and counts it once', () => {
  const session = open(listed({ messagesPerHour: 1, messageBytes: 600 }));
  session.send(envelope);
  session.now.standing = listed({ messagesPerHour: 2 });
  session.send('DATA\r\n');
  session.now.standing = listed({ messagesPerHour: 2, recipientsPerMessage: 20 });
  expect(session.send(`${header}${'x'.repeat(700)}\r\n.\r\n`)).toMatch(/^250/);
  expect(session.now.taken).toBe(1);
});

test('an unchanged rate is not counted again, although others have used it up', () => {
  const session = open(listed({ messagesPerHour: 1 }));
  session.send(envelope);
  session.now.taken = 5;
  session.now.standing = listed({ messagesPerHour: 1, recipientsPerMessage: 3 });
  expect(session.send('DATA\r\n')).toMatch(/^354/);
  expect(session.now.taken).toBe(5);
});

test('the attribution names the server as it is called by now', () => {
  const session = open();
  session.send(envelope);
  const terms = listed({ recipientsPerMessage: 3 }).terms as EntryTerms;
  session.now.standing = { standing: 'in_force', terms: { ...terms, serverSlug: 'acme-new' } };
  session.send('DATA\r\n');
  session.send(`${header}.\r\n`);
  expect(session.nextHop.body).toContain('v=1; acme-new;');
});

test.each(['DATA', 'header'])('another entry at the same address, at %s: not its message', (when) => {
  const session = open();
  session.send(envelope);
  if (when === 'header') session.send('DATA\r\n');
  const terms = listed().terms as EntryTerms;
  session.now.standing = { standing: 'in_force', terms: { ...terms, number: 8, entryId: 'another' } };
  const said = when === 'header' ? session.send(`${header}.\r\n`) : session.send('DATA\r\n');
  expect(said).toMatch(/^421 4\.7\.0 PX-REMOVEDWHILEOPEN [^\r]*\r\n$/);
  expect([session.closed, session.nextHop.body, session.now.taken]).toEqual([true, '', 0]);
});

test('a sign-in whose server has other sender domains by now', () => {
  let login: LoginStanding = { standing: 'in_force', serverSlug: 'acme-production', scope: testScope };
  const session = openTestSession({
    tls: 'TLSv1.3',
    greeted: true,
    standing: notListed,
    facts: { loginStanding: () => login },
  });
  session.send(`AUTH PLAIN AGEAYg==\r\n${envelope}`);
  login = { ...login, scope: { ...testScope, senderDomains: new Set() } };
  expect(session.send('DATA\r\n')).toMatch(/^550 5\.7\.1 PX-SENDEROUTOFSCOPE/);
});

test('a server that comes to need both counts the message for the entry', () => {
  let login: LoginStanding = { standing: 'in_force', serverSlug: 'acme-production', scope: testScope };
  let standing: AddressStanding = notListed;
  let taken = 0;
  const session = openTestSession({
    tls: 'TLSv1.3',
    greeted: true,
    facts: {
      loginStanding: () => login,
      standing: () => standing,
      takeRate: () => {
        taken += 1;
        return true;
      },
    },
  });
  session.send(`AUTH PLAIN AGEAYg==\r\n${envelope}`);
  expect([session.restsOn, taken]).toEqual([null, 0]);
  login = { ...login, scope: { ...testScope, needs: 'both' } };
  standing = listed({ needs: 'both' });
  expect(session.send('DATA\r\n')).toMatch(/^354/);
  expect([session.restsOn, taken]).toEqual([7, 1]);
  session.send(`${header}.\r\n`);
  expect(session.transactions).toMatchObject([{ entry: '0198c1d2-0000-7000-8000-000000000001' }]);
});
