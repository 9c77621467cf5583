import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { ladderPosition } from '../../db/queries/abuse.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries, ladderPositions } from '../../db/schema.ts';
import { type LadderPolicy, rank } from '../domain/ladder-policy.ts';
import { callForSpared } from './call-person.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';
import { slowDown } from './slow-down.ts';

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
  for (const entry of around.others) await suspend(transaction, entry, around);
  for (const entry of around.critical) await spare(transaction, entry, around);
}

async function suspend(transaction: Database, entry: EntryRow, around: AroundCritical): Promise<void> {
  const { removals, days, now, actor } = around;
  const moved = await moveEntry(transaction, entry, 'suspend', {
    suspensionCauses: sql`array_append(array_remove(${entries.suspensionCauses}, 'abuse'), 'abuse')` as never,
  });
  if (!moved.ok) return;
  await recordEvent(transaction, actor, {
    kind: 'suspended',
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: { cause: 'abuse', signals: [], removals, days },
  });
  await notifyOwners(transaction, {
    kind: 'out_of_force',
    accountId: entry.accountId,
    entryId: entry.id,
    values: { cause: 'abuse', reason: null, listed: null },
    now,
  });
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
