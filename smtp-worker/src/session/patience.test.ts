import { describe, expect, test } from 'vitest';
import type { Load } from '../load.ts';
import { listed, notListed, openTestSession, type TestSessionOptions } from '../testing/session-harness.ts';
import { clientHasRead } from './session.ts';

const under = (load: Load, options: TestSessionOptions = {}) =>
  openTestSession({ standing: notListed, facts: { load: () => load }, ...options });
/** Replies until the connection is ended. */
const said = (open: ReturnType<typeof under>, line: string, times = 1000) => {
  open.said();
  return open.send(`${line}\r\n`.repeat(times)).trim().split('\r\n');
};

describe('strangers', () => {
  test.each<[Load, number, number]>([
    ['calm', 100, 100],
    ['busy', 20, 20],
    ['full', 5, 10],
    ['spent', 2, 5],
  ])('%s: so many errors, and so many commands that lead nowhere', (load, errors, idleCommands) => {
    const wrong = under(load);
    const refusals = said(wrong, 'NONSENSE');
    expect(refusals).toHaveLength(errors + 1);
    expect(refusals.at(-1)).toMatch(/^421 4\.7\.0 PX-TOOMANYERRORS/);
    for (const line of ['NOOP', 'RSET', 'VRFY a', 'HELP', 'HELO a']) {
      const idle = under(load);
      const replies = said(idle, line);
      expect(replies, line).toHaveLength(idleCommands + 1);
      expect(replies.at(-1)).toMatch(/^421 4\.7\.0 PX-TOOMANYCOMMANDS/);
      expect(idle.closed).toBe(true);
    }
  });

  test.each<[string, string, TestSessionOptions]>([
    ['AUTH in clear text', 'AUTH PLAIN AGEAYg==', {}],
    ['STARTTLS where there is none', 'STARTTLS', { settings: { tlsAvailable: false } }],
    ['a message that is announced as too large', 'MAIL FROM:<a@acme.example> SIZE=999999999999', {}],
  ])('%s is no error, and leads nowhere all the same', (_, line, options) => {
    const open = under('calm', { greeted: true, ...options });
    let replies = '';
    for (let sent = 0; sent < 150 && !open.closed; sent += 1) replies += open.send(`${line}\r\n`);
    // The greeting was one of the hundred.
    expect(replies.trim().split('\r\n')).toHaveLength(100);
    expect(replies).toMatch(/\r\n421 4\.7\.0 PX-TOOMANYCOMMANDS[^\r]*\r\n$/);
  });

  test('who begins a message and gives it up again and again gets no further', () => {
    const open = under('calm', { greeted: true });
    expect(open.send('MAIL FROM:<a@acme.example>\r\nRSET\r\n'.repeat(200))).toMatch(
      /\r\n421 4\.7\.0 PX-TOOMANYCOMMANDS[^\r]*\r\n$/,
    );
  });
});

describe('who sends too much at once', () => {
  const rcpt = 'RCPT TO:<b@c.example>\r\n';

  test('hears 452 for each recipient too many, and the message to the others is taken', () => {
    const open = under('calm', { standing: listed(), greeted: true });
    const replies = open
      .send(`MAIL FROM:<a@acme.example>\r\n${rcpt.repeat(400)}`)
      .trim()
      .split('\r\n');
    expect(replies.map((reply) => reply.slice(0, 3)).join(' ')).toBe(
      ['250', ...Array(10).fill('250'), ...Array(390).fill('452')].join(' '),
    );
    open.send('DATA\r\n');
    expect(open.send('From: a@acme.example\r\n\r\n.\r\n')).toMatch(/^250 2\.0\.0/);
  });

  test('and 451 beyond its rate', () => {
    const open = under('calm', { standing: listed(), greeted: true, facts: { takeRate: () => false } });
    const replies = open
      .send(`MAIL FROM:<a@acme.example>\r\n${rcpt.repeat(400)}`)
      .trim()
      .split('\r\n');
    expect(new Set(replies.slice(1).map((reply) => reply.slice(0, 9)))).toEqual(new Set(['451 4.7.0']));
    expect(open.closed).toBe(false);
  });

  test('recipients that the next hop has not answered for wait in a queue that ends', () => {
    const open = under('calm', { standing: listed(), greeted: true, manual: true });
    open.send(`MAIL FROM:<a@acme.example>\r\n${rcpt.repeat(3000)}`);
    expect(open.session.replies.slots).toHaveLength(1000);
    open.settle();
    expect(open.said().match(/^452/gm)).toHaveLength(2990);
  });
});

