import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { findPersonByEmail, normaliseEmail } from '../../db/queries/people.ts';
import { accounts, memberships, people } from '../../db/schema.ts';
import type { AccountRole } from '../domain/permissions.ts';
import { endInvitations } from './end-invitations.ts';
import { invitePerson } from './invite-person.ts';
import { leaveAccount } from './leave-account.ts';
import { lockFeed } from './lock-feed.ts';
import { notifyPerson } from './notify.ts';
import { notifyRoleChanged } from './notify-access.ts';
import { nameForMail, notifyOwnerAdded, whoDidIt } from './notify-owner-added.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { sponsorLeft } from './sponsor-left.ts';

export type PutPerson = {
  database: Database;
  actor: Actor;
  account: string;
  email: string;
  role: AccountRole;
  now: Date;
};

export type PutPersonResult = {
  personId: string;
  /** Did not belong to the account before. */
  created: boolean;
  changed: boolean;
  /**
   * Token of the invitation, where this call has made the person. Whoever was known before gets a link by mail alone: it
   * makes whoever opens it that person, everywhere they belong.
   */
  invitation: string | null;
};

/**
 * Gives a person a role in an account. Who is new to it and cannot sign in yet is invited. Nobody of staff is let in, with
 * code `staff_member`: they could not act on the account any more. They may accept an owner's invitation themselves.
 */
export async function putPerson(operation: PutPerson): Promise<Result<PutPersonResult>> {
  const { database, actor, role, now } = operation;
  const email = normaliseEmail(operation.email);
  return database.transaction(async (transaction) => {
    await lockFeed(transaction, 'person', `${operation.account}/${email}`);
    const [account] = await transaction.select().from(accounts).where(eq(accounts.slug, operation.account));
    if (account === undefined) return refuse.notFound();
    const current = await currentMembership(transaction, account.id, email);
    if (current?.role === role) {
      const { personId } = current;
      return { ok: true as const, personId, created: false, changed: false, invitation: null };
    }
    const known = current === undefined ? await findPersonByEmail(transaction, email) : undefined;
    if (known !== undefined && known.staffRole !== null) {
      return { ok: false as const, code: 'staff_member' as const };
    }
    const { personId, token, made } =
      current === undefined
        ? await invitePerson({ database: transaction, actor, email, now })
        : { personId: current.personId, token: null, made: false };
    if (current !== undefined) {
      await transaction.update(memberships).set({ endedAt: now }).where(eq(memberships.id, current.id));
    }
    const [membership] = await transaction
      .insert(memberships)
      .values({ accountId: account.id, personId, role, createdAt: now })
      .returning({ id: memberships.id });
    if (membership === undefined) throw new Error('the insert of a membership returned no row');
    if (current?.role === 'owner')
      await sponsorLeft(transaction, actor, { accountId: account.id, personId, now });
    if (current !== undefined)
      await endInvitations(transaction, actor, { accountId: account.id, personId, now });
    const key = await recordEvent(transaction, actor, {
      kind: 'membership_set',
      accountId: account.id,
      content: { person: personId, role, before: current?.role ?? null },
    });
    if (token !== null) {
      await notifyPerson(transaction, {
        kind: 'invitation',
        personId,
        accountId: account.id,
        key: membership.id,
        values: { role, invitedBy: await nameForMail(transaction, whoDidIt(actor)) },
        now,
      });
    }
    if (role === 'owner') {
      const added = { accountId: account.id, personId, membershipId: membership.id, now };
      await notifyOwnerAdded(transaction, { ...added, byId: whoDidIt(actor) });
    } else if (token === null) {
      const { name } = account;
      await notifyRoleChanged(transaction, actor, { personId, account: name, role, key, now });
    }
    const invitation = made ? token : null;
    return { ok: true as const, personId, created: current === undefined, changed: true, invitation };
  });
}

async function currentMembership(transaction: Database, accountId: string, email: string) {
  const [found] = await transaction
    .select({ id: memberships.id, role: memberships.role, personId: people.id })
    .from(memberships)
    .innerJoin(people, eq(people.id, memberships.personId))
    .where(
      and(
        eq(memberships.accountId, accountId),
        sql`lower(${people.email}) = ${email}`,
        isNull(memberships.endedAt),
        isNull(people.erasedAt),
      ),
    );
  return found;
}

/** Ends a person's membership. Their next request already sees nothing of the account. */
export async function endMembership(
  operation: Omit<PutPerson, 'role'>,
): Promise<Result<{ personId: string }>> {
  const { database, actor, now } = operation;
  const email = normaliseEmail(operation.email);
  return database.transaction(async (transaction) => {
    await lockFeed(transaction, 'person', `${operation.account}/${email}`);
    const [account] = await transaction.select().from(accounts).where(eq(accounts.slug, operation.account));
    if (account === undefined) return refuse.notFound();
    const current = await currentMembership(transaction, account.id, email);
    if (current === undefined) return refuse.notFound();
    await leaveAccount(transaction, actor, { ...current, accountId: account.id }, now);
    return { ok: true as const, personId: current.personId };
  });
}
