import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isInForce } from '../../db/queries/abuse.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries } from '../../db/schema.ts';
import type { Drift } from '../domain/drift.ts';
import { callForSpared } from './call-person.ts';
import { askFuse, holdAction } from './fuse-passage.ts';
import { lockForJudging } from './judge-entry.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';
import { suspendFor } from './suspend-for.ts';

export type DriftSuspension = {
  entryId: string;
  /** What has changed, in a sentence that the customer reads. */
  reason: string;
  /** The changes themselves, for staff: whoever restores the entry has weighed these. */
  drifts?: Drift[];
};

export type DriftOutcome = 'suspended' | 'held' | 'spared' | 'not_active';

/**
 * Takes an entry out of force because what is known about its address has changed for certain, until somebody confirms
 * it. A critical one stays in force, and a person is called. Re-checks that find this of many at once are more likely
 * mistaken than right: the fuse holds them.
 */
export async function suspendForDrift(
  database: Database,
  drift: DriftSuspension,
  now: Date,
): Promise<DriftOutcome> {
  return database.transaction(async (transaction) => {
    await lockForJudging(transaction, drift.entryId);
    const [entry] = await transaction.select().from(entries).where(eq(entries.id, drift.entryId));
    if (entry?.critical === true && entry.status === 'active') return spare(transaction, entry, drift, now);
    const entryIds = (await isInForce(transaction, drift.entryId, now)) ? [drift.entryId] : [];
    const passage = { cause: 'drift', effect: 'out_of_force', entryIds } as const;
    const { abuse: policy } = await currentPolicy(transaction);
    const answer = await askFuse(transaction, policy, passage, now);
    if (!answer.held) {
      return (await suspendForDriftNow(transaction, drift, now)) ? 'suspended' : 'not_active';
    }
    const action = { kind: 'drift', ...drift } as const;
    await holdAction(
      transaction,
      { ...passage, subject: `drift:${drift.entryId}`, action, trip: answer.trip },
      now,
    );
    return 'held';
  });
}

async function spare(
  transaction: Database,
  entry: EntryRow,
  { drifts = [] }: DriftSuspension,
  now: Date,
): Promise<DriftOutcome> {
  await recordEvent(transaction, systemActor, {
    kind: 'spared',
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: { cause: 'drift', evidence: drifts },
  });
  await callForSpared(transaction, entry, { why: 'drift', key: now.toISOString() }, now);
  return 'spared';
}

/** The same where nothing is asked any more. @returns false where it is not active, or suspended for this already */
export async function suspendForDriftNow(
  transaction: Database,
  { entryId, reason, drifts = [] }: DriftSuspension,
  now: Date,
  actor: Actor = systemActor,
): Promise<boolean> {
  const [entry] = await transaction.select().from(entries).where(eq(entries.id, entryId));
  if (entry === undefined) return false;
  const why = { cause: 'drift', reason, content: { reason, evidence: drifts } } as const;
  return (await suspendFor(transaction, actor, entry, why, { now, unlessAlready: true })).ok;
}
