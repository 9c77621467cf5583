import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { ServerStatus, SubscriptionStatus } from '../../lib/domain/sanctions.ts';
import type { Database } from '../client.ts';
import { accounts, plans, senderDomains, servers, smtpCredentials, subscriptions } from '../schema.ts';
import { type ListPage, pageOf, readCursor } from './page-cursor.ts';

export type AccountRow = typeof accounts.$inferSelect;

/** An account by its slug: for staff. */
export async function findAccount(database: Database, slug: string): Promise<AccountRow | undefined> {
  const [account] = await database.select().from(accounts).where(eq(accounts.slug, slug));
  return account;
}

export type AccountServer = {
  id: string;
  slug: string;
  name: string;
  status: ServerStatus;
  plan: string | null;
  subscription: SubscriptionStatus | null;
  paidUntil: Date | null;
  domains: string[];
  usernames: string[];
};

/** A page of the servers of an account with what the platform feeds about each, cancelled ones last: for staff. */
export async function pageOfAccountServers(
  database: Database,
  accountId: string,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<AccountServer>> {
  const after = readCursor(page.cursor, ['number', 'text']);
  const rank = sql<number>`(${servers.status} = 'cancelled')::int`;
  const rows = await database
    .select({
      rank,
      id: servers.id,
      slug: servers.slug,
      name: servers.name,
      status: servers.status,
      plan: plans.name,
      subscription: subscriptions.status,
      paidUntil: subscriptions.paidUntil,
      domains: sql<string[]>`array(select d.domain from ${senderDomains} d
        where d.server_id = ${servers.id} and d.ended_at is null order by d.domain)`,
      usernames: sql<string[]>`array(select c.username from ${smtpCredentials} c
        where c.server_id = ${servers.id} and c.ended_at is null order by c.username)`,
    })
    .from(servers)
    .leftJoin(subscriptions, eq(subscriptions.serverId, servers.id))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(
      and(
        eq(servers.accountId, accountId),
        after === null
          ? undefined
          : sql`(${rank}, ${servers.slug}) > (${after[0]}::bigint, ${after[1]}::text)`,
      ),
    )
    .orderBy(rank, asc(servers.slug))
    .limit(page.limit + 1);
  const { rows: shown, nextCursor } = pageOf(rows, page.limit, ({ rank, slug }) => [String(rank), slug]);
  return { rows: shown.map(({ rank: _, ...server }) => server), nextCursor };
}

/** The slugs of an account's servers that we have suspended for abuse, whatever the platform says of them. */
export async function serversSuspendedForAbuse(database: Database, accountId: string): Promise<string[]> {
  const rows = await database
    .select({ slug: servers.slug })
    .from(servers)
    .where(and(eq(servers.accountId, accountId), isNotNull(servers.suspendedForAbuseAt)))
    .orderBy(asc(servers.slug));
  return rows.map(({ slug }) => slug);
}
