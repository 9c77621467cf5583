import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { countInvitationsOf } from '../../db/queries/account-invitations.ts';
import { findInvitation } from '../../db/queries/invitations.ts';
import { invitations, people } from '../../db/schema.ts';
import type { PasswordHasher } from '../adapters/password-hasher.ts';
import { type PasswordRefusal, passwordProblem } from '../domain/password-rules.ts';
import { isPersonName } from '../domain/person-name.ts';
import { secondFactorStanding } from '../domain/second-factor.ts';
import { recordEvent } from './record-event.ts';
import type { SignedInNow } from './sign-in.ts';
import { signingInActor, startSession, type Visitor } from './start-session.ts';

export type AcceptInvitation = {
  database: Database;
  passwords: PasswordHasher;
  token: string;
  name: string;
  password: string;
  visitor: Visitor;
  now: Date;
};

export type AcceptResult =
  | (SignedInNow & {
      /** How many accounts wait for the person's answer. */
      waiting: number;
    })
  | { ok: false; code: 'invitation_gone' }
  | { ok: false; code: 'name_refused' }
  | { ok: false; code: 'password_refused'; reason: PasswordRefusal };

/**
 * Sets the first password of an invited person and signs them in. An invitation works once; of two at once one wins,
 * and every other invitation of the person ends with it.
 */
export async function acceptInvitation(operation: AcceptInvitation): Promise<AcceptResult> {
  const { database, passwords, token, password, visitor, now } = operation;
  const gone = { ok: false as const, code: 'invitation_gone' as const };
  const found = await findInvitation(database, token, now);
  if (found === undefined) return gone;
  const { person, staffRole } = found;
  const name = operation.name.trim();
  if (name !== '' && !isPersonName(name)) return { ok: false, code: 'name_refused' };
  const reason = passwordProblem(password, found.email);
  if (reason !== null) return { ok: false, code: 'password_refused', reason };
  // Before the transaction: it takes long, and nothing is locked meanwhile.
  const passwordHash = await passwords.hash(password);
  return database.transaction(async (transaction) => {
    // Asked again behind whoever resets access in this moment: that ends the links that were made before.
    await transaction.select({ id: people.id }).from(people).where(eq(people.id, person.id)).for('update');
    if ((await findInvitation(transaction, token, now)) === undefined) return gone;
    const [set] = await transaction
      .update(people)
      .set({ passwordHash, name: name || person.name })
      .where(and(eq(people.id, person.id), isNull(people.passwordHash), isNull(people.erasedAt)))
      .returning({ id: people.id });
    if (set === undefined) return gone;
    await transaction
      .update(invitations)
      .set({ usedAt: now })
      .where(and(eq(invitations.personId, person.id), isNull(invitations.usedAt)));
    const session = await startSession(transaction, { personId: person.id, staffRole, visitor, now });
    await recordEvent(transaction, signingInActor(person.id, staffRole, visitor), {
      kind: 'invitation_accepted',
      content: { person: person.id, session: session.id },
    });
    const secondFactor = secondFactorStanding({
      staffRole,
      demo: person.demo,
      enrolled: person.totpConfirmedAt !== null,
      passedAt: null,
    });
    const waiting = await countInvitationsOf(transaction, person.id, now);
    return { ok: true as const, session, staffRole, secondFactor, waiting };
  });
}
