import { and, eq, inArray, isNull, or } from 'drizzle-orm';
import { openTakeovers } from '../../db/queries/takeovers.ts';
import { entries, takeovers } from '../../db/schema.ts';
import { liveStates, openStates } from '../domain/entry-lifecycle.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import { tellSettled } from './end-takeovers.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';

export type CallOffTakeover = EntryOperation & { reason: string };

/** Support has found that the address is its holder's after all, or that it cannot tell: the holder is asked no more. */
export async function callOffTakeover(operation: CallOffTakeover): Promise<Result<{ calledOff: number }>> {
  const { database, actor, now, reason } = operation;
  const found = await entryToDecide(operation, 'review_requests');
  if (!found.ok) return found;
  if (actor.viewer === null) return { ok: false, code: 'not_found' };
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const open = await openTakeovers(database, found.entry.id);
  if (open.length === 0) return { ok: false, code: 'invalid', field: 'takeover', reason: 'not_started' };
  return database.transaction(async (transaction) => {
    const held = open.map(({ held: { id } }) => id);
    // Whoever has approved in this moment has ended what is held: nothing of it stays with its holder.
    const moved = await transaction
      .update(entries)
      .set({ updatedAt: now })
      .where(
        or(
          and(eq(entries.id, found.entry.id), inArray(entries.status, [...openStates])),
          and(inArray(entries.id, held), inArray(entries.status, [...liveStates])),
        ),
      )
      .returning({ id: entries.id });
    if (moved.length <= held.length) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: found.entry.revision };
    }
    const ended = await transaction
      .update(takeovers)
      .set({ endedAt: now, outcome: 'called_off' })
      .where(and(eq(takeovers.requestId, found.entry.id), isNull(takeovers.endedAt)))
      .returning({ entryId: takeovers.entryId });
    for (const { held: entry } of open) await tellSettled(transaction, actor, entry, now);
    await recordEvent(transaction, actor, {
      kind: 'takeover_called_off',
      content: { request: found.entry.id, entries: held, reason },
    });
    return { ok: true as const, calledOff: ended.length };
  });
}
