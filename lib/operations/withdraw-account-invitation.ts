import { and, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isOpenInvitation } from '../../db/queries/account-invitations.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { accountInvitations } from '../../db/schema.ts';
import { mayInAccount, roleIn } from '../domain/permissions.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';

export type WithdrawAccountInvitation = {
  database: Database;
  actor: Actor;
  accountId: string;
  invitationId: string;
  now: Date;
};

/** An owner takes an invitation to the account back, as long as it is not answered. */
export async function withdrawAccountInvitation(
  operation: WithdrawAccountInvitation,
): Promise<Result<object>> {
  const { database, actor, accountId, invitationId, now } = operation;
  const { viewer } = actor;
  if (viewer === null || roleIn(viewer, accountId) === null || !isUuid(invitationId))
    return refuse.notFound();
  if (!mayInAccount(viewer, accountId, 'manage_people')) return refuse.notAllowed('manage_people');
  return database.transaction(async (transaction) => {
    const [withdrawn] = await transaction
      .update(accountInvitations)
      .set({ answeredAt: now, outcome: 'withdrawn' })
      .where(
        and(
          eq(accountInvitations.id, invitationId),
          eq(accountInvitations.accountId, accountId),
          isOpenInvitation(now),
        ),
      )
      .returning({ personId: accountInvitations.personId });
    if (withdrawn === undefined) return refuse.notFound();
    await recordEvent(transaction, actor, {
      kind: 'member_invitation_withdrawn',
      accountId,
      content: { person: withdrawn.personId, invitation: invitationId },
    });
    return { ok: true as const };
  });
}
