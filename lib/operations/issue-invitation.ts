import { randomBytes } from 'node:crypto';
import type { Database } from '../../db/client.ts';
import { invitationHash } from '../../db/queries/invitations.ts';
import { invitations } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';

export const INVITATION_DAYS = 7;
const TOKEN_OCTETS = 32;

/**
 * Makes a link by which a person without a password sets one. Earlier ones stay good: one of them may be on its way.
 * @returns the token of `/invitation/<token>`, which is stored nowhere
 */
export async function issueInvitation(
  database: Database,
  personId: string,
  now: Date,
): Promise<{ token: string; invitationId: string }> {
  const token = randomBytes(TOKEN_OCTETS).toString('base64url');
  const [invitation] = await database
    .insert(invitations)
    .values({
      tokenHash: invitationHash(token),
      personId,
      createdAt: now,
      expiresAt: addDays(now, INVITATION_DAYS),
    })
    .returning({ id: invitations.id });
  if (invitation === undefined) throw new Error('the insert of an invitation returned no row');
  return { token, invitationId: invitation.id };
}
