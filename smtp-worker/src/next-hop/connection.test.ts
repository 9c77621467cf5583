import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Envelope, HandOverAnswer } from '../session/types.ts';
import { openTestPool, testEnvelope } from '../testing/next-hop-pool.ts';
import { openSink, type Sink } from '../testing/sink.ts';
import type { NextHopPool } from './pool.ts';

let sink: Sink;
const pools: NextHopPool[] = [];
beforeEach(async () => {
  sink = await openSink();
});
afterEach(async () => {
  for (const pool of pools.splice(0)) pool.close();
  await sink.close();
});

function openPool(url = sink.url): NextHopPool {
  const pool = openTestPool([url]);
  pools.push(pool);
  return pool;
}

/** A hand-over of which one thing is asked after the other. */
function hand(pool: NextHopPool, changes: Partial<Envelope> = {}) {
  let answered = Promise.withResolvers<HandOverAnswer>();
  const note = (answer: HandOverAnswer) => {
    answered.resolve(answer);
    answered = Promise.withResolvers();
  };
  const handOver = pool.open(
    { ...testEnvelope, ...changes },
    { recipientAnswered: note, bodyOpened: note, finished: note, drained: () => {} },
  );
  const ask = (what: (of: typeof handOver) => void) => {
    what(handOver);
    return answered.promise;
  };
  return { handOver, ask };
}

async function openBody(pool: NextHopPool) {
  const handed = hand(pool);
  await handed.ask((of) => of.recipient('b@c.example'));
  expect((await handed.ask((of) => of.openBody())).kind).toBe('accepted');
  return handed;
}

const end = Buffer.from('.\r\n');

async function send(pool: NextHopPool): Promise<HandOverAnswer> {
  const { ask } = await openBody(pool);
  return ask((of) => of.finish(end));
}

test('commands go out together where that is offered, and else one by one', async () => {
  const three = async () => {
    const { handOver, ask } = hand(openPool());
    handOver.recipient('b@c.example');
    handOver.recipient('d@c.example');
    await ask(() => {});
    const forgotten = sink.upcoming(/^RSET/);
    handOver.abandon();
    await forgotten;
  };
  await three();
  expect(sink.pipelined).toEqual(['MAIL FROM:<a@acme.example>', 'RCPT TO:<b@c.example>']);
  sink.extensions = [];
  await three();
  expect(sink.pipelined).toHaveLength(2);
  expect(sink.commands.slice(-4).map((line) => line.slice(0, 4))).toEqual(['MAIL', 'RCPT', 'RCPT', 'RSET']);
});

test('the ends of two bodies that the next hop has not taken yet are not mixed', async () => {
  const pool = openPool();
  const [one, two] = [await openBody(pool), await openBody(pool)];
  // More than the system takes at once: what follows waits.
  one.handOver.write(Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(16_000)));
  one.handOver.write(Buffer.from('one\r\n'));
  const first = one.ask((of) => of.finish(end));
  two.handOver.write(Buffer.from('two\r\n'));
  const second = two.ask((of) => of.finish(end));
  expect([(await first).kind, (await second).kind]).toEqual(['accepted', 'accepted']);
  expect(sink.messages.map(({ raw }) => raw.slice(-8)).sort()).toEqual(['one\r\n.\r\n', 'two\r\n.\r\n']);
});

test('a next hop that does not forget a message when it is told to is not given another one', async () => {
  const pool = openPool();
  const { handOver, ask } = hand(pool);
  await ask((of) => of.recipient('b@c.example'));
  sink.answer = (line) => (line === 'RSET' ? '502 5.5.1 no' : null);
  handOver.abandon();
  await expect.poll(() => pool.statistics().busy).toBe(0);
  expect(pool.statistics().idle).toBe(0);
  expect((await send(pool)).kind).toBe('accepted');
  expect(sink.connections).toBe(2);
});

test('a next hop that asks for more after the dot is hung up on', async () => {
  const reply = '354 more, please';
  const pool = openPool();
  sink.answer = (line) => (line === '.' ? reply : null);
  expect(await send(pool)).toMatchObject({ kind: 'away', reason: `unexpected reply: ${reply}` });
  expect(pool.statistics()).toMatchObject({ idle: 0, busy: 0 });
  sink.answer = () => null;
  expect((await send(pool)).kind).toBe('accepted');
  expect(sink.connections).toBe(2);
});

test.each([
  ['8BITMIME', { eightBit: true }, '6.3'],
  ['SMTPUTF8', { utf8: true }, '6.7'],
])(
  'a message that needs %s, which the next hop does not offer, is refused for good unless the client was offered it',
  async (_, needs, subject) => {
    sink.extensions = ['PIPELINING'];
    const pool = openPool();
    const { handOver, ask } = hand(pool, needs);
    expect(await ask((of) => of.recipient('b@c.example'))).toMatchObject({
      kind: 'refused',
      code: 550,
      enhanced: `5.${subject}`,
    });
    handOver.abandon();
    // A client that was told that it may send so did nothing wrong: it is told otherwise the next time.
    const promised = hand(pool, { ...needs, offered: { eightBit: true, utf8: true } });
    expect(await promised.ask((of) => of.recipient('b@c.example'))).toMatchObject({
      kind: 'refused',
      code: 451,
      enhanced: `4.${subject}`,
    });
    promised.handOver.abandon();
    // Nothing was said of it, and the next message finds the connection as it was.
    expect((await send(pool)).kind).toBe('accepted');
    expect(sink.commands.filter((line) => line.startsWith('MAIL'))).toEqual(['MAIL FROM:<a@acme.example>']);
  },
);

