import { and, asc, eq, gt, ilike, inArray, isNull, or, sql } from 'drizzle-orm';
import { liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import { type AccountRole, roleIn, type Viewer } from '../../lib/domain/permissions.ts';
import type { AccountStatus, ServerStatus } from '../../lib/domain/sanctions.ts';
import type { Database } from '../client.ts';
import { accounts, plans, senderDomains, servers, subscriptions } from '../schema.ts';
import { containing } from './entries.ts';
import { type ListPage, pageOf, readCursor } from './page-cursor.ts';

export type OwnAccount = {
  id: string;
  slug: string;
  name: string;
  status: AccountStatus;
  role: AccountRole;
  servers: { slug: string; name: string; status: ServerStatus }[];
  /** Live entries and open requests. */
  entries: number;
};

/** The accounts that the viewer belongs to, by name, with their servers: what the side bar shows. */
export async function listOwnAccounts(database: Database, viewer: Viewer): Promise<OwnAccount[]> {
  const ids = viewer.memberships.map((membership) => membership.accountId);
  if (ids.length === 0) return [];
  const rows = await database
    .select({
      id: accounts.id,
      slug: accounts.slug,
      name: accounts.name,
      status: accounts.status,
      entries: countEntries([...liveStates, ...openStates]),
    })
    .from(accounts)
    .where(inArray(accounts.id, ids))
    .orderBy(asc(accounts.name));
  const owned = await database
    .select({
      accountId: servers.accountId,
      slug: servers.slug,
      name: servers.name,
      status: servers.status,
    })
    .from(servers)
    .where(inArray(servers.accountId, ids))
    .orderBy(asc(servers.slug));
  return rows.map((row) => ({
    ...row,
    role: roleIn(viewer, row.id) ?? 'viewer',
    servers: owned.filter((server) => server.accountId === row.id),
  }));
}

export type OwnServer = { slug: string; name: string; status: ServerStatus; account: string };

/** A page of the servers of the viewer's own accounts by slug, or of those whose slug or name has the text in it. */
export async function pageOfOwnServers(
  database: Database,
  viewer: Viewer,
  text: string,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<OwnServer>> {
  const ids = viewer.memberships.map((membership) => membership.accountId);
  if (ids.length === 0) return { rows: [], nextCursor: null };
  const [after] = readCursor(page.cursor, ['text']) ?? [];
  const pattern = containing(text);
  const rows = await database
    .select({ slug: servers.slug, name: servers.name, status: servers.status, account: accounts.name })
    .from(servers)
    .innerJoin(accounts, eq(accounts.id, servers.accountId))
    .where(
      and(
        inArray(servers.accountId, ids),
        text === '' ? undefined : or(ilike(servers.slug, pattern), ilike(servers.name, pattern)),
        after === undefined ? undefined : gt(servers.slug, after),
      ),
    )
    .orderBy(asc(servers.slug))
    .limit(page.limit + 1);
  return pageOf(rows, page.limit, ({ slug }) => [slug]);
}

export type AccountSummary = {
  slug: string;
  name: string;
  status: AccountStatus;
  servers: number;
  inForce: number;
  open: number;
};

/** A page of every account by slug, for staff. */
export async function pageOfAccounts(
  database: Database,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<AccountSummary>> {
  const [after] = readCursor(page.cursor, ['text']) ?? [];
  const rows = await database
    .select({
      slug: accounts.slug,
      name: accounts.name,
      status: accounts.status,
      servers: sql<number>`(select count(*) from servers where servers.account_id = accounts.id)`,
      inForce: countEntries(['active']),
      open: countEntries([...openStates]),
    })
    .from(accounts)
    .where(after === undefined ? undefined : gt(accounts.slug, after))
    .orderBy(asc(accounts.slug))
    .limit(page.limit + 1);
  return pageOf(rows, page.limit, ({ slug }) => [slug]);
}

export type AccountFacts = {
  slug: string;
  name: string;
  status: AccountStatus;
  createdAt: Date;
  plans: string[];
  inForce: number;
  removed: number;
  domains: string[];
  servers: { slug: string; name: string; status: string }[];
};

/** Who asks, in the facts that weigh in a review: for staff. */
export async function findAccountFacts(database: Database, slug: string): Promise<AccountFacts | undefined> {
  const [account] = await database
    .select({ account: accounts, inForce: countEntries(['active']), removed: countEntries(['removed']) })
    .from(accounts)
    .where(eq(accounts.slug, slug));
  if (account === undefined) return undefined;
  const { id } = account.account;
  const [owned, planNames, domains] = await Promise.all([
    database
      .select({ slug: servers.slug, name: servers.name, status: servers.status })
      .from(servers)
      .where(eq(servers.accountId, id))
      .orderBy(asc(servers.slug)),
    database
      .selectDistinct({ name: plans.name })
      .from(subscriptions)
      .innerJoin(plans, eq(plans.id, subscriptions.planId))
      .innerJoin(servers, eq(servers.id, subscriptions.serverId))
      .where(eq(servers.accountId, id)),
    database
      .selectDistinct({ domain: senderDomains.domain })
      .from(senderDomains)
      .innerJoin(servers, eq(servers.id, senderDomains.serverId))
      .where(and(eq(servers.accountId, id), isNull(senderDomains.endedAt))),
  ]);
  return {
    slug: account.account.slug,
    name: account.account.name,
    status: account.account.status,
    createdAt: account.account.createdAt,
    plans: planNames.map((plan) => plan.name),
    inForce: account.inForce,
    removed: account.removed,
    domains: domains.map(({ domain }) => domain).sort(),
    servers: owned,
  };
}

// In a query of one table Drizzle names columns without it, which inside a subquery would be the subquery's own.
function countEntries(status: readonly string[]) {
  return sql<number>`(select count(*) from entries
    where entries.account_id = accounts.id and ${inArray(sql`entries.status`, [...status])})`;
}
