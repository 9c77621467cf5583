import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { threadMessages } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';
import { tellWhatHappened } from './what-happened.ts';

export type AskQuestion = EntryOperation & { reason: string; revision?: number };

/** Support asks the account something; the request waits for the answer. */
export async function askQuestion(operation: AskQuestion): Promise<Result<{ entry: EntryRow }>> {
  return tellWhatHappened(await ask(operation), operation);
}

async function ask(operation: AskQuestion): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, reason, revision } = operation;
  const found = await entryToDecide(operation, 'review_requests');
  if (!found.ok) return found;
  const viewer = actor.viewer;
  if (viewer === null) return { ok: false, code: 'not_found' };
  const body = reason.trim();
  if (body === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    const moved = await moveEntry(transaction, found.entry, 'ask', {}, revision);
    if (!moved.ok) return moved;
    await transaction
      .insert(threadMessages)
      .values({ entryId: found.entry.id, side: 'support', personId: viewer.personId, body, createdAt: now });
    await recordEvent(transaction, actor, {
      kind: 'asked',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { question: body },
    });
    const { awaitDays } = await currentPolicy(transaction);
    await notifyOwners(transaction, {
      kind: 'question',
      accountId: found.account.id,
      entryId: found.entry.id,
      values: { question: body, endsAt: addDays(now, awaitDays).toISOString() },
      now,
    });
    return moved;
  });
}
