import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { moveEntry } from './move-entry.ts';
import { recordEvent } from './record-event.ts';
import { systemActor } from './result.ts';

/**
 * Notes that every gatherer has ended, whatever it found, and moves the request on if it is ready for a person.
 * Harmless to repeat.
 */
export async function completeChecks(database: Database, entryId: string, now: Date): Promise<void> {
  await database.transaction(async (transaction) => {
    const [entry] = await transaction
      .update(entries)
      .set({ checksCompletedAt: now })
      .where(and(eq(entries.id, entryId), eq(entries.status, 'pending'), isNull(entries.checksCompletedAt)))
      .returning();
    if (entry === undefined) return;
    await recordEvent(transaction, systemActor, {
      kind: 'checks_completed',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
    });
    await moveToReviewIfReady(transaction, entry);
  });
}

/** A request goes to review when its checks are complete and control is proven, or a review without proof was asked. */
export async function moveToReviewIfReady(transaction: Database, entry: EntryRow): Promise<void> {
  if (entry.status !== 'pending' || entry.checksCompletedAt === null) return;
  if (entry.provenAt === null && entry.reviewRequestedAt === null) return;
  const moved = await moveEntry(transaction, entry, 'complete_checks');
  if (!moved.ok) return;
  await recordEvent(transaction, systemActor, {
    kind: 'in_review',
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: { proven: entry.provenAt !== null },
  });
}
