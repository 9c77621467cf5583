import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import { insertEntry, insertServer } from './testing/whitelist-rows.ts';

// A machine starts with a wrong clock, which is then set right: nothing that a node waits for or counts goes by it.

const dayMs = 86_400_000;
const message = 'From: printer@acme.example\r\n\r\nhello\r\n.\r\n';

let database: TestDatabase;
let sink: Sink;
let node: TestNode;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  database = await createTestDatabase();
  const acme = await insertServer(database.pool, 'acme-production');
  await insertEntry(database.pool, acme, '198.51.100.1/32');
  await insertEntry(database.pool, acme, '198.51.100.2/32', { messagesPerHour: 1 });
  sink = await openSink();
  await sink.close();
  node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url });
});
afterAll(async () => {
  vi.useRealTimers();
  await node.close();
  await sink.close();
  await database.close();
});

async function send(address: string): Promise<string> {
  const client = await node.from(address);
  await client.say('EHLO x');
  await client.say('MAIL FROM:<printer@acme.example>');
  const reply = await client.say('RCPT TO:<b@elsewhere.example>');
  if (!reply.startsWith('250')) return reply;
  await client.say('DATA');
  client.send(message);
  return client.reply();
}

test('a next hop that was away when the clock was set back is asked again a moment later', async () => {
  expect(await send('198.51.100.1')).toMatch(/^451 4\.4\.1/);
  vi.setSystemTime(Date.now() - dayMs);
  sink = await openSink({ port: sink.port });
  await sink.upcoming(/^EHLO/);
  expect(await send('198.51.100.1')).toMatch(/^250 2\.0\.0/);
});

test('a clock that is set forward opens no hour anew', async () => {
  expect(await send('198.51.100.2')).toMatch(/^250 2\.0\.0/);
  vi.setSystemTime(Date.now() + 2 * 3_600_000);
  expect(await send('198.51.100.2')).toMatch(/^451 4\.7\.0/);
});

test('what a message has taken is told by the clock that was not set meanwhile', async () => {
  const client = await node.from('198.51.100.1');
  await client.say('EHLO x');
  await client.say('MAIL FROM:<slow@acme.example>');
  vi.setSystemTime(Date.now() - dayMs);
  await client.say('QUIT');
  const taken = () => node.lines().find(({ from }) => from === 'slow@acme.example')?.milliseconds;
  await expect.poll(taken).toBeTypeOf('number');
  expect([Number(taken()) >= 0, Number.isInteger(taken())]).toEqual([true, true]);
});

test('what was counted is told to the database also after the clock was set back', async () => {
  const listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  try {
    const told = new Promise<void>((resolve) => {
      listener.on('notification', async () => {
        const { rows } = await database.pool.query(`select from node_reports where kind = 'counters'`);
        if (rows.length > 0) resolve();
      });
    });
    await listener.query('listen node_reports');
    await database.pool.query(`delete from node_reports where kind = 'counters'`);
    expect(await send('198.51.100.1')).toMatch(/^250 2\.0\.0/);
    vi.setSystemTime(Date.now() - dayMs);
    await told;
  } finally {
    await listener.end();
  }
});

test('a clock that is not that of the database is told at each connection', async () => {
  const told = () => node.lines().filter(({ msg }) => msg?.startsWith('the clock here is not')).length;
  const before = told();
  vi.setSystemTime(Date.now() - 365 * dayMs);
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'postern-smtp %'
      and datname = current_database()`,
  );
  await expect.poll(told).toBe(before + 1);
});
