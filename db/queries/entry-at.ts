import { and, eq, gt, gte, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import type { Database } from '../client.ts';
import { accounts, entries, events, servers, sightings, subscriptions } from '../schema.ts';

/** Clocks differ, and mail waits in queues: what changed so close to the time in question may have been either way. */
const MARGIN_MS = 3_600_000;
/** Further back, too much of what is known now may have been otherwise. */
const FURTHEST_MS = 30 * 86_400_000;

export type EntryAt =
  | { certain: true; entryId: string; serverId: string }
  | {
      certain: false;
      why:
        | 'too_old'
        | 'in_the_future'
        | 'no_entry'
        | 'several_entries'
        | 'perhaps_not_in_force'
        | 'signed_in_there';
    };

/**
 * Which entry a message came by that arrived from an address at a time, where that is beyond doubt: exactly one entry
 * covered the address then, it was in force for all that is known, and nobody signed in from there, since then the
 * message may have come that way.
 * @param address canonical text
 */
export async function entryAt(database: Database, address: string, at: Date, now: Date): Promise<EntryAt> {
  const uncertain = (why: (EntryAt & { certain: false })['why']) => ({ certain: false, why }) as const;
  if (at.getTime() > now.getTime() + MARGIN_MS) return uncertain('in_the_future');
  if (at.getTime() < now.getTime() - FURTHEST_MS) return uncertain('too_old');
  const before = new Date(at.getTime() - MARGIN_MS);
  const after = new Date(at.getTime() + MARGIN_MS);
  const covering = await database
    .select({ entry: entries, server: servers, account: accounts, subscription: subscriptions })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .leftJoin(subscriptions, eq(subscriptions.serverId, servers.id))
    .where(
      and(
        sql`${entries.network} >>= ${address}::inet`,
        isNotNull(entries.activatedAt),
        lte(entries.activatedAt, after),
        or(isNull(entries.endedAt), gte(entries.endedAt, before)),
      ),
    );
  const [found] = covering;
  if (found === undefined) return uncertain('no_entry');
  if (covering.length > 1) return uncertain('several_entries');
  const { entry, server, account, subscription } = found;
  const steady =
    (entry.activatedAt ?? now) <= before &&
    (entry.endedAt === null || entry.endedAt >= after) &&
    (entry.reviewBy === null || entry.reviewBy >= after) &&
    account.status === 'active' &&
    account.statusSince <= before &&
    server.status === 'active' &&
    server.statusSince <= before &&
    subscription !== null &&
    (subscription.status === 'active' || subscription.status === 'past_due') &&
    subscription.statusSince <= before;
  if (!steady || (await wasSuspended(database, entry.id, before, after)))
    return uncertain('perhaps_not_in_force');
  if (await somebodySignedIn(database, address, at)) return uncertain('signed_in_there');
  return { certain: true, entryId: entry.id, serverId: server.id };
}

/** Whether it was suspended at some time in between, or renewed since, perhaps after it had run out. */
async function wasSuspended(database: Database, entryId: string, from: Date, to: Date): Promise<boolean> {
  const rows = await database
    .select({ kind: events.kind, at: events.at })
    .from(events)
    .where(and(eq(events.entryId, entryId), inArray(events.kind, ['suspended', 'restored', 'renewed'])))
    .orderBy(events.seq);
  let suspended = false;
  for (const { kind, at } of rows) {
    if (at > from && kind === 'renewed') return true;
    if (at > from && suspended) return true;
    if (kind === 'suspended') suspended = true;
    if (kind === 'restored') suspended = false;
    if (at > from && at <= to && suspended) return true;
    if (at > to) return false;
  }
  return suspended;
}

async function somebodySignedIn(database: Database, address: string, at: Date): Promise<boolean> {
  const day = (offset: number) => addDays(at, offset).toISOString().slice(0, 10);
  const seen = await database.$count(
    sightings,
    and(
      eq(sightings.address, address),
      gte(sightings.day, day(-1)),
      lte(sightings.day, day(1)),
      gt(sightings.signIns, 0),
    ),
  );
  return seen > 0;
}
