import { sql } from 'drizzle-orm';
import type { AccountRole } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { accountInvitations, memberships, people } from '../schema.ts';
import { isOpenInvitation } from './account-invitations.ts';
import { type ListPage, pageOf, readCursor } from './page-cursor.ts';

/** Somebody who belongs to an account, or is invited to it and has not answered. */
export type Belonging = {
  kind: 'member' | 'invited';
  /** Of the person, or of the invitation: whom it reaches was nobody of the account yet. */
  id: string;
  email: string;
  name: string | null;
  role: AccountRole;
  since: Date;
  /** Has set a password; until then an invitation is open. */
  joined: boolean;
};

/**
 * A page of the people of an account: owners first, then members and viewers, then who is invited, each by e-mail
 * address. The caller has checked that the viewer may manage them.
 */
export async function pageOfPeople(
  database: Database,
  accountId: string,
  now: Date,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<Belonging>> {
  const after = readCursor(page.cursor, ['number', 'text', 'uuid']);
  const members = database
    .select({
      kind: sql<'member' | 'invited'>`'member'`.as('kind'),
      rank: sql<number>`array_position(array['owner', 'member', 'viewer'], ${memberships.role})`.as('rank'),
      id: sql<string>`${people.id}`.as('id'),
      email: sql<string>`coalesce(${people.email}, '')`.as('email'),
      name: people.name,
      role: memberships.role,
      since: sql<Date>`${memberships.createdAt}`.mapWith(memberships.createdAt).as('since'),
      joined: sql<boolean>`${people.passwordHash} is not null`.as('joined'),
    })
    .from(memberships)
    .innerJoin(people, sql`${people.id} = ${memberships.personId}`)
    .where(sql`${memberships.accountId} = ${accountId} and ${memberships.endedAt} is null`);
  const invited = database
    .select({
      kind: sql<'member' | 'invited'>`'invited'`.as('kind'),
      rank: sql<number>`4`.as('rank'),
      id: sql<string>`${accountInvitations.id}`.as('id'),
      email: sql<string>`${people.email}`.as('email'),
      name: sql<string | null>`null::text`.as('name'),
      role: accountInvitations.role,
      since: sql<Date>`${accountInvitations.createdAt}`.mapWith(accountInvitations.createdAt).as('since'),
      joined: sql<boolean>`false`.as('joined'),
    })
    .from(accountInvitations)
    .innerJoin(people, sql`${people.id} = ${accountInvitations.personId}`)
    .where(
      sql`${accountInvitations.accountId} = ${accountId} and ${isOpenInvitation(now)} and ${people.email} is not null`,
    );
  const all = members.unionAll(invited).as('belonging');
  const rows = await database
    .select()
    .from(all)
    .where(
      after === null
        ? undefined
        : sql`(${all.rank}, ${all.email}, ${all.id}) > (${after[0]}::bigint, ${after[1]}::text, ${after[2]}::uuid)`,
    )
    .orderBy(all.rank, all.email, all.id)
    .limit(page.limit + 1);
  const { rows: shown, nextCursor } = pageOf(rows, page.limit, ({ rank, email, id }) => [
    String(rank),
    email,
    id,
  ]);
  return { rows: shown.map(({ rank: _, ...person }) => person), nextCursor };
}
