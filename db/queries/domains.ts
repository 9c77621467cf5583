import { and, asc, eq, gt, gte, inArray, isNotNull, isNull, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type { DomainOutcome } from '../../lib/domain/domain-recheck.ts';
import { mayInAccount, type Viewer } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { accounts, domainChecks, domainClaims, entries, senderDomains, servers } from '../schema.ts';
import { type ListPage, pageOf, readCursor } from './page-cursor.ts';

export type VerifiedDomain = {
  domain: string;
  source: 'feed' | 'txt';
  verifiedAt: Date;
  /** Its record is not there any more, and until when it has to be again. */
  missing: { checkedAt: Date; outcome: DomainOutcome; endsAt: Date } | null;
};

/** A page of the verified sender domains of a server with how each was verified, by name. */
export async function pageOfVerifiedDomains(
  database: Database,
  serverId: string,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<VerifiedDomain>> {
  const [after] = readCursor(page.cursor, ['text']) ?? [];
  const beyond = after === undefined ? undefined : gt(senderDomains.domain, after);
  const rows = await verifiedDomains(database, serverId, beyond, page.limit + 1);
  return pageOf(rows, page.limit, ({ domain }) => [domain]);
}

/** Those whose record is missing, which end soon: the first of them by name. */
export async function listMissingDomains(
  database: Database,
  serverId: string,
  limit: number,
): Promise<VerifiedDomain[]> {
  return verifiedDomains(database, serverId, isNotNull(domainChecks.endsAt), limit);
}

async function verifiedDomains(
  database: Database,
  serverId: string,
  where: SQL | undefined,
  limit: number,
): Promise<VerifiedDomain[]> {
  const rows = await database
    .select({
      domain: senderDomains.domain,
      source: senderDomains.source,
      verifiedAt: senderDomains.verifiedAt,
      checkedAt: domainChecks.checkedAt,
      outcome: domainChecks.outcome,
      endsAt: domainChecks.endsAt,
    })
    .from(senderDomains)
    .leftJoin(domainChecks, eq(domainChecks.domainId, senderDomains.id))
    .where(and(eq(senderDomains.serverId, serverId), isNull(senderDomains.endedAt), where))
    .orderBy(asc(senderDomains.domain))
    .limit(limit);
  return rows.map(({ domain, source, verifiedAt, checkedAt, outcome, endsAt }) => ({
    domain,
    source,
    verifiedAt,
    missing:
      checkedAt === null || outcome === null || endsAt === null ? null : { checkedAt, outcome, endsAt },
  }));
}

/** Verified by a record, and not ended since. */
const byRecord = and(eq(senderDomains.source, 'txt'), isNull(senderDomains.endedAt));

export type DomainByRecord = {
  id: string;
  domain: string;
  serverId: string;
  server: string;
  accountId: string;
  record: string | null;
  failures: number;
  missingSince: Date | null;
  endsAt: Date | null;
  dueAt: Date | null;
};

/** A domain that was verified by a record, with what was seen of that record last. */
export async function domainByRecord(
  database: Database,
  which: { id: string } | { serverId: string; domain: string },
): Promise<DomainByRecord | undefined> {
  const [row] = await database
    .select({
      id: senderDomains.id,
      domain: senderDomains.domain,
      serverId: senderDomains.serverId,
      server: servers.slug,
      accountId: servers.accountId,
      record: domainChecks.record,
      failures: sql<number>`coalesce(${domainChecks.failures}, 0)`,
      missingSince: domainChecks.missingSince,
      endsAt: domainChecks.endsAt,
      dueAt: domainChecks.dueAt,
    })
    .from(senderDomains)
    .innerJoin(servers, eq(servers.id, senderDomains.serverId))
    .leftJoin(domainChecks, eq(domainChecks.domainId, senderDomains.id))
    .where(
      'id' in which
        ? and(byRecord, eq(senderDomains.id, which.id))
        : and(byRecord, eq(senderDomains.serverId, which.serverId), eq(senderDomains.domain, which.domain)),
    );
  return row;
}

/**
 * Domains that were verified by a record and are due to be looked at again, the longest overdue first: those that never
 * were before all others. Not of what is cancelled.
 */
export async function dueDomains(database: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await database
    .select({ id: senderDomains.id })
    .from(senderDomains)
    .innerJoin(servers, eq(servers.id, senderDomains.serverId))
    .innerJoin(accounts, eq(accounts.id, servers.accountId))
    .leftJoin(domainChecks, eq(domainChecks.domainId, senderDomains.id))
    .where(
      and(
        byRecord,
        ne(servers.status, 'cancelled'),
        ne(accounts.status, 'cancelled'),
        or(isNull(domainChecks.domainId), lte(domainChecks.dueAt, now)),
      ),
    )
    .orderBy(sql`${domainChecks.dueAt} nulls first`)
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Whether the name servers of any domain have answered since then. */
export async function isAnyDomainAnswered(database: Database, since: Date): Promise<boolean> {
  const [answered] = await database
    .select({ id: domainChecks.domainId })
    .from(domainChecks)
    .where(and(ne(domainChecks.outcome, 'temporary_error'), gte(domainChecks.checkedAt, since)))
    .limit(1);
  return answered !== undefined;
}

export type MissingDomain = {
  id: string;
  domain: string;
  serverId: string;
  server: string;
  accountId: string;
  /** Until when its record has to be there again. */
  endsAt: Date;
};

/**
 * Domains whose record is missing, as their owners were told, of the accounts whose domains the viewer manages: what ends
 * first comes first.
 * @param of `serverId`: of this server alone
 */
export async function missingDomainsOf(
  database: Database,
  viewer: Viewer,
  of: { serverId?: string | undefined; limit: number },
): Promise<MissingDomain[]> {
  const own = viewer.memberships
    .map(({ accountId }) => accountId)
    .filter((accountId) => mayInAccount(viewer, accountId, 'manage_domains'));
  if (own.length === 0) return [];
  const ofServer = of.serverId === undefined ? undefined : eq(servers.id, of.serverId);
  const rows = await database
    .select({
      id: senderDomains.id,
      domain: senderDomains.domain,
      serverId: servers.id,
      server: servers.slug,
      accountId: servers.accountId,
      endsAt: domainChecks.endsAt,
    })
    .from(senderDomains)
    .innerJoin(servers, eq(servers.id, senderDomains.serverId))
    .innerJoin(domainChecks, eq(domainChecks.domainId, senderDomains.id))
    .where(and(byRecord, inArray(servers.accountId, own), ofServer, isNotNull(domainChecks.endsAt)))
    .orderBy(asc(domainChecks.endsAt), asc(senderDomains.domain))
    .limit(of.limit);
  return rows.flatMap((row) => (row.endsAt === null ? [] : [{ ...row, endsAt: row.endsAt }]));
}

/** The entries of a server that are in force and may send as the domain. */
export async function entriesSendingAs(
  database: Database,
  serverId: string,
  domain: string,
  now: Date,
): Promise<(typeof entries.$inferSelect)[]> {
  return database
    .select()
    .from(entries)
    .where(
      and(
        eq(entries.serverId, serverId),
        sql`exists (select from entry_standing s where s.entry_id = ${entries.id} and s.server_id = ${serverId}
          and s.state = 'in_force' and s.scope -> 'sender_domains' ? ${domain}
          and (s.expires_at is null or s.expires_at > ${now.toISOString()}::timestamptz))`,
      ),
    )
    .orderBy(asc(entries.id));
}

export type ClaimRow = typeof domainClaims.$inferSelect;

/** The domains that wait for their record, the oldest claim first. */
export async function listClaims(database: Database, serverId: string): Promise<ClaimRow[]> {
  return database
    .select()
    .from(domainClaims)
    .where(and(eq(domainClaims.serverId, serverId), isNull(domainClaims.endedAt)))
    .orderBy(asc(domainClaims.createdAt), asc(domainClaims.domain));
}
