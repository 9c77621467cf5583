import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../db/testing.ts';
import { proofAddress } from '../../../lib/secrets/proof-token.ts';
import type { Dialogue } from '../testing/dialogue.ts';
import { openSink, type Sink } from '../testing/sink.ts';
import { startTestNode, type TestNode, testSecrets } from '../testing/test-node.ts';
import {
  insertCredential,
  insertEntry,
  insertServer,
  removeEntry,
  type TestEntry,
  type TestServer,
} from '../testing/whitelist-rows.ts';

// A node with three threads that have sessions. So many clients that each thread gets some of them.

const THREADS = 3;
const MANY = 48;

let database: TestDatabase;
let sink: Sink;
let node: TestNode;
let acme: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = await insertServer(database.pool, 'acme-production');
  sink = await openSink();
  node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url, SMTP_THREADS: String(THREADS) });
});
afterAll(async () => {
  await node.close();
  await sink.close();
  await database.close();
});

const message = 'From: Scanner <printer@acme.example>\r\nSubject: scan\r\n\r\nhello\r\n.\r\n';

async function caughtUp(of = node): Promise<void> {
  const { rows } = await database.pool.query('select revision from whitelist_clock');
  await of.enforced(rows[0].revision);
}

async function list(network: string, entry: TestEntry = {}): Promise<string> {
  const id = await insertEntry(database.pool, acme, network, entry);
  await caughtUp();
  return id;
}

async function hello(address: string, of = node): Promise<Dialogue> {
  const client = await of.from(address);
  await client.say('EHLO client.example');
  return client;
}

async function rcpt(client: Dialogue, to = 'b@elsewhere.example'): Promise<string> {
  await client.say('MAIL FROM:<printer@acme.example>');
  return client.say(`RCPT TO:<${to}>`);
}

const times = <Value>(count: number, make: (number: number) => Promise<Value>) =>
  Promise.all(Array.from({ length: count }, (_, number) => make(number)));

/** The threads that have logged something of a client. */
function threadsOf(address: string, of = node): Set<unknown> {
  const lines = of.lines() as { client?: string; thread?: number }[];
  return new Set(lines.filter(({ client }) => client === address).map(({ thread }) => thread));
}

