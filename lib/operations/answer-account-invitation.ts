import { and, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isOpenInvitation } from '../../db/queries/account-invitations.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { accountInvitations, memberships } from '../../db/schema.ts';
import { notifyOwnerAdded } from './notify-owner-added.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';

export type AnswerAccountInvitation = {
  database: Database;
  /** Who is invited. */
  actor: Actor;
  invitationId: string;
  accepted: boolean;
  now: Date;
};

/**
 * Whoever is invited to an account accepts, and belongs to it from then on, or declines. A role that they have got there
 * meanwhile stays. Of two answers at once one counts; an invitation of somebody else, or an old one, is not found.
 */
export async function answerAccountInvitation(
  operation: AnswerAccountInvitation,
): Promise<Result<{ accepted: boolean }>> {
  const { database, actor, invitationId, accepted, now } = operation;
  if (actor.viewer === null || !isUuid(invitationId)) return refuse.notFound();
  const { personId } = actor.viewer;
  return database.transaction(async (transaction) => {
    const [invitation] = await transaction
      .update(accountInvitations)
      .set({ answeredAt: now, outcome: accepted ? 'accepted' : 'declined' })
      .where(
        and(
          eq(accountInvitations.id, invitationId),
          eq(accountInvitations.personId, personId),
          isOpenInvitation(now),
        ),
      )
      .returning();
    if (invitation === undefined) return refuse.notFound();
    const { accountId, role, invitedBy } = invitation;
    if (!accepted) {
      await recordEvent(transaction, actor, {
        kind: 'member_invitation_declined',
        accountId,
        content: { person: personId, invitation: invitationId },
      });
      return { ok: true as const, accepted };
    }
    const [membership] = await transaction
      .insert(memberships)
      .values({ accountId, personId, role, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: memberships.id });
    if (membership === undefined) return { ok: true as const, accepted };
    await recordEvent(transaction, actor, {
      kind: 'membership_set',
      accountId,
      content: { person: personId, role, before: null, invitation: invitationId },
    });
    if (role === 'owner') {
      const added = { accountId, personId, membershipId: membership.id, byId: invitedBy, now };
      await notifyOwnerAdded(transaction, added);
    }
    return { ok: true as const, accepted };
  });
}
