import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { trafficHours } from '../schema.ts';

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
