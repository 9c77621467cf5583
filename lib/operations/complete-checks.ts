import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type EntryRow, type EvaluatedEntry, evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { newestEvidenceIds } from '../../db/queries/evidence.ts';
import { decisions, entries } from '../../db/schema.ts';
import type { Evaluation } from '../domain/evaluation.ts';
import { certainFailure } from '../domain/requirements.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { systemActor } from './result.ts';

/**
 * Notes that every gatherer has ended, whatever it found, and moves the request on if it is ready for a person. Where
 * the evidence makes a requirement certain to fail, the request ends here with that reason. Harmless to repeat.
 */
export async function completeChecks(database: Database, entryId: string, now: Date): Promise<void> {
  const found = await findEntry(database, 'operator', entryId);
  if (found === undefined || found.entry.status !== 'pending') return;
  // Before the transaction: nothing is read at length while it holds the clock.
  const evaluated = await evaluateEntry(database, found, now);
  const failure = certainFailure(evaluated.evaluations);
  if (failure !== null) return rejectBySystem(database, evaluated, failure, now);
  await database.transaction(async (transaction) => {
    const [entry] = await transaction
      .update(entries)
      .set({ checksCompletedAt: now })
      .where(and(eq(entries.id, entryId), eq(entries.status, 'pending'), isNull(entries.checksCompletedAt)))
      .returning();
    if (entry === undefined) return;
    await recordEvent(transaction, systemActor, {
      kind: 'checks_completed',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
    });
    await moveToReviewIfReady(transaction, entry);
  });
}

async function rejectBySystem(
  database: Database,
  { entry, evaluations, policy }: EvaluatedEntry,
  failure: Evaluation,
  now: Date,
): Promise<void> {
  const evidenceIds = await newestEvidenceIds(database, entry.id);
  await database.transaction(async (transaction) => {
    const changes = { endedAt: now, endCause: 'requirement', checksCompletedAt: now };
    const moved = await moveEntry(transaction, entry, 'reject', changes);
    // Withdrawn, decided or completed meanwhile.
    if (!moved.ok) return;
    await transaction.insert(decisions).values({
      entryId: entry.id,
      kind: 'reject',
      personId: null,
      reason: '',
      entryRevision: entry.revision,
      policyVersion: policy.version,
      requirements: evaluations,
      evidenceIds,
      createdAt: now,
    });
    const { requirement, reason: code, facts, source, at } = failure;
    await recordEvent(transaction, systemActor, {
      kind: 'rejected',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: {
        failure: { requirement, code, facts, source, at },
        policy: policy.version,
        evidence: evaluations.map(({ requirement: name, verdict, reason, staffOnly }) => ({
          requirement: name,
          verdict,
          code: reason,
          ...(staffOnly === true ? { staffOnly } : {}),
        })),
      },
    });
    await notifyOwners(transaction, {
      kind: 'rejected',
      accountId: entry.accountId,
      entryId: entry.id,
      values: { reason: '', failure: { requirement, code } },
      now,
    });
  });
}

/** A request goes to review when its checks are complete and control is proven, or a review without proof was asked. */
export async function moveToReviewIfReady(transaction: Database, entry: EntryRow): Promise<void> {
  if (entry.status !== 'pending' || entry.checksCompletedAt === null) return;
  if (entry.provenAt === null && entry.reviewRequestedAt === null) return;
  const moved = await moveEntry(transaction, entry, 'complete_checks');
  if (!moved.ok) return;
  await recordEvent(transaction, systemActor, {
    kind: 'in_review',
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: { proven: entry.provenAt !== null },
  });
}
