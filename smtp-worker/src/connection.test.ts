import { once } from 'node:events';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { newCountMemory, openClientCounts } from './client-counts.ts';
import { type Connection, startConnection } from './connection.ts';
import { openListeners, placesOf } from './listeners.ts';
import type { Load } from './load.ts';
import { newNodeMetrics } from './metrics.ts';
import type { NodeServices } from './node-services.ts';
import type { AddressStanding, HandOverEvents } from './session/types.ts';
import { type Dialogue, openDialogue } from './testing/dialogue.ts';
import { listed, notListed } from './testing/session-harness.ts';
import { silentLog } from './testing/silent-log.ts';
import { proxyLine } from './testing/test-node.ts';

// Real sockets, and a clock that the tests move: who is too slow is told so, and who waits for us is not.

let server: Server;
let port = 0;
let nowMs = 0;
let load: Load = 'calm';
let standing: AddressStanding = notListed;
let handOver: HandOverEvents | null = null;
let follows = true;
let accepted = Promise.withResolvers<Connection>();
let dotCame = Promise.withResolvers<void>();
let withinRate = true;
let received = 0;
let atServer: Socket | null = null;
let keepProof: NodeServices['keepProof'];
let octetsCame = Promise.withResolvers<void>();

const services: NodeServices = {
  facts: {
    nowMs: () => nowMs,
    elapsedMs: () => nowMs,
    copyTooOld: () => false,
    offers: () => ({ eightBit: true, utf8: true }),
    load: () => load,
    standing: () => standing,
    loginStanding: () => ({ standing: 'none' }),
    takeRate: () => withinRate,
    heldByNode: () => false,
    returnRate: () => {},
    reference: (rule) => `PX-${rule}`,
    newTransactionId: () => 'T1',
    attribution: () => 'v=1',
    toAscii: (domain) => domain,
  },
  settings: {
    publicName: 'mx.postern.example',
    portalUrl: 'https://portal.example',
    proofDomain: 'proof.example',
    tlsAvailable: false,
    messageBytes: 100_000_000,
  },
  tls: null,
  elapsedMs: () => nowMs,
  log: silentLog().log,
  metrics: newNodeMetrics(false),
  checkCredentials: async () => ({ ok: false, rule: 'credentials_wrong', reason: '' }),
  signedIn: () => {},
  keepProof: (request) => keepProof(request),
  withdrawProof: () => {},
  openHandOver: (_, events) => {
    handOver = events;
    return {
      recipient: () => setImmediate(() => events.recipientAnswered({ kind: 'accepted', text: '250' })),
      openBody: () => setImmediate(() => events.bodyOpened({ kind: 'accepted', text: '354' })),
      write: () => follows,
      finish: () => dotCame.resolve(),
      abandon: () => {},
    };
  },
  rests: () => {},
  restsNoMore: () => {},
  thereafter: (work) => work(),
  countMail: () => {},
  logTransaction: () => {},
  logRefusal: () => {},
};

