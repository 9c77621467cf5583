import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { ownershipQuestions } from '../../db/queries/takeovers.ts';
import { entries, takeovers } from '../../db/schema.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { notifyStaff } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export type AnswerTakeover = EntryOperation & { answer: string };

/**
 * The holder of an address says that it is still theirs. Support reads it before anything is approved: an approval that
 * was given before no longer counts, so nobody answers without end (`throttled`). Refused as `invalid` where nobody has
 * asked.
 */
export async function answerTakeover(operation: AnswerTakeover): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now } = operation;
  const found = await entryForPerson(operation, 'answer_question');
  if (!found.ok) return found;
  const { entry } = found;
  const answer = operation.answer.trim();
  if (answer === '') return { ok: false, code: 'invalid', field: 'answer', reason: 'empty' };
  const viewer = actor.viewer;
  const asked = viewer === null ? [] : await ownershipQuestions(database, viewer, entry.id);
  if (viewer === null || asked.length === 0) {
    return { ok: false, code: 'invalid', field: 'answer', reason: 'not_asked' };
  }
  const attempt = await takeAttempt(database, throttle('ownership_answers', entry.id), now);
  if (!attempt.ok) return attempt;
  return database.transaction(async (transaction) => {
    const open = and(eq(takeovers.entryId, entry.id), isNull(takeovers.endedAt));
    const requests = await transaction.select({ id: takeovers.requestId }).from(takeovers).where(open);
    await transaction
      .update(entries)
      .set({ updatedAt: now })
      .where(inArray(entries.id, [entry.id, ...requests.map((request) => request.id)]));
    const objected = await transaction
      .update(takeovers)
      .set({ objection: answer, objectedBy: viewer.personId, objectedAt: now })
      .where(open)
      .returning({ requestId: takeovers.requestId });
    // It was decided in this moment.
    if (objected.length === 0) {
      return { ok: false as const, code: 'invalid' as const, field: 'answer', reason: 'not_asked' };
    }
    await recordEvent(transaction, actor, {
      kind: 'ownership_answered',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: { answer },
    });
    // About what contests it: there support reads the answer and decides, and here nothing is to be decided.
    for (const { requestId } of objected) {
      await notifyStaff(transaction, {
        kind: 'answer',
        accountId: entry.accountId,
        entryId: requestId,
        values: { answer, by: null, holder: true },
        now,
      });
    }
    return { ok: true as const, entry };
  });
}
