import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type Gate, openGate } from './testing/gate.ts';
import { silentLog } from './testing/silent-log.ts';
import {
  becomes,
  isConnected,
  listens,
  standing,
  type Watched,
  watchReplica,
  whileNobodyReads,
} from './testing/watched-replica.ts';
import { insertEntry, insertServer, removeEntry, type TestServer } from './testing/whitelist-rows.ts';
import { openDiskCopy } from './whitelist/disk-copy.ts';
import type { ReplicaOptions } from './whitelist/replica-types.ts';

// The copy while a database, a streaming replica or an answer is away.

/** So long that nothing is read but what a nudge asks for. */
const never = 600_000;

let database: TestDatabase;
let acme: TestServer;
let gate: Gate;
let folder: string;
const open: Watched[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  acme = await insertServer(database.pool, 'acme-production');
});
afterAll(() => database.close());
beforeEach(async () => {
  gate = await openGate(database.url);
  folder = await mkdtemp(path.join(tmpdir(), 'postern-outage-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ replica }) => replica.close()));
  await gate.close();
  await rm(folder, { recursive: true });
});

function watch(options: Partial<ReplicaOptions>, onReloaded?: (watched: Watched) => void): Watched {
  const watched = watchReplica(database, options, onReloaded);
  open.push(watched);
  return watched;
}

async function listening(options: Partial<ReplicaOptions>): Promise<Watched> {
  const watched = watch(options);
  await listens(watched);
  await watched.caughtUp();
  return watched;
}

const messages = ({ lines }: Watched) => lines().map(({ msg }) => msg);
const says = (watched: Watched, line: string) =>
  vi.waitFor(() => expect(messages(watched)).toContain(line), { timeout: 10_000 });

/** Waits for what nodes of this database do there. */
const nodesDo = (condition: string, values: unknown[] = []) =>
  vi.waitFor(
    async () => {
      const { rows } = await database.pool.query(
        `select from pg_stat_activity where datname = current_database()
           and application_name like 'postern-smtp %' and ${condition}`,
        values,
      );
      expect(rows).not.toEqual([]);
    },
    { timeout: 10_000 },
  );

/** Several times since now. */
async function heartbeats(): Promise<void> {
  const at = async () =>
    (await database.pool.query('select at from whitelist_heartbeat')).rows[0].at.getTime();
  for (let times = 0, before = await at(); times < 5; times += 1) {
    await vi.waitFor(async () => expect(await at()).toBeGreaterThan(before), { timeout: 10_000 });
    before = await at();
  }
}

test('the database away and back is said once each, and what has happened is read at once', async () => {
  const watched = await listening({ databaseUrl: gate.url, pollMs: never });
  gate.shut();
  await says(watched, 'the database cannot be reached');
  await insertEntry(database.pool, acme, '203.0.113.1/32');
  gate.reopen();
  await becomes(watched, '203.0.113.1', 'in_force');
  await says(watched, 'the database can be reached again');
  expect(messages(watched).filter((line) => line.includes('reached'))).toEqual([
    'the database cannot be reached',
    'the database can be reached again',
  ]);
});

test('what has happened while nothing could be heard of it is read as soon as it can be', async () => {
  const entry = await insertEntry(database.pool, acme, '203.0.113.2/32');
  const watched = await listening({ databaseUrl: gate.url, replicaUrl: database.url, pollMs: never });
  gate.shut();
  await says(watched, 'the database cannot be reached');
  await removeEntry(database.pool, entry);
  expect(standing(watched, '203.0.113.2')).toBe('in_force');
  gate.reopen();
  await becomes(watched, '203.0.113.2', 'none');
});

test('an announced end stays so for as long as it cannot be read', async () => {
  const entry = await insertEntry(database.pool, acme, '203.0.113.3/32');
  const watched = await listening({ replicaUrl: gate.url, pollMs: 10 });
  gate.shut();
  await says(watched, 'the streaming replica cannot be reached');
  await removeEntry(database.pool, entry);
  await becomes(watched, '203.0.113.3', 'none');
  await heartbeats();
  expect(standing(watched, '203.0.113.3')).toBe('none');
  gate.reopen();
  await watched.caughtUp();
  expect(standing(watched, '203.0.113.3')).toBe('none');
  expect(messages(watched)).not.toContain('they were said to have ended and are in force');
});

test('an announced end stays so while only a streaming replica can be read, which may not have come so far', async () => {
  const entry = await insertEntry(database.pool, acme, '203.0.113.8/32');
  let read = 0;
  const watched = await listening({
    databaseUrl: gate.url,
    replicaUrl: database.url,
    pollMs: 10,
    onHeartbeat: () => {
      read += 1;
    },
  });
  await whileNobodyReads(database, async () => {
    // That replica knows of no end.
    await database.pool.query(`select pg_notify('whitelist_ended', $1)`, [`${entry} ended`]);
    await becomes(watched, '203.0.113.8', 'none');
    gate.shut();
    await says(watched, 'the database cannot be reached');
    read = 0;
  });
  await vi.waitFor(() => expect(read).toBeGreaterThan(2), { timeout: 10_000 });
  expect(standing(watched, '203.0.113.8')).toBe('none');
  gate.reopen();
  await becomes(watched, '203.0.113.8', 'in_force');
});

test('an answer from before an end was announced does not take it back', async () => {
  const entry = await insertEntry(database.pool, acme, '203.0.113.4/32');
  const watched = await listening({ replicaUrl: gate.url, pollMs: never });
  const { rows } = await database.pool.query('select clock_timestamp() as asked');
  gate.fallSilent();
  await insertEntry(database.pool, acme, '203.0.113.5/32');
  await nodesDo(`state = 'idle' and query like '%node_entries%' and query_start > $1`, [rows[0].asked]);
  await removeEntry(database.pool, entry);
  await becomes(watched, '203.0.113.4', 'none');
  gate.speakAgain();
  await watched.caughtUp();
  expect([standing(watched, '203.0.113.4'), standing(watched, '203.0.113.5')]).toEqual(['none', 'in_force']);
  expect(messages(watched)).not.toContain('they were said to have ended and are in force');
});

test('what the database refuses is told, and asked for again', async () => {
  const rename = async (from: string, to: string) => {
    await database.pool.query(`alter view node_entries${from} rename to node_entries${to}`);
    await database.pool.query(`alter view node_policy${from} rename to node_policy${to}`);
    await database.pool.query(`alter function node_heartbeat${from} rename to node_heartbeat${to}`);
  };
  let policies = 0;
  const watched = await listening({
    pollMs: 10,
    onPolicy: () => {
      policies += 1;
    },
  });
  await rename('', '_away');
  try {
    await says(watched, 'the whitelist could not be read');
    await says(watched, 'the policy could not be read');
    await says(watched, 'the heartbeat could not be written');
  } finally {
    await rename('_away', '');
  }
  policies = 0;
  await heartbeats();
  expect(policies).toBeGreaterThan(0);
  await insertEntry(database.pool, acme, '203.0.113.6/32');
  await becomes(watched, '203.0.113.6', 'in_force');
});

test('how long a change took counts from when it was heard of, and nobody asks without a nudge', async () => {
  let asked = 0;
  const watched = await listening({
    pollMs: never,
    onHeartbeat: () => {
      asked += 1;
    },
  });
  const since = performance.now();
  await delay(300);
  // What was nudged while it started may have been under way.
  expect(asked).toBeLessThan(10);
  await insertEntry(database.pool, acme, '203.0.113.7/32');
  const { milliseconds } = await watched.caughtUp();
  expect(milliseconds).toBeLessThan(performance.now() - since);
});

describe('a copy on disk', () => {
  const disk = () =>
    openDiskCopy({
      folder,
      secrets: { current: 'a secret for tests, 32 octets long', previous: null },
      loginLimits: { recipientsPerMessage: 100, messageBytes: 1000 },
      log: silentLog().log,
      nowMs: () => Date.now(),
    });

  /** A node that ran until now, and has stopped. */
  async function ran(options: Partial<ReplicaOptions> = {}, work = async (_: Watched) => {}): Promise<void> {
    const watched = await listening({ disk: disk(), ...options });
    await work(watched);
    await watched.replica.close();
  }

  test('is not decided on while it can still be read what has changed since', async () => {
    const entry = await insertEntry(database.pool, acme, '203.0.113.20/32');
    await ran();
    await removeEntry(database.pool, entry);
    let again: Watched | undefined;
    await whileNobodyReads(database, async () => {
      again = watch({ disk: disk() });
      await nodesDo(`wait_event_type = 'Lock' and query like '%node_entries%'`);
      expect([again.reloads, again.loaded]).toEqual([1, false]);
    });
    await again?.replica.loaded;
    expect(again && standing(again, '203.0.113.20')).toBe('none');
  });

  test('without the database is as old as the heartbeat in it', async () => {
    await ran();
    const heard: number[] = [];
    const alone = watch({
      disk: disk(),
      databaseUrl: 'postgresql://postern@127.0.0.1:1/nowhere',
      onHeartbeat: (at) => heard.push(at),
    });
    await alone.replica.loaded;
    expect(heard).toEqual([alone.replica.heartbeatAt()]);
  });

  test('with an end that somebody made up is put right after a start', async () => {
    const entry = await insertEntry(database.pool, acme, '203.0.113.21/32');
    await ran({ replicaUrl: gate.url }, async (watched) => {
      gate.shut();
      await says(watched, 'the streaming replica cannot be reached');
      await database.pool.query(`select pg_notify('whitelist_ended', $1)`, [`${entry} removed_abuse`]);
      await becomes(watched, '203.0.113.21', 'removed_for_abuse');
    });
    const again = watch({ disk: disk() });
    await becomes(again, '203.0.113.21', 'in_force');
  });

  test('that is being read hears of an end meanwhile', async () => {
    const entry = await insertEntry(database.pool, acme, '203.0.113.22/32');
    await ran();
    gate.shut();
    const slow = Promise.withResolvers<void>();
    const real = disk();
    let atOnce = '';
    const again = watch(
      { disk: { ...real, read: () => slow.promise.then(real.read) }, replicaUrl: gate.url },
      (watched) => {
        atOnce = standing(watched, '203.0.113.22');
      },
    );
    await isConnected(again);
    await removeEntry(database.pool, entry);
    // What was announced comes before this answer.
    await again.replica.onPrimary((client) => client.query('select'));
    slow.resolve();
    await again.replica.loaded;
    expect(atOnce).toBe('none');
  });
});
