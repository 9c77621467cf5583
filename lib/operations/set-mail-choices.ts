import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { mailChoices, people } from '../../db/schema.ts';
import { choosableGroups, type MailChoice, type MailGroup } from '../domain/mail-kinds.ts';
import { type Result, refuse } from './result.ts';

const choosable: readonly MailGroup[] = [...choosableGroups('account'), ...choosableGroups('staff')];

/** Null: as each kind usually comes. */
export type MailChoices = Partial<Record<MailGroup, MailChoice | null>>;

/**
 * Keeps what a person wants of groups of mail, from now on: the person themselves in the portal, or whoever holds the
 * link of a mail to them. What is not named stays; mail that protects ignores it.
 */
export async function setMailChoices(operation: {
  database: Database;
  personId: string;
  choices: MailChoices;
  now: Date;
}): Promise<Result<object>> {
  const { database, personId, now } = operation;
  const choices = Object.entries(operation.choices) as [MailGroup, MailChoice | null][];
  if (!choices.every(([group]) => choosable.includes(group))) {
    return { ok: false, code: 'invalid', field: 'group', reason: 'not_choosable' };
  }
  return database.transaction(async (transaction) => {
    const [person] = await transaction
      .select({ id: people.id })
      .from(people)
      .where(and(eq(people.id, personId), isNull(people.erasedAt)));
    if (person === undefined) return refuse.notFound();
    for (const [group, choice] of choices) await keepChoice(transaction, personId, group, choice, now);
    return { ok: true as const };
  });
}

async function keepChoice(
  transaction: Database,
  personId: string,
  group: MailGroup,
  choice: MailChoice | null,
  now: Date,
): Promise<void> {
  if (choice === null) {
    await transaction
      .delete(mailChoices)
      .where(and(eq(mailChoices.personId, personId), eq(mailChoices.mailGroup, group)));
    return;
  }
  await transaction
    .insert(mailChoices)
    .values({ personId, mailGroup: group, choice, updatedAt: now })
    .onConflictDoUpdate({
      target: [mailChoices.personId, mailChoices.mailGroup],
      set: { choice, updatedAt: now },
    });
}
