import { and, eq, isNull, ne } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { shareAnAccount } from '../../db/queries/own-accounts.ts';
import {
  apiTokens,
  eventPrivate,
  invitations,
  mailChoices,
  memberships,
  outbox,
  people,
  sessions,
  staff,
} from '../../db/schema.ts';
import { leaveAccount } from './leave-account.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';

export type ErasePerson = { database: Database; actor: Actor; personId: string; reason: string; now: Date };

/**
 * Forgets who somebody was. Name, address, password, second factor, sessions, tokens and the addresses that they came
 * from go; the opaque id stays in events and decisions, so that it can still be said that it was one and the same person,
 * and no chain breaks: it holds a commitment to what is gone, not the thing itself.
 */
export async function erasePerson(operation: ErasePerson): Promise<Result<{ erased: boolean }>> {
  const { database, actor, personId, reason, now } = operation;
  const person = staffPerson(actor, 'erase_people');
  if (!person.ok) return person;
  if (!isUuid(personId)) return refuse.notFound();
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  // Whoever erases themselves would leave nobody who did it.
  if (person.personId === personId) return { ok: false, code: 'same_person' };
  return database.transaction(async (transaction) => {
    const [known] = await transaction.select().from(people).where(eq(people.id, personId)).for('update');
    if (known === undefined) return refuse.notFound();
    if (known.erasedAt !== null) return { ok: true as const, erased: false };
    // It ends what they are in their accounts: of one's own account another admin does it.
    if (person.personId !== null && (await shareAnAccount(transaction, person.personId, personId)))
      return { ok: false, code: 'own_account' };
    if (await isLastAdmin(transaction, personId))
      return { ok: false, code: 'not_allowed', ability: 'erase_people' };
    await leaveEveryAccount(transaction, actor, personId, now);
    await endEverything(transaction, personId, now);
    await transaction
      .update(people)
      .set({
        email: null,
        name: null,
        passwordHash: null,
        totpSecret: null,
        totpConfirmedAt: null,
        totpLastStep: null,
        timeZone: 'UTC',
        erasedAt: now,
      })
      .where(eq(people.id, personId));
    await recordEvent(transaction, actor, { kind: 'person_erased', content: { person: personId, reason } });
    // After the event: should the person have come from somewhere in it, that goes as well.
    await transaction.delete(eventPrivate).where(eq(eventPrivate.personId, personId));
    return { ok: true as const, erased: true };
  });
}

/** As if they had left. Also the last owner of an account: the platform names another one, before or after. */
async function leaveEveryAccount(
  transaction: Database,
  actor: Actor,
  personId: string,
  now: Date,
): Promise<void> {
  const current = await transaction
    .select()
    .from(memberships)
    .where(and(eq(memberships.personId, personId), isNull(memberships.endedAt)));
  // Where they are an owner first: that moves entries, and the clock comes before any chain.
  const owner = current.filter(({ role }) => role === 'owner');
  for (const membership of [...owner, ...current.filter(({ role }) => role !== 'owner')]) {
    await leaveAccount(transaction, actor, membership, now);
  }
}

async function endEverything(transaction: Database, personId: string, now: Date): Promise<void> {
  await transaction
    .update(staff)
    .set({ endedAt: now })
    .where(and(eq(staff.personId, personId), isNull(staff.endedAt)));
  await transaction
    .update(apiTokens)
    .set({ revokedAt: now, name: 'erased' })
    .where(and(eq(apiTokens.personId, personId), isNull(apiTokens.revokedAt)));
  await transaction.update(apiTokens).set({ name: 'erased' }).where(eq(apiTokens.personId, personId));
  await transaction.delete(sessions).where(eq(sessions.personId, personId));
  await transaction.delete(invitations).where(eq(invitations.personId, personId));
  await transaction.delete(mailChoices).where(eq(mailChoices.personId, personId));
  await transaction.delete(outbox).where(eq(outbox.personId, personId));
}

/** Somebody has to be left who may do this. */
async function isLastAdmin(transaction: Database, personId: string): Promise<boolean> {
  const admin = (who: ReturnType<typeof eq>) =>
    transaction.$count(staff, and(eq(staff.role, 'admin'), isNull(staff.endedAt), who));
  const is = (await admin(eq(staff.personId, personId))) > 0;
  return is && (await admin(ne(staff.personId, personId))) === 0;
}
