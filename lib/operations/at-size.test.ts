import { randomUUID } from 'node:crypto';
import { eq, sql, TransactionRollbackError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluateEntries, evaluateEntry, findEntry, listEntries } from '../../db/queries/entries.ts';
import { keysTold } from '../../db/queries/outbox.ts';
import { listPlatformEvents } from '../../db/queries/platform-events.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { noteOutOfForce } from '../../db/queries/silence.ts';
import * as schema from '../../db/schema.ts';
import { accounts, entries, fuseCounts, servers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { planOf, queriesOf, rowsRead } from '../../db/testing-plans.ts';
import { closeAccount } from './close-account.ts';
import { exportTraffic } from './export-traffic.ts';
import { askFuse } from './fuse-passage.ts';
import { operatorActor } from './result.ts';
import { type Cast, inForce, testNow as now, seedCast } from './testing.ts';

// What pages and jobs read does not grow with what there is. Enough rows that a planner has a choice.

const MANY = 6000;
const PAGE = { limit: 25 };

let db: TestDatabase;
let cast: Cast;
let serverId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  const [server] = await db.database.select().from(servers).where(eq(servers.slug, 'acme-production'));
  if (server === undefined) throw new Error('the demo has no acme-production');
  serverId = server.id;
  await db.pool.query(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated,
       activated_at, created_at)
     select account_id, id, set_masklen('45.200.0.0'::inet + i * 2, 32), 'active', 'Scanner ' || i, true, true,
       $1::timestamptz, $1::timestamptz - make_interval(mins => i)
     from servers cross join generate_series(1, ${MANY}) i where slug = 'acme-production'`,
    [now],
  );
  await db.pool.query(
    `insert into sender_domains (server_id, domain, source)
     select $1, 'd' || i || '.acme.example', 'feed' from generate_series(1, 300) i`,
    [serverId],
  );
  await db.pool.query(
    `insert into events (kind, actor_kind, content, hash, chain, seq)
     select 'signed_in', 'person', '{}', '', '', 0 from generate_series(1, 3000)`,
  );
  await db.pool.query('vacuum analyze');
}, 120_000);
afterAll(() => db.close());

describe('a page of entries reads the rows of that page', () => {
  const old = new Date(now.getTime() - 4000 * 60_000).toISOString();
  const deep = Buffer.from(JSON.stringify({ at: old, id: randomUUID() })).toString('base64url');
  const lists = {
    'of everything': () => [{}, PAGE, 'newest'] as const,
    'of everything, the oldest first': () => [{}, PAGE, 'oldest'] as const,
    'of one server': () => [{ serverId }, PAGE, 'newest'] as const,
    'of one server, far down': () => [{ serverId }, { ...PAGE, cursor: deep }, 'newest'] as const,
    'of everything, far down': () => [{}, { ...PAGE, cursor: deep }, 'oldest'] as const,
  };
  test.each(Object.entries(lists))('%s', async (_, of) => {
    const [filter, page, order] = of();
    const queries = await queriesOf(db.pool, (database) =>
      listEntries(database, 'operator', filter, page, order),
    );
    const plan = (await Promise.all(queries.map((query) => planOf(db.pool, query)))).flat();
    expect(queries).not.toHaveLength(0);
    expect(rowsRead(plan, 'entries')).toBeLessThan(4 * PAGE.limit);
    // The standing, with the server's domains, of what is shown and of nothing else.
    expect(rowsRead(plan, 'sender_domains')).toBeLessThan(400 * (PAGE.limit + 1));
  });
});

test('a search by words looks through accounts and servers once, and finds by each of them', async () => {
  const found = async (text: string) =>
    (await listEntries(db.database, 'operator', { text }, PAGE)).rows.length;
  expect(await found('acme dev')).toBe(PAGE.limit);
  expect(await found('acme-prod')).toBe(PAGE.limit);
  expect(await found('scanner 4711')).toBe(1);
  expect(await found('100%')).toBe(0);
  const [query] = await queriesOf(db.pool, (database) =>
    listEntries(database, 'operator', { text: 'nobody' }, PAGE),
  );
  if (query === undefined) throw new Error('nothing was asked');
  const plan = await planOf(db.pool, query);
  expect(rowsRead(plan, 'accounts')).toBeLessThanOrEqual(await db.database.$count(accounts));
});

test('the entries of a list are evaluated by as many queries as one of them', async () => {
  const entryId = await inForceWithHistory();
  const { rows } = await listEntries(db.database, 'operator', { serverId }, { limit: 100 });
  const found = [...rows, await findEntry(db.database, 'operator', entryId)].filter(
    (row) => row !== undefined,
  );
  const queries = await queriesOf(db.pool, async (database) => {
    await evaluateEntries(database, found, now);
  });
  const alone = await queriesOf(db.pool, async (database) => {
    for (const row of found.slice(-1)) await evaluateEntry(database, row, now);
  });
  expect(found).toHaveLength(101);
  expect(queries.map(({ text }) => text.slice(0, 30))).toEqual(alone.map(({ text }) => text.slice(0, 30)));
  const plans = (await Promise.all(queries.map((query) => planOf(db.pool, query)))).flat();
  // All entries of the server are counted once, not once for each of them.
  expect(rowsRead(plans, 'entries')).toBeLessThan(2 * MANY);
  const together = await evaluateEntries(db.database, found, now);
  for (const [index, row] of found.entries()) {
    if (index % 20 === 0) expect(together[index]).toEqual(await evaluateEntry(db.database, row, now));
  }
  expect(together.at(-1)?.facts).toMatchObject({
    abuseRemovals: [{ ownAccount: false }],
    blockedPrefix: { reason: 'Open relay' },
    foreignOverlaps: 0,
    proofs: [{ method: 'sending' }],
    sightings: { ownDays: 1, otherOrganisations: 1 },
    strangeSenders: ['strange.example'],
  });
  expect(together[5]?.facts).toMatchObject({
    abuseRemovals: [{ ownAccount: true }],
    blockedPrefix: null,
    proofs: [],
    strangeSenders: [],
  });
});

/** An entry of another account that something is known of in each table that facts are read from. */
async function inForceWithHistory(): Promise<string> {
  const address = '45.240.1.1';
  const { id: entryId } = await inForce(db.database, cast, address, cast.otherOwner, 'globex-mail');
  await db.pool.query(
    `insert into entries (account_id, server_id, network, status, end_cause, purpose, attested_static,
       attested_dedicated, ended_at)
     select account_id, id, '45.240.1.0/30', 'removed', 'abuse', 'Before', true, true, $1::timestamptz
     from servers where id = $2`,
    [now, serverId],
  );
  await db.pool.query(
    `insert into blocked_prefixes (network, reason) values ('45.240.0.0/16', 'Open relay')`,
  );
  await db.pool.query(
    `insert into sightings (server_id, address, day, sign_ins)
     select id, $1, $2::date, 3 from servers where slug in ('globex-mail', 'acme-production')`,
    [address, now.toISOString().slice(0, 10)],
  );
  await db.pool.query(
    `insert into sender_sightings (address, domain, day, taken, refused)
     select $1, domain, $2::date, 4, 0 from unnest(array['strange.example', 'globex.example', 'printer']) domain`,
    [address, now.toISOString().slice(0, 10)],
  );
  return entryId;
}

test('what was told is asked of more entries than a statement takes values', async () => {
  const { id } = await inForce(db.database, cast, '45.230.1.1', cast.otherOwner, 'globex-mail');
  const ids = [...Array.from({ length: 70_000 }, () => randomUUID()), id];
  expect((await keysTold(db.database, 'approved', ids)).size).toBe(1);
});

test('a file of figures is read and handed on in pieces, and has each hour once', async () => {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into traffic_hours (entry_id, hour, accepted, recipients, bytes, deferred, unknown_recipients, next_hop_refused)
       select id, date_trunc('hour', $1::timestamptz) - make_interval(hours => h), 1, 1, 1, 0, 0, 0
       from entries, generate_series(0, 9) h where server_id = $2`,
      [now, serverId],
    );
    const file = await exportTraffic({
      database: drizzle({ client, schema }),
      actor: cast.owner,
      now,
      server: 'acme-production',
      entryId: null,
      days: 7,
      unit: 'hour',
    });
    if (!file.ok) throw new Error(file.code);
    const pieces: string[][] = [];
    for await (const text of file.text) pieces.push(text.split('\r\n').slice(0, -1));
    const count = await db.database.$count(entries, eq(entries.serverId, serverId));
    expect(Math.max(...pieces.map((lines) => lines.length))).toBeLessThanOrEqual(50_000);
    expect(new Set(pieces.flat()).size).toBe(1 + 10 * count);
    expect(pieces.flat()).toHaveLength(1 + 10 * count);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('what the fuse lets through is one value, however many entries an account has', async () => {
  const rows = await db.database.select({ id: entries.id }).from(entries);
  const { abuse } = await currentPolicy(db.database);
  const policy = { ...abuse, fuseEntries: 2 * MANY };
  const passage = { cause: 'feed', effect: 'out_of_force', entryIds: rows.map(({ id }) => id) } as const;
  const queries = await queriesOf(db.pool, (database) => askFuse(database, policy, passage, now));
  expect(await db.database.$count(fuseCounts)).toBe(rows.length);
  expect(Math.max(...queries.map(({ params }) => params.length))).toBeLessThan(50);
});