test('errors are forgiven with each message that is taken', () => {
  const open = under('calm', { standing: listed(), greeted: true });
  for (let message = 0; message < 3; message += 1) {
    open.send('NONSENSE\r\n'.repeat(60));
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n');
    expect(open.send('From: a@acme.example\r\n\r\n.\r\n')).toMatch(/^250 2\.0\.0/);
  }
});

test('who is in force may say a lot between messages, and not go on for ever', () => {
  for (const line of ['NOOP', 'RSET', 'HELP', 'EHLO a', 'MAIL FROM:<a@acme.example>\r\nRSET']) {
    const open = under('spent', { standing: listed(), greeted: true });
    const replies = said(open, line, 40_000);
    expect(replies.filter((reply) => /^(?:214|250)[ -](?!2\.1\.0)/.test(reply)).length, line).toBeGreaterThan(
      29_998,
    );
    expect(replies.at(-1)).toMatch(/^421 4\.7\.0 PX-TOOMANYCOMMANDS/);
    expect(open.closed).toBe(true);
  }
});

test.each<[string, TestSessionOptions]>([
  ['handed on', {}],
  ['thrown away, within its trial', { scope: { sandboxUntil: Number.MAX_SAFE_INTEGER } }],
])('a message that is taken gives it as many again, also one that is %s', (_, options) => {
  const open = under('calm', { standing: listed(options.scope), greeted: true });
  for (let message = 0; message < 4; message += 1) {
    expect(open.send('NOOP\r\n'.repeat(20_000))).not.toContain('421');
    open.send('MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n');
    expect(open.send('From: a@acme.example\r\n\r\n.\r\n')).toMatch(/^250 2\.0\.0/);
  }
});

test('who does not read what it is told is not listened to until it does', () => {
  const open = under('calm', { standing: listed(), greeted: true, facts: { takeRate: () => false } });
  open.send('MAIL FROM:<a@acme.example>\r\n');
  open.writes.length = 0;
  open.reads = false;
  for (let time = 0; time < 100; time += 1) open.send('RCPT TO:<b@c.example>\r\n'.repeat(1000));
  expect([open.writes.length, open.paused]).toEqual([1, true]);
  expect(open.writes[0]?.length).toBeLessThan(66_000);
  open.reads = true;
  clientHasRead(open.session);
  expect(open.paused).toBe(false);
  expect(open.writes.join('').match(/^451 4\.7\.0/gm)).toHaveLength(100_000);
});

test('what was unread before TLS holds nobody up behind it', () => {
  const open = under('calm', { standing: listed(), greeted: true });
  open.reads = false;
  open.send('STARTTLS\r\n');
  open.reads = true;
  expect(open.send('EHLO client.example\r\n')).toMatch(/^250-mx\.postern\.example/m);
});

test.each<[string, TestSessionOptions]>([
  ['an address in force', { standing: listed() }],
  ['who has signed in', { tls: 'TLSv1.3', greeted: true }],
])('%s has the same patience whatever the load', (what, options) => {
  const open = under('spent', options);
  if (what !== 'an address in force') {
    open.send(`AUTH PLAIN ${Buffer.from('\0acme\0right').toString('base64')}\r\n`);
  }
  for (const line of ['NOOP', 'RSET', 'EHLO a']) expect(said(open, line, 150)).not.toContain('421');
  expect(said(open, 'NONSENSE')).toHaveLength(101);
});