async function metric(pattern: RegExp, of = node): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${of.node.metricsPort}/metrics`);
  return Number(pattern.exec(await response.text())?.[1]);
}

test('a removal ends the sessions of every thread, and no thread lets the address in again', async () => {
  const own = await startTestNode(database.url, { NODE_NAME: 'node-own', SMTP_THREADS: String(THREADS) });
  const entry = await list('203.0.113.5/32');
  await caughtUp(own);
  const clients = await times(MANY, async (number) => {
    const client = await hello('203.0.113.5', own);
    if (number % 2 === 0) return client;
    await client.say('STARTTLS');
    await client.encrypt();
    await client.say('EHLO client.example');
    return client;
  });
  for (const client of clients) expect(await rcpt(client)).toMatch(/^250 2\.1\.5/);
  await removeEntry(database.pool, entry);
  for (const client of clients) expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-[^\r]*\r\n$/);
  const later = await times(MANY, () => hello('203.0.113.5', own));
  for (const client of later) expect(await rcpt(client)).toMatch(/^530 5\.7\.0/);
  for (const client of later) client.close();
  await own.close();
  // A node that has stopped has the lines of all its threads.
  expect(threadsOf('203.0.113.5', own).size).toBe(THREADS);
  const lines = own.lines();
  expect(lines.filter((line) => line.entry === entry && line.outcome === 'abandoned')).toHaveLength(MANY);
  expect(lines.filter(({ rule }) => rule === 'removed_while_open')).toHaveLength(MANY);
});

test('a client resumes its TLS session, whichever thread its next connection falls on', async () => {
  const connecting = (session?: Buffer) =>
    connectTls({ port: node.ports.tls, host: '127.0.0.1', rejectUnauthorized: false, session });
  const first = connecting().resume();
  const [ticket] = await once(first, 'session');
  first.destroy();
  const resumed = await times(MANY, async () => {
    const socket = connecting(ticket);
    await once(socket, 'secureConnect');
    const isResumed = socket.isSessionReused();
    socket.destroy();
    return isResumed;
  });
  expect(resumed).toEqual(Array(MANY).fill(true));
});

test('an entry has its rate once, whichever threads its connections fall on', async () => {
  await list('203.0.113.6/32', { messagesPerHour: 20 });
  // The node of the test before has left.
  await node.node.exchangeRates();
  const replies = await times(MANY, async () => {
    const client = await hello('203.0.113.6');
    const reply = await rcpt(client);
    if (reply.startsWith('250')) {
      await client.say('DATA');
      client.send(message);
      await client.expect('250 2.0.0');
    }
    client.close();
    return reply.slice(0, 9);
  });
  expect(replies.filter((reply) => reply === '250 2.1.5')).toHaveLength(20);
  expect(replies.filter((reply) => reply === '451 4.7.0')).toHaveLength(MANY - 20);
});

test('over several nodes an entry gets at most half as much again, through one its whole rate', async () => {
  const [one, other] = await Promise.all(
    ['node-rate-1', 'node-rate-2'].map((name) =>
      startTestNode(database.url, { SMTP_NEXT_HOP: sink.url, SMTP_THREADS: '2', NODE_NAME: name }),
    ),
  );
  if (one === undefined || other === undefined) throw new Error('two nodes were asked for');
  await list('203.0.113.61/32', { messagesPerHour: 40 });
  await list('203.0.113.62/32', { messagesPerHour: 40 });
  await Promise.all([one, other].map((each) => caughtUp(each)));
  const exchange = async () => {
    for (const each of [one, other, node]) await each.node.exchangeRates();
  };
  const send = async (address: string, of: TestNode, most: number) => {
    const client = await hello(address, of);
    let sent = 0;
    while (sent < most && (await rcpt(client)).startsWith('250')) {
      await client.say('DATA');
      client.send(message);
      await client.expect('250 2.0.0');
      sent += 1;
    }
    client.close();
    return sent;
  };
  await exchange();
  let through = 0;
  for (let round = 0; round < 12; round += 1) {
    through += await send('203.0.113.61', one, 100);
    await exchange();
  }
  expect(through).toBe(40);
  expect(await send('203.0.113.61', other, 100)).toBe(0);
  let both = 0;
  for (let round = 0; round < 12; round += 1) {
    for (const each of [one, other]) both += await send('203.0.113.62', each, 100);
    await exchange();
  }
  expect(both).toBeGreaterThanOrEqual(40);
  expect(both).toBeLessThanOrEqual(40 * 1.5 + 3);
  // One that starts again has not forgotten.
  await one.close();
  const again = await startTestNode(database.url, { SMTP_THREADS: '1', NODE_NAME: 'node-rate-1' });
  await again.node.exchangeRates();
  expect(await send('203.0.113.61', again, 1)).toBe(0);
  await Promise.all([again.close(), other.close()]);
});

test('what comes later is known everywhere: scopes, servers, and more rows than there was room for', async () => {
  const later = await insertServer(database.pool, 'later', ['later.example']);
  const clients = await times(MANY, () => hello('203.0.113.7'));
  await insertEntry(database.pool, later, '203.0.113.7/32', { recipientDomains: ['in.example'] });
  await database.pool.query(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at)
     select $1, $2, set_masklen('45.0.0.0'::inet + number, 32)::cidr, 'active', 'many', true, true, now()
     from generate_series(1, 3000) number`,
    [later.accountId, later.serverId],
  );
  await caughtUp();
  for (const client of clients) {
    await client.say('MAIL FROM:<printer@later.example>');
    expect(await client.say('RCPT TO:<b@in.example>')).toMatch(/^250 2\.1\.5/);
    expect(await client.say('RCPT TO:<b@out.example>')).toMatch(/^550 5\.7\.1/);
    client.close();
  }
  const last = await times(MANY, () => hello('45.0.11.184'));
  for (const client of last) {
    await client.say('MAIL FROM:<printer@later.example>');
    expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^250 2\.1\.5/);
    client.close();
  }
});

