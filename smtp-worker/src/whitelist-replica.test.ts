import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClientBase } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { silentLog } from './testing/silent-log.ts';
import {
  becomes,
  listens,
  standing,
  type Watched,
  watchReplica,
  whileNobodyReads,
} from './testing/watched-replica.ts';
import {
  insertCredential,
  insertEntry,
  insertServer,
  removeEntry,
  suspendEntry,
  type TestServer,
} from './testing/whitelist-rows.ts';
import { findCredential, loginStandingOf } from './whitelist/directory.ts';
import { openDiskCopy } from './whitelist/disk-copy.ts';
import { pendingFor, standingOf } from './whitelist/entry-table.ts';
import type { ReplicaOptions, WhitelistReplica } from './whitelist/replica-types.ts';
import { openReplica } from './whitelist-replica.ts';

/** What the clock says after a restore. */
const restored = 'revision = revision - 1, generation = gen_random_uuid()';

let database: TestDatabase;
let acme: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = await insertServer(database.pool, 'acme-production');
});
afterAll(() => database.close());

const open: WhitelistReplica[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((replica) => replica.close()));
});

async function openWatched(
  options: Partial<ReplicaOptions> = {},
  onReloaded: (watched: Watched) => void = () => {},
): Promise<Watched> {
  const watched = watchReplica(database, options, onReloaded);
  open.push(watched.replica);
  if (options.databaseUrl === undefined) await listens(watched);
  else await watched.replica.loaded;
  return watched;
}

test('a change is enforced without anybody asking', async () => {
  const watched = await openWatched();
  const entry = await insertEntry(database.pool, acme, '203.0.113.5/32');
  await watched.caughtUp();
  expect(standing(watched, '203.0.113.5')).toBe('in_force');
  expect(standingOf(watched.replica.table(), '203.0.113.5', Date.now()).terms?.scope.senderDomains).toEqual(
    new Set(['acme.example']),
  );
  await suspendEntry(database.pool, entry);
  await watched.caughtUp();
  expect(standing(watched, '203.0.113.5')).toBe('suspended');
  expect(watched.ended).toHaveLength(1);
  await removeEntry(database.pool, entry, 'abuse');
  await watched.caughtUp();
  expect(standing(watched, '203.0.113.5')).toBe('removed_for_abuse');
});

test('what was there before is loaded, pending requests too', async () => {
  await insertEntry(database.pool, acme, '203.0.113.16/32');
  await insertEntry(database.pool, acme, '203.0.113.17/32', { status: 'pending' });
  const watched = await openWatched();
  expect(standing(watched, '203.0.113.16')).toBe('in_force');
  expect(standing(watched, '203.0.113.17')).toBe('none');
  expect(pendingFor(watched.replica.table(), '203.0.113.17')).toMatchObject([{ serverId: acme.serverId }]);
});

test('what happens to server, subscription and account reaches its entries', async () => {
  const other = await insertServer(database.pool, 'other-server');
  await insertEntry(database.pool, other, '198.51.100.5/32');
  const watched = await openWatched();
  const after = async (text: string) => {
    await database.pool.query(text);
    await watched.caughtUp();
    return standing(watched, '198.51.100.5');
  };
  expect(await after(`update servers set status = 'paused' where slug = 'other-server'`)).toBe('lapsed');
  // Nobody announces that: whoever rests on it is told of it once it is read.
  expect(watched.ended).toHaveLength(1);
  expect(await after(`update servers set status = 'active' where slug = 'other-server'`)).toBe('in_force');
  expect(
    await after(`update subscriptions set status = 'lapsed' where server_id = '${other.serverId}'`),
  ).toBe('lapsed');
  expect(
    await after(`update subscriptions set status = 'active' where server_id = '${other.serverId}'`),
  ).toBe('in_force');
  expect(await after(`update accounts set status = 'cancelled' where slug = 'other-server'`)).toBe(
    'cancelled',
  );
});

