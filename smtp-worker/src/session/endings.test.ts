import { describe, expect, test, vi } from 'vitest';
import { listed, notListed, openTestSession, signedIn, testScope } from '../testing/session-harness.ts';
import { clientLeft, entryEnded, failed, shutDown, timedOut } from './endings.ts';
import { openSession } from './session.ts';

const header = 'From: a@acme.example\r\n\r\n';
const mail = 'MAIL FROM:<a@acme.example>\r\n';
const recipient = 'RCPT TO:<b@c.example>\r\n';
const gone = /^421 4\.7\.0 PX-REMOVEDWHILEOPEN [^\r]*\r\n$/;

describe('the entry ends while the session is open', () => {
  test.each([
    ['before EHLO', []],
    ['idle', ['EHLO a\r\n']],
    ['after MAIL', ['EHLO a\r\n', mail]],
    ['after RCPT', ['EHLO a\r\n', mail, recipient]],
    ['after DATA', ['EHLO a\r\n', mail, recipient, 'DATA\r\n']],
    ['in the header', ['EHLO a\r\n', mail, recipient, 'DATA\r\n', 'From: a@acme']],
    ['in the body', ['EHLO a\r\n', mail, recipient, 'DATA\r\n', header, 'text\r\n']],
  ])('%s: 421, then closed, nothing handed on', (_, steps) => {
    const open = openTestSession();
    for (const step of steps) open.send(step);
    open.said();
    entryEnded(open.session);
    expect(open.said()).toMatch(gone);
    expect(open.closed).toBe(true);
    expect(open.nextHop.commands).not.toContain('DOT');
    if (open.nextHop.envelopes.length > 0) expect(open.nextHop.commands.at(-1)).toBe('ABANDON');
    expect(open.send('.\r\nNOOP\r\n')).toBe('');
  });

  test('421 is said before anything of it is written down', () => {
    const open = openTestSession({ greeted: true });
    open.send(mail + recipient);
    const { host } = open.session;
    const calls = [vi.spyOn(host, 'send'), vi.spyOn(host, 'countMail'), vi.spyOn(host, 'logTransaction')];
    entryEnded(open.session);
    const order = calls.map((call) => call.mock.invocationCallOrder);
    expect(order.flat()).toHaveLength(calls.length);
    expect(order.flat()).toEqual(order.flat().toSorted((one, other) => one - other));
    expect(open.refusals).toMatchObject([{ rule: 'removed_while_open' }]);
  });

  test('while the next hop is asked about a recipient', () => {
    const open = openTestSession({ greeted: true, manual: true });
    open.send(mail + recipient);
    open.said();
    entryEnded(open.session);
    expect(open.said()).toMatch(gone);
    open.settle();
    expect(open.said()).toBe('');
  });

  test('while the next hop opens the body', () => {
    const open = openTestSession({ greeted: true, manual: true });
    open.send(mail + recipient);
    open.settle();
    open.send('DATA\r\n');
    open.send(`${header}x\r\n.\r\n`);
    open.said();
    entryEnded(open.session);
    expect(open.said()).toMatch(gone);
    open.settle();
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'DATA', 'ABANDON']);
    expect(open.nextHop.body).toBe('');
  });

  test('the dot is sent already: its reply is relayed, then 421', () => {
    const open = openTestSession({ greeted: true, manual: true });
    open.send(mail + recipient);
    open.settle();
    open.send('DATA\r\n');
    open.send(header);
    open.settle();
    open.send('x\r\n.\r\nMAIL FROM:<later@acme.example>\r\n');
    open.said();
    entryEnded(open.session);
    expect(open.said()).toBe('');
    open.settle();
    expect(open.said()).toMatch(/^250 2\.0\.0 Accepted as T1\r\n421 4\.7\.0 PX-REMOVEDWHILEOPEN [^\r]*\r\n$/);
    expect(open.closed).toBe(true);
  });

  test('a client that has signed in rests on that', () => {
    const open = openTestSession({ tls: 'TLSv1.3', greeted: true });
    expect(open.restsOn).toBe(7);
    open.send('AUTH PLAIN AGEAYg==\r\n');
    expect(open.restsOn).toBeNull();
    entryEnded(open.session);
    expect(open.send('NOOP\r\n')).toBe('250 2.0.0 OK\r\n');
  });

  test('in the middle of a TLS handshake nothing can be said', () => {
    const open = openTestSession({ greeted: true, manual: true });
    open.send('STARTTLS\r\n');
    entryEnded(open.session);
    expect(open.said()).toBe('');
    expect(open.closed).toBe(true);
  });
});

