import { and, eq } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { moveToReviewIfReady } from './complete-checks.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';

/** The requester cannot prove control now and asks for a review without: support sees that it is missing. */
export async function requestReview(operation: EntryOperation): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now } = operation;
  const found = await entryForPerson(operation, 'request_review');
  if (!found.ok) return found;
  return database.transaction(async (transaction) => {
    const [entry] = await transaction
      .update(entries)
      .set({ reviewRequestedAt: now })
      .where(and(eq(entries.id, found.entry.id), eq(entries.status, 'pending')))
      .returning();
    if (entry === undefined) {
      return {
        ok: false as const,
        code: 'state_forbids' as const,
        state: found.entry.status,
        verb: 'complete_checks' as const,
      };
    }
    await recordEvent(transaction, actor, {
      kind: 'review_requested',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
    });
    await moveToReviewIfReady(transaction, entry);
    const [after] = await transaction.select().from(entries).where(eq(entries.id, entry.id));
    return { ok: true as const, entry: after ?? entry };
  });
}
