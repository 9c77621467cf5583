import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { decidedAgainst, heldByAnother } from '../../db/queries/automatic-approval.ts';
import { type Entry, type EntryRow, evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { newestEvidenceIds } from '../../db/queries/evidence.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { clearedByStaffAt, openTakeovers } from '../../db/queries/takeovers.ts';
import { automaticLooks, decisions, platformState, threadMessages } from '../../db/schema.ts';
import { type AutomaticBlock, automaticBlock } from '../domain/automatic-approval.ts';
import { ChangedMeanwhile, confirmActivation } from './confirm-activation.ts';
import { isOverlapError, moveEntry } from './move-entry.ts';
import { activation, recordApproval } from './record-approval.ts';
import { systemActor } from './result.ts';

export type AutomaticOutcome =
  | 'approved'
  /** Support keeps all approvals back. */
  | 'frozen'
  /** It is not in review, or the request, its evidence or the policy has changed while it was looked at. */
  | 'changed_meanwhile'
  | 'overlaps_live_entry'
  | 'not_in_good_standing'
  | AutomaticBlock;

/**
 * Approves a request without a person, where the policy lets it and nothing at all speaks against it. What was read is
 * held by the entry's revision and the policy's version: whatever changes meanwhile leaves the request as it is.
 */
export async function approveAutomatically(
  database: Database,
  entryId: string,
  now: Date,
): Promise<AutomaticOutcome> {
  // The row first: what is read after it can only be newer than the revision that is compared in the end.
  const found = await findEntry(database, 'operator', entryId);
  if (found === undefined || found.entry.status !== 'in_review') return 'changed_meanwhile';
  const evaluated = await evaluateEntry(database, found, now);
  const { evaluations, facts, policy } = evaluated;
  const evidenceIds = await newestEvidenceIds(database, entryId);
  const block = hasGoodStanding(found)
    ? automaticBlock({
        facts,
        evaluations,
        policy,
        takeover: await isTakeover(database, found.entry, policy.takeoverDays, now),
        personInvolved: await isPersonInvolved(database, found.entry, now),
        now,
      })
    : 'not_in_good_standing';
  // Time alone ends this one.
  if (block === 'proof_settling') return block;
  if (block !== null) return keepLook(database, found, policy.version, block, now);
  try {
    return await database.transaction(async (transaction) => {
      // In the order of everybody who takes them, and before the clock: the policy, the entry, the freeze.
      await transaction.execute(sql`select pg_advisory_xact_lock_shared(hashtextextended('policy', 3))`);
      await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${entryId}, 0))`);
      const [platform] = await transaction.select().from(platformState).for('share');
      if (platform?.approvalsFrozenAt != null) return 'frozen';
      if ((await currentPolicy(transaction)).version !== policy.version) return 'changed_meanwhile';
      if (await isPersonInvolved(transaction, found.entry, now)) return 'person_involved';
      const changes = activation(policy, found.entry, now);
      const moved = await moveEntry(transaction, found.entry, 'approve', changes, found.entry.revision);
      if (!moved.ok) return 'changed_meanwhile';
      await confirmActivation(transaction, { entry: moved.entry, facts, policy, clearedAt: null });
      await recordApproval(transaction, systemActor, {
        found,
        entry: moved.entry,
        evaluations,
        evidenceIds,
        policy,
        reason: '',
        overridden: [],
        approvals: 0,
        required: 0,
        now,
      });
      return 'approved';
    });
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return 'changed_meanwhile';
    if (!isOverlapError(error)) throw error;
    return keepLook(database, found, policy.version, 'overlaps_live_entry', now);
  }
}

async function isTakeover(
  database: Database,
  request: EntryRow,
  takeoverDays: number,
  now: Date,
): Promise<boolean> {
  if ((await openTakeovers(database, request.id)).length > 0) return true;
  if ((await clearedByStaffAt(database, request, takeoverDays)) !== null) return true;
  return heldByAnother(database, request, now);
}

function hasGoodStanding({ account, server }: Entry): boolean {
  return account.status === 'active' && server.status === 'active';
}

/** A question, an answer or a first approval: somebody is at it. Or they were, and have decided against it. */
async function isPersonInvolved(database: Database, entry: EntryRow, now: Date): Promise<boolean> {
  const { id: entryId } = entry;
  const written = await database.$count(
    threadMessages,
    and(eq(threadMessages.entryId, entryId), eq(threadMessages.side, 'support')),
  );
  if (written > 0 || (await database.$count(decisions, eq(decisions.entryId, entryId))) > 0) return true;
  return decidedAgainst(database, entry, now);
}

/** Remembers what kept a request from being approved, so that it is looked at again only when something is different. */
async function keepLook<Outcome extends AutomaticOutcome>(
  database: Database,
  { entry }: Entry,
  policyVersion: number,
  outcome: Outcome,
  now: Date,
): Promise<Outcome> {
  const look = { entryRevision: entry.revision, policyVersion, outcome, lookedAt: now };
  await database
    .insert(automaticLooks)
    .values({ entryId: entry.id, ...look })
    .onConflictDoUpdate({ target: automaticLooks.entryId, set: look });
  return outcome;
}
