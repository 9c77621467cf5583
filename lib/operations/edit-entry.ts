import { and, eq } from 'drizzle-orm';
import { type EntryRow, mayOnEntry } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { isLive, isOpen } from '../domain/entry-lifecycle.ts';
import { isNarrower } from '../domain/entry-scope.ts';
import { addDays } from '../domain/requirements.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { recordEvent } from './record-event.ts';
import { checkScope, type RequestedScope } from './requested-scope.ts';
import { type Result, refuse } from './result.ts';

export type EntryEdits = {
  label?: string | null;
  site?: string | null;
  contact?: string | null;
  scope?: RequestedScope & { mode?: 'enforce' | 'sandbox' };
};

export type EditEntry = EntryOperation & { edits: EntryEdits; revision?: number };

const SANDBOX_DAYS = 1;

/**
 * Changes what an account may change of its entry. A narrower scope applies at once; a wider one is kept as a wish
 * and goes to review, so that an approved entry never widens by itself.
 */
export async function editEntry(
  operation: EditEntry,
): Promise<Result<{ entry: EntryRow; toReview: boolean }>> {
  const { database, actor, now, edits } = operation;
  const found = await entryForPerson(operation, 'edit_entry');
  if (!found.ok) return found;
  const { entry } = found;
  if (!isOpen(entry.status) && !isLive(entry.status)) {
    return { ok: false, code: 'state_forbids', state: entry.status, verb: 'renew' };
  }
  const { mode, ...wantedScope } = edits.scope ?? {};
  const checked = await checkScope(database, found.server.id, wantedScope);
  if (!checked.ok && Object.keys(wantedScope).length > 0) return checked;
  const columns = checked.ok ? checked.columns : {};
  if (mode === 'sandbox' && (actor.viewer === null || !mayOnEntry(actor.viewer, found, 'use_sandbox'))) {
    return refuse.notAllowed('use_sandbox');
  }

  const narrower = isOpen(entry.status) || isNarrower(entry, columns, found.standing.scope);
  const modeChange =
    mode === undefined
      ? {}
      : mode === 'sandbox'
        ? { mode, sandboxUntil: addDays(now, SANDBOX_DAYS) }
        : { mode, sandboxUntil: null };
  return database.transaction(async (transaction) => {
    const [changed] = await transaction
      .update(entries)
      .set({
        ...(edits.label === undefined ? {} : { label: edits.label }),
        ...(edits.site === undefined ? {} : { site: edits.site }),
        ...(edits.contact === undefined ? {} : { contact: edits.contact }),
        ...modeChange,
        ...(narrower ? columns : { widerScope: columns }),
        updatedAt: now,
      })
      .where(
        and(
          eq(entries.id, entry.id),
          eq(entries.status, entry.status),
          operation.revision === undefined ? undefined : eq(entries.revision, operation.revision),
        ),
      )
      .returning();
    if (changed === undefined) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: entry.revision };
    }
    await recordEvent(transaction, actor, {
      kind: narrower ? 'edited' : 'wider_scope_requested',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: { changed: Object.keys(edits), scope: columns, mode: mode ?? null },
    });
    return { ok: true as const, entry: changed, toReview: !narrower };
  });
}
