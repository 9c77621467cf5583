import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { OpenTakeover } from '../../db/queries/takeovers.ts';
import { takeovers } from '../../db/schema.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Refusal, systemActor } from './result.ts';

/** The first moment at which every holder has had the time to answer; null where that has passed. */
export function takeoverWaitsUntil(open: readonly OpenTakeover[], now: Date): Date | null {
  const last = Math.max(0, ...open.map(({ takeover }) => takeover.until.getTime()));
  return last > now.getTime() ? new Date(last) : null;
}

/**
 * Ends what others held, so that the request may come in force in the same transaction. Who decided is in the
 * platform's chain; the holder's own events say only that the address is no longer theirs.
 */
export async function takeOver(
  transaction: Database,
  actor: Actor,
  open: readonly OpenTakeover[],
  now: Date,
): Promise<{ ok: true } | Refusal> {
  for (const { held } of open) {
    const changes = { endedAt: now, endCause: 'takeover', suspensionCauses: [] };
    const moved = await moveEntry(transaction, held, 'remove', changes, held.revision);
    if (!moved.ok) return moved;
  }
  for (const { takeover, held } of open) {
    await transaction
      .update(takeovers)
      .set({ endedAt: now, outcome: 'taken_over' })
      .where(eq(takeovers.id, takeover.id));
    await recordEvent(transaction, systemActor, {
      kind: 'removed',
      accountId: held.accountId,
      entryId: held.id,
      serverId: held.serverId,
      content: { cause: 'takeover' },
    });
    await notifyOwners(transaction, {
      kind: 'removed',
      accountId: held.accountId,
      entryId: held.id,
      values: { cause: 'takeover', reason: '', signals: [], samples: [], coolDownUntil: null },
      now,
    });
  }
  const [first] = open;
  if (first !== undefined) {
    await recordEvent(transaction, actor, {
      kind: 'taken_over',
      content: { request: first.takeover.requestId, entries: open.map(({ held }) => held.id) },
    });
  }
  return { ok: true };
}
