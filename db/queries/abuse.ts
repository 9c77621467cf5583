import { and, asc, count, desc, eq, gt, gte, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import type { FuseEffect } from '../../lib/domain/fuse.ts';
import type { LadderPolicy } from '../../lib/domain/ladder-policy.ts';
import type { Database } from '../client.ts';
import { entries, entryStanding, fuseCounts, ladderPositions, signals } from '../schema.ts';

const HOUR_MS = 3_600_000;

export type SignalRow = typeof signals.$inferSelect;
export type PositionRow = typeof ladderPositions.$inferSelect;

/** Where an entry stands on the ladder; undefined for one of which nothing was ever seen. */
export async function ladderPosition(database: Database, entryId: string): Promise<PositionRow | undefined> {
  const [row] = await database.select().from(ladderPositions).where(eq(ladderPositions.entryId, entryId));
  return row;
}

/** The signals that count for an entry now, oldest first. */
export async function countedSignals(
  database: Database,
  entryId: string,
  countsFrom: Date | null,
  policy: LadderPolicy,
  now: Date,
): Promise<SignalRow[]> {
  return database
    .select()
    .from(signals)
    .where(
      and(
        eq(signals.entryId, entryId),
        isNull(signals.setAsideAt),
        gt(signals.at, addDays(now, -policy.forgetDays)),
        countsFrom === null ? undefined : gt(signals.at, countsFrom),
      ),
    )
    .orderBy(asc(signals.at), asc(signals.id));
}

/** Everything that was seen of an entry, newest first, also what no longer counts. */
export async function listSignals(database: Database, entryId: string, limit: number): Promise<SignalRow[]> {
  return database
    .select()
    .from(signals)
    .where(eq(signals.entryId, entryId))
    .orderBy(desc(signals.at), desc(signals.id))
    .limit(limit);
}

/** Entries on a step that fades, not judged for an hour. */
export async function fadingEntries(database: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await database
    .select({ id: ladderPositions.entryId })
    .from(ladderPositions)
    .innerJoin(entries, eq(entries.id, ladderPositions.entryId))
    .where(
      and(
        or(eq(ladderPositions.step, 'warned'), eq(ladderPositions.step, 'throttled')),
        lt(ladderPositions.judgedAt, new Date(now.getTime() - HOUR_MS)),
        sql`${entries.status} in ('active', 'suspended')`,
      ),
    )
    .orderBy(asc(ladderPositions.judgedAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

/**
 * How many entries were in force before what has gone automatically since then, and before `going` went, each counted
 * once: reads the standing of all, so it is asked only where it matters.
 */
export async function countInForceSince(
  database: Database,
  since: Date,
  now: Date,
  going: readonly string[] = [],
): Promise<number> {
  const gone = database
    .select({ id: fuseCounts.entryId })
    .from(fuseCounts)
    .where(and(eq(fuseCounts.effect, 'out_of_force'), gte(fuseCounts.at, since)));
  // As one value: a statement takes 65,535 of them.
  const goes = sql`${entryStanding.entryId} = any(${sql.param([...going])}::uuid[])`;
  return database.$count(entryStanding, or(inForceAt(now), inArray(entryStanding.entryId, gone), goes));
}

/** Whether this entry is in force at `now`. */
export async function isInForce(database: Database, entryId: string, now: Date): Promise<boolean> {
  return (await database.$count(entryStanding, and(eq(entryStanding.entryId, entryId), inForceAt(now)))) > 0;
}

function inForceAt(now: Date) {
  return and(
    eq(entryStanding.state, 'in_force'),
    or(isNull(entryStanding.expiresAt), gt(entryStanding.expiresAt, now)),
  );
}

/** How many entries went automatically since then. */
export async function countGone(database: Database, effect: FuseEffect, since: Date): Promise<number> {
  const [row] = await database
    .select({ gone: sql<number>`count(distinct ${fuseCounts.entryId})` })
    .from(fuseCounts)
    .where(and(eq(fuseCounts.effect, effect), gte(fuseCounts.at, since)));
  return row?.gone ?? 0;
}

/** Removals for abuse since then: of a server, and of its account. */
export async function countAbuseRemovals(
  database: Database,
  of: { serverId: string; accountId: string },
  since: Date,
): Promise<{ server: number; account: number }> {
  const removed = and(
    eq(entries.accountId, of.accountId),
    eq(entries.status, 'removed'),
    eq(entries.endCause, 'abuse'),
    gte(entries.endedAt, since),
  );
  const [row] = await database
    .select({
      account: count(),
      server: sql<number>`count(*) filter (where ${entries.serverId} = ${of.serverId})`,
    })
    .from(entries)
    .where(removed);
  return { server: row?.server ?? 0, account: row?.account ?? 0 };
}
