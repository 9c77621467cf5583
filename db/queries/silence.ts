import { and, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { Silence } from '../../lib/domain/idle.ts';
import type { Database } from '../client.ts';
import { entries, entryActivity, entryStanding } from '../schema.ts';

export type SilentEntry = Silence & { id: string; accountId: string; lastMessageAt: Date | null };

const since =
  sql<Date>`greatest(${entryActivity.lastAcceptedAt}, ${entryActivity.silenceFrom}, ${entries.activatedAt})`.mapWith(
    entries.activatedAt,
  );

/**
 * Entries in force at `now` that have been silent since `until` or longer, the longest first, but for those that rarely
 * send. What is out of force cannot send, so its silence says nothing.
 * @param only of these; left out: of all
 */
export async function silentEntries(
  database: Database,
  { until, now, only }: { until: Date; now: Date; only?: readonly string[] },
): Promise<SilentEntry[]> {
  return database
    .select({
      id: entries.id,
      accountId: entries.accountId,
      since,
      lastMessageAt: entryActivity.lastAcceptedAt,
      warnedAt: entryActivity.idleWarnedAt,
    })
    .from(entries)
    .innerJoin(entryStanding, and(eq(entryStanding.entryId, entries.id), eq(entryStanding.state, 'in_force')))
    .leftJoin(entryActivity, eq(entryActivity.entryId, entries.id))
    .where(
      and(
        eq(entries.status, 'active'),
        eq(entries.rarelySends, false),
        lte(since, until),
        or(isNull(entryStanding.expiresAt), gt(entryStanding.expiresAt, now)),
        only === undefined ? undefined : inArray(entries.id, [...only]),
      ),
    )
    .orderBy(since);
}

/**
 * Notes that the owners are warned now, unless that was noted already for this silence and not before `staleBefore`.
 * @returns whether it was noted: of several at once, one notes it
 */
export async function noteIdleWarning(
  transaction: Database,
  { id, since: silentSince }: Pick<SilentEntry, 'id' | 'since'>,
  staleBefore: Date,
  now: Date,
): Promise<boolean> {
  const noted = await transaction
    .insert(entryActivity)
    .values({ entryId: id, idleWarnedAt: now })
    .onConflictDoUpdate({
      target: entryActivity.entryId,
      set: { idleWarnedAt: now },
      setWhere: or(
        isNull(entryActivity.idleWarnedAt),
        sql`${entryActivity.idleWarnedAt} < ${silentSince.toISOString()}::timestamptz`,
        lte(entryActivity.idleWarnedAt, staleBefore),
      ),
    })
    .returning({ id: entryActivity.entryId });
  return noted.length > 0;
}

/** From now on silence counts anew: a person said that these entries were not silent, or may be. */
export async function restartSilence(
  transaction: Database,
  entryIds: readonly string[],
  now: Date,
): Promise<void> {
  if (entryIds.length === 0) return;
  await transaction
    .insert(entryActivity)
    .values(entryIds.map((entryId) => ({ entryId, silenceFrom: now })))
    .onConflictDoUpdate({ target: entryActivity.entryId, set: { silenceFrom: now } });
}
