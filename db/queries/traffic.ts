import { type AnyColumn, and, asc, eq, gt, gte, inArray, lte, or, sql } from 'drizzle-orm';
import { liveStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Traffic } from '../../lib/domain/traffic.ts';
import type { Database } from '../client.ts';
import { entries, entryActivity, trafficDays, trafficHours } from '../schema.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Messages taken from an entry in the seven days before a moment, to the hour. */
export async function weeklyAccepted(database: Database, entryId: string, at: Date): Promise<number> {
  const [row] = await database
    .select({ accepted: sql<number>`coalesce(sum(${trafficHours.accepted}), 0)::bigint` })
    .from(trafficHours)
    .where(
      and(
        eq(trafficHours.entryId, entryId),
        gt(trafficHours.hour, new Date(at.getTime() - WEEK_MS)),
        lte(trafficHours.hour, at),
      ),
    );
  return row?.accepted ?? 0;
}

/**
 * Live entries with traffic since then that may be more than usual: that passed a number of messages within one of the
 * hours, or reached a number of failures within the day. Whatever is usual for them, the others are not: a platform has
 * a hundred thousand entries that send, and their history need not be read every few minutes.
 */
export async function entriesToJudge(
  database: Database,
  { since, hour }: { since: Date; hour: Date },
  least: { messagesAbove: number; failures: number },
): Promise<{ entryId: string; activatedAt: Date }[]> {
  const dayBefore = new Date(hour.getTime() - 24 * HOUR_MS);
  const judged = sql`filter (where ${gte(trafficHours.hour, since)})`;
  const ofDay = sql`filter (where ${lte(trafficHours.hour, hour)})`;
  const rows = await database
    .select({ entryId: trafficHours.entryId, activatedAt: entries.activatedAt })
    .from(trafficHours)
    .innerJoin(entries, eq(entries.id, trafficHours.entryId))
    .where(and(gt(trafficHours.hour, dayBefore), inArray(entries.status, [...liveStates])))
    .groupBy(trafficHours.entryId, entries.activatedAt)
    .having(
      and(
        gte(sql`max(${trafficHours.hour})`, since),
        or(
          gt(sql`max(${trafficHours.accepted}) ${judged}`, least.messagesAbove),
          gte(sql`sum(${trafficHours.unknownRecipients}) ${ofDay}`, least.failures),
          gte(sql`sum(${trafficHours.nextHopRefused}) ${ofDay}`, least.failures),
        ),
      ),
    );
  return rows.flatMap(({ entryId, activatedAt }) => (activatedAt === null ? [] : { entryId, activatedAt }));
}

export type HourRow = typeof trafficHours.$inferSelect;

/** The hours of an entry in which anything was counted, oldest first. */
export async function trafficHoursOf(
  database: Database,
  entryId: string,
  from: Date,
  to: Date,
): Promise<HourRow[]> {
  return database
    .select()
    .from(trafficHours)
    .where(and(eq(trafficHours.entryId, entryId), gte(trafficHours.hour, from), lte(trafficHours.hour, to)))
    .orderBy(asc(trafficHours.hour));
}

export type DayRow = typeof trafficDays.$inferSelect;

/** The days of these entries in which anything was counted, oldest first. `from` and `to` are `YYYY-MM-DD`. */
export async function trafficDaysOf(
  database: Database,
  entryIds: readonly string[],
  from: string,
  to: string,
): Promise<DayRow[]> {
  if (entryIds.length === 0) return [];
  return database
    .select()
    .from(trafficDays)
    .where(
      and(inArray(trafficDays.entryId, [...entryIds]), gte(trafficDays.day, from), lte(trafficDays.day, to)),
    )
    .orderBy(asc(trafficDays.day));
}

/** When something was last taken from each of these entries. */
async function lastAccepted(database: Database, entryIds: readonly string[]): Promise<Map<string, Date>> {
  if (entryIds.length === 0) return new Map();
  const rows = await database
    .select({ entryId: entryActivity.entryId, at: entryActivity.lastAcceptedAt })
    .from(entryActivity)
    .where(inArray(entryActivity.entryId, [...entryIds]));
  return new Map(rows.flatMap(({ entryId, at }) => (at === null ? [] : [[entryId, at] as const])));
}

