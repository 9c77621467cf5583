import { count, isNull } from 'drizzle-orm';
import type { EntryState } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { entries, nodeReports } from '../schema.ts';

/** How many entries are in each status. */
export async function entriesByStatus(database: Database): Promise<{ status: EntryState; count: number }[]> {
  return database.select({ status: entries.status, count: count() }).from(entries).groupBy(entries.status);
}

/** How many reports of nodes wait for a job. */
export async function openNodeReports(database: Database): Promise<number> {
  return database.$count(nodeReports, isNull(nodeReports.processedAt));
}
