import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { entries } from '../../db/schema.ts';
import { completeChecks } from '../operations/complete-checks.ts';

const BATCH = 100;

/**
 * Works through the requests whose checks are not complete. What is known from our own tables is evaluated whenever
 * it is read, so a request without outside sources is complete as soon as this has seen it.
 */
export async function gatherEvidence(database: Database, now: () => Date): Promise<number> {
  const open = await database
    .select({ id: entries.id })
    .from(entries)
    .where(and(eq(entries.status, 'pending'), isNull(entries.checksCompletedAt)))
    .limit(BATCH);
  for (const { id } of open) await completeChecks(database, id, now());
  return open.length;
}
