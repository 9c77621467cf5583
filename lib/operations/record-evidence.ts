import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries, evidence, evidenceRuns } from '../../db/schema.ts';
import type { EvidenceOutcome, EvidenceSource } from '../domain/evidence.ts';
import { nextAsking, shareOf } from '../domain/evidence-schedule.ts';
import { storable } from '../domain/storable.ts';

/** Notes that sources are being asked from now on: pages show it until each has ended. */
export async function startEvidence(
  database: Database,
  entryId: string,
  sources: readonly EvidenceSource[],
  now: Date,
): Promise<void> {
  if (sources.length === 0) return;
  await database
    .insert(evidenceRuns)
    .values(sources.map((source) => ({ entryId, source, startedAt: now })))
    .onConflictDoUpdate({
      target: [evidenceRuns.entryId, evidenceRuns.source],
      set: { startedAt: now, finishedAt: null, outcome: null },
    });
}

export type FoundEvidence = {
  entryId: string;
  source: EvidenceSource;
  outcome: EvidenceOutcome;
  /** Facts of this source, or null where there are none. */
  facts: unknown;
  raw: unknown;
  retryAfterMs?: number;
};

/**
 * Keeps what a source said and ends its asking. Told the same as before, the row only gets older, unless a decision was
 * made on it: that row stays as it was read, and another one follows. Where it is something new for a request in review,
 * the entry's revision moves on, so that nobody approves what they have not read.
 * @returns whether the source said something else than the last time
 */
export async function recordEvidence(database: Database, said: FoundEvidence, now: Date): Promise<boolean> {
  const found = storable(said);
  const policy = await currentPolicy(database);
  return database.transaction(async (transaction) => {
    const facts = found.facts === null ? null : JSON.stringify(found.facts);
    const [newest] = await transaction
      .select({
        id: evidence.id,
        outcome: evidence.outcome,
        sameFacts: sql<boolean>`${evidence.facts} is not distinct from ${facts}::jsonb`,
        decidedOn: sql<boolean>`exists (select from decisions d
          where d.entry_id = ${found.entryId} and evidence.id = any (d.evidence_ids))`,
      })
      .from(evidence)
      .where(and(eq(evidence.entryId, found.entryId), eq(evidence.source, found.source)))
      .orderBy(desc(evidence.gatheredAt))
      .limit(1);
    const same = newest !== undefined && newest.outcome === found.outcome && newest.sameFacts;
    // The clock first: the update takes its lock before this transaction writes anything else.
    if (!same) {
      await transaction
        .update(entries)
        .set({ updatedAt: now })
        .where(and(eq(entries.id, found.entryId), inArray(entries.status, ['in_review'])));
    }
    if (same && !newest.decidedOn) {
      await transaction
        .update(evidence)
        .set({ raw: found.raw, checkedAt: now })
        .where(eq(evidence.id, newest.id));
    } else {
      await transaction.insert(evidence).values({
        entryId: found.entryId,
        source: found.source,
        outcome: found.outcome,
        facts: found.facts,
        raw: found.raw,
        gatheredAt: now,
        checkedAt: now,
      });
    }
    const failed = found.outcome === 'temporary_error';
    const [run] = await transaction
      .update(evidenceRuns)
      .set({
        finishedAt: now,
        outcome: found.outcome,
        failures: failed ? sql`${evidenceRuns.failures} + 1` : 0,
      })
      .where(and(eq(evidenceRuns.entryId, found.entryId), eq(evidenceRuns.source, found.source)))
      .returning({ failures: evidenceRuns.failures });
    await transaction
      .update(evidenceRuns)
      .set({
        dueAt: nextAsking(
          policy,
          {
            outcome: found.outcome,
            failures: run?.failures ?? 1,
            share: shareOf(found.entryId),
            retryAfterMs: found.retryAfterMs,
          },
          now,
        ),
      })
      .where(and(eq(evidenceRuns.entryId, found.entryId), eq(evidenceRuns.source, found.source)));
    return !same;
  });
}
