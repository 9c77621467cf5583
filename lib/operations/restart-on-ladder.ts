import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { ladderPositions } from '../../db/schema.ts';
import { slowDown } from './slow-down.ts';

/**
 * An entry that a person has let back in begins slowed down, and what was seen before no longer counts: it is that
 * person's decision now. The throttle ends by itself, like any other. In the transaction that lets it in, after the
 * entry itself was changed.
 */
export async function restartOnLadder(transaction: Database, entryId: string, now: Date): Promise<void> {
  const { abuse: policy } = await currentPolicy(transaction);
  await slowDown(transaction, entryId, policy, now);
  const position = {
    step: 'throttled' as const,
    since: now,
    countsFrom: now,
    judgedAt: now,
    calledFor: null,
    notDone: null,
    calledAt: null,
  };
  await transaction
    .insert(ladderPositions)
    .values({ entryId, ...position })
    .onConflictDoUpdate({ target: ladderPositions.entryId, set: position });
}