describe('signing in', () => {
  async function signedIn(address: string, password: string): Promise<[Dialogue, string]> {
    const client = await hello(address);
    await client.say('STARTTLS');
    await client.encrypt();
    await client.say('EHLO client.example');
    const reply = await client.say(`AUTH PLAIN ${Buffer.from(`\0acme\0${password}`).toString('base64')}`);
    return [client, reply.slice(0, 3)];
  }

  async function signIn(address: string, password: string): Promise<string> {
    const [client, reply] = await signedIn(address, password);
    client.close();
    return reply;
  }

  const fast = { memoryCost: 64, timeCost: 1 };

  test('works on every thread, and the old password is of use on none once it is changed', async () => {
    const credential = await insertCredential(database.pool, acme, 'acme', await hash('right', fast));
    await caughtUp();
    // So many at once from where nobody has signed in before would be taken for guesses until they are checked.
    expect(await signIn('198.51.100.60', 'right')).toBe('235');
    const open = await times(MANY, () => signedIn('198.51.100.60', 'right'));
    expect(new Set(open.map(([, reply]) => reply))).toEqual(new Set(['235']));
    for (const [client] of open) expect(await rcpt(client)).toMatch(/^250 2\.1\.5/);
    // As the platform changes it: another one in its place.
    await database.pool.query('update smtp_credentials set ended_at = now() where id = $1', [credential]);
    await insertCredential(database.pool, acme, 'acme', await hash('changed', fast));
    await caughtUp();
    for (const [client] of open) expect(await client.rest()).toMatch(/^421 4\.7\.0 /);
    const replies = await times(20, () => signIn('198.51.100.60', 'right'));
    expect(new Set(replies)).toEqual(new Set(['535']));
    expect(await signIn('198.51.100.60', 'changed')).toBe('235');
  });

  test('guesses are counted over all threads, and a guess that is right is of no use then', async () => {
    const guesses: string[] = [];
    for (let number = 0; number < 35; number += 1) {
      guesses.push(await signIn('198.51.100.61', `guess ${number}`));
    }
    expect(guesses.map((reply) => reply === '535')).toEqual(guesses.map((_, number) => number < 30));
    const right = await times(MANY, () => signIn('198.51.100.61', 'changed'));
    expect(new Set(right)).toEqual(new Set(['454']));
    expect(await signIn('198.51.100.60', 'changed')).toBe('235');
  });

  test('a password that a thread remembers is no way around that', async () => {
    const signInMany = (password: (number: number) => string, count: number) =>
      times(count, (number) => signIn('198.51.100.60', password(number)));
    expect(await signIn('198.51.100.60', 'changed')).toBe('235');
    expect(new Set(await signInMany(() => 'changed', MANY))).toEqual(new Set(['235']));
    for (const wave of [1, 2, 3]) await signInMany((number) => `guess ${wave} ${number}`, 50);
    expect(new Set(await signInMany(() => 'changed', MANY))).toEqual(new Set(['454']));
  });
});

test('whoever is looked at while it gets other terms is served', { timeout: 60_000 }, async () => {
  const entry = await list('203.0.113.44');
  let changing = true;
  const replies = new Set<string>();
  async function askAgainAndAgain(): Promise<void> {
    while (changing) {
      const client = await hello('203.0.113.44');
      await client.say('MAIL FROM:<printer@acme.example>');
      replies.add((await client.say('RCPT TO:<b@elsewhere.example>')).slice(0, 3));
      client.close();
    }
  }
  const asking = Array.from({ length: 12 }, askAgainAndAgain);
  // Each is news: terms that no thread has heard of.
  for (let octets = 1_000_001; octets <= 1_000_300; octets += 1) {
    await database.pool.query('update entries set message_bytes = $2 where id = $1', [entry, octets]);
  }
  await caughtUp();
  changing = false;
  await Promise.all(asking);
  expect([...replies]).toEqual(['250']);
});

test('a proof is 250 on any thread once its report is committed', async () => {
  const entry = await list('198.51.100.70/32', { status: 'pending' });
  const to = proofAddress(testSecrets, entry, 1, 'proof.example');
  const replies = await times(12, async () => {
    const client = await hello('198.51.100.70');
    const reply = await rcpt(client, to);
    const { rows } = await database.pool.query(
      `select 1 from node_reports where kind = 'proof_seen' and payload->>'entry_id' = $1`,
      [entry],
    );
    client.close();
    return `${reply.slice(0, 9)} ${rows.length > 0}`;
  });
  expect(new Set(replies)).toEqual(new Set(['250 2.1.5 true']));
});

test('what all threads count is told as one', async () => {
  const refused = await metric(/decisions_total\{rule="not_whitelisted"\} (\d+)/);
  const clients = await times(MANY, () => hello('198.51.100.200'));
  expect(await metric(/^postern_smtp_sessions (\d+)/m)).toBeGreaterThanOrEqual(MANY);
  for (const client of clients) expect(await rcpt(client)).toMatch(/^530/);
  for (const client of clients) await client.say('QUIT');
  expect((await metric(/decisions_total\{rule="not_whitelisted"\} (\d+)/)) - (refused || 0)).toBe(MANY);
  expect(await metric(/^postern_smtp_next_hop_healthy (\d+)/m)).toBe(1);
});

test('one address has so many connections, over all threads', async () => {
  // 200 of one stranger, then no more.
  const clients = await times(200, () => node.from('198.51.100.210'));
  await expect(node.from('198.51.100.210')).rejects.toThrow(/421 4\.7\.0|421 4\.3\.2/);
  expect(await rcpt(await hello('198.51.100.211'))).toMatch(/^530/);
  for (const client of clients) client.close();
});