/** The days of all entries of a server, added up; also of entries that have ended since. */
export async function serverTrafficDays(
  database: Database,
  serverId: string,
  from: string,
  to: string,
): Promise<Omit<DayRow, 'entryId'>[]> {
  const sum = (column: AnyColumn) => sql<number>`sum(${column})::bigint`;
  return database
    .select({
      day: trafficDays.day,
      accepted: sum(trafficDays.accepted),
      recipients: sum(trafficDays.recipients),
      bytes: sum(trafficDays.bytes),
      deferred: sum(trafficDays.deferred),
      unknownRecipients: sum(trafficDays.unknownRecipients),
      nextHopRefused: sum(trafficDays.nextHopRefused),
      // Nothing is refused on most days: what is empty need not be gathered.
      refused: sql<
        Record<string, number>
      >`sum_counts(${trafficDays.refused}) filter (where ${trafficDays.refused} <> '{}')`,
    })
    .from(trafficDays)
    .innerJoin(entries, eq(entries.id, trafficDays.entryId))
    .where(and(eq(entries.serverId, serverId), gte(trafficDays.day, from), lte(trafficDays.day, to)))
    .groupBy(trafficDays.day)
    .orderBy(asc(trafficDays.day));
}

export type LabelledTraffic = Traffic & { at: string; network: string; label: string | null };

/** Whose figures: ids that the reader was found to be allowed to see. */
export type TrafficOf = { entryId: string } | { serverId: string };

/** How many entries have such figures at most. */
export async function countTrafficEntries(database: Database, of: TrafficOf): Promise<number> {
  return 'entryId' in of ? 1 : database.$count(entries, eq(entries.serverId, of.serverId));
}

/**
 * Figures of one entry, or of each entry of a server, hour by hour or day by day, oldest first: for whoever works with
 * them elsewhere. From the one moment until before the other, both the beginning of an hour or day.
 */
export async function trafficRows(
  database: Database,
  of: TrafficOf,
  { unit, from, until }: { unit: 'hour' | 'day'; from: Date; until: Date },
): Promise<LabelledTraffic[]> {
  const theirs = 'entryId' in of ? sql`e.id = ${of.entryId}` : sql`e.server_id = ${of.serverId}`;
  const [table, time, begin, end] =
    unit === 'hour'
      ? [sql`traffic_hours`, sql`t.hour`, from.toISOString(), until.toISOString()]
      : [sql`traffic_days`, sql`t.day`, isoDay(from), isoDay(until)];
  const { rows } = await database.execute<Omit<LabelledTraffic, 'at'> & { at: Date | string }>(sql`
    select ${unit === 'hour' ? time : sql`t.day::text`} as at, e.network::text as network, e.label, t.accepted,
      t.recipients, t.bytes, t.deferred, t.unknown_recipients as "unknownRecipients", t.next_hop_refused as "nextHopRefused", t.refused
    from ${table} t join entries e on e.id = t.entry_id
    where ${theirs} and ${time} >= ${begin} and ${time} < ${end}
    order by ${time}, e.network, e.id`);
  return rows.map(({ at, ...row }) => ({ at: at instanceof Date ? at.toISOString() : at, ...row }));
}

const isoDay = (at: Date) => at.toISOString().slice(0, 10);

/** Of each entry: when something was last taken from it, and how much on each of the days given. */
export async function rowTraffic(
  database: Database,
  entryIds: readonly string[],
  days: readonly string[],
): Promise<Map<string, { lastMessageAt: Date | null; week: number[] }>> {
  const last = await lastAccepted(database, entryIds);
  const rows = await trafficDaysOf(database, entryIds, days[0] ?? '', days.at(-1) ?? '');
  const counts = new Map(rows.map((row) => [`${row.entryId} ${row.day}`, row.accepted]));
  return new Map(
    entryIds.map((id) => [
      id,
      { lastMessageAt: last.get(id) ?? null, week: days.map((day) => counts.get(`${id} ${day}`) ?? 0) },
    ]),
  );
}
