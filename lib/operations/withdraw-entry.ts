import type { EntryRow } from '../../db/queries/entries.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';

/** The account takes back a request that is not yet decided. */
export async function withdrawEntry(operation: EntryOperation): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now } = operation;
  const found = await entryForPerson(operation, 'withdraw_entry');
  if (!found.ok) return found;
  return database.transaction(async (transaction) => {
    const moved = await moveEntry(transaction, found.entry, 'withdraw', { endedAt: now, endCause: 'owner' });
    if (!moved.ok) return moved;
    await recordEvent(transaction, actor, {
      kind: 'withdrawn',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
    });
    // A member who asked is setting up a device, and waits for an answer that does not come any more.
    const { requestedBy, requestedByStaff } = found.entry;
    if (requestedBy !== null && requestedBy !== actor.viewer?.personId && !requestedByStaff) {
      const about = { accountId: found.account.id, entryId: found.entry.id, now };
      await notifyOwners(transaction, { kind: 'expired', ...about, values: { cause: 'withdrawn' } });
    }
    return moved;
  });
}