test('a server that comes later answers for its entries, and what it asks for then holds for them', async () => {
  const watched = await openWatched();
  const later = await insertServer(database.pool, 'comes-later');
  await insertEntry(database.pool, later, '198.51.100.6/32');
  await watched.caughtUp();
  const terms = () => standingOf(watched.replica.table(), '198.51.100.6', Date.now()).terms;
  expect([terms()?.serverSlug, terms()?.scope.needs]).toEqual(['comes-later', 'either']);
  await database.pool.query(`update servers set mail_needs = 'both' where slug = 'comes-later'`);
  await watched.caughtUp();
  expect(terms()?.scope.needs).toBe('both');
});

test('credentials come and go with their servers', async () => {
  const server = await insertServer(database.pool, 'with-login', ['login.example']);
  const id = await insertCredential(database.pool, server, 'Login-User', 'hash');
  const watched = await openWatched();
  const { replica } = watched;
  expect(findCredential(replica.directory(), 'login-USER')).toMatchObject({
    credentialId: id,
    passwordHash: 'hash',
  });
  const login = { credentialId: id, username: 'Login-User' };
  expect(loginStandingOf(replica.directory(), login)).toMatchObject({
    standing: 'in_force',
    serverSlug: 'with-login',
  });
  await database.pool.query(`update smtp_credentials set password_hash = 'other' where id = $1`, [id]);
  await watched.caughtUp();
  expect(watched.changedCredentials).toEqual([id]);
  await database.pool.query(`update servers set status = 'paused' where slug = 'with-login'`);
  await watched.caughtUp();
  expect(loginStandingOf(replica.directory(), login)).toEqual({ standing: 'lapsed' });
  await database.pool.query('update smtp_credentials set ended_at = now() where id = $1', [id]);
  await watched.caughtUp();
  expect(findCredential(replica.directory(), 'login-user')).toBeUndefined();
  expect(loginStandingOf(replica.directory(), login)).toEqual({ standing: 'none' });
});

test('a burst of changes is folded, and its last state is what counts', async () => {
  const watched = await openWatched();
  const entries = await Promise.all(
    Array.from({ length: 40 }, (_, number) => insertEntry(database.pool, acme, `192.0.2.${number}/32`)),
  );
  await Promise.all(entries.slice(0, 20).map((entry) => removeEntry(database.pool, entry)));
  const enforced = await watched.caughtUp();
  const standings = entries.map((_, number) => standing(watched, `192.0.2.${number}`));
  expect(standings.slice(0, 20)).toEqual(new Array(20).fill('none'));
  expect(standings.slice(20)).toEqual(new Array(20).fill('in_force'));
  expect(enforced.entries).toBe(watched.replica.table().inForce);
});

test('two nodes that hold the same say the same, however they came by it', async () => {
  const first = await openWatched();
  await insertEntry(database.pool, acme, '198.51.100.77/32');
  const second = await openWatched();
  const [one, other] = [await first.caughtUp(), await second.caughtUp()];
  expect([one.entries, one.checksum]).toEqual([other.entries, other.checksum]);
});

