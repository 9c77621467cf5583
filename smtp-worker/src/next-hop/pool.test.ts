import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Envelope, HandOver, HandOverAnswer } from '../session/types.ts';
import { openTestPool, testEnvelope } from '../testing/next-hop-pool.ts';
import { openSink, type Sink } from '../testing/sink.ts';
import type { NextHopPool } from './pool.ts';

let sink: Sink;
beforeEach(async () => {
  clockMs = 0;
  sink = await openSink();
});
const pools: NextHopPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) pool.close();
  await sink.close();
});

let clockMs = 0;

function open(...urls: string[]): NextHopPool {
  const pool = openTestPool(urls.length === 0 ? [sink.url] : urls, () => Date.now() + clockMs);
  pools.push(pool);
  return pool;
}

const message = Buffer.from('From: a@acme.example\r\n\r\n..x\r\n.\r\n');

/** A hand-over whose answers can be awaited one by one. */
function hand(pool: NextHopPool, changes: Partial<Envelope> = {}) {
  const answers: HandOverAnswer[] = [];
  let wake = Promise.withResolvers<void>();
  const note = (answer: HandOverAnswer) => {
    answers.push(answer);
    wake.resolve();
    wake = Promise.withResolvers();
  };
  const handOver: HandOver = pool.open(
    { ...testEnvelope, ...changes },
    { recipientAnswered: note, bodyOpened: note, finished: note, drained: () => {} },
  );
  let read = 0;
  const next = async () => {
    while (answers.length === read) await wake.promise;
    read += 1;
    return answers[read - 1] as HandOverAnswer;
  };
  return Object.assign(handOver, { next, answers });
}

async function send(pool: NextHopPool): Promise<HandOverAnswer> {
  const handOver = hand(pool);
  handOver.recipient('b@c.example');
  expect((await handOver.next()).kind).toBe('accepted');
  handOver.openBody();
  expect((await handOver.next()).kind).toBe('accepted');
  handOver.finish(message);
  return handOver.next();
}

test('a message goes through as it came, and the connection is used again', async () => {
  const pool = open();
  expect(await send(pool)).toEqual({ kind: 'accepted', text: '250 2.0.0 Ok: queued' });
  expect(await send(pool)).toMatchObject({ kind: 'accepted' });
  expect(sink.messages).toHaveLength(2);
  expect(sink.messages[0]).toEqual({
    from: 'MAIL FROM:<a@acme.example>',
    to: ['RCPT TO:<b@c.example>'],
    raw: message.toString(),
  });
  expect(sink.connections).toBe(1);
  expect(pool.statistics()).toMatchObject({ idle: 1, busy: 0 });
});

test('MAIL carries what the next hop offers, and XFORWARD names the client', async () => {
  sink.extensions = ['SIZE', '8BITMIME', 'SMTPUTF8', 'XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE'];
  const handOver = hand(open(), {
    declaredSize: 500,
    eightBit: true,
    utf8: true,
    client: { address: '2001:db8::1', port: 50123, ehlo: 'a b+c', protocol: 'SMTP', login: null },
  });
  handOver.recipient('b@c.example');
  await handOver.next();
  expect(sink.commands.slice(1)).toEqual([
    'XFORWARD NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 PORT=50123 PROTO=SMTP HELO=a+20b+2Bc IDENT=T1 SOURCE=REMOTE',
    'MAIL FROM:<a@acme.example> SIZE=500 BODY=8BITMIME SMTPUTF8',
    'RCPT TO:<b@c.example>',
  ]);
  handOver.abandon();
});

test.each([
  ['RCPT', '251 2.1.5 User not local, will forward'],
  ['MAIL', '259 2.1.0 Unheard of'],
])('the first digit of a reply decides: %s, %s', async (verb, reply) => {
  sink.answer = (line) => (line.startsWith(verb) ? reply : null);
  const handOver = hand(open());
  handOver.recipient('b@c.example');
  expect((await handOver.next()).kind).toBe('accepted');
  handOver.abandon();
});

test('a client with a very long name is still named by its address', async () => {
  sink.extensions = ['XFORWARD ADDR HELO'];
  const ehlo = 'é'.repeat(200);
  const handOver = hand(open(), {
    client: { address: '203.0.113.5', port: 50123, ehlo, protocol: 'ESMTP', login: null },
  });
  handOver.recipient('b@c.example');
  await handOver.next();
  expect(sink.commands[1]).toBe('XFORWARD ADDR=203.0.113.5 HELO=[UNAVAILABLE]');
  handOver.abandon();
});

