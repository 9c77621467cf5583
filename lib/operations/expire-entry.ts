import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';

export type ExpiryCause = 'no_proof' | 'no_answer' | 'not_renewed' | 'idle';

/**
 * Ends one entry that nobody followed up, in the caller's transaction: the state, its event, and mail to the owners.
 * @param entry as it was read: whoever proved, answered or renewed in this moment wins
 * @returns false where it has changed since
 */
export async function expireEntry(
  transaction: Database,
  entry: EntryRow,
  cause: ExpiryCause,
  now: Date,
  actor: Actor = systemActor,
): Promise<boolean> {
  const moved = await moveEntry(
    transaction,
    entry,
    'expire',
    { endedAt: now, endCause: cause, suspensionCauses: [] },
    entry.revision,
  );
  if (!moved.ok) return false;
  await recordEvent(transaction, actor, {
    kind: 'expired',
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: { cause },
  });
  await notifyOwners(transaction, {
    kind: 'expired',
    accountId: entry.accountId,
    entryId: entry.id,
    values: { cause },
    now,
  });
  return true;
}
