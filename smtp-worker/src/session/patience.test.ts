import { describe, expect, test } from 'vitest';
import type { Load } from '../load.ts';
import { listed, notListed, openTestSession, type TestSessionOptions } from '../testing/session-harness.ts';

const under = (load: Load, options: TestSessionOptions = {}) =>
  openTestSession({ standing: notListed, facts: { load: () => load }, ...options });
/** Replies until the connection is ended. */
const said = (open: ReturnType<typeof under>, line: string) => {
  open.said();
  return open.send(`${line}\r\n`.repeat(500)).trim().split('\r\n');
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

  test('who begins a message and gives it up again and again gets no further', () => {
    const open = under('calm', { greeted: true });
    expect(open.send('MAIL FROM:<a@acme.example>\r\nRSET\r\n'.repeat(200))).toMatch(
      /\r\n421 4\.7\.0 PX-TOOMANYCOMMANDS[^\r]*\r\n$/,
    );
  });
});

test.each<[string, TestSessionOptions]>([
  ['an address in force', { standing: listed() }],
  ['who has signed in', { tls: 'TLSv1.3', greeted: true }],
])('%s has the same patience whatever the load', (what, options) => {
  const open = under('spent', options);
  if (what !== 'an address in force') {
    open.send(`AUTH PLAIN ${Buffer.from('\0acme\0right').toString('base64')}\r\n`);
  }
  expect(said(open, 'NOOP')).toHaveLength(500);
  expect(said(open, 'NONSENSE')).toHaveLength(101);
});
