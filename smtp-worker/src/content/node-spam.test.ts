import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../db/testing.ts';
import type { SpamSeenPayload } from '../../../lib/domain/traffic.ts';
import type { Dialogue } from '../testing/dialogue.ts';
import { openSink, type Sink } from '../testing/sink.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';
import { insertEntry, insertServer, removeEntry, type TestServer } from '../testing/whitelist-rows.ts';
import { gtube } from './gtube.ts';

let database: TestDatabase;
let acme: TestServer;
let sink: Sink;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = await insertServer(database.pool, 'acme-production');
  sink = await openSink();
});
afterAll(async () => {
  await sink.close();
  await database.close();
});

async function send(client: Dialogue, text: string): Promise<string> {
  await client.say('MAIL FROM:<printer@acme.example>');
  const rcpt = await client.say('RCPT TO:<jane.doe@elsewhere.example>');
  if (!rcpt.startsWith('250')) {
    await client.say('RSET');
    return rcpt;
  }
  // What holds an entry may come between two commands.
  const data = await client.say('DATA');
  if (!data.startsWith('354')) {
    await client.say('RSET');
    return data;
  }
  client.send(`From: printer@acme.example\r\nSubject: Win 1000 now\r\n\r\n${text}\r\n.\r\n`);
  return client.reply();
}

async function hello(node: TestNode, address: string): Promise<Dialogue> {
  const client = await node.from(address);
  await client.say('EHLO printer');
  return client;
}

async function metric(node: TestNode, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${node.node.metricsPort}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`postern_smtp_${name} `));
  return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ')));
}

/** Until the node knows the policy: before that it does nothing by itself. */
async function knowsPolicy(node: TestNode): Promise<void> {
  while ((await metric(node, 'ladder_known')) === 0);
}

async function spamSeen(node: string): Promise<SpamSeenPayload[]> {
  const { rows } = await database.pool.query(
    `select payload from node_reports where kind = 'spam_seen' and node = $1 order by payload->>'at'`,
    [node],
  );
  return rows.map(({ payload }) => payload);
}

test('a spam run with GTUBE is slowed down and then held by the node itself; the neighbour goes on, the change of the database takes over', async () => {
  const entry = await insertEntry(database.pool, acme, '203.0.113.30');
  await insertEntry(database.pool, acme, '203.0.113.31');
  const node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url, NODE_NAME: 'node-gtube' });
  await knowsPolicy(node);
  const spammer = await hello(node, '203.0.113.30');
  const neighbour = await hello(node, '203.0.113.31');
  const replies: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    replies.push(await send(spammer, gtube));
    expect(await send(neighbour, 'a scan')).toMatch(/^250 /);
  }
  // What was taken was handed on: the verdict is held against the sender, not against the message.
  expect(replies.slice(0, 8).every((reply) => reply.startsWith('250 2.0.0 Accepted'))).toBe(true);
  expect(replies.slice(8)).toEqual(
    Array(4).fill(expect.stringMatching(/^451 4\.7\.0 PX-\S+ Mail from here is held back/)),
  );
  expect(await metric(node, 'brakes_total{what="throttled"}')).toBe(1);
  expect(await metric(node, 'brakes_total{what="held"}')).toBe(1);
  expect(await metric(node, 'brakes_on')).toBe(1);
  // The ladder removes it: the copy refuses by itself then, and the session ends.
  await removeEntry(database.pool, entry, 'abuse');
  expect(await spammer.rest()).toMatch(/^421 4\.7\.0/);
  expect(await send(await hello(node, '203.0.113.30'), gtube)).toMatch(/^550 5\.7\.1 .*removed/);
  // The brake is let go of when the removal has been read, a moment after it was enforced.
  while ((await metric(node, 'brakes_on')) > 0);
  expect(await send(neighbour, 'a scan')).toMatch(/^250 /);
  await node.close();
  const told = await spamSeen('node-gtube');
  expect(told).toHaveLength(8);
  expect(new Set(told.map(({ transaction }) => transaction)).size).toBe(8);
  expect(told[0]).toMatchObject({
    entry_id: entry,
    verdict: 'spam',
    filter: 'gtube',
    braked: null,
    sample: { sender: 'printer@acme.example', recipient: 'j…@elsewhere.example', subject: 'Win •••• now' },
  });
  expect(told.map(({ braked }) => braked)).toEqual([null, null, ...Array(5).fill('throttled'), 'held']);
  expect(JSON.stringify(told)).not.toContain('jane');
});

