import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { mailChoices, people } from '../../db/schema.ts';
import { choosableGroups, type MailChoice, type MailGroup } from '../domain/mail-kinds.ts';
import { type Result, refuse } from './result.ts';

const choosable: readonly MailGroup[] = [...choosableGroups('account'), ...choosableGroups('staff')];

/**
 * Keeps what a person wants of a group of mail, from now on: the person themselves in the portal, or whoever holds the
 * link of a mail to them. Mail that protects ignores it.
 */
export async function setMailChoice(operation: {
  database: Database;
  personId: string;
  group: MailGroup;
  /** Null: as each kind usually comes. */
  choice: MailChoice | null;
  now: Date;
}): Promise<Result<{ group: MailGroup; choice: MailChoice | null }>> {
  const { database, personId, group, choice, now } = operation;
  if (!choosable.includes(group))
    return { ok: false, code: 'invalid', field: 'group', reason: 'not_choosable' };
  const [person] = await database
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.id, personId), isNull(people.erasedAt)));
  if (person === undefined) return refuse.notFound();
  if (choice === null) {
    await database
      .delete(mailChoices)
      .where(and(eq(mailChoices.personId, personId), eq(mailChoices.mailGroup, group)));
    return { ok: true, group, choice };
  }
  await database
    .insert(mailChoices)
    .values({ personId, mailGroup: group, choice, updatedAt: now })
    .onConflictDoUpdate({
      target: [mailChoices.personId, mailChoices.mailGroup],
      set: { choice, updatedAt: now },
    });
  return { ok: true, group, choice };
}
