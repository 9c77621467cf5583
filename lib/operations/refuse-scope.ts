import { and, eq } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { type DecideScope, wishForStaff } from './deciding-scope.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';

/** Support does not let an entry do more; what it may do stays as it is. */
export async function refuseScope(operation: DecideScope): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, reason } = operation;
  const found = await wishForStaff(operation);
  if (!found.ok) return found;
  const { entry, wish } = found;
  return database.transaction(async (transaction) => {
    const [refused] = await transaction
      .update(entries)
      .set({ widerScope: null, widerScopeAt: null, updatedAt: now })
      .where(and(eq(entries.id, entry.id), eq(entries.revision, entry.revision)))
      .returning();
    if (refused === undefined) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: entry.revision };
    }
    await recordEvent(transaction, actor, {
      kind: 'scope_refused',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: { scope: wish, reason },
    });
    const { id: entryId, accountId } = entry;
    const values = { granted: false, reason };
    await notifyOwners(transaction, { kind: 'scope_decided', accountId, entryId, values, now });
    return { ok: true as const, entry: refused };
  });
}
