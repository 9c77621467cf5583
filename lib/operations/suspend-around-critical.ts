import type { Database } from '../../db/client.ts';
import { ladderPosition } from '../../db/queries/abuse.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { ladderPositions } from '../../db/schema.ts';
import { type LadderPolicy, rank } from '../domain/ladder-policy.ts';
import { callForSpared } from './call-person.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';
import { slowDown } from './slow-down.ts';
import { suspendFor } from './suspend-for.ts';

export type AroundCritical = {
  /** In force on the server. */
  critical: readonly EntryRow[];
  others: readonly EntryRow[];
  removals: number;
  days: number;
  policy: LadderPolicy;
  now: Date;
  actor: Actor;
};

/**
 * In place of a whole server that has a critical entry: its other entries are suspended, the critical one is slowed down,
 * and a person is called. The fuse has been asked.
 */
export async function suspendAroundCritical(transaction: Database, around: AroundCritical): Promise<void> {
  const { actor, removals, days, now } = around;
  const why = { cause: 'abuse', reason: null, content: { signals: [], removals, days } } as const;
  for (const entry of around.others) await suspendFor(transaction, actor, entry, why, { now });
  for (const entry of around.critical) await spare(transaction, entry, around);
}

/** Slowed down as by a step of the ladder, so that it ends by itself like one. */
async function spare(transaction: Database, entry: EntryRow, around: AroundCritical): Promise<void> {
  const { removals, days, policy, now, actor } = around;
  const position = await ladderPosition(transaction, entry.id);
  if (rank(position?.step ?? 'none') < rank('throttled')) {
    const rate = await slowDown(transaction, entry.id, policy, now);
    const values = { step: 'throttled' as const, since: now, judgedAt: now };
    await transaction
      .insert(ladderPositions)
      .values({ entryId: entry.id, ...values })
      .onConflictDoUpdate({ target: ladderPositions.entryId, set: values });
    await recordEvent(transaction, actor, {
      kind: 'throttled',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: { rate, signals: [], removals, days },
    });
  }
  await callForSpared(transaction, entry, { why: 'server', key: now.toISOString() }, now);
}
