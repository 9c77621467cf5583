import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { accounts, plans, servers, subscriptions } from '../schema.ts';
import { listSenderDomains, listUsernames } from './servers.ts';

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
  status: 'active' | 'paused' | 'suspended' | 'cancelled';
  /** By us, whatever the platform says of it. */
  suspendedForAbuseAt: Date | null;
  plan: string | null;
  subscription: 'active' | 'past_due' | 'lapsed' | 'cancelled' | null;
  paidUntil: Date | null;
  domains: string[];
  usernames: string[];
};

/** The servers of an account with what the platform feeds about each: for staff. */
export async function listAccountServers(database: Database, accountId: string): Promise<AccountServer[]> {
  const rows = await database
    .select({
      id: servers.id,
      slug: servers.slug,
      name: servers.name,
      status: servers.status,
      suspendedForAbuseAt: servers.suspendedForAbuseAt,
      plan: plans.name,
      subscription: subscriptions.status,
      paidUntil: subscriptions.paidUntil,
    })
    .from(servers)
    .leftJoin(subscriptions, eq(subscriptions.serverId, servers.id))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(eq(servers.accountId, accountId))
    .orderBy(asc(sql`${servers.status} = 'cancelled'`), asc(servers.slug));
  const found: AccountServer[] = [];
  for (const row of rows) {
    found.push({
      ...row,
      domains: await listSenderDomains(database, row.id),
      usernames: await listUsernames(database, row.id),
    });
  }
  return found;
}