test('whether something is back in force is asked of what was out of it', async () => {
  const [back] = await queriesOf(db.pool, (database) => noteOutOfForce(database, now));
  if (back === undefined) throw new Error('nothing was asked');
  await db.pool.query(
    `insert into entry_activity (entry_id, last_accepted_at, out_of_force_since)
     select id, $1::timestamptz, case when network < '45.200.0.20/32' then $1::timestamptz end from entries`,
    [now],
  );
  await db.pool.query(`update servers set status = 'paused' where slug = 'acme-production'`);
  await db.pool.query('vacuum analyze');
  expect(rowsRead(await planOf(db.pool, back), 'entries')).toBeLessThan(MANY / 10);
  await db.pool.query(`update servers set status = 'active' where slug = 'acme-production'`);
});

test('what the platform is told is found among the sign-ins of everybody', async () => {
  const [query] = await queriesOf(db.pool, (database) => listPlatformEvents(database, 0, 100));
  if (query === undefined) throw new Error('nothing was asked');
  expect(rowsRead(await planOf(db.pool, query), 'events')).toBe(0);
});

test('a new version of the policy stamps what is in force only where nodes hold what it changes', async () => {
  const client = await db.pool.connect();
  const publish = async (version: number, changes: object) => {
    await client.query(
      `insert into policies (version, content)
       select $1, content || $2::jsonb from policies order by version desc limit 1`,
      [version, changes],
    );
    const { rows } = await client.query(
      `select count(*) filter (where status = 'active')::int as live, count(*) filter (where status = 'pending')::int as open
       from entries where revision = (select revision from whitelist_clock)`,
    );
    return rows[0];
  };
  try {
    await client.query('begin');
    await client.query(
      `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated)
       select account_id, id, '45.231.0.1', 'pending', 'Scanner', true, true from servers where id = $1`,
      [serverId],
    );
    expect(await publish(1001, { reviewMonths: 6 })).toEqual({ live: 0, open: 1 });
    expect((await publish(1002, { graceDays: 10 })).live).toBeGreaterThanOrEqual(MANY);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('a feed of many domains stamps each entry of the server once', async () => {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    const updated = async () =>
      (await client.query(`select pg_stat_get_xact_tuples_updated('entries'::regclass)::int as updated`))
        .rows[0].updated;
    const before = await updated();
    await client.query(
      `insert into sender_domains (server_id, domain, source)
       select $1, 'e' || i || '.acme.example', 'feed' from generate_series(1, 20) i`,
      [serverId],
    );
    expect((await updated()) - before).toBe(MANY);
    await client.query(`update sender_domains set ended_at = now() where domain like 'e1%'`);
    const live = await client.query(
      `select count(*)::int as stamped from node_entries where server_id = $1 and scope -> 'sender_domains' ? 'e2.acme.example'
         and not scope -> 'sender_domains' ? 'e1.acme.example'
         and revision = (select revision from whitelist_clock)`,
      [serverId],
    );
    expect(live.rows[0].stamped).toBe(MANY);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('closing an account writes each entry once, and the head of its chain once for many events', async () => {
  const closing = db.database.transaction(async (transaction) => {
    const updated = async (table: string) => {
      const count = sql<number>`pg_stat_get_xact_tuples_updated(${table}::regclass)::int`;
      return (await transaction.execute<{ count: number }>(sql`select ${count} as count`)).rows[0]?.count;
    };
    const closed = await closeAccount({
      database: transaction,
      actor: operatorActor,
      slug: 'acme',
      reason: 'Stolen',
      now,
    });
    if (!closed.ok) throw new Error(closed.code);
    const ended = closed.removed + closed.rejected;
    expect(ended).toBeGreaterThanOrEqual(MANY);
    expect(await updated('entries')).toBe(ended);
    expect(await updated('event_heads')).toBeLessThan(MANY / 500);
    const { rows } = await transaction.execute(sql`
      select count(*)::int as events, (max(e.seq) - min(e.seq) + 1)::int as places, bool_or(e.hash = h.hash) as known
      from events e join event_heads h on h.chain = e.chain
      where e.account_id = ${closed.account.id} and e.kind in ('account_closed', 'removed', 'rejected')
        and e.at >= now()`);
    expect(rows).toEqual([{ events: 1 + ended, places: 1 + ended, known: true }]);
    transaction.rollback();
  });
  await expect(closing).rejects.toThrow(TransactionRollbackError);
});

test('networks are kept by their bits: each stamp of an entry writes and checks its network anew', async () => {
  const { rows } = await db.pool.query(
    `select c.relname as name, m.amname as kept_by from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_am m on m.oid = c.relam join pg_attribute a on a.attrelid = c.oid and a.attnum = 1
     where i.indrelid = 'entries'::regclass and a.attname = 'network' order by name`,
  );
  // GiST reads as many pages, and compares a hundred bounds in each.
  expect(rows).toEqual([
    { name: 'entries_network', kept_by: 'spgist' },
    { name: 'entries_no_overlap', kept_by: 'spgist' },
  ]);
});

test('counts are gathered first and added up once: no step of the sum is a query', async () => {
  const { rows } = await db.pool.query(
    `select l.lanname as step from pg_aggregate a join pg_proc p on p.oid = a.aggtransfn
     join pg_language l on l.oid = p.prolang where a.aggfnoid = 'sum_counts'::regproc`,
  );
  expect(rows).toEqual([{ step: 'internal' }]);
  const sums = await db.pool.query(
    `select sum_counts(refused) as counts from (values ('{"scope": 2}'::jsonb), ('{}'), ('{"scope": 3, "tls": 1}'))
     as rows (refused), generate_series(1, 50)`,
  );
  const none = await db.pool.query('select sum_counts(refused) as counts from traffic_days');
  expect([sums.rows[0].counts, none.rows[0].counts]).toEqual([{ scope: 250, tls: 50 }, {}]);
});
