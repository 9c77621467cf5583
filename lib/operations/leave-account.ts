import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { memberships } from '../../db/schema.ts';
import { endInvitations } from './end-invitations.ts';
import { accountForMail } from './mail-content.ts';
import { notifyRoleChanged } from './notify-access.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';
import { sponsorLeft } from './sponsor-left.ts';

/** Ends a person's membership, with what it means for the entries that they stood for, its event and their mail. */
export async function leaveAccount(
  transaction: Database,
  actor: Actor,
  membership: Pick<typeof memberships.$inferSelect, 'id' | 'accountId' | 'personId' | 'role'>,
  now: Date,
): Promise<void> {
  const { id, accountId, personId, role } = membership;
  await transaction.update(memberships).set({ endedAt: now }).where(eq(memberships.id, id));
  if (role === 'owner') await sponsorLeft(transaction, actor, { accountId, personId, now });
  await endInvitations(transaction, actor, { accountId, personId, now });
  const key = await recordEvent(transaction, actor, {
    kind: 'membership_ended',
    accountId,
    content: { person: personId, role },
  });
  const { name } = await accountForMail(transaction, accountId);
  await notifyRoleChanged(transaction, actor, { personId, account: name, role: null, key, now });
}
