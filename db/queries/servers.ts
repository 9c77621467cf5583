import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { accounts, plans, senderDomains, servers, smtpCredentials, subscriptions } from '../schema.ts';

/** What the view `entry_standing` gives where a server has no plan. */
const RATE_WITHOUT_PLAN = 100;

export type ServerWithParts = {
  server: typeof servers.$inferSelect;
  accountSlug: string;
  subscription: typeof subscriptions.$inferSelect | null;
  domains: string[];
  usernames: string[];
};

/** A server with all that the platform feeds about it. */
export async function findServerWithParts(
  database: Database,
  slug: string,
): Promise<ServerWithParts | undefined> {
  const [row] = await database
    .select({ server: servers, accountSlug: accounts.slug, subscription: subscriptions })
    .from(servers)
    .innerJoin(accounts, eq(accounts.id, servers.accountId))
    .leftJoin(subscriptions, eq(subscriptions.serverId, servers.id))
    .where(eq(servers.slug, slug));
  if (row === undefined) return undefined;
  return {
    ...row,
    domains: await listSenderDomains(database, row.server.id),
    usernames: await listUsernames(database, row.server.id),
  };
}

/** The verified sender domains of a server, by name. */
export async function listSenderDomains(database: Database, serverId: string): Promise<string[]> {
  const rows = await database
    .select({ domain: senderDomains.domain })
    .from(senderDomains)
    .where(and(eq(senderDomains.serverId, serverId), isNull(senderDomains.endedAt)))
    .orderBy(asc(senderDomains.domain));
  return rows.map(({ domain }) => domain);
}

/** The SMTP users of a server, by name. */
export async function listUsernames(database: Database, serverId: string): Promise<string[]> {
  const rows = await database
    .select({ username: smtpCredentials.username })
    .from(smtpCredentials)
    .where(and(eq(smtpCredentials.serverId, serverId), isNull(smtpCredentials.endedAt)))
    .orderBy(asc(smtpCredentials.username));
  return rows.map(({ username }) => username);
}

/** Messages an hour that the plan of a server gives to an entry that names no rate. */
export async function planRate(database: Database, serverId: string): Promise<number> {
  const [row] = await database
    .select({ rate: plans.defaultMessagesPerHour })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .where(eq(subscriptions.serverId, serverId));
  return row?.rate ?? RATE_WITHOUT_PLAN;
}
