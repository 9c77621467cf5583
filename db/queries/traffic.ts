import { and, asc, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
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

/** Live entries with traffic in the hours since then: what the traffic job judges. */
export async function entriesWithTraffic(
  database: Database,
  since: Date,
): Promise<{ entryId: string; activatedAt: Date }[]> {
  const rows = await database
    .selectDistinct({ entryId: trafficHours.entryId, activatedAt: entries.activatedAt })
    .from(trafficHours)
    .innerJoin(entries, eq(entries.id, trafficHours.entryId))
    .where(and(gte(trafficHours.hour, since), inArray(entries.status, ['active', 'suspended'])));
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
export async function lastAccepted(
  database: Database,
  entryIds: readonly string[],
): Promise<Map<string, Date>> {
  if (entryIds.length === 0) return new Map();
  const rows = await database
    .select({ entryId: entryActivity.entryId, at: entryActivity.lastAcceptedAt })
    .from(entryActivity)
    .where(inArray(entryActivity.entryId, [...entryIds]));
  return new Map(rows.flatMap(({ entryId, at }) => (at === null ? [] : [[entryId, at] as const])));
}
