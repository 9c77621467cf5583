import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HandOverAnswer } from '../session/types.ts';
import { openTestPool, testEnvelope } from '../testing/next-hop-pool.ts';
import { openSink, type Sink } from '../testing/sink.ts';
import type { NextHopPool } from './pool.ts';

// A next hop that says something else than what it was asked, or before it was asked.

let sink: Sink;
let pool: NextHopPool;
beforeEach(async () => {
  sink = await openSink();
  pool = openTestPool([sink.url]);
});
afterEach(async () => {
  pool.close();
  await sink.close();
});

/** A message that a client has sent as a whole: each step follows at once. @returns what it is told at the end */
function send(): Promise<HandOverAnswer> {
  return new Promise((resolve) => {
    const handOver = pool.open(testEnvelope, {
      recipientAnswered: (answer) => (answer.kind === 'accepted' ? handOver.openBody() : resolve(answer)),
      bodyOpened: (answer) => {
        if (answer.kind === 'accepted')
          handOver.finish(Buffer.from('From: a@acme.example\r\n\r\nx\r\n.\r\n'));
        else resolve(answer);
      },
      drained: () => {},
      finished: resolve,
    });
    handOver.recipient('b@c.example');
  });
}

test.each<[string, () => void]>([
  [
    'the banner',
    () => {
      sink.greet = () => '220 sink ESMTP\r\n250 sink';
    },
  ],
  ['RCPT', () => answering(/^RCPT/, '250 2.1.5 Ok\r\n354 Go on')],
  ['DATA', () => answering(/^DATA/, '354 Go on\r\n250 2.0.0 Ok: queued')],
])('what comes in one piece with the answer to %s is no answer to what follows', async (_, prepare) => {
  prepare();
  expect(await send()).toEqual({ kind: 'away', reason: expect.stringMatching(/unasked/) });
});

function answering(command: RegExp, said: string): void {
  sink.answer = (line) => (command.test(line) ? said : null);
}

test('a connection that answers the dot with neither yes nor no is not used again', async () => {
  answering(/^\.$/, '354 Go on');
  expect(await send()).toMatchObject({ kind: 'away' });
  sink.answer = () => null;
  expect(await send()).toMatchObject({ kind: 'accepted' });
  expect(sink.messages).toHaveLength(1);
  expect(sink.connections).toBe(2);
});
