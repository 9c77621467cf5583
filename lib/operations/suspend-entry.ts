import { sql } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries, type SuspensionCause } from '../../db/schema.ts';
import { type EntryOperation, entryForPerson, entryToDecide } from './acting-on-entry.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';
import { tellWhatHappened } from './what-happened.ts';

export type SuspendEntry = EntryOperation & {
  side: 'owner' | 'staff';
  /** Needed from staff; the customer reads it. */
  reason: string;
  revision?: number;
};

/** Takes an entry out of force for a while. Each cause is kept by itself, and only its own side lifts it. */
export async function suspendEntry(operation: SuspendEntry): Promise<Result<{ entry: EntryRow }>> {
  return tellWhatHappened(await suspend(operation), operation);
}

async function suspend(operation: SuspendEntry): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, side, reason, revision } = operation;
  const found =
    side === 'staff'
      ? await entryToDecide(operation, 'manage_entries')
      : await entryForPerson(operation, 'suspend_entry');
  if (!found.ok) return found;
  if (side === 'staff' && reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const cause: SuspensionCause = side;
  if (found.entry.status === 'suspended' && found.entry.suspensionCauses.includes(cause)) {
    return { ok: false, code: 'state_forbids', state: 'suspended', verb: 'suspend' };
  }
  if (side === 'owner') {
    const attempt = await takeAttempt(database, throttle('entry_edits', found.entry.id), now);
    if (!attempt.ok) return attempt;
  }
  return database.transaction(async (transaction) => {
    const moved = await moveEntry(
      transaction,
      found.entry,
      'suspend',
      { suspensionCauses: sql`array_append(${entries.suspensionCauses}, ${cause})` as never },
      revision,
      sql`not ${cause} = any(${entries.suspensionCauses})`,
    );
    if (!moved.ok) return moved;
    await recordEvent(transaction, actor, {
      kind: 'suspended',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { cause, reason },
    });
    await notifyOwners(transaction, {
      kind: 'out_of_force',
      accountId: found.account.id,
      entryId: found.entry.id,
      values: { cause, reason, listed: null },
      now,
    });
    return moved;
  });
}
