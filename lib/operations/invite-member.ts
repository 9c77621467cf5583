import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { listMembers, normaliseEmail } from '../../db/queries/people.ts';
import { accounts } from '../../db/schema.ts';
import { type AccountRole, mayInAccount, roleIn } from '../domain/permissions.ts';
import { putPerson } from './put-person.ts';
import { type Actor, type Result, refuse } from './result.ts';

export type InviteMember = {
  database: Database;
  actor: Actor;
  accountId: string;
  /** A mailbox, checked at the edge. */
  email: string;
  role: AccountRole;
  now: Date;
};

/**
 * Adds somebody to the account on behalf of an owner. Whether that person is known already, through another
 * organisation, is not said; and the link by which a new one sets a password goes to their mailbox alone. Whoever
 * holds it becomes that person, in every account that adds them later.
 */
export async function inviteMember(operation: InviteMember): Promise<Result<object>> {
  const { database, actor, accountId, role, now } = operation;
  const { viewer } = actor;
  if (viewer === null || roleIn(viewer, accountId) === null) return refuse.notFound();
  if (!mayInAccount(viewer, accountId, 'manage_people')) return refuse.notAllowed('manage_people');
  const email = normaliseEmail(operation.email);
  const members = await listMembers(database, accountId);
  // Another role is given in the list, where the last owner is looked after.
  if (members.some((member) => member.email === email)) return { ok: false, code: 'taken', field: 'email' };
  const [account] = await database
    .select({ slug: accounts.slug })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  if (account === undefined) return refuse.notFound();
  const added = await putPerson({ database, actor, account: account.slug, email, role, now });
  return added.ok ? { ok: true } : added;
}