test('of a client that no proxy has named nothing is made up', async () => {
  sink.extensions = ['XFORWARD ADDR PORT'];
  const handOver = hand(open(), { client: { ...testEnvelope.client, address: null, port: null } });
  handOver.recipient('b@c.example');
  await handOver.next();
  expect(sink.commands[1]).toBe('XFORWARD ADDR=[UNAVAILABLE] PORT=[UNAVAILABLE]');
  handOver.abandon();
});

test('addresses beyond ASCII go out as UTF-8', async () => {
  const handOver = hand(open(), { utf8: true, sender: 'grüße@acme.example' });
  handOver.recipient('ぽすと@c.example');
  expect((await handOver.next()).kind).toBe('accepted');
  expect(sink.commands.slice(1)).toEqual([
    'MAIL FROM:<grüße@acme.example> SMTPUTF8',
    'RCPT TO:<ぽすと@c.example>',
  ]);
  handOver.abandon();
});

test('what it does not offer is not asked of it', async () => {
  sink.extensions = [];
  const handOver = hand(open(), { declaredSize: 500 });
  handOver.recipient('b@c.example');
  handOver.recipient('d@c.example');
  await handOver.next();
  await handOver.next();
  expect(sink.commands[1]).toBe('MAIL FROM:<a@acme.example>');
  handOver.abandon();
});

describe('its refusals', () => {
  test('of one recipient', async () => {
    sink.answer = (line) => (line.includes('no@') ? '550 5.1.1 nobody here' : null);
    const handOver = hand(open());
    handOver.recipient('no@c.example');
    handOver.recipient('yes@c.example');
    expect(await handOver.next()).toEqual({
      kind: 'refused',
      code: 550,
      enhanced: '5.1.1',
      text: '5.1.1 nobody here',
    });
    expect((await handOver.next()).kind).toBe('accepted');
    handOver.abandon();
  });

  test('of the sender are the answer for every recipient, also for later ones', async () => {
    sink.answer = (line) =>
      line.startsWith('MAIL') ? '552 5.3.4 too big' : line.startsWith('RCPT') ? '503 no MAIL' : null;
    const handOver = hand(open());
    handOver.recipient('b@c.example');
    handOver.recipient('d@c.example');
    expect(await handOver.next()).toMatchObject({ code: 552 });
    handOver.recipient('e@c.example');
    expect(await handOver.next()).toMatchObject({ code: 552 });
    expect(await handOver.next()).toMatchObject({ code: 552 });
    handOver.abandon();
  });

  test.each([
    ['PIPELINING', ['b', 'd']],
    ['SIZE', []],
  ])('of the sender: where it offers %s, it is asked for no recipient any more', async (offer, asked) => {
    sink.extensions = [offer];
    sink.answer = (line) => (line.startsWith('MAIL') ? '550 5.7.1 not you' : null);
    const handOver = hand(open());
    handOver.recipient('b@c.example');
    handOver.recipient('d@c.example');
    expect(await handOver.next()).toMatchObject({ code: 550 });
    expect(await handOver.next()).toMatchObject({ code: 550 });
    handOver.recipient('e@c.example');
    expect(await handOver.next()).toMatchObject({ code: 550 });
    handOver.abandon();
    await sink.seen(/^RSET$/);
    const recipients = sink.commands.filter((line) => line.startsWith('RCPT'));
    expect(recipients).toEqual(asked.map((name) => `RCPT TO:<${name}@c.example>`));
  });

  test('of DATA, after which the connection is still good', async () => {
    const pool = open();
    sink.answer = (line) => (line === 'DATA' ? '451 4.3.0 later' : null);
    const handOver = hand(pool);
    handOver.recipient('b@c.example');
    await handOver.next();
    handOver.openBody();
    expect(await handOver.next()).toMatchObject({ kind: 'refused', code: 451 });
    handOver.abandon();
    sink.answer = () => null;
    expect((await send(pool)).kind).toBe('accepted');
  });

  test('of the message', async () => {
    sink.answer = (line) => (line === '.' ? '554 5.7.1 spam' : null);
    expect(await send(open())).toMatchObject({ kind: 'refused', code: 554, enhanced: '5.7.1' });
  });
});

