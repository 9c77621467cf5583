import { and, eq, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isOpenInvitation } from '../../db/queries/account-invitations.ts';
import { accountInvitations } from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';

/**
 * Somebody leaves an account, or is no owner of it any more: ends the invitations that they have made, and one that they
 * had themselves and never answered. Either would be a way back in. Call it in the transaction that ends the membership,
 * after that.
 */
export async function endInvitations(
  transaction: Database,
  actor: Actor,
  { accountId, personId, now }: { accountId: string; personId: string; now: Date },
): Promise<void> {
  const ended = await transaction
    .update(accountInvitations)
    .set({ answeredAt: now, outcome: 'withdrawn' })
    .where(
      and(
        eq(accountInvitations.accountId, accountId),
        or(eq(accountInvitations.invitedBy, personId), eq(accountInvitations.personId, personId)),
        isOpenInvitation(now),
      ),
    )
    .returning({ id: accountInvitations.id, personId: accountInvitations.personId });
  for (const invitation of ended) {
    await recordEvent(transaction, actor, {
      kind: 'member_invitation_withdrawn',
      accountId,
      content: { person: invitation.personId, invitation: invitation.id },
    });
  }
}
