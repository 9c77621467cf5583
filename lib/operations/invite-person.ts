import type { Database } from '../../db/client.ts';
import { findPersonByEmail, normaliseEmail } from '../../db/queries/people.ts';
import { people } from '../../db/schema.ts';
import { issueInvitation } from './issue-invitation.ts';
import { isUniqueError } from './move-entry.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';

export type InvitePerson = {
  database: Database;
  actor: Actor;
  /** A mailbox, checked at the edge. */
  email: string;
  name?: string | null;
  now: Date;
};

/**
 * Makes the person if nobody has the e-mail address yet, and a link by which to set a password. Whoever holds the link
 * becomes that person: it goes to that mailbox or to the operator, never to the account that invites.
 * @returns the token of `/invitation/<token>`, null where the person has a password already and simply signs in, and
 *   whether the person was made
 */
export async function invitePerson({
  database,
  actor,
  email,
  name,
  now,
}: InvitePerson): Promise<{ personId: string; token: string | null; made: boolean }> {
  return database.transaction(async (transaction) => {
    const { person, made } = await findOrMakePerson(transaction, normaliseEmail(email), name ?? null);
    if (person.passwordHash !== null) return { personId: person.id, token: null, made };
    const { token, invitationId } = await issueInvitation(transaction, person.id, now);
    await recordEvent(transaction, actor, {
      kind: 'person_invited',
      content: { person: person.id, invitation: invitationId },
    });
    return { personId: person.id, token, made };
  });
}

/** The person of this e-mail address, as `normaliseEmail` writes it; made if nobody has it yet. */
export async function findOrMakePerson(transaction: Database, email: string, name: string | null) {
  const known = await findPersonByEmail(transaction, email);
  if (known !== undefined) return { person: known.person, made: false };
  try {
    // In a savepoint: that somebody else made the person in this moment must not end the whole transaction.
    const person = await transaction.transaction(async (savepoint) => {
      const [made] = await savepoint.insert(people).values({ email, name }).returning();
      if (made === undefined) throw new Error('the insert of a person returned no row');
      return made;
    });
    return { person, made: true };
  } catch (error) {
    if (!isUniqueError(error, 'people_email')) throw error;
    const other = await findPersonByEmail(transaction, email);
    if (other === undefined) throw error;
    return { person: other.person, made: false };
  }
}