describe('giving up', () => {
  test('before the body: the connection is told and kept', async () => {
    const pool = open();
    const handOver = hand(pool);
    handOver.recipient('b@c.example');
    await handOver.next();
    handOver.abandon();
    expect((await send(pool)).kind).toBe('accepted');
    await sink.seen(/^RSET$/);
    expect(sink.messages).toHaveLength(1);
  });

  test('in the body: the connection is dropped before the dot', async () => {
    const pool = open();
    const handOver = hand(pool);
    handOver.recipient('b@c.example');
    await handOver.next();
    handOver.openBody();
    await handOver.next();
    handOver.write(Buffer.from('From: a@acme.example\r\n\r\nhalf'));
    handOver.abandon();
    expect((await send(pool)).kind).toBe('accepted');
    expect(sink.messages).toHaveLength(1);
    expect(sink.connections).toBe(2);
  });
});

describe('a next hop that goes away', () => {
  test('was never there: 451 for each recipient, and at once for a while', async () => {
    await sink.close();
    const pool = open();
    for (let times = 0; times < 3; times += 1) {
      const handOver = hand(pool);
      handOver.recipient('b@c.example');
      expect((await handOver.next()).kind).toBe('away');
      handOver.openBody();
      expect((await handOver.next()).kind).toBe('away');
    }
    expect(pool.statistics().healthy).toBe(0);
    sink = await openSink();
  });

  test('while a connection was idle: nobody notices', async () => {
    const pool = open();
    await send(pool);
    sink.dropAll();
    expect((await send(pool)).kind).toBe('accepted');
    expect(sink.connections).toBe(2);
  });

  test('says 421 to the first command of a message on a used connection: nobody notices', async () => {
    const pool = open();
    await send(pool);
    sink.answer = (line) => {
      sink.answer = () => null;
      return line.startsWith('MAIL') ? '421 4.3.2 restarting' : null;
    };
    expect((await send(pool)).kind).toBe('accepted');
    expect(sink.connections).toBe(2);
  });

  test('in the envelope, once something was answered', async () => {
    const handOver = hand(open());
    handOver.recipient('b@c.example');
    await handOver.next();
    sink.dropAll();
    handOver.recipient('d@c.example');
    expect((await handOver.next()).kind).toBe('away');
  });

  test('before it answers the dot', async () => {
    const handOver = hand(open());
    handOver.recipient('b@c.example');
    await handOver.next();
    handOver.openBody();
    await handOver.next();
    const unanswered = Promise.withResolvers<string>();
    sink.answer = (line) => (line === '.' ? unanswered.promise : null);
    handOver.finish(message);
    await sink.seen(/^\.$/);
    sink.dropAll();
    expect((await handOver.next()).kind).toBe('away');
    unanswered.resolve('250 too late');
  });

  test('another one takes over', async () => {
    const gone = await openSink();
    await gone.close();
    const pool = open(gone.url, sink.url);
    expect((await send(pool)).kind).toBe('accepted');
    expect((await send(pool)).kind).toBe('accepted');
  });
});

test('two next hops share by weight', async () => {
  const other = await openSink();
  const pool = open(`${sink.url}?weight=3`, other.url);
  const all = Array.from({ length: 40 }, () => hand(pool));
  for (const handOver of all) handOver.recipient('b@c.example');
  await Promise.all(all.map((handOver) => handOver.next()));
  expect(sink.connections).toBe(30);
  expect(other.connections).toBe(10);
  for (const handOver of all) handOver.abandon();
  await other.close();
});

test('two next hops share a burst by weight as well, once both answer', async () => {
  const other = await openSink();
  const pool = open(`${sink.url}?weight=3`, other.url);
  const first = hand(pool);
  // All of them wait while the first connection is being opened.
  const all = [first, ...Array.from({ length: 39 }, () => hand(pool))];
  for (const handOver of all) handOver.recipient('b@c.example');
  await Promise.all(all.map((handOver) => handOver.next()));
  expect(sink.connections + other.connections).toBe(40);
  expect(other.connections).toBe(10);
  for (const handOver of all) handOver.abandon();
  await other.close();
});

/** Sends so many messages, so many at once, each with its number. @returns numbers of those that were accepted */
async function load(pool: NextHopPool, from: number, count: number, during = (_done: number) => {}) {
  const accepted: number[] = [];
  let next = from;
  let done = 0;
  const sender = async () => {
    while (next < from + count) {
      const number = next;
      next += 1;
      const handOver = hand(pool, { transactionId: `N${number}` });
      handOver.recipient('b@c.example');
      const steps = [
        () => handOver.openBody(),
        () => handOver.finish(Buffer.from(`From: a@acme.example\r\nX-Number: ${number}\r\n\r\nx\r\n.\r\n`)),
      ];
      let answer = await handOver.next();
      for (const step of steps) {
        if (answer.kind !== 'accepted') break;
        step();
        answer = await handOver.next();
      }
      if (answer.kind === 'accepted') accepted.push(number);
      else handOver.abandon();
      done += 1;
      during(done);
    }
  };
  await Promise.all(Array.from({ length: 10 }, sender));
  return accepted;
}