test('the deny file closes the sessions of every thread', async () => {
  await list('198.51.100.95/32');
  const clients = await times(MANY, () => hello('198.51.100.95'));
  for (const client of clients) expect(await rcpt(client)).toMatch(/^250/);
  await writeFile(path.join(node.folder, 'deny'), '198.51.100.95\n');
  for (const client of clients) expect(await client.rest()).toMatch(/^554 5\.7\.1/);
  await expect(node.from('198.51.100.95')).rejects.toThrow('554 5.7.1');
});

test('a thread that dies is replaced: the others go on, and what they know is whole', async () => {
  await list('203.0.113.9/32', { messagesPerHour: 3 });
  const first = await hello('203.0.113.9');
  expect(await rcpt(first)).toMatch(/^250/);
  const clients = await times(MANY, () => hello('203.0.113.9'));
  await node.node.killThread();
  const answers = await Promise.all(
    clients.map((client) =>
      client.say('NOOP').then(
        () => 'goes on',
        () => 'gone',
      ),
    ),
  );
  expect(new Set(answers)).toEqual(new Set(['goes on', 'gone']));
  const later = await times(MANY, () => hello('203.0.113.9'));
  const replies = await Promise.all(later.map((client) => rcpt(client)));
  expect(replies.filter((reply) => reply.startsWith('250'))).toHaveLength(2);
  for (const client of [first, ...clients, ...later]) client.close();
  const entry = await list('203.0.113.10/32');
  const resting = await times(MANY, () => hello('203.0.113.10'));
  for (const client of resting) expect(await rcpt(client)).toMatch(/^250/);
  await removeEntry(database.pool, entry);
  for (const client of resting) expect(await client.rest()).toMatch(/^421/);
});

test('threads that die one after the other are no accident: the sixth within a minute ends the node', async () => {
  const own = await startTestNode(database.url, { NODE_NAME: 'node-hopeless', SMTP_THREADS: '2' });
  const hopeless = () => own.lines().filter(({ msg }) => /threads have died within a minute/.test(msg));
  for (let deaths = 1; deaths <= 5; deaths += 1) await own.node.killThread();
  expect(hopeless()).toEqual([]);
  expect(await rcpt(await hello('198.51.100.96', own))).toMatch(/^530/);
  await own.node.killThread();
  expect(hopeless()).toMatchObject([{ level: 60, msg: '6 threads have died within a minute' }]);
  await own.close();
});

test('a new certificate is used by every thread', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-certificate-'));
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const testdata = fileURLToPath(new URL('../../testdata/', import.meta.url));
  await copyFile(path.join(testdata, 'certificate.pem'), cert);
  await copyFile(path.join(testdata, 'key.pem'), key);
  const own = await startTestNode(database.url, {
    NODE_NAME: 'node-certificate',
    SMTP_THREADS: '2',
    SMTP_TLS_CERT: cert,
    SMTP_TLS_KEY: key,
  });
  const names = async () => new Set(await times(MANY, () => certificateName(own.ports.tls)));
  expect(await names()).not.toContain('renewed.example');
  await copyFile(path.join(testdata, 'renewed-certificate.pem'), cert);
  await copyFile(path.join(testdata, 'renewed-key.pem'), key);
  await own.node.reloadCertificate();
  expect(await names()).toEqual(new Set(['renewed.example']));
  await own.close();
  await rm(folder, { recursive: true });
});

function certificateName(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

test('threads stop when asked: what is under way is finished', async () => {
  const own = await startTestNode(database.url, {
    NODE_NAME: 'node-drained',
    SMTP_NEXT_HOP: sink.url,
    SMTP_THREADS: '2',
  });
  await list('203.0.113.20/32');
  await caughtUp(own);
  const clients = await times(16, () => hello('203.0.113.20', own));
  for (const client of clients) {
    await rcpt(client);
    await client.say('DATA');
  }
  const idle = await times(16, () => hello('203.0.113.20', own));
  const stopping = own.node.stop();
  for (const client of idle) expect(await client.rest()).toMatch(/^421 4\.3\.2/);
  for (const client of clients) client.send(message);
  for (const client of clients) expect(await client.rest()).toMatch(/^250 2\.0\.0 [^\r]*\r\n421 4\.3\.2/);
  await stopping;
});

test('a port that somebody has is not shared with them', async () => {
  const taken = startTestNode(database.url, {
    NODE_NAME: 'node-second',
    SMTP_THREADS: '2',
    SMTP_PORT: String(node.ports.plain),
  });
  await expect(taken).rejects.toThrow('the port is in use by another program');
});
