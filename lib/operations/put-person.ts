import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { accounts, memberships, people } from '../../db/schema.ts';
import type { AccountRole } from '../domain/permissions.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';

export type PutPerson = {
  database: Database;
  actor: Actor;
  account: string;
  email: string;
  role: AccountRole;
  now: Date;
};

/** Gives a person a role in an account, making the person if nobody has the e-mail address yet. */
export async function putPerson(
  operation: PutPerson,
): Promise<Result<{ personId: string; isNew: boolean; changed: boolean }>> {
  const { database, actor, role, now } = operation;
  return database.transaction(async (transaction) => {
    const [account] = await transaction.select().from(accounts).where(eq(accounts.slug, operation.account));
    if (account === undefined) return refuse.notFound();
    const email = operation.email.trim().toLowerCase();
    const [known] = await transaction
      .select()
      .from(people)
      .where(and(sql`lower(${people.email}) = ${email}`, isNull(people.erasedAt)));
    const person = known ?? (await transaction.insert(people).values({ email }).returning())[0];
    if (person === undefined) throw new Error('the insert of a person returned no row');
    const [current] = await transaction
      .select()
      .from(memberships)
      .where(
        and(
          eq(memberships.accountId, account.id),
          eq(memberships.personId, person.id),
          isNull(memberships.endedAt),
        ),
      );
    if (current?.role === role) {
      return { ok: true as const, personId: person.id, isNew: known === undefined, changed: false };
    }
    if (current !== undefined) {
      await transaction.update(memberships).set({ endedAt: now }).where(eq(memberships.id, current.id));
    }
    await transaction.insert(memberships).values({ accountId: account.id, personId: person.id, role });
    await recordEvent(transaction, actor, {
      kind: 'membership_set',
      accountId: account.id,
      content: { person: person.id, role, before: current?.role ?? null },
    });
    return { ok: true as const, personId: person.id, isNew: known === undefined, changed: true };
  });
}

/** Ends a person's membership. Their next request already sees nothing of the account. */
export async function endMembership(
  operation: Omit<PutPerson, 'role'>,
): Promise<Result<{ personId: string }>> {
  const { database, actor, now } = operation;
  const email = operation.email.trim().toLowerCase();
  return database.transaction(async (transaction) => {
    const [found] = await transaction
      .select({ membership: memberships })
      .from(memberships)
      .innerJoin(accounts, eq(accounts.id, memberships.accountId))
      .innerJoin(people, eq(people.id, memberships.personId))
      .where(
        and(
          eq(accounts.slug, operation.account),
          sql`lower(${people.email}) = ${email}`,
          isNull(memberships.endedAt),
          isNull(people.erasedAt),
        ),
      );
    if (found === undefined) return refuse.notFound();
    await transaction
      .update(memberships)
      .set({ endedAt: now })
      .where(and(eq(memberships.id, found.membership.id), isNull(memberships.endedAt)));
    await recordEvent(transaction, actor, {
      kind: 'membership_ended',
      accountId: found.membership.accountId,
      content: { person: found.membership.personId, role: found.membership.role },
    });
    return { ok: true as const, personId: found.membership.personId };
  });
}
