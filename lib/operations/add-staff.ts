import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { findPersonByEmail } from '../../db/queries/people.ts';
import { invitations, staff } from '../../db/schema.ts';
import type { StaffRole } from '../domain/permissions.ts';
import { invitePerson } from './invite-person.ts';
import { notifyRoleChanged } from './notify-access.ts';
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
 * @returns the token of `/invitation/<token>`, null where the person has a password already; the role until now, null for none
 */
export async function addStaff({
  database,
  actor,
  email,
  role,
  now,
}: AddStaff): Promise<{ personId: string; invitation: string | null; before: StaffRole | null }> {
  return database.transaction(async (transaction) => {
    await endLinks(transaction, email, now);
    const { personId, token } = await invitePerson({ database: transaction, actor, email, now });
    const [before] = await transaction.select().from(staff).where(eq(staff.personId, personId));
    const current = before === undefined || before.endedAt !== null ? null : before.role;
    if (current !== role) {
      await transaction
        .insert(staff)
        .values({ personId, role, createdAt: now })
        .onConflictDoUpdate({ target: staff.personId, set: { role, endedAt: null } });
      const key = await recordEvent(transaction, actor, {
        kind: 'staff_set',
        content: { person: personId, role, before: current },
      });
      // Who cannot sign in yet learns it by the link.
      if (token === null) {
        await notifyRoleChanged(transaction, actor, { personId, account: null, role, key, now });
      }
    }
    return { personId, invitation: token, before: current };
  });
}

/** Links that the platform's feed was given, or that lie in a mailbox, were made for somebody who could do less. */
async function endLinks(transaction: Database, email: string, now: Date): Promise<void> {
  const known = await findPersonByEmail(transaction, email);
  if (known === undefined || known.staffRole !== null) return;
  await transaction
    .update(invitations)
    .set({ usedAt: now })
    .where(and(eq(invitations.personId, known.person.id), isNull(invitations.usedAt)));
}
