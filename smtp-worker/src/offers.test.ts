import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { Dialogue } from './testing/dialogue.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import { insertEntry, insertServer } from './testing/whitelist-rows.ts';

// What a node offers at EHLO is what its next hops are known to take, in all of its threads.

const device = '198.51.100.1';
const message = 'From: Scanner <printer@acme.example>\r\n\r\nhello\r\n.\r\n';

let database: TestDatabase;
let sinks: Sink[];
let nodes: TestNode[];
beforeAll(async () => {
  database = await createTestDatabase();
  await insertEntry(database.pool, await insertServer(database.pool, 'acme-production'), device);
});
afterAll(() => database.close());
beforeEach(() => {
  sinks = [];
  nodes = [];
});
afterEach(async () => {
  for (const node of nodes) await node.close();
  for (const sink of sinks) await sink.close();
});

async function open(settings: Record<string, string>): Promise<TestNode> {
  const node = await startTestNode(database.url, settings);
  nodes.push(node);
  return node;
}

async function hop(...extensions: string[]): Promise<Sink> {
  const sink = await openSink();
  sink.extensions = ['PIPELINING', ...extensions];
  sinks.push(sink);
  return sink;
}

async function greeted(node: TestNode): Promise<[Dialogue, string]> {
  const client = await node.from(device);
  return [client, await client.say('EHLO client.example')];
}

const offeredBy = (reply: string) => reply.match(/8BITMIME|SMTPUTF8/g)?.join(' ') ?? 'nothing';

async function rcpt(client: Dialogue, parameters = ''): Promise<string> {
  await client.say(`MAIL FROM:<printer@acme.example>${parameters}`);
  return client.say('RCPT TO:<b@elsewhere.example>');
}

async function send(node: TestNode, parameters = ''): Promise<string> {
  const [client] = await greeted(node);
  const reply = await rcpt(client, parameters);
  if (!reply.startsWith('250')) return reply;
  await client.say('DATA');
  client.send(message);
  return client.reply();
}

test.each(['1', '3'])(
  'what the next hop does not take is offered until that is known: %s threads',
  async (threads) => {
    const sink = await hop('SIZE');
    const node = await open({ SMTP_NEXT_HOP: sink.url, SMTP_THREADS: threads });
    const [early, greeting] = await greeted(node);
    expect(offeredBy(greeting)).toBe('8BITMIME SMTPUTF8');
    // It was offered, so that this is no fault of the client: it may come again.
    expect(await rcpt(early, ' BODY=8BITMIME')).toMatch(/^451 4\.6\.3 /);
    for (let clients = 0; clients < 24; clients += 1) {
      expect(offeredBy((await greeted(node))[1])).toBe('nothing');
    }
    expect(await send(node, ' BODY=8BITMIME')).toMatch(/^550 5\.6\.3 /);
    expect(await send(node, ' SMTPUTF8')).toMatch(/^550 5\.6\.7 /);
    expect(await send(node)).toMatch(/^250 2\.0\.0 /);
    const told = node.lines().filter(({ msg }) => msg === 'clients are offered what the next hop offers');
    expect(told).toMatchObject([{ eightBit: false, utf8: false }]);
  },
);

test('a next hop that learns to take more is believed with its next greeting', async () => {
  const sink = await hop('8BITMIME');
  const node = await open({ SMTP_NEXT_HOP: sink.url });
  expect(await send(node)).toMatch(/^250 2\.0\.0 /);
  expect(offeredBy((await greeted(node))[1])).toBe('8BITMIME');
  sink.extensions.push('SMTPUTF8');
  sink.dropAll();
  expect(await send(node)).toMatch(/^250 2\.0\.0 /);
  expect(offeredBy((await greeted(node))[1])).toBe('8BITMIME SMTPUTF8');
});

test('of two next hops the one that takes less is enough, also while it is away', async () => {
  const [able, unable] = [await hop('8BITMIME', 'SMTPUTF8'), await hop('8BITMIME')];
  const node = await open({ SMTP_NEXT_HOP: `${able.url},${unable.url}` });
  for (let messages = 0; messages < 4; messages += 1) expect(await send(node)).toMatch(/^250 2\.0\.0 /);
  expect([able.messages.length, unable.messages.length].every((count) => count > 0)).toBe(true);
  expect(offeredBy((await greeted(node))[1])).toBe('8BITMIME');
  await unable.close();
  unable.dropAll();
  for (let messages = 0; messages < 4; messages += 1) await send(node);
  expect(offeredBy((await greeted(node))[1])).toBe('8BITMIME');
});

test('a Maildir takes everything', async () => {
  const node = await open({});
  expect(offeredBy((await greeted(node))[1])).toBe('8BITMIME SMTPUTF8');
  expect(await send(node, ' BODY=8BITMIME SMTPUTF8')).toMatch(/^250 2\.0\.0 /);
});
