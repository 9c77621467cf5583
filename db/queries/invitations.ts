import { createHash } from 'node:crypto';
import { and, eq, gt, isNull } from 'drizzle-orm';
import type { StaffRole } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { invitations, people, staff } from '../schema.ts';
import type { PersonRow } from './people.ts';

export type OpenInvitation = { person: PersonRow; email: string; staffRole: StaffRole | null };

/** What the table keeps of a token: 256 random bits need no salt. */
export function invitationHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Whom an invitation is for, while it can still be used. */
export async function findInvitation(
  database: Database,
  token: string,
  now: Date,
): Promise<OpenInvitation | undefined> {
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
      ),
    );
  if (found === undefined || found.person.email === null) return undefined;
  return { ...found, email: found.person.email };
}
