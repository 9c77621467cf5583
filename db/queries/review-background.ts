import { and, desc, eq, gt, inArray, ne, or, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import { liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { accounts, entries, events, servers, sightings } from '../schema.ts';
import type { EntryRow } from './entries.ts';
import { around } from './facts-of-networks.ts';

/** Another entry that a reviewer reads beside a request. Staff only: it may be of any account. */
export type BackgroundEntry = {
  id: string;
  network: string;
  status: EntryRow['status'];
  endCause: string | null;
  account: string;
  server: string;
  purpose: string;
  createdAt: Date;
  activatedAt: Date | null;
  endedAt: Date | null;
  /** What was given as the reason for the state that it is in. */
  reason: string | null;
};

const MOST = 20;

/**
 * Everything that was ever asked for or whitelisted in a part of this network, by anybody, newest first; and what was
 * removed for abuse beside it.
 */
export async function addressHistory(database: Database, entry: EntryRow): Promise<BackgroundEntry[]> {
  return background(
    database,
    and(
      sql`${entries.network} && ${around(sql`${entry.network}::inet`)}`,
      or(
        sql`${entries.network} && ${entry.network}::inet`,
        and(eq(entries.status, 'removed'), eq(entries.endCause, 'abuse')),
      ),
      ne(entries.id, entry.id),
    ),
  );
}

/** The account's other requests and entries: what is open or live before what has ended, each newest first. */
export async function otherEntriesOfAccount(database: Database, entry: EntryRow): Promise<BackgroundEntry[]> {
  return background(database, and(eq(entries.accountId, entry.accountId), ne(entries.id, entry.id)));
}

function background(database: Database, condition: ReturnType<typeof and>): Promise<BackgroundEntry[]> {
  const goesOn = inArray(entries.status, [...openStates, ...liveStates]);
  return database
    .select({
      id: entries.id,
      network: entries.network,
      status: entries.status,
      endCause: entries.endCause,
      account: accounts.name,
      server: servers.slug,
      purpose: entries.purpose,
      createdAt: entries.createdAt,
      activatedAt: entries.activatedAt,
      endedAt: entries.endedAt,
      // Of a removal that it says why it was approved would mislead.
      reason: sql<string | null>`nullif((select ${events.content}::jsonb ->> 'reason' from ${events}
        where ${events.entryId} = ${entries.id}
          and ${events.kind} = case ${entries.status} when 'active' then 'approved' else ${entries.status} end
        order by ${events.seq} desc limit 1), '')`,
    })
    .from(entries)
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(condition)
    .orderBy(desc(goesOn), desc(entries.createdAt))
    .limit(MOST);
}

/** A server whose users signed in from a network on our own nodes: staff only, it may be of any account. */
export type Sighting = {
  server: string;
  accountId: string;
  account: string;
  slug: string;
  /** Days of the last 90. */
  days: number;
  /** `YYYY-MM-DD` */
  last: string;
};

const SIGHTING_DAYS = 90;

/** Who signed in from a part of the entry's network, most days first. */
export async function signInsFrom(database: Database, entry: EntryRow, now: Date): Promise<Sighting[]> {
  const since = addDays(now, -SIGHTING_DAYS).toISOString().slice(0, 10);
  const days = sql<number>`count(distinct ${sightings.day})::int`;
  return database
    .select({
      server: servers.slug,
      accountId: accounts.id,
      account: accounts.name,
      slug: accounts.slug,
      days,
      last: sql<string>`max(${sightings.day})::text`,
    })
    .from(sightings)
    .innerJoin(servers, eq(servers.id, sightings.serverId))
    .innerJoin(accounts, eq(accounts.id, servers.accountId))
    .where(and(sql`${sightings.address} <<= ${entry.network}::inet`, gt(sightings.day, since)))
    .groupBy(servers.slug, accounts.id, accounts.name, accounts.slug)
    .orderBy(desc(days), servers.slug)
    .limit(MOST);
}
