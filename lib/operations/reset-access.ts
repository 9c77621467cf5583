import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { apiTokens, invitations, people, sessions } from '../../db/schema.ts';
import { confirmedSecret } from './begin-second-factor.ts';
import { issueInvitation } from './issue-invitation.ts';
import { notifyAccessChanged } from './notify-access.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Refusal, readerOf, refuse } from './result.ts';

export type ResetAccess = {
  database: Database;
  /** An operator at the command line: nobody in the portal may do this to somebody else. */
  actor: Actor;
  personId: string;
  /** What is lost. */
  lost: { password: boolean; authenticator: boolean };
  reason: string;
  now: Date;
};

/**
 * For a person who has forgotten the password or lost the authenticator: takes it away, ends all sessions and API tokens,
 * which whoever had the one may have made, leaves an event with the reason, and tells the person by mail. Who it really is
 * that asks has to be found out by other means, before.
 * @returns the token of `/invitation/<token>` by which a new password is set, once, within the days of an invitation;
 *   null where the password stays; and how many tokens were revoked
 */
export async function resetAccess(
  operation: ResetAccess,
): Promise<{ ok: true; invitation: string | null; tokens: number } | Refusal> {
  const { actor, personId, lost, now } = operation;
  const reason = operation.reason.trim();
  if (readerOf(actor) !== 'operator') return refuse.notFound();
  if (reason === '') return { ok: false, code: 'reason_missing' };
  return operation.database.transaction(async (database) => {
    const [person] = await database
      .update(people)
      .set({
        ...(lost.password ? { passwordHash: null, totpSecret: confirmedSecret } : {}),
        ...(lost.authenticator ? { totpSecret: null, totpConfirmedAt: null, totpLastStep: null } : {}),
      })
      .where(and(eq(people.id, personId), isNull(people.erasedAt)))
      .returning({ id: people.id });
    if (person === undefined) return refuse.notFound();
    await database
      .update(sessions)
      .set({ revokedAt: now })
      .where(and(eq(sessions.personId, personId), isNull(sessions.revokedAt)));
    const tokens = await database
      .update(apiTokens)
      .set({ revokedAt: now })
      .where(and(eq(apiTokens.personId, personId), isNull(apiTokens.revokedAt)))
      .returning({ id: apiTokens.id });
    // A link that lies in some mailbox since long ago must not open what is closed now.
    await database
      .update(invitations)
      .set({ usedAt: now })
      .where(and(eq(invitations.personId, personId), isNull(invitations.usedAt)));
    const issued = lost.password ? await issueInvitation(database, personId, now) : null;
    const key = await recordEvent(database, actor, {
      kind: 'access_reset',
      content: {
        person: personId,
        password: lost.password,
        authenticator: lost.authenticator,
        tokens: tokens.length,
        reason,
      },
    });
    const both = lost.password && lost.authenticator;
    const change = both ? 'both_reset' : lost.password ? 'password_reset' : 'authenticator_reset';
    await notifyAccessChanged(database, { personId, change, key, from: null, tokens: tokens.length, now });
    return { ok: true as const, invitation: issued?.token ?? null, tokens: tokens.length };
  });
}
