import { createHash } from 'node:crypto';
import { and, eq, exists, gt, isNotNull, isNull, or } from 'drizzle-orm';
import type { StaffRole } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { accountInvitations, invitations, memberships, people, staff } from '../schema.ts';
import { isOpenInvitation } from './account-invitations.ts';
import type { PersonRow } from './people.ts';

export type OpenInvitation = { person: PersonRow; email: string; staffRole: StaffRole | null };

/** What the table keeps of a token: 256 random bits need no salt. */
export function invitationHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Whom an invitation is for, while it can still be used: not once there is nothing left for the person to sign in to, as
 * where whoever invited them has withdrawn that.
 */
export async function findInvitation(
  database: Database,
  token: string,
  now: Date,
): Promise<OpenInvitation | undefined> {
  const belongs = exists(
    database
      .select({ id: memberships.id })
      .from(memberships)
      .where(and(eq(memberships.personId, people.id), isNull(memberships.endedAt))),
  );
  const isInvited = exists(
    database
      .select({ id: accountInvitations.id })
      .from(accountInvitations)
      .where(and(eq(accountInvitations.personId, people.id), isOpenInvitation(now))),
  );
  const [found] = await database
    .select({ person: people, staffRole: staff.role })
    .from(invitations)
    .innerJoin(people, eq(people.id, invitations.personId))
    .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
    .where(
      and(
        eq(invitations.tokenHash, invitationHash(token)),
        isNull(invitations.usedAt),
        gt(invitations.expiresAt, now),
        isNull(people.erasedAt),
        isNull(people.passwordHash),
        or(isNotNull(staff.personId), belongs, isInvited),
      ),
    );
  if (found === undefined || found.person.email === null) return undefined;
  return { ...found, email: found.person.email };
}