test.each([
  ['', restored],
  // As by `pg_restore --clean`.
  [' in its place', 'revision = revision - 1'],
  [' and changed more often since', 'revision = revision + 100, generation = gen_random_uuid()'],
])(
  'a database restored%s is loaded anew, with an alarm, and what was ended stays refused',
  async (_, clock) => {
    const entry = await insertEntry(database.pool, acme, '198.51.100.88/32');
    const watched = await openWatched();
    await removeEntry(database.pool, entry);
    await watched.caughtUp();
    await restoreEntry(entry, clock);
    await vi.waitFor(() => expect(watched.reloads).toBe(2), { timeout: 10_000 });
    await watched.caughtUp();
    expect(watched.lines().filter(({ level }) => level >= 50)).toHaveLength(2);
    expect(standing(watched, '198.51.100.88')).toBe('suspended');
    // Whatever its owner does with it counts for nothing.
    await database.pool.query(`update entries set label = 'mine' where id = $1`, [entry]);
    expect((await watched.caughtUp()).heldBack).toEqual({ count: 1, entries: [entry] });
    expect(standing(watched, '198.51.100.88')).toBe('suspended');
    // Nor does it keep a false end of another from being put right.
    const other = await insertEntry(database.pool, acme, '198.51.100.87/32');
    await watched.caughtUp();
    await database.pool.query(`select pg_notify('whitelist_ended', $1)`, [`${other} ended`]);
    const said = (line: string) => watched.lines().filter(({ msg }) => msg === line);
    await vi.waitFor(() => expect(said('they were said to have ended and are in force')).toHaveLength(1), {
      timeout: 10_000,
    });
    await removeEntry(database.pool, other);
    await confirm(entry);
    await watched.until(({ heldBack }) => heldBack.count === 0);
    expect(standing(watched, '198.51.100.88')).toBe('in_force');
    expect(said('staff have let in again what was held back')).toMatchObject([{ confirmed: 1 }]);
    await removeEntry(database.pool, entry);
  },
);

test('after a restore it is said which credentials are good again as they were', async () => {
  const { pool } = database;
  await insertCredential(pool, acme, 'as-before', 'hash');
  const changed = await insertCredential(pool, acme, 'changed', 'leaked');
  const ended = await insertCredential(pool, acme, 'ended', 'hash');
  const watched = await openWatched();
  await pool.query(`update smtp_credentials set password_hash = 'new' where id = $1`, [changed]);
  await pool.query('update smtp_credentials set ended_at = now() where id = $1', [ended]);
  await watched.caughtUp();
  await restore(async (client) => {
    await client.query(`update smtp_credentials set password_hash = 'leaked' where id = $1`, [changed]);
    await client.query('update smtp_credentials set ended_at = null where id = $1', [ended]);
  });
  await watched.caughtUp();
  const [line] = watched.lines().filter(({ usernames }) => usernames !== undefined);
  const usernames = expect.arrayContaining(['changed', 'ended']);
  expect(line).toMatchObject({ level: 50, credentials: 2, usernames });
  expect(watched.lines().filter(({ heldBack }) => heldBack !== undefined)).toEqual([]);
});

test('the copy is as old as the heartbeat in it', async () => {
  const fresh = await openWatched();
  expect(fresh.replica.copyTooOld()).toBe(false);
  await fresh.replica.close();
  await database.pool.query(`update whitelist_heartbeat set at = clock_timestamp() - interval '1 hour'`);
  await database.pool.query('alter function node_heartbeat rename to node_heartbeat_away');
  const late = await openWatched();
  expect(late.replica.copyTooOld()).toBe(true);
  expect(late.replica.ageSeconds()).toBeGreaterThan(3000);
  await late.replica.close();
  await database.pool.query('alter function node_heartbeat_away rename to node_heartbeat');
  // The first one back after all of them were down does not wait for its next beat.
  const first = await openWatched({ pollMs: 1e9 });
  await expect.poll(() => first.replica.copyTooOld()).toBe(false);
  await first.replica.close();
  // As a standby may see it whose clock is behind: it makes nothing younger than it is.
  await database.pool.query(`update whitelist_heartbeat set at = clock_timestamp() + interval '1 hour'`);
  const ahead = await openWatched();
  expect(ahead.replica.ageSeconds()).toBeGreaterThanOrEqual(0);
  await database.pool.query('select node_heartbeat()');
});

test('a connection that is cut comes back and misses nothing', async () => {
  const watched = await openWatched();
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'postern-smtp node-1' and datname = current_database()`,
  );
  await insertEntry(database.pool, acme, '198.51.100.99/32');
  await watched.caughtUp();
  expect(standing(watched, '198.51.100.99')).toBe('in_force');
});

test('a snapshot that takes longer than many heartbeats is loaded all the same', async () => {
  const blocker = await database.pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table servers in access exclusive mode');
    const opening = openWatched({ pollMs: 1 });
    // Each question is answered after several heartbeats would have been written into the waiting snapshot.
    for (let waiting = 0; waiting < 50; ) {
      const { rows } = await database.pool.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and query like '%node_servers%'`,
      );
      waiting += rows[0]?.count ?? 0;
    }
    await blocker.query('commit');
    const { replica } = await opening;
    expect(replica.copyTooOld()).toBe(false);
  } finally {
    blocker.release();
  }
});

