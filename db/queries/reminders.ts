import { and, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { entries, entryStanding, people, servers, staff } from '../schema.ts';
import { neverAttested } from './renewals.ts';

export type DueEntry = { id: string; accountId: string; dueAt: Date };

/** Requests that nobody has proven or asked a review of, made between these moments. `dueAt` is when each was made. */
export async function unprovenRequests(database: Database, after: Date, until: Date): Promise<DueEntry[]> {
  return database
    .select({ id: entries.id, accountId: entries.accountId, dueAt: entries.createdAt })
    .from(entries)
    .where(
      and(
        eq(entries.status, 'pending'),
        isNull(entries.provenAt),
        isNull(entries.reviewRequestedAt),
        gt(entries.createdAt, after),
        lte(entries.createdAt, until),
      ),
    );
}

export type RenewalDue = {
  id: string;
  accountId: string;
  network: string;
  label: string | null;
  /** Its slug. */
  server: string;
  reviewBy: Date | null;
  leaseEnd: string | null;
  inherited: boolean;
  /** Out of force by its owner's own pause, whose review date passes all the same. */
  paused: boolean;
};

const pausedByOwner = sql<boolean>`${entries.status} = 'suspended' and ${entries.suspensionCauses} = '{owner}'`;

/** Entries to be reviewed between these moments that their owner can renew, if need be after a pause; by account. */
export async function renewalsDue(database: Database, after: Date, until: Date): Promise<RenewalDue[]> {
  return database
    .select({
      id: entries.id,
      accountId: entries.accountId,
      network: entries.network,
      label: entries.label,
      server: servers.slug,
      reviewBy: entries.reviewBy,
      leaseEnd: entries.leaseEnd,
      inherited: neverAttested,
      paused: pausedByOwner,
    })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(
      and(
        or(eq(entries.status, 'active'), pausedByOwner),
        gt(entries.reviewBy, after),
        lte(entries.reviewBy, until),
      ),
    )
    .orderBy(entries.accountId, entries.reviewBy);
}

export type TimedOut = {
  id: string;
  accountId: string;
  state: string;
  reason: string;
  expiresAt: Date | null;
  reviewBy: Date | null;
};

/** Entries that nobody took out of force: the clock did, between these moments. */
export async function timedOutEntries(database: Database, after: Date, until: Date): Promise<TimedOut[]> {
  return database
    .select({
      id: entries.id,
      accountId: entries.accountId,
      state: entryStanding.state,
      reason: entryStanding.reason,
      expiresAt: entryStanding.expiresAt,
      reviewBy: entries.reviewBy,
    })
    .from(entries)
    .innerJoin(entryStanding, eq(entryStanding.entryId, entries.id))
    .where(
      and(
        eq(entries.status, 'active'),
        eq(entryStanding.state, 'in_force'),
        gt(entryStanding.expiresAt, after),
        lte(entryStanding.expiresAt, until),
      ),
    )
    .orderBy(entries.accountId);
}

export type LapsingServer = { serverId: string; accountId: string; slug: string; paidEnd: Date };

/** Servers whose paid time has passed and whose grace ends between these moments. */
export async function lapsingServers(database: Database, now: Date, until: Date): Promise<LapsingServer[]> {
  const { rows } = await database.execute<{
    server_id: string;
    account_id: string;
    slug: string;
    paid_end: Date;
  }>(sql`
    select server_id, account_id, slug, paid_end from server_standing
    where state = 'in_force' and paid_end > ${now.toISOString()}::timestamptz
      and paid_end <= ${until.toISOString()}::timestamptz
      and paid_end - make_interval(days => grace_days()) <= ${now.toISOString()}::timestamptz`);
  return rows.map((row) => ({
    serverId: row.server_id,
    accountId: row.account_id,
    slug: row.slug,
    paidEnd: row.paid_end,
  }));
}

/** Who works for the platform now, and by which clock. */
export async function staffClocks(database: Database): Promise<{ personId: string; timeZone: string }[]> {
  return database
    .select({ personId: people.id, timeZone: people.timeZone })
    .from(staff)
    .innerJoin(people, and(eq(people.id, staff.personId), isNull(people.erasedAt)))
    .where(isNull(staff.endedAt));
}
