import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { staff } from '../../db/schema.ts';
import type { StaffRole } from '../domain/permissions.ts';
import { invitePerson } from './invite-person.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';

export type AddStaff = {
  database: Database;
  actor: Actor;
  /** A mailbox, checked at the edge. */
  email: string;
  role: StaffRole;
  now: Date;
};

/**
 * Makes somebody support or admin, whoever they were before; the first admin comes this way.
 * @returns the token of `/invitation/<token>`, null where the person has a password already
 */
export async function addStaff({
  database,
  actor,
  email,
  role,
  now,
}: AddStaff): Promise<{ personId: string; invitation: string | null }> {
  return database.transaction(async (transaction) => {
    const { personId, token } = await invitePerson({ database: transaction, actor, email, now });
    const [before] = await transaction.select().from(staff).where(eq(staff.personId, personId));
    const current = before === undefined || before.endedAt !== null ? null : before.role;
    if (current !== role) {
      await transaction
        .insert(staff)
        .values({ personId, role, createdAt: now })
        .onConflictDoUpdate({ target: staff.personId, set: { role, endedAt: null } });
      await recordEvent(transaction, actor, {
        kind: 'staff_set',
        content: { person: personId, role, before: current },
      });
    }
    return { personId, invitation: token };
  });
}