describe('an end that is announced', () => {
  test.each<[string, (entry: string) => Promise<void>, string]>([
    ['removed', (entry) => removeEntry(database.pool, entry), 'none'],
    ['removed for abuse', (entry) => removeEntry(database.pool, entry, 'abuse'), 'removed_for_abuse'],
    ['suspended', (entry) => suspendEntry(database.pool, entry), 'suspended'],
  ])('is enforced before anybody has read it: %s', async (_, end, wanted) => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.60/32');
    const watched = await openWatched();
    await whileNobodyReads(database, async () => {
      await end(entry);
      await becomes(watched, '192.0.2.60', wanted);
      expect(watched.ended).toHaveLength(1);
    });
    const { milliseconds, agoMs } = await watched.caughtUp();
    expect(standing(watched, '192.0.2.60')).toBe(wanted);
    // It has been so since it was announced, which is longer than it is known.
    expect(agoMs).toBeGreaterThan(milliseconds);
    expect(milliseconds).toBeGreaterThanOrEqual(0);
    if (wanted === 'suspended') await removeEntry(database.pool, entry);
  });

  test('stays so, whatever was read before it', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.61/32');
    const watched = await openWatched();
    await whileNobodyReads(database, async () => {
      await database.pool.query(`update entries set label = 'first' where id = $1`, [entry]);
      // The change is being asked for by now, or will be; its answer knows of no removal.
      await removeEntry(database.pool, entry);
      await becomes(watched, '192.0.2.61', 'none');
    });
    await watched.caughtUp();
    expect(standing(watched, '192.0.2.61')).toBe('none');
  });

  test('and was taken back before anybody has read it: in force again', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.62/32');
    const watched = await openWatched();
    await whileNobodyReads(database, async () => {
      await suspendEntry(database.pool, entry);
      await becomes(watched, '192.0.2.62', 'suspended');
      await database.pool.query(
        `update entries set status = 'active', suspension_causes = '{}' where id = $1`,
        [entry],
      );
    });
    await becomes(watched, '192.0.2.62', 'in_force');
  });

  test('by somebody who made it up: it lasts for as long as it takes to read', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.63/32');
    const watched = await openWatched();
    await whileNobodyReads(database, async () => {
      await database.pool.query(`select pg_notify('whitelist_ended', $1)`, [`${entry} removed_abuse`]);
      await becomes(watched, '192.0.2.63', 'removed_for_abuse');
    });
    await becomes(watched, '192.0.2.63', 'in_force');
    // And what really happens next is heard of as ever.
    await insertEntry(database.pool, acme, '192.0.2.64/32');
    await becomes(watched, '192.0.2.64', 'in_force');
  });

  test('is heard of while the heartbeat waits for a lock', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.70/32');
    const watched = await openWatched({ pollMs: 10 });
    await whileNobodyReads(database, async () => {
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%node_heartbeat%'`;
      await expect.poll(async () => (await database.pool.query(waiting)).rowCount).toBe(1);
      await removeEntry(database.pool, entry);
      await becomes(watched, '192.0.2.70', 'none');
    });
  });

  test('opens nothing, and what is no announcement is not heard', async () => {
    const removed = await insertEntry(database.pool, acme, '192.0.2.65/32');
    await removeEntry(database.pool, removed);
    const pending = await insertEntry(database.pool, acme, '192.0.2.66/32', { status: 'pending' });
    const kept = await insertEntry(database.pool, acme, '192.0.2.67/32');
    const watched = await openWatched();
    const said = [
      '',
      kept,
      `${kept} in_force`,
      `${kept} ended `,
      `${kept.toUpperCase()} ended`,
      `x${kept} ended`,
      `${removed} ended`,
      `${pending} ended`,
      `00000000-0000-0000-0000-000000000000 ended`,
      'ended '.repeat(1000),
    ];
    await whileNobodyReads(database, async () => {
      for (const payload of said)
        await database.pool.query(`select pg_notify('whitelist_ended', $1)`, [payload]);
      await insertEntry(database.pool, acme, '192.0.2.68/32');
    });
    await watched.caughtUp();
    const addresses = ['192.0.2.65', '192.0.2.66', '192.0.2.67', '192.0.2.68'];
    expect(addresses.map((address) => standing(watched, address))).toEqual([
      'none',
      'none',
      'in_force',
      'in_force',
    ]);
    expect(watched.ended).toEqual([]);
  });

  test('while all is loaded anew counts in what is loaded', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.69/32');
    const blocker = await database.pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query('lock table servers in access exclusive mode');
      let atOnce = '';
      const opening = openWatched({}, (watched) => {
        atOnce = standing(watched, '192.0.2.69');
      });
      // Its snapshot was taken before the removal, and it listens.
      await vi.waitFor(
        async () => {
          const { rows } = await database.pool.query(
            `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%node_servers%'
             union all select from pg_stat_activity where state = 'idle' and query like '%node_heartbeat%'`,
          );
          expect(rows.length).toBeGreaterThan(1);
        },
        { timeout: 10_000 },
      );
      const client = await database.pool.connect();
      await client.query('begin');
      await client.query('set local session_replication_role = replica');
      await client.query(`select pg_notify('whitelist_ended', $1)`, [`${entry} ended`]);
      await client.query('commit');
      client.release();
      await blocker.query('commit');
      const watched = await opening;
      expect(atOnce).toBe('none');
      await becomes(watched, '192.0.2.69', 'in_force');
    } finally {
      blocker.release();
    }
  });
});

