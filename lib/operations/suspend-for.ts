import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries, type SuspensionCause } from '../../db/schema.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Actor, Refusal } from './result.ts';

/**
 * Takes an entry out of force for a cause, beside those that it has: the change, its event and the mail to its owners, in
 * the caller's transaction.
 * @param why.reason that the owners are told; null for abuse, where the mail says what was seen
 * @param why.content what the event says besides the cause
 * @param options.revision where given, the row must still have it
 * @param options.unlessAlready refused where another was quicker to suspend for this cause
 */
export async function suspendFor(
  transaction: Database,
  actor: Actor,
  entry: EntryRow,
  why: { cause: SuspensionCause; reason: string | null; content: Record<string, unknown> },
  options: { now: Date; revision?: number; unlessAlready?: boolean },
): Promise<{ ok: true; entry: EntryRow } | Refusal> {
  const { cause, reason, content } = why;
  const { now, revision, unlessAlready = false } = options;
  const suspensionCauses = sql`array_append(array_remove(${entries.suspensionCauses}, ${cause}), ${cause})`;
  const changes = { suspensionCauses: suspensionCauses as never };
  const isNew = unlessAlready ? sql`not ${cause} = any(${entries.suspensionCauses})` : undefined;
  const moved = await moveEntry(transaction, entry, 'suspend', changes, revision, isNew);
  if (!moved.ok) return moved;
  const about = { accountId: entry.accountId, entryId: entry.id };
  await recordEvent(transaction, actor, {
    ...about,
    kind: 'suspended',
    serverId: entry.serverId,
    content: { cause, ...content },
  });
  const values = { cause, reason, listed: null };
  await notifyOwners(transaction, { ...about, kind: 'out_of_force', values, now });
  return moved;
}
