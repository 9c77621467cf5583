import { and, asc, desc, eq, gt, isNotNull, isNull } from 'drizzle-orm';
import type { AccountRole } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { accountInvitations, accounts, people } from '../schema.ts';

/** Not answered, and not too old to be. */
export function isOpenInvitation(now: Date) {
  return and(isNull(accountInvitations.answeredAt), gt(accountInvitations.expiresAt, now));
}

export type AccountInvitation = {
  id: string;
  email: string;
  role: AccountRole;
  since: Date;
};

/**
 * Who is invited to an account and has not answered, by e-mail address: nothing here tells whether they were known
 * before. The caller has checked that the viewer may manage them.
 */
export async function listAccountInvitations(
  database: Database,
  accountId: string,
  now: Date,
): Promise<AccountInvitation[]> {
  const rows = await database
    .select({
      id: accountInvitations.id,
      email: people.email,
      role: accountInvitations.role,
      since: accountInvitations.createdAt,
    })
    .from(accountInvitations)
    .innerJoin(people, eq(people.id, accountInvitations.personId))
    .where(and(eq(accountInvitations.accountId, accountId), isOpenInvitation(now), isNotNull(people.email)))
    .orderBy(asc(people.email));
  return rows.map(({ email, ...rest }) => ({ ...rest, email: email ?? '' }));
}

/** The accounts that a person is invited to and has not answered, oldest first. */
export async function listInvitationsOf(database: Database, personId: string, now: Date) {
  return database
    .select({
      id: accountInvitations.id,
      account: accounts.name,
      role: accountInvitations.role,
      expiresAt: accountInvitations.expiresAt,
    })
    .from(accountInvitations)
    .innerJoin(accounts, eq(accounts.id, accountInvitations.accountId))
    .where(and(eq(accountInvitations.personId, personId), isOpenInvitation(now)))
    .orderBy(asc(accountInvitations.createdAt));
}

/** How many accounts wait for the person's answer. */
export async function countInvitationsOf(database: Database, personId: string, now: Date): Promise<number> {
  const open = and(eq(accountInvitations.personId, personId), isOpenInvitation(now));
  return database.$count(accountInvitations, open);
}

/** The invitation to an account that was withdrawn last: what a page said of inviting may be true no longer since then. */
export async function lastWithdrawnInvitation(
  database: Database,
  accountId: string,
): Promise<string | undefined> {
  const [last] = await database
    .select({ id: accountInvitations.id })
    .from(accountInvitations)
    .where(and(eq(accountInvitations.accountId, accountId), eq(accountInvitations.outcome, 'withdrawn')))
    .orderBy(desc(accountInvitations.answeredAt), desc(accountInvitations.id))
    .limit(1);
  return last?.id;
}
