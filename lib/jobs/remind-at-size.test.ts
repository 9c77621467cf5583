import { and, eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outbox } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { queriesOf } from '../../db/testing-plans.ts';
import { type Cast, testNow as now, seedCast } from '../operations/testing.ts';
import { remind } from './remind.ts';

// What is due on one day is told by some dozen queries, not by some for each address.

const MANY = 1200;
/** many-10 to many-99 */
const LAPSING = 90;

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  // Half of them of one account, the others of as many accounts.
  await db.pool.query(
    `insert into accounts (slug, name) select 'many-' || n, 'Many ' || n from generate_series(1, ${MANY / 2}) n`,
  );
  await db.pool.query(
    `insert into servers (account_id, slug, name) select id, slug, name from accounts where slug like 'many-%'`,
  );
  await db.pool.query(
    `insert into memberships (account_id, person_id, role)
     select id, $1, 'owner' from accounts where slug like 'many-%'`,
    [cast.owner.viewer?.personId],
  );
  await db.pool.query(
    `insert into entries (account_id, server_id, network, status, purpose, label, attested_static,
       attested_dedicated, requested_by, sponsor_id, activated_at, review_by, created_at)
     select account_id, servers.id, set_masklen('45.200.0.0'::inet + (row_number() over ())::int * 2, 32), state,
       'Scanner', 'Scanner ' || i, true, true, $2, $2,
       case state when 'active' then $1::timestamptz - interval '1 day' end,
       case state when 'active' then $1::timestamptz + interval '5 days' end,
       $1::timestamptz - interval '4 days'
     from servers cross join unnest(array['active', 'pending']) state
       cross join lateral generate_series(1, case when slug = 'acme-production' then ${MANY / 2} else 1 end) i
     where slug = 'acme-production' or slug like 'many-%'`,
    [now, cast.member.viewer?.personId],
  );
  await db.pool.query(
    `insert into subscriptions (server_id, plan_id, status, paid_until, past_due_since)
     select id, 'paid', 'past_due', $1::timestamptz - interval '10 days', $1::timestamptz - interval '10 days'
     from servers where slug like 'many-__'`,
    [now],
  );
  await db.pool.query('vacuum analyze');
}, 120_000);
afterAll(() => db.close());

const written = (kind: 'renew' | 'proof_missing' | 'lapse_soon') =>
  db.database.$count(outbox, and(eq(outbox.kind, kind), like(outbox.dedupeKey, `${kind}:%`)));

test('a day on which many addresses are due takes a query for hundreds of them', async () => {
  const queries = await queriesOf(db.pool, (database) => remind(database, now));
  // One account's owner and whoever asked; of the others the owner alone, as who asked is nobody there.
  const rows = 2 * (MANY / 2) + MANY / 2;
  expect([await written('renew'), await written('proof_missing')]).toEqual([rows, rows]);
  // Servers that lapse are looked at one by one, once for each mail about them.
  expect(await written('lapse_soon')).toBe(LAPSING);
  expect(queries.length).toBeLessThan(100 + 8 * LAPSING);
  const again = await queriesOf(db.pool, (database) => remind(database, now));
  expect(again.length).toBeLessThan(100);
  expect([await written('renew'), await written('proof_missing')]).toEqual([rows, rows]);
  const { rows: renewals } = await db.pool.query(
    `select o.content -> 'values' -> 'items' -> 0 as item, o.content -> 'entry' as entry, a.slug
     from outbox o join accounts a on a.id = o.account_id where o.kind = 'renew' and a.slug in ('acme', 'many-7')
     order by o.dedupe_key limit 700`,
  );
  for (const { item, entry, slug } of renewals) {
    const server = slug === 'acme' ? 'acme-production' : slug;
    expect(item).toMatchObject({ id: entry.id, network: entry.network, label: entry.label, server, days: 5 });
  }
});
