import { and, eq, isNull, lte } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { listAccountInvitations } from '../../db/queries/account-invitations.ts';
import { listMembers, normaliseEmail } from '../../db/queries/people.ts';
import { accountInvitations, accounts, memberships } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { type AccountRole, mayInAccount, roleIn } from '../domain/permissions.ts';
import { findOrMakePerson } from './invite-person.ts';
import { INVITATION_DAYS } from './issue-invitation.ts';
import { lockFeed } from './lock-feed.ts';
import { notifyPerson } from './notify.ts';
import { nameOrEmailForMail } from './notify-owner-added.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export type InviteMember = {
  database: Database;
  actor: Actor;
  accountId: string;
  /** A mailbox, checked at the edge. */
  email: string;
  role: AccountRole;
  now: Date;
};

/**
 * Invites somebody to the account on behalf of an owner. They belong to it once they have accepted: nobody is put into an
 * account by a stranger, staff least of all, who could not act on it any more. Whether the person is known already,
 * through another organisation or as staff, is not said. Neither an account nor a mailbox is written to without end: the
 * account is told, code `throttled`.
 */
export async function inviteMember(operation: InviteMember): Promise<Result<object>> {
  const { database, actor, accountId, role, now } = operation;
  const { viewer } = actor;
  if (viewer === null || roleIn(viewer, accountId) === null) return refuse.notFound();
  if (!mayInAccount(viewer, accountId, 'manage_people')) return refuse.notAllowed('manage_people');
  const email = normaliseEmail(operation.email);
  return database.transaction(async (transaction) => {
    const [account] = await transaction
      .select({ slug: accounts.slug })
      .from(accounts)
      .where(eq(accounts.id, accountId));
    if (account === undefined) return refuse.notFound();
    await lockFeed(transaction, 'person', `${account.slug}/${email}`);
    if (!(await isOwner(transaction, accountId, viewer.personId))) return refuse.notAllowed('manage_people');
    const known = [
      ...(await listMembers(transaction, accountId)),
      ...(await listAccountInvitations(transaction, accountId, now)),
    ];
    // Another role is given in the list, where the last owner is looked after.
    if (known.some((each) => each.email === email)) {
      return { ok: false as const, code: 'taken' as const, field: 'email' };
    }
    const attempt = await takeAttempt(transaction, throttle('account_invitations', accountId), now);
    if (!attempt.ok) return attempt;
    const { person } = await findOrMakePerson(transaction, email, null);
    const personId = person.id;
    await endExpired(transaction, accountId, personId, now);
    const [invitation] = await transaction
      .insert(accountInvitations)
      .values({
        ...{ accountId, personId, role, invitedBy: viewer.personId, createdAt: now },
        expiresAt: addDays(now, INVITATION_DAYS),
      })
      .returning({ id: accountInvitations.id });
    if (invitation === undefined) throw new Error('the insert of an invitation returned no row');
    await recordEvent(transaction, actor, {
      kind: 'member_invited',
      accountId,
      content: { person: personId, role, invitation: invitation.id },
    });
    const mailbox = await takeAttempt(transaction, throttle('invited_mailbox', email), now);
    // Not said either: that somebody else has invited them is nobody's business. They find it when they sign in.
    if (!mailbox.ok) return { ok: true as const };
    await notifyPerson(transaction, {
      kind: 'invitation',
      ...{ personId, accountId, key: invitation.id, now },
      values: { role, invitedBy: await nameOrEmailForMail(transaction, viewer.personId), accept: true },
    });
    return { ok: true as const };
  });
}

/** Held: whoever ends it now finds the invitation, and ends that as well. */
async function isOwner(transaction: Database, accountId: string, personId: string): Promise<boolean> {
  const [row] = await transaction
    .select({ id: memberships.id })
    .from(memberships)
    .where(
      and(
        eq(memberships.accountId, accountId),
        eq(memberships.personId, personId),
        eq(memberships.role, 'owner'),
        isNull(memberships.endedAt),
      ),
    )
    .for('share');
  return row !== undefined;
}

async function endExpired(transaction: Database, accountId: string, personId: string, now: Date) {
  await transaction
    .update(accountInvitations)
    .set({ answeredAt: now, outcome: 'expired' })
    .where(
      and(
        eq(accountInvitations.accountId, accountId),
        eq(accountInvitations.personId, personId),
        isNull(accountInvitations.answeredAt),
        lte(accountInvitations.expiresAt, now),
      ),
    );
}
