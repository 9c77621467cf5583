import type { EntryRow } from '../../db/queries/entries.ts';
import type { SuspensionCause } from '../../db/schema.ts';
import { type EntryOperation, entryForPerson, entryToDecide } from './acting-on-entry.ts';
import { refusedWhileFrozen } from './approvals-freeze.ts';
import { dropHeld } from './fuse-passage.ts';
import { lockForJudging } from './judge-entry.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { forceStandings } from './notify-force.ts';
import { recordEvent } from './record-event.ts';
import { restartOnLadder } from './restart-on-ladder.ts';
import type { Result } from './result.ts';
import { tellWhatHappened } from './what-happened.ts';

export type RestoreEntry = EntryOperation & { side: 'owner' | 'staff'; reason: string; revision?: number };

/** The causes that each side may lift: the owner their own pause, support everything the platform set. */
const liftedBy = {
  owner: ['owner'],
  staff: ['staff', 'abuse', 'drift'],
} as const satisfies Record<string, readonly SuspensionCause[]>;

/**
 * Lifts the suspension causes of one side. While another cause is left, the entry stays suspended. While approvals are
 * frozen support lifts nothing: whose word that would be is what an incident is about. An owner may end their own pause.
 */
export async function restoreEntry(operation: RestoreEntry): Promise<Result<{ entry: EntryRow }>> {
  return tellWhatHappened(await restore(operation), operation);
}

async function restore(operation: RestoreEntry): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, side, reason } = operation;
  const found =
    side === 'staff'
      ? await entryToDecide(operation, 'manage_entries')
      : await entryForPerson(operation, 'suspend_entry');
  if (!found.ok) return found;
  if (side === 'staff' && reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const own: readonly SuspensionCause[] = liftedBy[side];
  const lifted = found.entry.suspensionCauses.filter((cause) => own.includes(cause));
  const left = found.entry.suspensionCauses.filter((cause) => !own.includes(cause));
  if (lifted.length === 0) {
    return { ok: false, code: 'state_forbids', state: found.entry.status, verb: 'restore' };
  }
  return database.transaction(async (transaction) => {
    if (lifted.includes('abuse')) await lockForJudging(transaction, found.entry.id);
    const frozen = side === 'staff' ? await refusedWhileFrozen(transaction, 'share') : null;
    if (frozen !== null) return frozen;
    const moved = await moveEntry(
      transaction,
      found.entry,
      'restore',
      { suspensionCauses: left, status: left.length === 0 ? 'active' : 'suspended' },
      // What was read decides what is left: another cause set meanwhile must not be lost.
      operation.revision ?? found.entry.revision,
    );
    if (!moved.ok) return moved;
    await recordEvent(transaction, actor, {
      kind: left.length === 0 ? 'restored' : 'cause_lifted',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { lifted, left, reason },
    });
    // What was seen before is weighed by now: by the person who restores it.
    if (lifted.includes('abuse')) {
      await restartOnLadder(transaction, found.entry.id, now);
      await dropHeld(transaction, `entry:${found.entry.id}`, 'no_longer', now);
    }
    const standing = (await forceStandings(transaction, { entryId: found.entry.id }, now)).get(
      found.entry.id,
    );
    const [cause] = lifted;
    // Restored is not yet in force: its subscription may have lapsed meanwhile.
    if (cause !== undefined && standing?.cause === null) {
      await notifyOwners(transaction, {
        kind: 'back_in_force',
        accountId: found.account.id,
        entryId: found.entry.id,
        values: { cause, reason, listed: null },
        now,
      });
    }
    return moved;
  });
}