test('a message that is given up while it waits for a connection takes none', async () => {
  const pool = openPool();
  const { handOver } = hand(pool);
  handOver.recipient('b@c.example');
  handOver.abandon();
  await expect.poll(() => pool.statistics().opening).toBe(0);
  expect(pool.statistics()).toMatchObject({ idle: 1, busy: 0, waiting: 0 });
  expect(sink.commands).toEqual(['EHLO mx.postern.example']);
});

test('a body that is given up ends without its dot, and so does its connection', async () => {
  const { handOver } = await openBody(openPool());
  handOver.write(Buffer.from('half\r\n'));
  const closed = sink.closed();
  handOver.abandon();
  await closed;
  expect(sink.commands.at(-1)).toBe('DATA');
  expect(sink.messages).toEqual([]);
});

test('a password is sent in clear text within this machine, and to nobody else', async () => {
  sink.extensions.push('AUTH PLAIN');
  sink.answer = (line) => (line.startsWith('AUTH') ? '235 2.7.0 Ok' : null);
  const url = sink.url.replace('//', '//user:secret@');
  expect((await send(openPool(url))).kind).toBe('accepted');
  const before = sink.commands.length;
  // What `remoteAddress` asks: no test connects to anybody beyond this machine.
  const peer = Socket.prototype as unknown as { _getpeername: () => { address: string } };
  const elsewhere = vi.spyOn(peer, '_getpeername').mockReturnValue({ address: '192.0.2.25' });
  try {
    const { ask } = hand(openPool(url));
    expect(await ask((of) => of.recipient('b@c.example'))).toMatchObject({
      kind: 'away',
      reason: expect.stringContaining('clear text'),
    });
  } finally {
    elsewhere.mockRestore();
  }
  expect(sink.commands.slice(before)).toEqual(['EHLO mx.postern.example']);
});

/** So many connections that have carried a message and wait for the next one. */
async function idleConnections(pool: NextHopPool, count: number): Promise<void> {
  const all = Array.from({ length: count }, () => hand(pool));
  await Promise.all(all.map(({ ask }) => ask((of) => of.recipient('b@c.example'))));
  for (const { handOver } of all) handOver.abandon();
  await expect.poll(() => pool.statistics()).toMatchObject({ idle: count, busy: 0 });
}

test('in place of a connection that has died while it was idle comes a new one, and not the next that was idle', async () => {
  const pool = openPool();
  await idleConnections(pool, 5);
  sink.answer = (line) =>
    line.startsWith('MAIL') && sink.connections === 5 ? '421 4.4.2 idle for too long' : null;
  expect((await send(pool)).kind).toBe('accepted');
  expect([sink.connections, pool.statistics().idle]).toEqual([6, 5]);
});

test('a recipient that is named while a dead connection is being replaced is asked for as well', async () => {
  const pool = openPool();
  await idleConnections(pool, 1);
  sink.answer = (line) => (line.startsWith('MAIL') && sink.connections === 1 ? '421 4.4.2 bye' : null);
  const banner = Promise.withResolvers<void>();
  sink.greet = () => {
    banner.resolve();
    return '220 sink';
  };
  const answers: HandOverAnswer[] = [];
  const both = Promise.withResolvers<void>();
  const note = (answer: HandOverAnswer) => {
    answers.push(answer);
    if (answers.length === 2) both.resolve();
  };
  const handOver = pool.open(testEnvelope, {
    recipientAnswered: note,
    bodyOpened: note,
    finished: note,
    drained: () => {},
  });
  handOver.recipient('b@c.example');
  await banner.promise;
  handOver.recipient('d@c.example');
  await both.promise;
  expect(answers.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  expect(sink.commands.slice(-2)).toEqual(['RCPT TO:<b@c.example>', 'RCPT TO:<d@c.example>']);
  handOver.abandon();
});

test('a connection that takes no more messages gives way to another, and the message goes by that', async () => {
  const pool = openPool();
  let mails = 0;
  sink.answer = (line) => {
    if (line.startsWith('MAIL')) mails += 1;
    return line.startsWith('MAIL') && sink.connections === 1 && mails > 2
      ? '452 4.5.3 Too many messages sent'
      : null;
  };
  for (let messages = 0; messages < 4; messages += 1) expect((await send(pool)).kind).toBe('accepted');
  expect([sink.connections, sink.messages.length]).toEqual([2, 4]);
});

test('of a next hop that takes nothing for now, only a connection that has taken something is replaced', async () => {
  const pool = openPool();
  await idleConnections(pool, 1);
  sink.answer = (line) => (line.startsWith('MAIL') ? '452 4.3.1 Insufficient system storage' : null);
  for (let messages = 0; messages < 3; messages += 1) {
    const { handOver, ask } = hand(pool);
    expect(await ask((of) => of.recipient('b@c.example'))).toMatchObject({ kind: 'refused', code: 452 });
    handOver.abandon();
    await expect.poll(() => pool.statistics()).toMatchObject({ idle: 1, busy: 0 });
  }
  expect(sink.connections).toBe(2);
  sink.answer = () => null;
  expect((await send(pool)).kind).toBe('accepted');
  expect(sink.connections).toBe(2);
});

test('a connection is renewed after a thousand messages', async () => {
  const pool = openPool();
  for (let messages = 0; messages < 1000; messages += 1) {
    const { handOver, ask } = hand(pool);
    await ask((of) => of.recipient('b@c.example'));
    const forgotten = sink.upcoming(/^RSET/);
    handOver.abandon();
    await forgotten;
    await expect.poll(() => pool.statistics().busy, { interval: 1 }).toBe(0);
    expect(sink.connections).toBe(1);
  }
  await sink.seen(/^QUIT$/);
  expect(pool.statistics().idle).toBe(0);
  expect((await send(pool)).kind).toBe('accepted');
  expect(sink.connections).toBe(2);
});