test('a brake holds in every thread, also in one that comes later', async () => {
  await insertEntry(database.pool, acme, '203.0.113.35');
  await insertEntry(database.pool, acme, '203.0.113.36');
  const settings = { SMTP_NEXT_HOP: sink.url, NODE_NAME: 'node-threads', SMTP_THREADS: '3' };
  const node = await startTestNode(database.url, settings);
  await knowsPolicy(node);
  const held = expect.stringMatching(/^451 4\.7\.0 PX-\S+ Mail from here is held back/);
  const spammers = await Promise.all(Array.from({ length: 6 }, () => hello(node, '203.0.113.35')));
  let taken = 0;
  // How much goes through until all threads know is up to them; what matters is that it ends.
  for (let reply = ''; !reply.startsWith('451 4.7.0'); taken += 1) {
    reply = await send(spammers[taken % spammers.length] as Dialogue, gtube);
  }
  expect(taken).toBeGreaterThan(8);
  while ((await metric(node, 'brakes_total{what="held"}')) === 0);
  await node.node.killThread();
  const later = await Promise.all(Array.from({ length: 12 }, () => hello(node, '203.0.113.35')));
  for (const client of later) expect(await send(client, 'a scan')).toEqual(held);
  expect(await send(await hello(node, '203.0.113.36'), 'a scan')).toMatch(/^250 /);
  await node.close();
});

test('a message whose dot was not taken is no spam of anybody, and one without an entry neither', async () => {
  await insertEntry(database.pool, acme, '203.0.113.40');
  const node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url, NODE_NAME: 'node-refused' });
  sink.answer = (line) => (line === '.' ? '554 5.7.1 No' : null);
  expect(await send(await hello(node, '203.0.113.40'), gtube)).toMatch(/^554/);
  sink.answer = () => null;
  await node.close();
  expect(await spamSeen('node-refused')).toEqual([]);
});

test('rspamd is asked after the dot: mail never waits for it, and flows while it is away', async () => {
  const waiting = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<string>();
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1');
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', async () => {
      asked.resolve(body);
      await waiting.promise;
      const symbols = { BAYES_SPAM: { name: 'BAYES_SPAM', score: 5.1 } };
      response.end(JSON.stringify({ action: 'reject', score: 17.5, required_score: 15, symbols }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const entry = await insertEntry(database.pool, acme, '203.0.113.50');
  const settings = {
    SMTP_NEXT_HOP: sink.url,
    RSPAMD_URL: `http://127.0.0.1:${port}`,
    NODE_NAME: 'node-rspamd',
  };
  const node = await startTestNode(database.url, settings);
  const client = await hello(node, '203.0.113.50');
  // It has not answered, and the client has its 250.
  expect(await send(client, 'buy\r\n..this')).toMatch(/^250 /);
  expect(await asked.promise).toMatch(
    /^Received: [\s\S]*Postern-Attribution: [\s\S]*\r\n\r\nbuy\r\n\.this\r\n$/,
  );
  waiting.resolve();
  while ((await metric(node, 'content_checks_total{outcome="spam"}')) === 0);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await send(client, 'more')).toMatch(/^250 /);
  while ((await metric(node, 'content_checks_total{outcome="away"}')) === 0);
  expect(await send(client, 'more')).toMatch(/^250 /);
  expect(node.lines().filter(({ msg }) => /spam filter does not answer/.test(msg))).toHaveLength(1);
  await node.close();
  expect(await spamSeen('node-rspamd')).toMatchObject([
    { entry_id: entry, verdict: 'spam', filter: 'rspamd', score: 17.5, symbols: ['BAYES_SPAM'] },
  ]);
});
