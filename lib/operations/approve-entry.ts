import { sql } from 'drizzle-orm';
import { approversOf } from '../../db/queries/approvals.ts';
import { type EntryRow, evaluateEntry } from '../../db/queries/entries.ts';
import { newestEvidenceIds } from '../../db/queries/evidence.ts';
import { clearedByStaffAt, openTakeovers } from '../../db/queries/takeovers.ts';
import { needsSecondPerson } from '../domain/policy.ts';
import { approvalBlocks } from '../domain/requirements.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import { refusedWhileFrozen } from './approvals-freeze.ts';
import { ChangedMeanwhile, confirmActivation } from './confirm-activation.ts';
import { isOverlapError, moveEntry } from './move-entry.ts';
import { activation, recordApproval } from './record-approval.ts';
import { restartOnLadder } from './restart-on-ladder.ts';
import type { Result } from './result.ts';
import { takeOver, takeoverWaitsUntil } from './take-over.ts';
import { tellWhatHappened } from './what-happened.ts';

export type ApproveEntry = EntryOperation & {
  reason: string;
  /** Failed requirements that the approver takes upon themselves. */
  override: string[];
  /** The revision that the approver read; left out, whatever is there now. */
  revision?: number;
};

/**
 * Puts an entry in force. Where the policy wants two persons, the first approval is recorded and the state stays.
 * Of rivals over overlapping networks the database lets exactly one win.
 */
export async function approveEntry(
  operation: ApproveEntry,
): Promise<Result<{ entry: EntryRow; approvals: number; required: number }>> {
  return tellWhatHappened(await approve(operation), operation);
}

async function approve(
  operation: ApproveEntry,
): Promise<Result<{ entry: EntryRow; approvals: number; required: number }>> {
  const { database, actor, now, override, reason } = operation;
  const found = await entryToDecide(operation, 'review_requests');
  if (!found.ok) return found;
  const viewer = actor.viewer;
  if (viewer === null) return { ok: false, code: 'not_found' };
  if (found.entry.status !== 'in_review') {
    return { ok: false, code: 'state_forbids', state: found.entry.status, verb: 'approve' };
  }
  if (operation.revision !== undefined && operation.revision !== found.entry.revision) {
    return { ok: false, code: 'changed_meanwhile', revision: found.entry.revision };
  }
  const frozen = await refusedWhileFrozen(database);
  if (frozen !== null) return frozen;
  const { evaluations, facts, policy } = await evaluateEntry(database, found, now);
  const evidenceIds = await newestEvidenceIds(database, found.entry.id);
  if (facts.ownOverlap !== null) return { ok: false, code: 'overlaps_live_entry' };
  const [block] = approvalBlocks(evaluations, override);
  if (block !== undefined) {
    const { requirement, reason: why, facts: values } = block.evaluation;
    return {
      ok: false,
      code: 'requirement_failed',
      requirement,
      reason: why,
      facts: values,
      suggestions: [],
      overridable: block.overridable,
    };
  }
  const failed = evaluations
    .filter((evaluation) => evaluation.verdict === 'fail')
    .map((one) => one.requirement);
  const overridden = override.filter((name) => (failed as string[]).includes(name));
  if (overridden.length > 0 && reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const takeovers = await openTakeovers(database, found.entry.id);
  const until = takeoverWaitsUntil(takeovers, now);
  if (until !== null) return { ok: false, code: 'takeover_open', until };
  const clearedAt = await clearedByStaffAt(database, found.entry, policy.takeoverDays);
  const circumstances = {
    takeover: takeovers.length > 0 || clearedAt !== null,
    abuseHistory: facts.abuseRemovals.length > 0,
  };
  const required = needsSecondPerson(policy, facts.network, overridden, circumstances) ? 2 : 1;

  try {
    return await database.transaction(async (transaction) => {
      // Two first approvals at once would each wait for the other for ever. Always taken before the clock.
      await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${found.entry.id}, 0))`);
      const frozen = await refusedWhileFrozen(transaction, 'share');
      if (frozen !== null) return frozen;
      const approvers = await approversOf(transaction, found.entry, overridden);
      const isMine = approvers.includes(viewer.personId);
      const approvals = approvers.length + (isMine ? 0 : 1);
      const enough = approvals >= required;
      if (!enough && isMine) return { ok: false as const, code: 'same_person' as const };
      let entry = found.entry;
      if (enough) {
        // First, or the database would see two live entries of one network.
        const taken = await takeOver(transaction, actor, takeovers, now);
        if (!taken.ok) throw new ChangedMeanwhile(taken);
        const moved = await moveEntry(
          transaction,
          found.entry,
          'approve',
          activation(policy, found.entry, now),
          found.entry.revision,
        );
        // Thrown: what was taken over must not stay gone without it.
        if (!moved.ok) throw new ChangedMeanwhile(moved);
        await confirmActivation(transaction, { entry: moved.entry, facts, policy, clearedAt });
        entry = moved.entry;
        if (entry.appealOf !== null) await restartOnLadder(transaction, entry.id, now);
      }
      await recordApproval(transaction, actor, {
        found,
        entry,
        evaluations,
        evidenceIds,
        policy,
        reason,
        overridden,
        approvals,
        required,
        now,
      });
      return { ok: true as const, entry, approvals, required };
    });
  } catch (error) {
    if (isOverlapError(error)) return { ok: false, code: 'overlaps_live_entry' };
    if (error instanceof ChangedMeanwhile) {
      return error.refusal ?? { ok: false, code: 'changed_meanwhile', revision: found.entry.revision };
    }
    throw error;
  }
}
