import { expect, test } from 'vitest';
import type { MailCount } from '../session/tally.ts';
import { listed, openTestSession, type TestSession } from '../testing/session-harness.ts';
import { newCounters } from './counters.ts';

const minute = Date.UTC(2026, 2, 1, 12);
const mail: MailCount = {
  client: '203.0.113.5',
  entry: 'one',
  signedIn: false,
  senderDomain: 'acme.example',
  accepted: true,
  recipients: 2,
  octets: 100,
  tally: null,
};

test('entries and minutes are apart, and what was given is given once', () => {
  const counters = newCounters();
  counters.count('one', mail, minute);
  counters.count('one', mail, minute + 59_999);
  counters.count('two', mail, minute + 60_000);
  counters.count('one', { ...mail, recipients: 1 }, minute + 60_000);
  // A clock that is set back finds its minute again.
  counters.count('two', mail, minute);
  expect(counters.drain()).toEqual([
    { entry_id: 'one', minute: '2026-03-01T12:00:00.000Z', accepted: 2, recipients: 4, bytes: 200 },
    { entry_id: 'two', minute: '2026-03-01T12:00:00.000Z', accepted: 1, recipients: 2, bytes: 100 },
    { entry_id: 'two', minute: '2026-03-01T12:01:00.000Z', accepted: 1, recipients: 2, bytes: 100 },
    { entry_id: 'one', minute: '2026-03-01T12:01:00.000Z', accepted: 1, recipients: 1, bytes: 100 },
  ]);
  expect(counters.drain()).toEqual([]);
  counters.count('one', { ...mail, accepted: false }, minute);
  expect(counters.drain()).toEqual([]);
});

const entryId = listed().terms?.entryId ?? '';

/** What is counted of what one session says. */
function counted(
  say: (session: TestSession) => void,
  options: Parameters<typeof openTestSession>[0] = {},
): object {
  const session = openTestSession({ greeted: true, ...options });
  say(session);
  const counters = newCounters();
  for (const one of session.mails) counters.count(one.entry ?? 'stranger', one, minute);
  const [row, another] = counters.drain();
  expect(another).toBeUndefined();
  const { entry_id, minute: _minute, ...counts } = row ?? { entry_id: null };
  return { ...counts, ...(entry_id === entryId || entry_id === null ? {} : { entry_id }) };
}

const body = 'From: a@acme.example\r\nSubject: scan\r\n\r\nhello\r\n';
const refusedBy = (code: number, enhanced: string) =>
  ({ kind: 'refused', code, enhanced, text: 'no' }) as const;
const message = (session: TestSession, recipients: string[], text = body) => {
  session.send('MAIL FROM:<a@acme.example>\r\n');
  for (const to of recipients) session.send(`RCPT TO:<${to}>\r\n`);
  session.send('DATA\r\n');
  session.send(`${text}.\r\n`);
};

test('a message that was taken: once, with its recipients and octets', () => {
  expect(counted((session) => message(session, ['b@c.example', 'd@e.example']))).toEqual({
    accepted: 1,
    recipients: 2,
    bytes: body.length,
  });
});

test('recipients that do not exist are told apart from all else that the next hop refuses', () => {
  const row = counted((session) => {
    session.nextHop.answers.set('RCPT nobody@c.example', refusedBy(550, '5.1.1'));
    session.nextHop.answers.set('RCPT moved@c.example', refusedBy(551, '5.1.6'));
    session.nextHop.answers.set('RCPT full@c.example', refusedBy(552, '5.2.2'));
    session.nextHop.answers.set('RCPT blocked@c.example', refusedBy(550, '5.7.1'));
    session.nextHop.answers.set('RCPT later@c.example', refusedBy(450, '4.2.0'));
    const strange = ['nobody', 'moved', 'full', 'blocked', 'later'].map((name) => `${name}@c.example`);
    message(session, [...strange, 'b@c.example']);
  });
  // One message, however many of its recipients were refused for whatever reason.
  expect(row).toEqual({
    accepted: 1,
    recipients: 1,
    bytes: body.length,
    deferred: 1,
    unknown_recipients: 2,
    next_hop_refused: 1,
  });
});

test('more recipients than the log keeps are all counted', () => {
  const row = counted(
    (session) => {
      session.send('MAIL FROM:<a@acme.example>\r\n');
      for (let count = 0; count < 60; count += 1) session.send(`RCPT TO:<b${count}@elsewhere.example>\r\n`);
      session.send('RSET\r\n');
    },
    { scope: { recipientDomains: new Set(['acme.example']) } },
  );
  expect(row).toEqual({ refused: { recipient_out_of_scope: 60 }, entry_id: 'stranger' });
});

test.each([
  [
    'the dot, by the next hop',
    { answer: ['DOT', refusedBy(554, '5.7.1')] as const },
    { next_hop_refused: 1 },
  ],
  ['the dot, for now', { answer: ['DOT', refusedBy(451, '4.3.0')] as const }, { deferred: 1 }],
  [
    'the dot, by nobody',
    { answer: ['DOT', { kind: 'away', reason: 'gone' }] as const },
    { deferred: 1, refused: { next_hop_away: 1 } },
  ],
  [
    'a header that names somebody else',
    { text: 'From: a@globex.example\r\n\r\nhello\r\n' },
    { refused: { header_from_out_of_scope: 1 } },
  ],
  ['a bare LF', { text: `${body}one\ntwo\r\n` }, { refused: { body_bytes: 1 } }],
  [
    'a body that is too large',
    { text: `${body}${'x'.repeat(900)}\r\n`.repeat(200) },
    { refused: { message_too_large: 1 } },
  ],
])('refused: %s', (_what, given: { answer?: readonly [string, object]; text?: string }, expected) => {
  const row = counted((session) => {
    if (given.answer !== undefined) session.nextHop.answers.set(given.answer[0], given.answer[1] as never);
    message(session, ['b@c.example'], given.text);
  });
  expect(row).toEqual(expected);
});

test('refused before it begins: by its size, and by the rate', () => {
  expect(counted((session) => session.send('MAIL FROM:<a@acme.example> SIZE=900000\r\n'))).toEqual({
    refused: { message_too_large: 1 },
  });
  const rate = { facts: { takeRate: () => false } };
  const tooMany = (session: TestSession) => {
    message(session, ['b@c.example']);
    session.send('RSET\r\n');
  };
  expect(counted(tooMany, rate)).toEqual({
    deferred: 1,
    refused: { rate_exceeded: 1 },
    entry_id: 'stranger',
  });
});

test('nothing is counted of what nobody wanted delivered', () => {
  const sandbox = { scope: { sandboxUntil: Number.MAX_SAFE_INTEGER } };
  expect(counted((session) => message(session, ['b@c.example']), sandbox)).toEqual({});
  expect(counted((session) => session.send('MAIL FROM:<a@acme.example>\r\nRSET\r\n'))).toEqual({});
});

test('who has signed in is told apart: the address has nothing to do with it', () => {
  const session = openTestSession({ greeted: true, tls: 'TLSv1.3' });
  session.send(`AUTH PLAIN ${Buffer.from('\0acme-production\0right').toString('base64')}\r\n`);
  message(session, ['b@c.example']);
  expect(session.mails).toMatchObject([{ accepted: true, entry: null, signedIn: true }]);
});
