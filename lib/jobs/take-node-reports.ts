import { and, asc, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { nodeReports } from '../../db/schema.ts';
import { type NodeReport, takeNodeReport } from '../operations/take-node-report.ts';

const BATCH = 500;

const withdrawal = z.object({ report_id: z.uuid() });

/**
 * Takes the reports that nodes left, oldest first. Returns how many were taken. `onFailure` is told of a report that
 * could not be taken because of a bug or an outage; it stays and is tried again, the others go on. What takes a proof
 * back stays as long as the report of that proof does.
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
      if (await isBeforeItsProof(database, report)) continue;
      await takeNodeReport(database, report, now());
      taken += 1;
    } catch (error) {
      onFailure(error, report.id);
    }
  }
  return taken;
}

/** Taken before its proof, a withdrawal would find nothing to take back, and the proof would stand. */
async function isBeforeItsProof(database: Database, { kind, payload }: NodeReport): Promise<boolean> {
  const proofId = kind === 'proof_withdrawn' ? withdrawal.safeParse(payload).data?.report_id : undefined;
  if (proofId === undefined) return false;
  return (
    (await database.$count(nodeReports, and(eq(nodeReports.id, proofId), isNull(nodeReports.processedAt)))) >
    0
  );
}
