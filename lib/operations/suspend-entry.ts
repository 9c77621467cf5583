import type { EntryRow } from '../../db/queries/entries.ts';
import type { SuspensionCause } from '../../db/schema.ts';
import { type EntryOperation, entryForPerson, entryToDecide } from './acting-on-entry.ts';
import type { Result } from './result.ts';
import { suspendFor } from './suspend-for.ts';
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
  const why = { cause, reason, content: { reason } };
  return database.transaction((transaction) =>
    suspendFor(transaction, actor, found.entry, why, { now, revision, unlessAlready: true }),
  );
}
