import { describe, expect, test } from 'vitest';
import { openTestSession, type TestSession } from '../testing/session-harness.ts';

// What some mail systems take for the end of a message, and a second message behind it: from a whitelisted client, in
// every possible pair of pieces. None of it is a message, none of it is a command.

const envelope = 'MAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\n';
const first = 'From: a@acme.example\r\nSubject: first\r\n\r\ntext';
const second =
  'MAIL FROM:<admin@acme.example>\r\nRCPT TO:<c@c.example>\r\nDATA\r\nFrom: admin@acme.example\r\n\r\nSMUGGLED\r\n.\r\n';

const falseDots = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\r',
  '\r\n.\r\r\n',
  '\r\r\n.\r\r\n',
  '\r\r\n.\r\n',
  '\n\r\n.\r\n',
  '\n\n.\r\n',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\0\r\n.\r\n',
  '\r\n.\n\r\n',
  '\n..\r\n',
  '\r\n..\n',
];

function inBody(): TestSession {
  const open = openTestSession({ greeted: true });
  open.send(`${envelope}DATA\r\n`);
  open.said();
  return open;
}

function expectNothing(open: TestSession, said: string): void {
  expect(said).toMatch(/^554 5\.6\.0 PX-BODYBYTES [^\r]*\r\n$/);
  expect(open.closed).toBe(true);
  expect(open.nextHop.commands).not.toContain('DOT');
  expect(open.nextHop.envelopes).toHaveLength(1);
  expect(open.nextHop.body).not.toContain('SMUGGLED');
  expect(open.nextHop.body).not.toMatch(/\r(?!\n)|(?<!\r)\n|\0/);
}

describe.each(falseDots)('%j', (falseDot) => {
  const text = `${first}${falseDot}${second}`;
  const [from, to] = [first.length - 3, first.length + falseDot.length + 3];

  test('in one piece', () => {
    const open = inBody();
    expectNothing(open, open.send(text));
  });

  test('cut in two wherever it may matter', () => {
    for (let at = from; at <= to; at += 1) {
      const open = inBody();
      expectNothing(open, open.send(text.slice(0, at)) + open.send(text.slice(at)));
    }
  });

  test('cut in three wherever it may matter', () => {
    for (let one = from; one < to; one += 1) {
      for (let two = one + 1; two <= to; two += 1) {
        const open = inBody();
        const said = [text.slice(0, one), text.slice(one, two), text.slice(two)].map((piece) =>
          open.send(piece),
        );
        expectNothing(open, said.join(''));
      }
    }
  });

  test('octet by octet, and in the header section', () => {
    const open = inBody();
    const header = `From: a@acme.example\r\nSubject: first${falseDot}${second}`;
    expectNothing(open, [...header].map((octet) => open.send(octet)).join(''));
  });
});

test.each(['\r\n. \r\n', '\r\n.x\r\n', '\r\n..\r\n', '\r\n.\u0085\r\n', ' .\r\n'])(
  '%j is text, and the next hop sees one message',
  (notDot) => {
    const open = inBody();
    const said = open.send(`${first}${notDot}${second}`);
    expect(said).toBe('250 2.0.0 Accepted as T1\r\n');
    expect(open.nextHop.commands.filter((command) => command === 'DOT')).toHaveLength(1);
    expect(open.nextHop.envelopes).toHaveLength(1);
    expect(open.nextHop.body.match(/\r\n\.\r\n/g)).toHaveLength(1);
  },
);
