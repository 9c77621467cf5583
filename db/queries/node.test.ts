import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { prepareNodeReader, readNodeDelta } from './node.ts';

const seeded = 5_100;
/** PostgreSQL makes five plans for values before it thinks of one for all. */
const readings = 7;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  // Without the triggers, which would give all rows of a statement one revision: here row n is that of revision n.
  await db.pool.query(`
    set session_replication_role = replica;
    insert into accounts (slug, name) select 'account-' || n, 'A' from generate_series(1, 200) n;
    insert into servers (account_id, slug, name) select id, slug, 'S' from accounts;
    insert into subscriptions (server_id, plan_id, status, paid_until)
      select id, 'paid', 'active', now() + interval '1 year' from servers;
    create temporary table known as select id, account_id, row_number() over (order by slug) - 1 as place from servers;
    insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated,
        activated_at, revision)
      select k.account_id, k.id, set_masklen((inet '11.0.0.0' + n)::cidr, 32), 'active', 'a device', true, true, now(), n
      from generate_series(1, ${seeded}) n join known k on k.place = n % 200;
    insert into smtp_credentials (server_id, username, password_hash, revision)
      select k.id, 'login-' || n, 'hash', n from generate_series(1, ${seeded}) n join known k on k.place = n % 200;
    drop table known;
    set session_replication_role = origin;
    analyze`);
});
afterAll(() => db.close());

test('a reader of deltas has one plan for good, and finds what is new by the indexes on revisions', async () => {
  const client = await db.pool.connect();
  try {
    await prepareNodeReader(client);
    for (let reading = 1; reading <= readings; reading += 1) {
      const delta = await readNodeDelta(client, seeded - reading);
      expect([delta.entries.length, delta.credentials.length]).toEqual([reading, reading]);
    }
    const { rows: plans } = await client.query(
      `select generic_plans, custom_plans from pg_prepared_statements where name = 'node_delta'`,
    );
    expect(plans.map((row) => [Number(row.generic_plans), Number(row.custom_plans)])).toEqual([
      [readings, 0],
    ]);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain execute node_delta(${seeded})`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    for (const table of ['entries', 'smtp_credentials']) {
      expect(plan).toMatch(new RegExp(`Index Scan (using|on) ${table}_revision\\b`));
      expect(plan).not.toMatch(new RegExp(`Seq Scan on ${table}\\b`));
    }
    const { rows: settings } = await client.query('show jit');
    expect(settings).toEqual([{ jit: 'off' }]);
  } finally {
    client.release(true);
  }
});

test('of more than one fetch no row is missed, and the clock is that of the rows', async () => {
  const client = await db.pool.connect();
  try {
    await prepareNodeReader(client);
    const { rows } = await client.query('select revision from node_clock');
    for (const since of [0, 50, seeded - 5_001, seeded - 5_000, seeded - 4_999]) {
      const { clock, entries, credentials } = await readNodeDelta(client, since);
      const revisions = entries.map(({ revision }) => revision);
      expect(revisions).toEqual(Array.from({ length: seeded - since }, (_, index) => since + 1 + index));
      expect(credentials).toHaveLength(seeded - since);
      expect(clock.revision).toBe(Number(rows[0]?.revision));
    }
    const asked = vi.spyOn(client, 'query');
    await readNodeDelta(client, 0);
    const answers: { rows: { entries?: unknown[] }[] }[] = await Promise.all(
      asked.mock.results.map(({ value }) => value),
    );
    const together = answers.map(({ rows: [first] }) => first?.entries?.length ?? 0);
    expect(Math.max(...together)).toBe(5_000);
  } finally {
    client.release(true);
  }
});