function numbersIn(...sinks: Sink[]): number[] {
  const raw = sinks.flatMap(({ messages }) => messages.map((each) => each.raw));
  return raw.map((text) => Number(/X-Number: (\d+)/.exec(text)?.[1]));
}

test('one of two dies under load: nothing accepted is lost, the other takes over, and it comes back little by little', async () => {
  const dying = await openSink();
  const pool = open(dying.url, sink.url);
  const accepted = await load(pool, 0, 200, (done) => {
    if (done !== 60) return;
    void dying.close();
    dying.dropAll();
  });
  // Those that were on their way to it may be lost to it, and are not accepted: the client keeps them.
  expect(accepted.length).toBeGreaterThanOrEqual(200 - 10);
  expect(new Set(numbersIn(dying, sink)).isSupersetOf(new Set(accepted))).toBe(true);
  expect(dying.messages.length).toBeGreaterThan(0);
  const away = sink.messages.length;
  expect(await load(pool, 1000, 50)).toHaveLength(50);
  expect(sink.messages.length).toBe(away + 50);

  const back = await openSink({ port: dying.port });
  clockMs += 60_000;
  await back.seen(/^EHLO/);
  expect(await load(pool, 2000, 100)).toHaveLength(100);
  // A tenth of its share at first, beside what it is given to try.
  expect(back.messages.length).toBeGreaterThan(0);
  expect(back.messages.length).toBeLessThan(30);
  clockMs += 60_000;
  const before = back.messages.length;
  expect(await load(pool, 3000, 200)).toHaveLength(200);
  expect(back.messages.length - before).toBeGreaterThan(70);
  await back.close();
});

test('a next hop that takes so many connections and no more is full, and not away', async () => {
  sink.greet = (open) => (open > 3 ? '421 4.7.0 too many connections' : '220 sink');
  const pool = open();
  expect(await load(pool, 0, 60)).toHaveLength(60);
  expect(sink.mostOpen).toBeGreaterThan(3);
  expect(pool.statistics().healthy).toBe(1);
});

