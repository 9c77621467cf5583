import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Envelope, HandOver, HandOverAnswer } from '../session/types.ts';
import { silentLog } from '../testing/silent-log.ts';
import { openSink, type Sink } from '../testing/sink.ts';
import { parseNextHop } from './next-hop-url.ts';
import { type NextHopPool, openNextHopPool } from './pool.ts';

let sink: Sink;
beforeEach(async () => {
  sink = await openSink();
});
const pools: NextHopPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) pool.close();
  await sink.close();
});

function open(...urls: string[]): NextHopPool {
  const hops = (urls.length === 0 ? [sink.url] : urls).map((url) => {
    const parsed = parseNextHop(url);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.nextHop;
  });
  const pool = openNextHopPool({
    hops,
    publicName: 'mx.postern.example',
    log: silentLog().log,
    nowMs: () => Date.now(),
  });
  pools.push(pool);
  return pool;
}

const envelope: Envelope = {
  transactionId: 'T1',
  entryId: null,
  sender: 'a@acme.example',
  declaredSize: null,
  eightBit: false,
  utf8: false,
  client: { address: '203.0.113.5', ehlo: 'client.example', protocol: 'ESMTP', login: null },
};

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
    { ...envelope, ...changes },
    { recipientAnswered: note, bodyOpened: note, finished: note, drained: () => {} },
  );
  let read = 0;
  const next = async () => {
    while (answers.length === read) await wake.promise;
    read += 1;
    return answers[read - 1] as HandOverAnswer;
  };
  return { ...handOver, next, answers };
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
  sink.extensions = ['SIZE', '8BITMIME', 'SMTPUTF8', 'XFORWARD NAME ADDR PROTO HELO IDENT SOURCE'];
  const handOver = hand(open(), {
    declaredSize: 500,
    eightBit: true,
    utf8: true,
    client: { address: '2001:db8::1', ehlo: 'a b+c', protocol: 'SMTP', login: null },
  });
  handOver.recipient('b@c.example');
  await handOver.next();
  expect(sink.commands.slice(1)).toEqual([
    'XFORWARD NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 PROTO=SMTP HELO=a+20b+2Bc IDENT=T1 SOURCE=REMOTE',
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

test('what it does not offer is not asked of it', async () => {
  sink.extensions = [];
  const handOver = hand(open(), { declaredSize: 500, eightBit: true });
  handOver.recipient('b@c.example');
  handOver.recipient('d@c.example');
  await handOver.next();
  await handOver.next();
  expect(sink.commands[1]).toBe('MAIL FROM:<a@acme.example>');
  handOver.abandon();
  const utf8 = hand(open(), { utf8: true });
  utf8.recipient('b@c.example');
  expect(await utf8.next()).toMatchObject({ kind: 'refused', code: 550, enhanced: '5.6.7' });
  utf8.abandon();
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

test('a required certificate is checked, and a password is not sent in clear text', async () => {
  const required = hand(open(`${sink.url}?tls=required`));
  required.recipient('b@c.example');
  expect(await required.next()).toMatchObject({ kind: 'away', reason: expect.stringContaining('STARTTLS') });
});
