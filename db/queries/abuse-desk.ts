import {
  type AnyColumn,
  and,
  asc,
  desc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { addDays } from '../../lib/domain/days.ts';
import { liveStates } from '../../lib/domain/entry-lifecycle.ts';
import type { LadderPolicy } from '../../lib/domain/ladder-policy.ts';
import type { AccountStatus } from '../../lib/domain/sanctions.ts';
import type { Database } from '../client.ts';
import {
  abuseProposals,
  abuseReports,
  accounts,
  entries,
  fuseItems,
  fuseTrips,
  ladderPositions,
  people,
  platformState,
  servers,
  signals,
} from '../schema.ts';
import type { PositionRow, SignalRow } from './abuse.ts';
import { isUuid } from './entries.ts';
import { type ListPage, pageOf, readCursor } from './page-cursor.ts';

// What support's pages about abuse read. For staff.

export type SeenRow = {
  entryId: string;
  network: string;
  label: string | null;
  status: 'active' | 'suspended';
  critical: boolean;
  account: string;
  server: string;
  position: PositionRow | null;
  /** Those that count, oldest first. */
  signals: SignalRow[];
};

/**
 * A page of the live entries of which something was seen that still counts, or for which more is called for than was
 * done: the latter first, then those with the newest signals.
 */
export async function pageOfSeen(
  database: Database,
  policy: LadderPolicy,
  now: Date,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<SeenRow>> {
  const after = readCursor(page.cursor, ['number', 'moment', 'uuid']);
  const since = addDays(now, -policy.forgetDays);
  const counted = and(
    isNull(signals.setAsideAt),
    gt(signals.at, since),
    sql`(${ladderPositions.countsFrom} is null or ${signals.at} > ${ladderPositions.countsFrom})`,
  );
  const newest = database
    .select({ entryId: signals.entryId, newest: sql<Date>`max(${signals.at})`.as('newest') })
    .from(signals)
    .leftJoin(ladderPositions, eq(ladderPositions.entryId, signals.entryId))
    .where(counted)
    .groupBy(signals.entryId)
    .as('seen');
  const called = sql<number>`(${ladderPositions.notDone} is not null)::int`;
  const last = sql<Date>`coalesce(date_trunc('milliseconds', ${newest.newest}), 'epoch')`.mapWith(signals.at);
  const read = await database
    .select({
      ...{ entry: entries, account: accounts.name, server: servers.slug, position: ladderPositions },
      ...{ called, last },
    })
    .from(entries)
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .leftJoin(ladderPositions, eq(ladderPositions.entryId, entries.id))
    .leftJoin(newest, eq(newest.entryId, entries.id))
    .where(
      and(
        inArray(entries.status, [...liveStates]),
        or(
          isNotNull(newest.newest),
          isNotNull(ladderPositions.notDone),
          inArray(ladderPositions.step, ['warned', 'throttled', 'suspended']),
        ),
        after === null
          ? undefined
          : sql`(${called}, ${last}, ${entries.id}) < (${after[0]}::bigint, ${after[1]}::timestamptz, ${after[2]}::uuid)`,
      ),
    )
    .orderBy(desc(called), desc(last), desc(entries.id))
    .limit(page.limit + 1);
  const { rows: found, nextCursor } = pageOf(read, page.limit, (row) => [
    String(row.called),
    row.last.toISOString(),
    row.entry.id,
  ]);
  const ids = found.map(({ entry }) => entry.id);
  const rows =
    ids.length === 0
      ? []
      : await database
          .select({ signal: signals })
          .from(signals)
          .leftJoin(ladderPositions, eq(ladderPositions.entryId, signals.entryId))
          .where(and(inArray(signals.entryId, ids), counted))
          .orderBy(asc(signals.at));
  const seen = found.map(({ entry, account, server, position }) => ({
    entryId: entry.id,
    network: entry.network,
    label: entry.label,
    status: entry.status as SeenRow['status'],
    critical: entry.critical,
    account,
    server,
    position,
    signals: rows.flatMap(({ signal }) => (signal.entryId === entry.id ? [signal] : [])),
  }));
  return { rows: seen, nextCursor };
}

export type ReportRow = typeof abuseReports.$inferSelect;

/** A page of the reports that wait for a person, oldest first. */
export async function pageOfOpenReports(
  database: Database,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<ReportRow>> {
  const after = readCursor(page.cursor, ['moment', 'uuid']);
  const received = sql`date_trunc('milliseconds', ${abuseReports.receivedAt})`;
  const rows = await database
    .select()
    .from(abuseReports)
    .where(
      and(
        eq(abuseReports.state, 'for_person'),
        after === null
          ? undefined
          : sql`(${received}, ${abuseReports.id}) > (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(asc(received), asc(abuseReports.id))
    .limit(page.limit + 1);
  return pageOf(rows, page.limit, ({ receivedAt, id }) => [receivedAt.toISOString(), id]);
}

/** One report with the name of whoever settled it, or undefined. */
export async function findReport(database: Database, id: string) {
  if (!isUuid(id)) return undefined;
  const [row] = await database
    .select({ report: abuseReports, settledBy: people.name })
    .from(abuseReports)
    .leftJoin(people, eq(people.id, abuseReports.settledBy))
    .where(eq(abuseReports.id, id));
  return row;
}

export type TripRow = typeof fuseTrips.$inferSelect & { decidedByName: string | null };
export type HeldItem = typeof fuseItems.$inferSelect;

/** What the fuse holds: each open trip, the newest first. */
export async function openTrips(database: Database): Promise<TripRow[]> {
  return trips(database, isNull(fuseTrips.decidedAt), 20);
}

/** The trips that were decided last. */
export async function decidedTrips(database: Database, most: number): Promise<TripRow[]> {
  return trips(database, isNotNull(fuseTrips.decidedAt), most);
}

async function trips(database: Database, where: ReturnType<typeof and>, most: number): Promise<TripRow[]> {
  const rows = await database
    .select({ trip: fuseTrips, name: people.name })
    .from(fuseTrips)
    .leftJoin(people, eq(people.id, fuseTrips.decidedBy))
    .where(where)
    .orderBy(desc(fuseTrips.trippedAt))
    .limit(most);
  return rows.map(({ trip, name }) => ({ ...trip, decidedByName: name }));
}

/**
 * What of a trip nobody has decided yet, in the order in which it was held, how many there are in all, and when the last
 * of them was held.
 */
export async function heldItems(
  database: Database,
  tripId: string,
  most: number,
): Promise<{ items: HeldItem[]; total: number; entries: number; until: Date }> {
  const open = and(eq(fuseItems.tripId, tripId), isNull(fuseItems.endedAt), isNull(fuseItems.releasedAt));
  const items = await database
    .select()
    .from(fuseItems)
    .where(open)
    .orderBy(asc(fuseItems.heldAt), asc(fuseItems.id))
    .limit(most);
  const [sums] = await database
    .select({
      total: sql<number>`count(*)`,
      until: sql<Date | null>`max(${fuseItems.heldAt})`.mapWith(fuseItems.heldAt),
    })
    .from(fuseItems)
    .where(open);
  // One entry may be held by itself and with its server.
  const [concerned] = await database
    .select({ entries: sql<number>`count(distinct concerned)` })
    .from(sql`${fuseItems}, unnest(${fuseItems.entryIds}) concerned`)
    .where(open);
  return {
    ...{ items, total: sums?.total ?? 0, entries: concerned?.entries ?? 0 },
    until: sums?.until ?? new Date(0),
  };
}

export type NamedEntry = { id: string; network: string; account: string; server: string };

/** What these entries are called. */
export async function nameEntries(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NamedEntry>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .select({ id: entries.id, network: entries.network, account: accounts.name, server: servers.slug })
    .from(entries)
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(inArray(entries.id, [...new Set(ids)]));
  return new Map(rows.map((row) => [row.id, row]));
}

export type ProposalRow = typeof abuseProposals.$inferSelect & {
  account: { slug: string; name: string; status: AccountStatus };
  proposedByName: string | null;
  decidedByName: string | null;
};

/** A page of what is proposed to do to accounts: what is open first, then what was decided last. */
export async function pageOfProposals(
  database: Database,
  of: { accountId?: string },
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<ProposalRow>> {
  const after = readCursor(page.cursor, ['number', 'number', 'uuid']);
  const decided = sql<number>`(${abuseProposals.decidedAt} is not null)::int`;
  // Rises down the list: the oldest that is open is above, and so is the newest that is decided.
  const place = sql<number>`case when ${abuseProposals.decidedAt} is null
    then ${milliseconds(abuseProposals.createdAt)}
    else ${LATEST_MS} - ${milliseconds(abuseProposals.decidedAt)} end`;
  const proposer = alias(people, 'proposer');
  const decider = alias(people, 'decider');
  const rows = await database
    .select({
      ...{ proposal: abuseProposals, account: accounts, proposer: proposer.name, decider: decider.name },
      ...{ decided, place },
    })
    .from(abuseProposals)
    .innerJoin(accounts, eq(accounts.id, abuseProposals.accountId))
    .leftJoin(proposer, eq(proposer.id, abuseProposals.proposedBy))
    .leftJoin(decider, eq(decider.id, abuseProposals.decidedBy))
    .where(
      and(
        of.accountId === undefined ? undefined : eq(abuseProposals.accountId, of.accountId),
        after === null
          ? undefined
          : sql`(${decided}, ${place}, ${abuseProposals.id}) > (${after[0]}::bigint, ${after[1]}::bigint, ${after[2]}::uuid)`,
      ),
    )
    .orderBy(asc(decided), asc(place), asc(abuseProposals.id))
    .limit(page.limit + 1);
  const { rows: shown, nextCursor } = pageOf(rows, page.limit, (row) => [
    String(row.decided),
    String(row.place),
    row.proposal.id,
  ]);
  return {
    rows: shown.map(({ proposal, account, proposer: by, decider: decidedBy }) => ({
      ...proposal,
      account: { slug: account.slug, name: account.name, status: account.status },
      proposedByName: by,
      decidedByName: decidedBy,
    })),
    nextCursor,
  };
}

/** Later than any moment that is kept. */
const LATEST_MS = 100_000_000_000_000;

function milliseconds(column: AnyColumn): SQL {
  return sql`floor(extract(epoch from ${column}) * 1000)::bigint`;
}

/** How much waits for a person. */
export async function countAbuse(
  database: Database,
): Promise<{ reports: number; held: number; proposals: number; called: number }> {
  const live = sql`exists (select from ${entries} where ${entries.id} = ${ladderPositions.entryId}
    and ${entries.status} in ('active', 'suspended'))`;
  const [reports, held, proposals, called] = await Promise.all([
    database.$count(abuseReports, eq(abuseReports.state, 'for_person')),
    database.$count(
      fuseItems,
      and(
        isNull(fuseItems.endedAt),
        isNull(fuseItems.releasedAt),
        sql`exists (select from ${fuseTrips} where ${fuseTrips.id} = ${fuseItems.tripId} and ${fuseTrips.decidedAt} is null)`,
      ),
    ),
    database.$count(abuseProposals, isNull(abuseProposals.decidedAt)),
    database.$count(ladderPositions, and(eq(ladderPositions.notDone, 'critical'), live)),
  ]);
  return { reports, held, proposals, called };
}

/** Whether approvals are frozen, since when, and why. */
export async function approvalsFrozen(database: Database): Promise<{ since: Date; reason: string } | null> {
  const [state] = await database.select().from(platformState);
  return state === undefined || state.approvalsFrozenAt === null
    ? null
    : { since: state.approvalsFrozenAt, reason: state.approvalsFrozenReason ?? '' };
}
