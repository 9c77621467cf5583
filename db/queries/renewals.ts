import { and, asc, eq, gt, inArray, lte, or, type SQL, sql } from 'drizzle-orm';
import { formatNetwork, parseNetwork } from '../../lib/domain/network.ts';
import type { Viewer } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { entries, memberships, servers } from '../schema.ts';
import { type ListPage, pageOf, readCursor } from './page-cursor.ts';

export type DueRenewal = {
  id: string;
  network: string;
  label: string | null;
  purpose: string;
  accountId: string;
  serverId: string;
  server: string;
  reviewBy: Date;
  /** `YYYY-MM-DD` */
  leaseEnd: string | null;
  /** Taken over from a list that was kept by hand, and never attested here. */
  inherited: boolean;
  /** Who stood for it is no owner any more. */
  sponsorLeft: boolean;
};

/** A list of addresses tells no more of what is due. */
export const MOST_DUE = 500;

/** `after` is as long ago as a late renewal is still taken. */
export type DueTimes = { after: Date; until: Date };

/**
 * Active entries of the viewer's own accounts whose review date lies between these moments, the earliest first; and those
 * taken over from an earlier list, whose owners are asked at once, however long they have.
 */
export async function listDueRenewals(
  database: Database,
  viewer: Viewer,
  times: DueTimes,
): Promise<DueRenewal[]> {
  return selectDue(database, viewer, times, undefined, MOST_DUE);
}

/** A page of them. */
export async function pageOfDueRenewals(
  database: Database,
  viewer: Viewer,
  times: DueTimes,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<DueRenewal>> {
  const [at, after] = readCursor(page.cursor, ['moment', 'text']) ?? [];
  const network = after === undefined ? undefined : parseNetwork(after);
  // Networks of live entries never overlap, so one of them is a place in the list.
  const beyond =
    at === undefined || !network?.ok
      ? undefined
      : sql`(${reviewDay}, ${entries.network}) > (${at}::timestamptz, ${formatNetwork(network.network)}::cidr)`;
  const rows = await selectDue(database, viewer, times, beyond, page.limit + 1);
  return pageOf(rows, page.limit, (row) => [row.reviewBy.toISOString(), row.network]);
}

/** As fine as a cursor holds it. */
const reviewDay = sql`date_trunc('milliseconds', ${entries.reviewBy})`;

async function selectDue(
  database: Database,
  viewer: Viewer,
  { after, until }: DueTimes,
  beyond: SQL | undefined,
  limit: number,
): Promise<DueRenewal[]> {
  const own = viewer.memberships.map((membership) => membership.accountId);
  if (own.length === 0) return [];
  const rows = await database
    .select({
      id: entries.id,
      network: entries.network,
      label: entries.label,
      purpose: entries.purpose,
      accountId: entries.accountId,
      serverId: entries.serverId,
      server: servers.slug,
      reviewBy: entries.reviewBy,
      leaseEnd: entries.leaseEnd,
      inherited: neverAttested,
      sponsorLeft: sponsorGone,
    })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(
      and(
        inArray(entries.accountId, own),
        eq(entries.status, 'active'),
        gt(entries.reviewBy, after),
        or(lte(entries.reviewBy, until), neverAttested),
        beyond,
      ),
    )
    .orderBy(asc(reviewDay), asc(entries.network))
    .limit(limit);
  return rows.flatMap((row) => (row.reviewBy === null ? [] : [{ ...row, reviewBy: row.reviewBy }]));
}

/** Taken over from a list that was kept by hand, and never attested here. */
export const neverAttested = sql<boolean>`${entries.inheritedAt} is not null and ${entries.responsibilityAcceptedAt} is null`;

const sponsorGone = sql<boolean>`${entries.sponsorId} is not null and not exists (
  select from ${memberships} where ${memberships.personId} = ${entries.sponsorId}
    and ${memberships.accountId} = ${entries.accountId} and ${memberships.role} = 'owner'
    and ${memberships.endedAt} is null)`;

/** Whether the owner who stands for the entry has left the account. */
export async function sponsorHasLeft(database: Database, entryId: string): Promise<boolean> {
  const [row] = await database
    .select({ left: sponsorGone })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(eq(entries.id, entryId));
  return row?.left ?? false;
}
