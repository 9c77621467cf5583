import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { accounts, senderDomains, servers, smtpCredentials, subscriptions } from '../schema.ts';

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
  const domains = await database
    .select({ domain: senderDomains.domain })
    .from(senderDomains)
    .where(and(eq(senderDomains.serverId, row.server.id), isNull(senderDomains.endedAt)))
    .orderBy(asc(senderDomains.domain));
  const credentials = await database
    .select({ username: smtpCredentials.username })
    .from(smtpCredentials)
    .where(and(eq(smtpCredentials.serverId, row.server.id), isNull(smtpCredentials.endedAt)))
    .orderBy(asc(smtpCredentials.username));
  return {
    ...row,
    domains: domains.map(({ domain }) => domain),
    usernames: credentials.map(({ username }) => username),
  };
}
