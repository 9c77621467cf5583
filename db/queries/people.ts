import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { AccountRole, StaffRole } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { memberships, people, staff } from '../schema.ts';

export type PersonRow = typeof people.$inferSelect;

/** An e-mail address as it is compared and stored. PostgreSQL takes no NUL in a text, and nobody's address has one. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase().replaceAll('\u0000', '\uFFFD');
}

/** Who signs in by this e-mail address, with their current staff role. */
export async function findPersonByEmail(
  database: Database,
  email: string,
): Promise<{ person: PersonRow; staffRole: StaffRole | null } | undefined> {
  const [row] = await database
    .select({ person: people, staffRole: staff.role })
    .from(people)
    .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
    .where(and(sql`lower(${people.email}) = ${normaliseEmail(email)}`, isNull(people.erasedAt)));
  return row;
}

export type Member = {
  personId: string;
  email: string | null;
  name: string | null;
  role: AccountRole;
  since: Date;
  /** Has set a password; until then the invitation is open. */
  joined: boolean;
};

/** Who belongs to an account now, owners first. The caller has checked that the viewer may manage them. */
export async function listMembers(database: Database, accountId: string): Promise<Member[]> {
  return database
    .select({
      personId: people.id,
      email: people.email,
      name: people.name,
      role: memberships.role,
      since: memberships.createdAt,
      joined: sql<boolean>`${people.passwordHash} is not null`,
    })
    .from(memberships)
    .innerJoin(people, eq(people.id, memberships.personId))
    .where(and(eq(memberships.accountId, accountId), isNull(memberships.endedAt)))
    .orderBy(sql`array_position(array['owner', 'member', 'viewer'], ${memberships.role})`, asc(people.email));
}

/**
 * Whether the person belongs to the account now, in whatever role.
 * @param since or did at some time after this
 */
export async function belongsTo(
  database: Database,
  personId: string,
  accountId: string,
  since?: Date,
): Promise<boolean> {
  const current = and(
    eq(memberships.personId, personId),
    eq(memberships.accountId, accountId),
    or(isNull(memberships.endedAt), since && gt(memberships.endedAt, since)),
  );
  return (await database.$count(memberships, current)) > 0;
}
