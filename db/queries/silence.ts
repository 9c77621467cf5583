import { and, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import { idleEnd, type Silence } from '../../lib/domain/idle.ts';
import type { Database } from '../client.ts';
import { entries, entryActivity, entryStanding } from '../schema.ts';
import { currentPolicy } from './policy.ts';

export type SilentEntry = Silence & {
  id: string;
  accountId: string;
  lastMessageAt: Date | null;
  activatedAt: Date | null;
};

const heard = sql`greatest(${entryActivity.lastAcceptedAt}, ${entryActivity.silenceFrom}, ${entries.activatedAt})`;

/** From when silence counts: since it was heard, without the time that it was out of force since. */
function silentSince(now: Date) {
  const out = sql`greatest(${entryActivity.outOfForceSince}, ${heard})`;
  return sql<Date>`case when ${entryActivity.outOfForceSince} is null then ${heard}
    else ${heard} + greatest(${now.toISOString()}::timestamptz - ${out}, interval '0') end`.mapWith(
    entries.activatedAt,
  );
}

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
  const since = silentSince(now);
  return database
    .select({
      id: entries.id,
      accountId: entries.accountId,
      since,
      lastMessageAt: entryActivity.lastAcceptedAt,
      activatedAt: entries.activatedAt,
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

/**
 * Notes which live entries are out of force, and of those that are back that the time until now was no silence.
 * Run often: what it is run too late by counts as silence, or as time out of force.
 */
export async function noteOutOfForce(database: Database, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const inForce = sql`(v.state = 'in_force' and (v.expires_at is null or v.expires_at > ${at}))`;
  // Those that were out of force are few, and come first: the standing of everything else is not asked for.
  await database.execute(sql`
    with out as materialized (
      select b.entry_id, b.out_of_force_since, greatest(b.last_accepted_at, b.silence_from, e.activated_at) as heard
      from entry_activity b join entries e on e.id = b.entry_id
      where b.out_of_force_since is not null and e.status = 'active'),
    back as materialized (
      select o.* from out o join entry_standing v on v.entry_id = o.entry_id where ${inForce})
    update entry_activity a
    set silence_from = b.heard + greatest(${at} - greatest(b.out_of_force_since, b.heard), interval '0'),
      out_of_force_since = null
    from back b
    where a.entry_id = b.entry_id and a.out_of_force_since is not null`);
  await database.execute(sql`
    insert into entry_activity (entry_id, out_of_force_since)
    select e.id, ${at} from entries e
    join entry_standing v on v.entry_id = e.id
    left join entry_activity b on b.entry_id = e.id
    where e.status in ('active', 'suspended') and e.activated_at is not null
      and b.out_of_force_since is null and not ${inForce}
    on conflict (entry_id) do update set out_of_force_since = excluded.out_of_force_since
      where entry_activity.out_of_force_since is null`);
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

/** Since when nothing has come from an entry, in force or not, and when it expires for that. */
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
    silent.map((silence) => [
      silence.id,
      {
        since: silence.lastMessageAt ?? silence.activatedAt ?? silence.since,
        endsAt: idleEnd(silence, idleDays, now),
      },
    ]),
  );
  return rows.map((row) => ({ ...row, silence: flagged.get(row.entry.id) }));
}