beforeAll(async () => {
  server = createServer((socket) => {
    atServer = socket;
    // After the session has looked at them.
    socket.on('data', (octets) =>
      setImmediate(() => {
        received += octets.length;
        octetsCame.resolve();
        octetsCame = Promise.withResolvers();
      }),
    );
    accepted.resolve(
      startConnection(services, {
        socket,
        client: '203.0.113.5',
        clientPort: 50123,
        early: null,
        implicitTls: false,
        refusal: null,
        ended: () => {},
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const clients: Dialogue[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  load = 'calm';
  standing = notListed;
  follows = true;
  withinRate = true;
});

async function connect() {
  accepted = Promise.withResolvers();
  const client = await openDialogue({ port });
  clients.push(client);
  await client.expect('220');
  const connection = await accepted.promise;
  return {
    client,
    /** Sends, and resolves once the session has looked at all of it. */
    tell: async (text: string) => {
      const until = received + text.length;
      client.send(text);
      while (received < until) await octetsCame.promise;
    },
    pass: (ms: number) => {
      nowMs += ms;
      connection.sweep(nowMs);
    },
  };
}

const timedOut = /^421 4\.4\.2 PX-time_out /;

const octetsOfMessage = 'From: a@acme.example\r\n\r\n';

/** A client in force whose message has begun to be handed on. */
async function inBody() {
  standing = listed({ messageBytes: 100_000_000 });
  dotCame = Promise.withResolvers();
  const opened = await connect();
  const { client, tell } = opened;
  await client.say('EHLO a');
  await client.say('MAIL FROM:<a@acme.example>');
  await client.say('RCPT TO:<b@c.example>');
  await client.say('DATA');
  await tell(octetsOfMessage);
  return opened;
}

describe('between commands', () => {
  test.each<[Load, number]>([
    ['calm', 300_000],
    ['busy', 60_000],
    ['full', 15_000],
    ['spent', 5_000],
  ])('a stranger is waited for, %s, for %i ms', async (how, ms) => {
    load = how;
    const { client, pass } = await connect();
    pass(ms);
    expect(await client.say('NOOP')).toMatch(/^250/);
    pass(ms + 1);
    expect(await client.reply()).toMatch(timedOut);
    expect(await client.rest()).toBe('');
  });

  test('an address in force is waited for five minutes, whatever the load', async () => {
    load = 'spent';
    standing = listed();
    const { client, pass } = await connect();
    pass(300_000);
    expect(await client.say('NOOP')).toMatch(/^250/);
    pass(300_001);
    expect(await client.reply()).toMatch(timedOut);
  });
});

test('a command that comes in drops has a minute, however often a drop comes', async () => {
  const { client, pass, tell } = await connect();
  await tell('NO');
  pass(59_000);
  await tell('O');
  pass(1_001);
  expect(await client.reply()).toMatch(timedOut);
});

test('a proof that fails by a bug ends its session, and nothing else', async () => {
  keepProof = async () => {
    throw new Error('a bug');
  };
  const { client } = await connect();
  await client.say('EHLO a');
  await client.say('MAIL FROM:<a@acme.example>');
  expect(await client.say('RCPT TO:<4830117741@proof.example>')).toMatch(/^451 4\.3\.0/);
  expect(await client.rest()).toBe('');
});

describe('a body', () => {
  const minute = 'x'.repeat(78);

  test('goes on as long as each minute brings its 6,000 octets', async () => {
    const { client, pass, tell } = await inBody();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      await tell(`${minute}\r\n`.repeat(76));
      pass(60_000);
    }
    client.send('.\r\n');
    await dotCame.promise;
    handOver?.finished({ kind: 'accepted', text: '250' });
    expect(await client.reply()).toMatch(/^250 2\.0\.0/);
  });

  test('that began with a lot cannot trickle on for hours', async () => {
    const { client, pass, tell } = await inBody();
    await tell(`${minute}\r\n`.repeat(10_000));
    pass(60_000);
    await tell(`${minute}\r\n`);
    pass(60_000);
    expect(await client.reply()).toMatch(timedOut);
  });

  test('that the next hop cannot follow is not the fault of the client', async () => {
    follows = false;
    const { client, pass } = await inBody();
    client.send(`${minute}\r\n`.repeat(100));
    for (let minutes = 0; minutes < 30; minutes += 1) pass(60_000);
    follows = true;
    handOver?.drained();
    client.send('.\r\n');
    await dotCame.promise;
    handOver?.finished({ kind: 'accepted', text: '250' });
    expect(await client.reply()).toMatch(/^250 2\.0\.0/);
  });
});

describe('a client that does not read', () => {
  const asked = 200_000;

  /** Asks on and on without reading, until it is not listened to any more. */
  async function flood() {
    standing = listed();
    accepted = Promise.withResolvers();
    const client = connectTcp({ port, host: '127.0.0.1' });
    const connection = await accepted.promise;
    client.pause();
    // Each is refused, and none is an error: it may ask for as many as it likes.
    withinRate = false;
    client.write('EHLO a\r\nMAIL FROM:<a@acme.example>\r\n');
    client.write('RCPT TO:<b@c.example>\r\n'.repeat(asked));
    await vi.waitFor(() => expect(atServer?.isPaused()).toBe(true), { timeout: 20_000 });
    return { client, connection };
  }

  test('is not listened to, however much it asks, and hears all of it once it reads', async () => {
    const { client } = await flood();
    expect(atServer?.writableLength).toBeLessThan(256 * 1024);
    let refused = 0;
    let rest = '';
    for await (const octets of client) {
      const lines = `${rest}${octets}`.split('\r\n');
      rest = lines.pop() ?? '';
      refused += lines.filter((line) => line.startsWith('451 4.7.0')).length;
      if (refused === asked) break;
    }
    expect(refused).toBe(asked);
  });

  test('is hung up on after a minute', async () => {
    const { client, connection } = await flood();
    nowMs += 60_001;
    connection.sweep(nowMs);
    expect(atServer?.writableEnded).toBe(true);
    nowMs += 6_000;
    connection.sweep(nowMs);
    expect(atServer?.destroyed).toBe(true);
    client.destroy();
  });
});

describe('at the door', () => {
  async function door(kind: 'plain' | 'proxy' = 'plain') {
    const counts = openClientCounts(newCountMemory([1, 2]));
    const listeners = await openListeners({
      services,
      addresses: [{ kind, host: '127.0.0.1', port: 0 }],
      sharesPorts: false,
      counts: () => counts,
      trustedProxies: ['127.0.0.1'],
      isDenied: () => false,
    });
    const knock = async (from?: string) => {
      const client = await openDialogue({ port: listeners.addresses[0]?.port ?? 0 });
      clients.push(client);
      if (from !== undefined) client.send(proxyLine(from));
      return client.reply();
    };
    const { addresses, turnsAllAway } = listeners;
    return { knock, counts, turnsAllAway, port: addresses[0]?.port ?? 0, close: () => listeners.drain(0) };
  }

  test.each<[Load, RegExp, RegExp]>([
    ['calm', /^220 /, /^220 /],
    ['busy', /^220 /, /^220 /],
    ['full', /^421 4\.3\.2 PX-too_busy /, /^220 /],
    ['spent', /^421 4\.3\.2 PX-too_busy /, /^421 4\.3\.2 PX-too_busy /],
  ])('%s: what a stranger hears, and what an address in force', async (how, stranger, known) => {
    const { knock, close } = await door();
    load = how;
    expect(await knock()).toMatch(stranger);
    standing = listed();
    expect(await knock()).toMatch(known);
    await close();
  });

  test('it is told whether everybody is turned away', async () => {
    const { counts, turnsAllAway, close } = await door();
    const told = (['full', 'spent', 'calm'] as const).map((how) => {
      load = how;
      return turnsAllAway();
    });
    expect(told).toEqual([false, true, false]);
    for (let count = 0; count < 20_000; count += 1) counts.add([`client ${count}`]);
    expect(turnsAllAway()).toBe(true);
    counts.remove(['client 0']);
    expect(turnsAllAway()).toBe(false);
    await close();
  });

  test('who is turned away takes no place, however long it stays to hear so', async () => {
    const { knock, counts, port: doorPort, close } = await door();
    for (let count = 0; count < 200; count += 1) expect(await knock()).toMatch(/^220 /);
    const stays = Array.from({ length: 20 }, () =>
      connectTcp({ port: doorPort, host: '127.0.0.1', allowHalfOpen: true }),
    );
    for (const socket of stays) expect(String((await once(socket, 'data'))[0])).toMatch(/^421 4\.7\.0 /);
    expect(counts.inAll()).toBe(200);
    for (const socket of stays) socket.destroy();
    await close();
  });

  test('a stranger has two hundred connections, an address in force more', async () => {
    const { knock, close } = await door();
    for (let count = 0; count < 200; count += 1) expect(await knock()).toMatch(/^220 /);
    expect(await knock()).toMatch(/^421 4\.7\.0 PX-too_many_connections /);
    standing = listed();
    expect(await knock()).toMatch(/^220 /);
    await close();
  });

  test('an IPv6 network of a site has a thousand, whatever addresses it uses', async () => {
    const { knock, close } = await door('proxy');
    for (let count = 0; count < 1000; count += 1) {
      expect(await knock(`2001:db8:7:${(count % 50).toString(16)}::${count}`)).toMatch(/^220 /);
    }
    expect(await knock('2001:db8:7:ffff::1')).toMatch(/^421 4\.7\.0 PX-too_many_connections /);
    expect(await knock('2001:db8:8:ffff::1')).toMatch(/^220 /);
    standing = listed();
    expect(await knock('2001:db8:7:ffff::1')).toMatch(/^220 /);
    await close();
  });

  test('strangers from everywhere leave places for those in force', async () => {
    const { knock, counts, close } = await door();
    const names = (count: number) =>
      placesOf(`198.51.${count >> 8}.${count & 255}`, null).map(({ name }) => name);
    for (let count = 0; count < 15_000; count += 1) counts.add(names(count));
    expect(await knock()).toMatch(/^421 4\.7\.0 PX-too_many_connections /);
    standing = listed();
    expect(await knock()).toMatch(/^220 /);
    await close();
  });

  test('one customer leaves places for the others, however many addresses it has', async () => {
    const { knock, counts, close } = await door();
    const names = (count: number) =>
      placesOf(`198.51.100.${count % 8}`, 'acme-production').map(({ name }) => name);
    for (let count = 0; count < 4_000; count += 1) counts.add(names(count));
    standing = listed();
    expect(await knock()).toMatch(/^421 4\.7\.0 PX-too_many_connections /);
    standing = { ...standing, terms: { ...standing.terms, serverSlug: 'globex-mail' } } as AddressStanding;
    expect(await knock()).toMatch(/^220 /);
    await close();
  });
});
