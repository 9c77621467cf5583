import { and, eq, inArray } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { liveStates, openStates } from '../domain/entry-lifecycle.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';

export type MarkCritical = EntryOperation & {
  critical: boolean;
  /** For staff alone. */
  reason: string;
  revision?: number;
};

/**
 * Support says that an entry must not fall silent by itself, like a hospital's, or that it may again: nothing automatic
 * then does more to it than slow it down and call a person. Owners do not learn how far that goes. As it is already,
 * nothing happens. An entry that has ended is refused.
 */
export async function markCritical(operation: MarkCritical): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, critical, revision } = operation;
  const found = await entryToDecide(operation, 'manage_entries');
  if (!found.ok) return found;
  const reason = operation.reason.trim();
  if (reason === '') return { ok: false, code: 'reason_missing' };
  if (found.entry.critical === critical) return { ok: true, entry: found.entry };
  return database.transaction(async (transaction) => {
    const [marked] = await transaction
      .update(entries)
      .set({ critical })
      .where(
        and(
          eq(entries.id, found.entry.id),
          inArray(entries.status, [...openStates, ...liveStates]),
          revision === undefined ? undefined : eq(entries.revision, revision),
        ),
      )
      .returning();
    if (marked === undefined) {
      const [current] = await transaction.select().from(entries).where(eq(entries.id, found.entry.id));
      return current !== undefined && current.endedAt === null
        ? { ok: false as const, code: 'changed_meanwhile' as const, revision: current.revision }
        : {
            ok: false as const,
            code: 'state_forbids' as const,
            state: current?.status ?? found.entry.status,
            verb: 'suspend' as const,
          };
    }
    await recordEvent(transaction, actor, {
      kind: critical ? 'marked_critical' : 'unmarked_critical',
      accountId: found.account.id,
      entryId: marked.id,
      serverId: found.server.id,
      content: { evidence: { reason } },
    });
    return { ok: true as const, entry: marked };
  });
}
