import { and, eq } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { refusedWhileFrozen } from './approvals-freeze.ts';
import { type DecideScope, wishForStaff } from './deciding-scope.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { checkScope } from './requested-scope.ts';
import type { Result } from './result.ts';

/**
 * Support lets an entry do more, as its account has asked. Checked anew: a domain may have ended meanwhile, a plan may
 * give less (`invalid`). Not while approvals are frozen.
 */
export async function grantScope(operation: DecideScope): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, reason } = operation;
  const found = await wishForStaff(operation);
  if (!found.ok) return found;
  const { entry, wish } = found;
  const checked = await checkScope(database, found.server.id, wish);
  if (!checked.ok) return checked;
  return database.transaction(async (transaction) => {
    const frozen = await refusedWhileFrozen(transaction, 'share');
    if (frozen !== null) return frozen;
    const [granted] = await transaction
      .update(entries)
      .set({ ...checked.columns, widerScope: null, widerScopeAt: null, updatedAt: now })
      .where(and(eq(entries.id, entry.id), eq(entries.revision, entry.revision)))
      .returning();
    if (granted === undefined) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: entry.revision };
    }
    await recordEvent(transaction, actor, {
      kind: 'scope_granted',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: { scope: wish, reason },
    });
    const { id: entryId, accountId } = entry;
    const values = { granted: true, reason };
    await notifyOwners(transaction, { kind: 'scope_decided', accountId, entryId, values, now });
    return { ok: true as const, entry: granted };
  });
}