describe('with a copy on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'postern-replica-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const secrets = { current: 'a secret for tests, 32 octets long', previous: null };
  const loginLimits = { recipientsPerMessage: 100, messageBytes: 1000 };
  const onDisk = () =>
    openDiskCopy({ folder, secrets, loginLimits, log: silentLog().log, nowMs: () => Date.now() });
  const away = 'postgresql://postern@127.0.0.1:1/nowhere';

  /** A node that ran until now, and has stopped. */
  async function ran(work: (watched: Watched) => Promise<void>): Promise<void> {
    const watched = await openWatched({ disk: onDisk() });
    await work(watched);
    await watched.caughtUp();
    await watched.replica.close();
  }

  test('it starts without the database, on what was so when it stopped, and nothing removed gets in', async () => {
    const kept = await insertEntry(database.pool, acme, '192.0.2.201/32');
    const removed = await insertEntry(database.pool, acme, '192.0.2.202/32');
    const ended = await insertCredential(database.pool, acme, 'ended-since', 'hash');
    await ran(async (watched) => {
      await watched.caughtUp();
      await insertEntry(database.pool, acme, '192.0.2.203/32');
      await removeEntry(database.pool, removed);
      await watched.caughtUp();
      await database.pool.query('update smtp_credentials set ended_at = now() where id = $1', [ended]);
    });
    const alone = await openWatched({ disk: onDisk(), databaseUrl: away });
    expect(['192.0.2.201', '192.0.2.202', '192.0.2.203'].map((address) => standing(alone, address))).toEqual([
      'in_force',
      'none',
      'in_force',
    ]);
    expect(findCredential(alone.replica.directory(), 'ended-since')).toBeUndefined();
    expect(alone.replica.copyTooOld()).toBe(false);
    // Its age goes on counting from the heartbeat in it.
    const late = await openWatched({ disk: onDisk(), databaseUrl: away, stalenessMs: 1, pollMs: 10 });
    expect(late.replica.copyTooOld()).toBe(true);
    await expect
      .poll(() => late.lines().map(({ msg }) => msg))
      .toContain('the copy of the whitelist is too old: every recipient is deferred');
    await removeEntry(database.pool, kept);
  });

  test('with the database it reads only what has changed since', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.210/32');
    await ran(async () => {});
    await removeEntry(database.pool, entry);
    await insertEntry(database.pool, acme, '192.0.2.211/32');
    const again = await openWatched({ disk: onDisk() });
    expect([standing(again, '192.0.2.210'), standing(again, '192.0.2.211')]).toEqual(['none', 'in_force']);
    expect(again.lines().map(({ msg }) => msg)).not.toContain('the whitelist is loaded');
    // And keeps that again.
    await again.replica.close();
    const alone = await openWatched({ disk: onDisk(), databaseUrl: away });
    expect([standing(alone, '192.0.2.210'), standing(alone, '192.0.2.211')]).toEqual(['none', 'in_force']);
  });

  test('a restore while it was stopped brings nothing back that it had seen end', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.220/32');
    await ran(async (watched) => {
      await watched.caughtUp();
      await removeEntry(database.pool, entry);
    });
    await restoreEntry(entry);
    const again = await openWatched({ disk: onDisk() });
    await again.caughtUp();
    expect(standing(again, '192.0.2.220')).toBe('suspended');
    // Not even after one more start, with or without the database.
    await again.replica.close();
    for (const databaseUrl of [away, database.url]) {
      const next = await openWatched({ disk: onDisk(), databaseUrl });
      expect(standing(next, '192.0.2.220')).toBe('suspended');
      await next.replica.close();
    }
    // Once staff have let it in, it is in.
    await confirm(entry);
    const confirmed = await openWatched({ disk: onDisk() });
    await becomes(confirmed, '192.0.2.220', 'in_force');
    await confirmed.replica.close();
    const last = await openWatched({ disk: onDisk(), databaseUrl: away });
    expect(standing(last, '192.0.2.220')).toBe('in_force');
  });

  test('a restore while it runs is what it knows after its next start', async () => {
    const entry = await insertEntry(database.pool, acme, '192.0.2.221/32');
    await ran(async (watched) => {
      await removeEntry(database.pool, entry);
      await watched.caughtUp();
      await restoreEntry(entry);
      await vi.waitFor(() => expect(watched.reloads).toBe(2), { timeout: 10_000 });
    });
    const alone = await openWatched({ disk: onDisk(), databaseUrl: away });
    expect(standing(alone, '192.0.2.221')).toBe('suspended');
  });
});

