import { isNull } from 'drizzle-orm';
import { fuseTrips } from '../../db/schema.ts';
import type { TestDatabase } from '../../db/testing.ts';
import { applyHeld } from './apply-held.ts';
import { type DecideFuse, decideFuse } from './decide-fuse.ts';
import { testNow } from './testing.ts';

// For tests of the fuse: many entries in force at once, what is held of them, and who decides about it.

export const later = (minutes: number) => new Date(testNow.getTime() + minutes * 60_000);

/** The trips of the fuse that nobody has decided. */
export const openTrips = (db: TestDatabase) =>
  db.database.select().from(fuseTrips).where(isNull(fuseTrips.decidedAt));

/** Decides a trip, twenty minutes after all began. */
export const decideTrip = (
  db: TestDatabase,
  what: Pick<DecideFuse, 'actor' | 'tripId' | 'decision'> & Partial<DecideFuse>,
) => decideFuse({ database: db.database, reason: 'Looked at it.', now: later(20), ...what });

/** What is let through is done, as the job does it bit by bit. */
export async function applyAllHeld(db: TestDatabase): Promise<void> {
  const failed = (error: unknown) => {
    throw error;
  };
  while ((await applyHeld(db.database, later(21), failed)) > 0);
}

/**
 * So many addresses in force, so many on each server; each server is paid and has an account of its own.
 * @param run below 100, another one each time: names and networks are made of it
 * @returns the entries' ids, in the order of their addresses
 */
export async function manyInForce(
  db: TestDatabase,
  run: number,
  at: Date,
  count: number,
  perServer = 1,
): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `with numbers as (select n, 'many-' || $1 || '-' || ((n - 1) / $3) as slug, (n - 1) % $3 = 0 as first
       from generate_series(1, $2::integer) n),
     made as (insert into accounts (slug, name) select slug, slug from numbers where first returning id, slug),
     served as (insert into servers (account_id, slug, name) select id, slug, slug from made returning id, account_id, slug),
     paid as (insert into subscriptions (server_id, plan_id, status) select id, 'paid', 'active' from served)
     insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at)
       select s.account_id, s.id, ('45.' || 140 + $1::integer || '.' || n / 250 || '.' || n % 250 + 1)::cidr,
         'active', 'Scanner', true, true, $4
       from numbers join served s using (slug) order by n
     returning id`,
    [run, count, perServer, at],
  );
  return rows.map((row) => row.id);
}

/** What ran before holds up nothing: its accounts are cancelled, its trips decided, and nothing has gone lately. */
export async function calmFuse(db: TestDatabase): Promise<void> {
  await db.pool.query(
    `update accounts set status = 'cancelled', platform_status = null, suspended_for_abuse_at = null
     where slug like 'many-%' and status <> 'cancelled'`,
  );
  await db.pool.query(
    `update fuse_trips set decided_at = now(), decision = 'discarded' where decided_at is null`,
  );
  await db.pool.query('delete from fuse_counts');
  await db.pool.query('delete from fuse_total');
}
