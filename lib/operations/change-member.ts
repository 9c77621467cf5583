import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { memberships } from '../../db/schema.ts';
import { type AccountRole, mayInAccount, roleIn } from '../domain/permissions.ts';
import { endInvitations } from './end-invitations.ts';
import { accountForMail } from './mail-content.ts';
import { notifyRoleChanged } from './notify-access.ts';
import { notifyOwnerAdded } from './notify-owner-added.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { sponsorLeft } from './sponsor-left.ts';

export type ChangeMember = {
  database: Database;
  actor: Actor;
  accountId: string;
  personId: string;
  /** Null: no longer belongs to the account. */
  role: AccountRole | null;
  now: Date;
};

/**
 * Gives a person of an account another role, or ends their membership: their next request already sees what is left to
 * them. An account keeps an owner: the last one is refused as `invalid`, reason `last_owner`.
 */
export async function changeMember(operation: ChangeMember): Promise<Result<{ role: AccountRole | null }>> {
  const { database, actor, accountId, personId, role, now } = operation;
  const { viewer } = actor;
  if (viewer === null || roleIn(viewer, accountId) === null || !isUuid(personId)) return refuse.notFound();
  if (!mayInAccount(viewer, accountId, 'manage_people')) return refuse.notAllowed('manage_people');
  return database.transaction(async (transaction) => {
    // All of the account, in one order: two owners who remove each other at once do not both succeed.
    const current = await transaction
      .select()
      .from(memberships)
      .where(and(eq(memberships.accountId, accountId), isNull(memberships.endedAt)))
      .orderBy(memberships.id)
      .for('update');
    const member = current.find((each) => each.personId === personId);
    if (member === undefined) return refuse.notFound();
    if (member.role === role) return { ok: true as const, role };
    const owners = current.filter((each) => each.role === 'owner');
    if (!owners.some((each) => each.personId === viewer.personId)) return refuse.notAllowed('manage_people');
    if (member.role === 'owner' && owners.length === 1) {
      return { ok: false as const, code: 'invalid' as const, field: 'role', reason: 'last_owner' };
    }
    await transaction.update(memberships).set({ endedAt: now }).where(eq(memberships.id, member.id));
    const [given] =
      role === null
        ? []
        : await transaction
            .insert(memberships)
            .values({ accountId, personId, role, createdAt: now })
            .returning({ id: memberships.id });
    if (member.role === 'owner') await sponsorLeft(transaction, actor, { accountId, personId, now });
    await endInvitations(transaction, actor, { accountId, personId, now });
    const key = await recordEvent(transaction, actor, {
      kind: role === null ? 'membership_ended' : 'membership_set',
      accountId,
      content:
        role === null
          ? { person: personId, role: member.role }
          : { person: personId, role, before: member.role },
    });
    if (role === 'owner' && given !== undefined) {
      const added = { accountId, personId, membershipId: given.id, byId: viewer.personId, now };
      await notifyOwnerAdded(transaction, added);
    } else {
      const { name } = await accountForMail(transaction, accountId);
      await notifyRoleChanged(transaction, actor, { personId, account: name, role, key, now });
    }
    return { ok: true as const, role };
  });
}