test('a stranger rests on nothing', () => {
  expect(openTestSession({ standing: notListed }).restsOn).toBeNull();
});

describe('the node stops', () => {
  test('an idle session ends at once', () => {
    const open = openTestSession({ greeted: true });
    shutDown(open.session);
    expect(open.said()).toMatch(/^421 4\.3\.2 PX-SHUTTINGDOWN/);
    expect(open.closed).toBe(true);
  });

  test('a message under way is finished first', () => {
    const open = openTestSession({ greeted: true });
    open.send(mail);
    shutDown(open.session);
    expect(open.said()).toBe('');
    open.send(`${recipient}DATA\r\n`);
    const said = open.send(`${header}.\r\n`);
    expect(said).toMatch(/^250 2\.0\.0 [^\r]*\r\n421 4\.3\.2 [^\r]*\r\n$/);
    expect(open.closed).toBe(true);
  });
});

test('something that cannot be has happened: the client may try again, and nothing remains', () => {
  const open = openTestSession({ greeted: true });
  open.send(`${mail}${recipient}`);
  failed(open.session);
  expect(open.said()).toMatch(/^451 4\.3\.0 PX-INTERNALERROR/);
  expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'ABANDON']);
  expect([open.closed, open.restsOn]).toEqual([true, null]);
});

test.each([true, false])('a sign-in that is answered after the end changes nothing: right: %s', (ok) => {
  const both = { needs: 'both' } as const;
  const open = openTestSession({
    tls: 'TLSv1.3',
    greeted: true,
    manual: true,
    standing: listed(both),
    login: { standing: 'in_force', serverSlug: 'acme-production', scope: { ...testScope, ...both } },
    credentials: () => (ok ? signedIn : { ok, rule: 'credentials_wrong', reason: 'wrong' }),
  });
  open.send('AUTH PLAIN AGEAYg==\r\n');
  timedOut(open.session);
  open.said();
  open.settle();
  expect([open.said(), open.restsOn]).toEqual(['', null]);
  expect(open.refusals.map(({ rule }) => rule)).toEqual(['time_out']);
});

test('nothing came for too long', () => {
  const open = openTestSession({ greeted: true });
  open.send(`${mail}${recipient}DATA\r\n`);
  open.send(header);
  timedOut(open.session);
  expect(open.said()).toMatch(/^421 4\.4\.2 PX-TIMEOUT/);
  expect(open.nextHop.commands.at(-1)).toBe('ABANDON');
});

describe('the client leaves', () => {
  test('in the middle of a body: nothing remains', () => {
    const open = openTestSession({ greeted: true });
    open.send(`${mail}${recipient}DATA\r\n`);
    open.send(`${header}half`);
    clientLeft(open.session);
    expect(open.nextHop.commands).toEqual(['RCPT b@c.example', 'DATA', 'ABANDON']);
    expect(open.transactions).toMatchObject([{ outcome: 'abandoned', reason: 'the client has left' }]);
    expect(open.restsOn).toBeNull();
  });

  test('after the dot: its outcome still stands in the log', () => {
    const open = openTestSession({ greeted: true, manual: true });
    open.send(mail + recipient);
    open.settle();
    open.send('DATA\r\n');
    open.send(header);
    open.settle();
    open.send('.\r\n');
    clientLeft(open.session);
    expect(open.nextHop.commands).not.toContain('ABANDON');
    open.settle();
    expect(open.transactions).toMatchObject([{ outcome: 'accepted' }]);
  });
});

test('a connection may be refused as a whole', () => {
  const open = openTestSession();
  open.said();
  openSession(open.session, { rule: 'denied_by_node', reason: 'deny file' });
  expect(open.said()).toMatch(/^554 5\.7\.1 PX-DENIEDBYNODE/);
  expect(open.closed).toBe(true);
});
