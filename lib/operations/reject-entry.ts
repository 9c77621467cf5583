import { type EntryRow, evaluateEntry } from '../../db/queries/entries.ts';
import { newestEvidenceIds } from '../../db/queries/evidence.ts';
import { decisions } from '../../db/schema.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';
import { tellWhatHappened } from './what-happened.ts';

export type RejectEntry = EntryOperation & { reason: string; revision?: number };

/** Support refuses a request, with a reason that the customer reads. The evidence is frozen with the decision. */
export async function rejectEntry(operation: RejectEntry): Promise<Result<{ entry: EntryRow }>> {
  return tellWhatHappened(await reject(operation), operation);
}

async function reject(operation: RejectEntry): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, reason, revision } = operation;
  const found = await entryToDecide(operation, 'review_requests');
  if (!found.ok) return found;
  const viewer = actor.viewer;
  if (viewer === null) return { ok: false, code: 'not_found' };
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const { evaluations, policy } = await evaluateEntry(database, found, now);
  const evidenceIds = await newestEvidenceIds(database, found.entry.id);
  return database.transaction(async (transaction) => {
    const changes = { endedAt: now, endCause: 'staff' };
    const moved = await moveEntry(transaction, found.entry, 'reject', changes, revision);
    if (!moved.ok) return moved;
    await transaction.insert(decisions).values({
      entryId: found.entry.id,
      kind: 'reject',
      personId: viewer.personId,
      reason,
      entryRevision: found.entry.revision,
      policyVersion: policy.version,
      requirements: evaluations,
      evidenceIds,
      createdAt: now,
    });
    await recordEvent(transaction, actor, {
      kind: 'rejected',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { reason, policy: policy.version },
    });
    await notifyOwners(transaction, {
      kind: 'rejected',
      accountId: found.account.id,
      entryId: found.entry.id,
      values: { reason },
      now,
    });
    return moved;
  });
}
