import { asc, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { nodeReports } from '../../db/schema.ts';
import { takeNodeReport } from '../operations/take-node-report.ts';

const BATCH = 500;

/**
 * Takes the reports that nodes left, oldest first. Returns how many were taken. `onFailure` is told of a report that
 * could not be taken because of a bug or an outage; it stays and is tried again, the others go on.
 */
export async function takeNodeReports(
  database: Database,
  now: () => Date,
  onFailure: (error: unknown, reportId: string) => void,
): Promise<number> {
  const open = await database
    .select()
    .from(nodeReports)
    .where(isNull(nodeReports.processedAt))
    .orderBy(asc(nodeReports.createdAt))
    .limit(BATCH);
  let taken = 0;
  for (const report of open) {
    try {
      await takeNodeReport(database, report, now());
      taken += 1;
    } catch (error) {
      onFailure(error, report.id);
    }
  }
  return taken;
}