/** Brings a row back as it was, with revisions of the past. */
async function restoreEntry(entry: string, clock?: string): Promise<void> {
  await restore(async (client) => {
    await client.query(
      `update entries set status = 'active', end_cause = null, ended_at = null, revision = 1 where id = $1`,
      [entry],
    );
  }, clock);
}

async function confirm(entry: string): Promise<void> {
  await database.pool.query(
    `insert into restore_confirmations select $1, generation, now() from node_clock`,
    [entry],
  );
}

/**
 * @param undo what has happened since the dump was made, taken back as nobody may who is not a restore
 * @param clock what it says then
 */
async function restore(undo: (client: ClientBase) => Promise<void>, clock = restored): Promise<void> {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  await undo(client);
  await client.query(`update whitelist_clock set ${clock}`);
  await client.query('delete from revision_times where revision > (select revision from whitelist_clock)');
  await client.query('notify whitelist');
  await client.query('commit');
  client.release();
}

test('without a database nothing is decided', async () => {
  const { log } = silentLog();
  const replica = openReplica({
    databaseUrl: 'postgresql://postern@127.0.0.1:1/nowhere',
    replicaUrl: null,
    node: 'node-1',
    stalenessMs: 900_000,
    loginLimits: { recipientsPerMessage: 100, messageBytes: 1000 },
    log,
    onEnded: () => {},
    onReloaded: () => {},
    onCredentialsChanged: () => {},
    onEnforced: () => {},
  });
  open.push(replica);
  expect(replica.copyTooOld()).toBe(true);
});
