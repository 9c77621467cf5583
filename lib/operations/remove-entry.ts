import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { addDays } from '../domain/days.ts';
import { followRemoval } from './abuse-consequences.ts';
import { type EntryOperation, entryForPerson, entryToDecide } from './acting-on-entry.ts';
import { lockForJudging } from './judge-entry.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';
import { tellWhatHappened } from './what-happened.ts';

export type RemoveEntry = EntryOperation & {
  side: 'owner' | 'staff';
  /** Needed from staff; the customer reads it. */
  reason: string;
  /** Staff only: removed for abuse, which starts the cool-down and gives its own SMTP reply. */
  abuse?: boolean;
  revision?: number;
};

/** Takes an address out of the whitelist for good. Nodes end the sessions that rest on it. */
export async function removeEntry(operation: RemoveEntry): Promise<Result<{ entry: EntryRow }>> {
  return tellWhatHappened(await remove(operation), operation);
}

async function remove(operation: RemoveEntry): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, side, reason, revision } = operation;
  const found =
    side === 'staff'
      ? await entryToDecide(operation, 'manage_entries')
      : await entryForPerson(operation, 'remove_entry');
  if (!found.ok) return found;
  if (side === 'staff' && reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const cause = side === 'staff' && operation.abuse === true ? 'abuse' : side;
  return database.transaction(async (transaction) => {
    // What follows from a removal for abuse asks the fuse, whose lock comes before everything else.
    if (cause === 'abuse') await lockForJudging(transaction, found.entry.id);
    const changes = { endedAt: now, endCause: cause, suspensionCauses: [] };
    const moved = await moveEntry(transaction, found.entry, 'remove', changes, revision);
    if (!moved.ok) return moved;
    await recordEvent(transaction, actor, {
      kind: 'removed',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { cause, reason },
    });
    const { coolDownDays, abuse: policy } = await currentPolicy(transaction);
    await notifyOwners(transaction, {
      kind: 'removed',
      accountId: found.account.id,
      entryId: found.entry.id,
      values: {
        cause,
        reason,
        signals: [],
        samples: [],
        coolDownUntil: cause === 'abuse' ? addDays(now, coolDownDays).toISOString() : null,
      },
      now,
    });
    if (cause === 'abuse') await followRemoval(transaction, { entry: moved.entry, policy, now, actor });
    return moved;
  });
}
