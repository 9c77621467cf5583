import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../db/testing.ts';
import type { CountersPayload, SendersPayload } from '../../../lib/domain/traffic.ts';
import type { Dialogue } from '../testing/dialogue.ts';
import { type Gate, openGate } from '../testing/gate.ts';
import { openSink, type Sink } from '../testing/sink.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';
import { insertEntry, insertServer, suspendEntry, type TestServer } from '../testing/whitelist-rows.ts';

let database: TestDatabase;
let acme: TestServer;
let sink: Sink;
let gate: Gate;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = await insertServer(database.pool, 'acme-production');
  sink = await openSink();
  gate = await openGate(database.url);
});
afterAll(async () => {
  await gate.close();
  await sink.close();
  await database.close();
});

const minuteMs = 60_000;
const start = Date.UTC(2026, 2, 1, 12);

type Own = {
  accepted: number;
  recipients: number;
  bytes: number;
  refused: number;
  deferred: number;
  unknown: number;
};

/** What the sender itself has counted of the replies that it was given, by entry and minute. */
class Ledger {
  readonly minutes = new Map<string, Own>();
  of(entry: string, atMs: number): Own {
    const key = `${entry} ${new Date(Math.floor(atMs / minuteMs) * minuteMs).toISOString()}`;
    const known = this.minutes.get(key);
    if (known !== undefined) return known;
    const none = { accepted: 0, recipients: 0, bytes: 0, refused: 0, deferred: 0, unknown: 0 };
    this.minutes.set(key, none);
    return none;
  }
}

async function send(client: Dialogue, row: Own, to: string[], from = 'printer@acme.example'): Promise<void> {
  const body = `From: <${from}>\r\nSubject: scan\r\n\r\n${'x'.repeat(to.length * 7)}\r\n`;
  await client.say(`MAIL FROM:<${from}>`);
  let accepted = 0;
  for (const one of to) {
    const reply = await client.say(`RCPT TO:<${one}>`);
    if (reply.startsWith('250')) accepted += 1;
    else if (reply.startsWith('550 5.1.1')) row.unknown += 1;
    else if (reply.startsWith('4')) row.deferred += 1;
    else row.refused += 1;
  }
  if (accepted === 0) return void (await client.say('RSET'));
  await client.say('DATA');
  client.send(`${body}.\r\n`);
  const end = await client.reply();
  if (end.startsWith('250')) {
    row.accepted += 1;
    row.recipients += accepted;
    row.bytes += body.length;
  } else if (end.startsWith('4')) row.deferred += 1;
}

/** The counters of everything in the inbox, added up as the jobs do it. */
async function reported(): Promise<Map<string, Own>> {
  const ledger = new Ledger();
  const { rows } = await database.pool.query<{ payload: CountersPayload }>(
    `select payload from node_reports where kind = 'counters'`,
  );
  for (const row of rows.flatMap(({ payload }) => payload.counters)) {
    const own = ledger.of(row.entry_id, Date.parse(row.minute));
    own.accepted += row.accepted ?? 0;
    own.recipients += row.recipients ?? 0;
    own.bytes += row.bytes ?? 0;
    own.deferred += row.deferred ?? 0;
    own.unknown += row.unknown_recipients ?? 0;
    const { rate_exceeded: _deferred, next_hop_away: _away, ...forGood } = row.refused ?? {};
    own.refused += Object.values(forGood).reduce((sum, count) => sum + count, 0);
  }
  return ledger.minutes;
}

test('an hour of traffic, the database away for ten minutes, the node started anew meanwhile, and away again: counted as the sender counts', async () => {
  const entries = [
    { id: await insertEntry(database.pool, acme, '203.0.113.10'), address: '203.0.113.10' },
    {
      id: await insertEntry(database.pool, acme, '203.0.113.11', { messagesPerHour: 30 }),
      address: '203.0.113.11',
    },
  ];
  sink.answer = (line) =>
    /nobody/.test(line) ? '550 5.1.1 Who?' : /later/.test(line) ? '450 4.2.0 Not now' : null;
  // An hour goes by in seconds: the node's clock is what this test says.
  let nowMs = start;
  const now = () => new Date(nowMs);
  const ledger = new Ledger();
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-traffic-'));
  const settings = { SMTP_NEXT_HOP: sink.url, POSTERN_DATA_DIR: folder };
  const begin = () => startTestNode(gate.url, settings, now);
  const greet = async (from: TestNode) => {
    const clients = await Promise.all(entries.map(({ address }) => from.from(address)));
    for (const client of clients) await client.say('EHLO printer');
    return clients;
  };
  let node = await begin();
  let clients = await greet(node);
  for (let minute = 0; minute < 60; minute += 1, nowMs += minuteMs) {
    if (minute === 20 || minute === 45) gate.shut();
    if (minute === 30) {
      // It stops with the database away, and a new process finds on disk what it could not hand over.
      await node.node.stop();
      expect(node.lines().some(({ msg }) => /wait on disk/.test(msg))).toBe(true);
      gate.reopen();
      node = await begin();
      clients = await greet(node);
    }
    if (minute === 50) gate.reopen();
    for (const [index, { id }] of entries.entries()) {
      const row = ledger.of(id, nowMs);
      const client = clients[index] as Dialogue;
      await send(client, row, ['b@elsewhere.example']);
      if (minute % 3 === 0) await send(client, row, ['b@c.example', 'nobody@c.example', 'later@c.example']);
      if (minute % 7 === 0) await send(client, row, ['b@c.example'], 'boss@globex.example');
    }
  }
  await node.close();
  await rm(folder, { recursive: true, force: true });
  for (const [key, row] of ledger.minutes) {
    if (Object.values(row).every((count) => count === 0)) ledger.minutes.delete(key);
  }
  expect(Object.fromEntries(await reported())).toEqual(Object.fromEntries(ledger.minutes));
  const total = [...ledger.minutes.values()];
  expect(total.reduce((sum, { accepted }) => sum + accepted, 0)).toBeGreaterThan(100);
  expect(total.some(({ deferred }) => deferred > 0)).toBe(true);
  await database.pool.query('delete from node_reports');
  sink.answer = () => null;
});

test('who is refused is counted for the entry that the address is in, and strangers for none', async () => {
  const suspended = await insertEntry(database.pool, acme, '203.0.113.20');
  await suspendEntry(database.pool, suspended);
  await insertEntry(database.pool, acme, '203.0.113.21', { status: 'pending' });
  const node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url, NODE_NAME: 'node-refusing' });
  for (const address of ['203.0.113.20', '203.0.113.21', '203.0.113.22']) {
    const client = await node.from(address);
    await client.say('EHLO printer');
    await client.say('MAIL FROM:<boss@globex.example>');
    expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^5/);
    await client.say('QUIT');
  }
  await node.close();
  const { rows } = await database.pool.query(
    `select kind, payload from node_reports where node = 'node-refusing' and kind <> 'enforced' order by kind`,
  );
  const [counters, senders] = rows.map(({ payload }) => payload as CountersPayload & SendersPayload);
  expect(rows.map(({ kind }) => kind)).toEqual(['counters', 'senders']);
  expect(counters?.counters).toMatchObject([{ entry_id: suspended, refused: { suspended: 1 } }]);
  expect(senders?.senders).toEqual(
    ['203.0.113.20', '203.0.113.21', '203.0.113.22'].map((address) => ({
      address,
      domain: 'globex.example',
      day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      taken: 0,
      refused: 1,
    })),
  );
});