test('what waits for the greeting of one goes to another that greets', async () => {
  const silent = createServer();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const pool = open(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`, sink.url);
  const sent = send(pool);
  await once(silent, 'connection');
  clockMs += 3_000;
  expect(await sent).toMatchObject({ kind: 'accepted' });
  expect(pool.statistics()).toMatchObject({ opening: 1, idle: 1, healthy: 2 });
  silent.close();
});

test('whoever waits for a connection hears after a while that none is free', async () => {
  sink.greet = (open) => (open > 1 ? '421 4.7.0 too many connections' : '220 sink');
  const pool = open();
  const holder = hand(pool);
  holder.recipient('b@c.example');
  await holder.next();
  const waiting = hand(pool);
  waiting.recipient('b@c.example');
  clockMs += 31_000;
  expect(await waiting.next()).toMatchObject({ kind: 'away', reason: 'no connection is free' });
  holder.abandon();
});

test('one sender that dawdles takes half of the connections, and nobody else waits for it', async () => {
  const pool = open();
  const dawdling = Array.from({ length: 60 }, (_, entry) => {
    const handOver = hand(pool, { server: 'one', entryId: `entry-${entry}` });
    handOver.recipient('b@c.example');
    return handOver;
  });
  await Promise.all(dawdling.slice(0, 50).map((handOver) => handOver.next()));
  const other = hand(pool, { server: 'other' });
  other.recipient('b@c.example');
  expect(await other.next()).toMatchObject({ kind: 'accepted' });
  expect(pool.statistics()).toMatchObject({ busy: 51, waiting: 10 });
  expect(dawdling[50]?.answers).toEqual([]);
  dawdling[0]?.abandon();
  expect(await dawdling[50]?.next()).toMatchObject({ kind: 'accepted' });
  // Nor does it take what others have left idle.
  other.abandon();
  await expect.poll(() => pool.statistics()).toMatchObject({ busy: 50, waiting: 9 });
  const { idle } = pool.statistics();
  expect(idle).toBeGreaterThan(0);
  dawdling.push(hand(pool, { server: 'one' }));
  dawdling.at(-1)?.recipient('b@c.example');
  expect(pool.statistics()).toMatchObject({ busy: 50, idle, waiting: 10 });
  for (const handOver of [...dawdling, other]) handOver.abandon();
});

describe('a used connection whose next hop hangs up', () => {
  test.each(['MAIL', 'XFORWARD'])('at %s: nobody notices', async (command) => {
    sink.extensions.push('XFORWARD ADDR');
    const pool = open();
    await send(pool);
    sink.answer = (line) => {
      if (!line.startsWith(command)) return null;
      sink.answer = () => null;
      sink.dropAll();
      return '250 never heard';
    };
    expect((await send(pool)).kind).toBe('accepted');
    expect(sink.messages).toHaveLength(2);
    expect(sink.connections).toBe(2);
  });

  test.each(['RCPT', 'DATA', '.'])('with 421 at %s: the client hears of it', async (command) => {
    const pool = open();
    await send(pool);
    sink.answer = (line) => (line.startsWith(command) ? '421 4.3.2 restarting' : null);
    expect(await load(pool, 0, 1)).toEqual([]);
    sink.answer = () => null;
    expect((await send(pool)).kind).toBe('accepted');
    expect(sink.connections).toBe(2);
  });

  test('each time a message is tried: after a few it is the message', async () => {
    const pool = open();
    await Promise.all(Array.from({ length: 5 }, () => send(pool)));
    sink.answer = (line) => (line.startsWith('MAIL') ? '421 4.3.2 not this one' : null);
    expect(await load(pool, 0, 1)).toEqual([]);
    sink.answer = () => null;
    expect((await send(pool)).kind).toBe('accepted');
  });
});

describe('TLS to a next hop', () => {
  const read = (name: string) => readFileSync(new URL(`../../testdata/${name}`, import.meta.url));
  const tls = { key: read('key.pem'), cert: read('certificate.pem') };
  let encrypted: Sink;
  beforeEach(async () => {
    encrypted = await openSink({ tls });
    encrypted.extensions.push('STARTTLS', 'AUTH PLAIN');
    encrypted.answer = (line) => (line.startsWith('AUTH') ? '235 2.7.0 Ok' : null);
  });
  afterEach(async () => {
    setDefaultCACertificates(getCACertificates('bundled'));
    await encrypted.close();
  });

  test('where it is offered, whoever signed the certificate; the password comes behind it', async () => {
    const pool = open(encrypted.url.replace('//', '//user:secret@'));
    expect((await send(pool)).kind).toBe('accepted');
    expect((await send(pool)).kind).toBe('accepted');
    const [greeting, ...rest] = encrypted.commands;
    expect([greeting, ...rest.slice(0, 4)]).toEqual([
      'EHLO mx.postern.example',
      'STARTTLS',
      'TLS',
      'EHLO mx.postern.example',
      `AUTH PLAIN ${Buffer.from('\0user\0secret').toString('base64')}`,
    ]);
    expect(encrypted.messages.map(({ raw }) => raw)).toEqual([message.toString(), message.toString()]);
    expect(encrypted.connections).toBe(1);
  });

  test('required: nothing is said to somebody whose certificate is not trusted', async () => {
    const handOver = hand(open(`${encrypted.url}?tls=required`));
    handOver.recipient('b@c.example');
    expect(await handOver.next()).toMatchObject({
      kind: 'away',
      reason: expect.stringMatching(/self-signed/),
    });
    expect(encrypted.commands).toEqual(['EHLO mx.postern.example', 'STARTTLS', 'TLS']);
  });

  test('required, and trusted: a large body goes through', async () => {
    setDefaultCACertificates([tls.cert.toString()]);
    const handOver = hand(open(`${encrypted.url}?tls=required`));
    handOver.recipient('b@c.example');
    await handOver.next();
    handOver.openBody();
    await handOver.next();
    const line = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(50));
    handOver.write(Buffer.from('From: a@acme.example\r\n\r\n'));
    for (let times = 0; times < 20; times += 1) handOver.write(line);
    handOver.finish(Buffer.from('.\r\n'));
    expect((await handOver.next()).kind).toBe('accepted');
    expect(encrypted.messages[0]?.raw.length).toBe(24 + 20 * line.length + 3);
  });

  test('octets behind the reply to STARTTLS are somebody else’s', async () => {
    encrypted.answer = (line) => (line === 'STARTTLS' ? '220 go\r\n250 injected' : null);
    const handOver = hand(open(encrypted.url));
    handOver.recipient('b@c.example');
    expect((await handOver.next()).kind).toBe('away');
    expect(encrypted.messages).toHaveLength(0);
  });
});

test('where TLS is required and not offered nothing is sent', async () => {
  const required = hand(open(`${sink.url}?tls=required`));
  required.recipient('b@c.example');
  expect(await required.next()).toMatchObject({ kind: 'away', reason: expect.stringContaining('STARTTLS') });
});
