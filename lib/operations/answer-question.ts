import { and, desc, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { people, threadMessages } from '../../db/schema.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { moveEntry } from './move-entry.ts';
import { notifyStaff } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';

export type AnswerQuestion = EntryOperation & { answer: string };

/** The account answers support's question; the request goes back into review. */
export async function answerQuestion(operation: AnswerQuestion): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now } = operation;
  const found = await entryForPerson(operation, 'answer_question');
  if (!found.ok) return found;
  const viewer = actor.viewer;
  if (viewer === null) return { ok: false, code: 'not_found' };
  const body = operation.answer.trim();
  if (body === '') return { ok: false, code: 'invalid', field: 'answer', reason: 'empty' };
  return database.transaction(async (transaction) => {
    const moved = await moveEntry(transaction, found.entry, 'answer');
    if (!moved.ok) return moved;
    await transaction
      .insert(threadMessages)
      .values({ entryId: found.entry.id, side: 'account', personId: viewer.personId, body, createdAt: now });
    await recordEvent(transaction, actor, {
      kind: 'answered',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { answer: body },
    });
    const [person] = await transaction
      .select({ name: people.name })
      .from(people)
      .where(eq(people.id, viewer.personId));
    await notifyStaff(transaction, {
      kind: 'answer',
      accountId: found.account.id,
      entryId: found.entry.id,
      to: await askedBy(transaction, found.entry.id),
      values: { answer: body, by: person?.name ?? null },
      now,
    });
    return moved;
  });
}

/** Who asked last: it is their question that is answered. */
async function askedBy(transaction: Database, entryId: string): Promise<string[]> {
  const rows = await transaction
    .select({ personId: threadMessages.personId })
    .from(threadMessages)
    .where(and(eq(threadMessages.entryId, entryId), eq(threadMessages.side, 'support')))
    .orderBy(desc(threadMessages.createdAt))
    .limit(1);
  return rows.map(({ personId }) => personId);
}
