import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { nodeReports } from '../../db/schema.ts';
import { type NodeReport, takeNodeReport } from '../operations/take-node-report.ts';
import type { Secrets } from '../secrets/keys.ts';

const BATCH = 500;

const withdrawal = z.object({ report_id: z.uuid() });

/**
 * Takes the reports that nodes left, oldest first, each once. Returns how many were taken. `onFailure` is told of a
 * report that could not be taken because of a bug or an outage; it stays and is tried again in the next run, and the
 * others go on, however many such there are. What takes a proof back stays as long as the report of that proof does.
 */
export async function takeNodeReports(
  database: Database,
  now: () => Date,
  secrets: Secrets,
  onFailure: (error: unknown, reportId: string) => void,
): Promise<number> {
  let taken = 0;
  for (let last: NodeReport | undefined; ; ) {
    const open = await openReports(database, last);
    for (const report of open) {
      try {
        if (await isBeforeItsProof(database, report)) continue;
        await takeNodeReport(database, report, now(), secrets);
        taken += 1;
      } catch (error) {
        onFailure(error, report.id);
      }
    }
    last = open.at(-1);
    if (last === undefined || open.length < BATCH) return taken;
  }
}

/** The oldest that nobody has taken yet, beyond the one that was looked at last. */
function openReports(database: Database, last: NodeReport | undefined): Promise<NodeReport[]> {
  // By the row itself: a Date would lose what the column has beyond milliseconds.
  const beyond =
    last === undefined
      ? undefined
      : sql`(${nodeReports.createdAt}, ${nodeReports.id}) > (select r.created_at, r.id from node_reports r where r.id = ${last.id})`;
  return database
    .select()
    .from(nodeReports)
    .where(and(isNull(nodeReports.processedAt), beyond))
    .orderBy(asc(nodeReports.createdAt), asc(nodeReports.id))
    .limit(BATCH);
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
