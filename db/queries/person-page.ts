import { desc, eq } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { accounts, memberships, people, staff } from '../schema.ts';
import { isUuid } from './entries.ts';

/** A person as an admin sees them, with everywhere they belong or belonged. */
export async function findPersonPage(database: Database, id: string) {
  if (!isUuid(id)) return undefined;
  const [row] = await database
    .select({ person: people, staffRole: staff.role, staffEndedAt: staff.endedAt })
    .from(people)
    .leftJoin(staff, eq(staff.personId, people.id))
    .where(eq(people.id, id));
  if (row === undefined) return undefined;
  const belongs = await database
    .select({
      id: memberships.id,
      slug: accounts.slug,
      account: accounts.name,
      role: memberships.role,
      endedAt: memberships.endedAt,
    })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.accountId))
    .where(eq(memberships.personId, id))
    .orderBy(desc(memberships.createdAt));
  const { email, name, createdAt, erasedAt } = row.person;
  return { id, email, name, createdAt, erasedAt, staffRole: row.staffRole, belongs };
}
