import { and, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import { idleEnd, type Silence } from '../../lib/domain/idle.ts';
import type { Database } from '../client.ts';
import { entries, entryActivity, entryStanding } from '../schema.ts';
import { currentPolicy } from './policy.ts';

export type SilentEntry = Silence & { id: string; accountId: string; lastMessageAt: Date | null };

const since =
  sql<Date>`greatest(${entryActivity.lastAcceptedAt}, ${entryActivity.silenceFrom}, ${entries.activatedAt})`.mapWith(
    entries.activatedAt,
  );

/**
 * Entries in force at `now` that have been silent since `until` or longer, the longest first, but for those that rarely
 * send. What is out of force cannot send, so its silence says nothing. Critical entries are left out: they do not expire.
 * @param only of these; left out: of all
 * @param critical the critical ones instead
 */
export async function silentEntries(
  database: Database,
  {
    until,
    now,
    only,
    critical = false,
  }: { until: Date; now: Date; only?: readonly string[]; critical?: boolean },
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
        eq(entries.critical, critical),
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

/** Since when nothing has come from an entry, and when it expires for that. */
export type FlaggedSilence = { since: Date; endsAt: Date };

/** Each entry with its silence, where it has lasted for so long that it is told. */
export async function withSilence<Row extends { entry: { id: string } }>(
  database: Database,
  rows: readonly Row[],
  now: Date,
): Promise<(Row & { silence: FlaggedSilence | undefined })[]> {
  const { idleFlagDays, idleDays } = await currentPolicy(database);
  const silent = await silentEntries(database, {
    until: addDays(now, -idleFlagDays),
    now,
    only: rows.map(({ entry }) => entry.id),
  });
  const flagged = new Map(
    silent.map((silence) => [silence.id, { since: silence.since, endsAt: idleEnd(silence, idleDays, now) }]),
  );
  return rows.map((row) => ({ ...row, silence: flagged.get(row.entry.id) }));
}
