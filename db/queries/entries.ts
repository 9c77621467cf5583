import { and, asc, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { EntryState } from '../../lib/domain/entry-lifecycle.ts';
import type { EntryFacts, Evaluation } from '../../lib/domain/evaluation.ts';
import { parseNetwork } from '../../lib/domain/network.ts';
import {
  type AccountAbility,
  mayInAccount,
  type Reader,
  roleIn,
  type Viewer,
} from '../../lib/domain/permissions.ts';
import type { Policy } from '../../lib/domain/policy.ts';
import { evaluateRequirements } from '../../lib/domain/requirements.ts';
import type { Database } from '../client.ts';
import { accounts, decisions, entries, entryStanding, servers } from '../schema.ts';
import { type FactsSubject, loadFactsOfMany } from './entry-facts.ts';
import { currentPolicy } from './policy.ts';

export type EntryRow = typeof entries.$inferSelect;
export type Standing = typeof entryStanding.$inferSelect;
export type AccountRow = typeof accounts.$inferSelect;
export type ServerRow = typeof servers.$inferSelect;

export type Entry = { entry: EntryRow; standing: Standing; server: ServerRow; account: AccountRow };

/** The rows that the reader may see: those of their own accounts, or all for staff. Nothing for anybody else. */
function visibleTo(reader: Reader): SQL | undefined {
  if (reader === 'operator' || reader.staffRole !== null) return undefined;
  const accountIds = reader.memberships.map((membership) => membership.accountId);
  return accountIds.length === 0 ? sql`false` : inArray(entries.accountId, accountIds);
}

const selection = { entry: entries, standing: entryStanding, server: servers, account: accounts };

function selectEntries(database: Database) {
  return database
    .select(selection)
    .from(entries)
    .innerJoin(entryStanding, eq(entryStanding.entryId, entries.id))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .innerJoin(accounts, eq(accounts.id, entries.accountId));
}

/** One entry, or undefined where it does not exist for this reader. */
export async function findEntry(database: Database, reader: Reader, id: string): Promise<Entry | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await selectEntries(database).where(and(eq(entries.id, id), visibleTo(reader)));
  return row;
}

/** What an account has of exactly this network in one of these states, on whichever of its servers. */
export async function entryOfNetwork(
  database: Database,
  accountId: string,
  network: string,
  states: readonly EntryState[],
): Promise<{ id: string; server: string } | undefined> {
  const [found] = await database
    .select({ id: entries.id, server: servers.slug })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(
      and(
        eq(entries.accountId, accountId),
        eq(entries.network, network),
        inArray(entries.status, [...states]),
      ),
    );
  return found;
}

/** Those of these entries that exist for this reader, in no order. */
export async function findEntries(
  database: Database,
  reader: Reader,
  ids: readonly string[],
): Promise<Entry[]> {
  if (ids.length === 0) return [];
  return selectEntries(database).where(and(withIds(ids), visibleTo(reader)));
}

/** Said of the standing as well: PostgreSQL would make that of everything first. */
function withIds(ids: readonly string[]): SQL | undefined {
  return and(inArray(entries.id, [...ids]), inArray(entryStanding.entryId, [...ids]));
}

/** Whether the viewer has the ability in the entry's account, and is more than staff looking in. */
export function mayOnEntry(viewer: Viewer, found: Entry, ability: AccountAbility): boolean {
  return mayInAccount(viewer, found.account.id, ability);
}

export type EntryFilter = {
  accountId?: string;
  serverId?: string;
  status?: readonly EntryRow['status'][];
  /** Exactly this network, canonical. */
  network?: string;
  /** Entries that cover this address or overlap this network. */
  address?: string;
  /** Entries that lie within this network. */
  within?: string;
  /** Entries that this person has approved or rejected. */
  decidedBy?: string;
  /** Words found in the account's or server's name or slug, label or purpose. */
  text?: string;
  /** Words found in what its own people call it: address, label, purpose or site. */
  called?: string;
  /** A condition of another query file, such as that of a view of the queue. */
  where?: SQL;
};

export type Page = { limit: number; cursor?: string };

/** Newest first (or oldest first for a queue), with a cursor that stays right while rows arrive. */
export async function listEntries(
  database: Database,
  reader: Reader,
  filter: EntryFilter,
  page: Page,
  order: 'newest' | 'oldest' = 'newest',
): Promise<{ rows: Entry[]; nextCursor: string | null }> {
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor);
  const inOrder =
    order === 'newest'
      ? [desc(entries.createdAt), desc(entries.id)]
      : [asc(entries.createdAt), asc(entries.id)];
  // First which rows, then all that is known of them: the standing of what is not on the page is never made.
  const found = await database
    .select({ id: entries.id })
    .from(entries)
    .where(
      and(
        visibleTo(reader),
        filter.accountId === undefined ? undefined : eq(entries.accountId, filter.accountId),
        filter.serverId === undefined ? undefined : eq(entries.serverId, filter.serverId),
        filter.status === undefined ? undefined : inArray(entries.status, [...filter.status]),
        filter.network === undefined ? undefined : sql`${entries.network} = ${filter.network}::cidr`,
        filter.address === undefined ? undefined : sql`${entries.network} && ${filter.address}::inet`,
        filter.within === undefined ? undefined : sql`${entries.network} <<= ${filter.within}::inet`,
        filter.decidedBy === undefined ? undefined : isDecidedBy(filter.decidedBy),
        filter.text === undefined ? undefined : matchesText(filter.text),
        filter.called === undefined ? undefined : isCalled(filter.called),
        filter.where,
        after === undefined ? undefined : pastCursor(after, order),
      ),
    )
    .orderBy(...inOrder)
    .limit(page.limit + 1);
  const ids = found.map((row) => row.id);
  const rows =
    ids.length === 0
      ? []
      : await selectEntries(database)
          .where(withIds(ids))
          .orderBy(...inOrder);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    nextCursor: rows.length > page.limit && last !== undefined ? cursorAfter(last.entry) : null,
  };
}

function isDecidedBy(personId: string): SQL {
  return sql`exists (select from ${decisions} where ${decisions.entryId} = ${entries.id} and ${decisions.personId} = ${personId})`;
}

/** The pattern of `ilike` for a text anywhere in another. */
export const containing = (text: string) => `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

function isCalled(text: string): SQL | undefined {
  const pattern = containing(text);
  return or(
    sql`${entries.network}::text ilike ${pattern}`,
    sql`${entries.label} ilike ${pattern}`,
    sql`${entries.purpose} ilike ${pattern}`,
    sql`${entries.site} ilike ${pattern}`,
  );
}

/** Accounts and servers are few beside entries: they are searched by themselves, not once for each of their entries. */
function matchesText(text: string): SQL | undefined {
  const pattern = containing(text);
  return or(
    sql`${entries.accountId} in (select a.id from ${accounts} a where a.name ilike ${pattern} or a.slug ilike ${pattern})`,
    sql`${entries.serverId} in (select s.id from ${servers} s where s.name ilike ${pattern} or s.slug ilike ${pattern})`,
    sql`${entries.label} ilike ${pattern}`,
    sql`${entries.purpose} ilike ${pattern}`,
  );
}

type Cursor = { at: string; id: string };

function cursorAfter({ createdAt, id }: EntryRow): string {
  return encodeCursor({ at: createdAt.toISOString(), id });
}

function encodeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify({ at, id })).toString('base64url');
}

/** A cursor that is not ours breaks the query: the caller checks it at the edge with `isCursor`. */
function decodeCursor(text: string): Cursor {
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
}

/** Whether it is one as we give them, to the letter: PostgreSQL reads fewer moments than JavaScript does. */
export function isCursor(text: string): boolean {
  try {
    const { at, id } = decodeCursor(text);
    const isOurs = isUuid(id) && new Date(at).toISOString() === at && /^\d{4}-/.test(at) && at >= '1970';
    return isOurs && encodeCursor({ at, id }) === text;
  } catch {
    return false;
  }
}

function pastCursor(cursor: Cursor, order: 'newest' | 'oldest'): SQL {
  // The cursor has milliseconds, the column microseconds: compare what the cursor can hold, then the id.
  const at = sql`date_trunc('milliseconds', ${entries.createdAt})`;
  const point = sql`(${cursor.at}::timestamptz, ${cursor.id}::uuid)`;
  // The column by itself lets an index begin where the page does.
  return order === 'newest'
    ? sql`${entries.createdAt} < ${cursor.at}::timestamptz + interval '1 millisecond' and (${at}, ${entries.id}) < ${point}`
    : sql`${entries.createdAt} >= ${cursor.at}::timestamptz and (${at}, ${entries.id}) > ${point}`;
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

export type EvaluatedEntry = Entry & { facts: EntryFacts; evaluations: Evaluation[]; policy: Policy };

/** The entry's requirements as they stand now. Customers are shown `forCustomer` of each. */
export async function evaluateEntry(database: Database, found: Entry, now: Date): Promise<EvaluatedEntry> {
  const [evaluated] = await evaluateEntries(database, [found], now);
  if (evaluated === undefined) throw new Error('one entry has brought no evaluation');
  return evaluated;
}

/** The same of all entries of a list, in their order: as many queries as for one. */
export async function evaluateEntries(
  database: Database,
  found: readonly Entry[],
  now: Date,
): Promise<EvaluatedEntry[]> {
  if (found.length === 0) return [];
  const policy = await currentPolicy(database);
  const subjects = found.map(({ entry }) => subjectOf(entry));
  const each = await loadFactsOfMany(database, subjects, now);
  return each.flatMap((facts, index) => {
    const one = found[index];
    return one === undefined
      ? []
      : [{ ...one, facts, evaluations: evaluateRequirements(facts, policy, now), policy }];
  });
}

function subjectOf(entry: EntryRow): FactsSubject {
  const parsed = parseNetwork(entry.network);
  if (!parsed.ok) throw new Error(`entry ${entry.id} holds a network that is none: ${entry.network}`);
  // Support asked, or an earlier list had it: until an owner confirms, the evidence alone speaks.
  const undeclared =
    entry.responsibilityAcceptedAt === null && (entry.requestedByStaff || entry.inheritedAt !== null);
  return {
    entryId: entry.id,
    accountId: entry.accountId,
    serverId: entry.serverId,
    network: parsed.network,
    attestedStatic: entry.attestedStatic || undeclared,
    attestedDedicated: entry.attestedDedicated || undeclared,
    leaseEnd: entry.leaseEnd,
    responsibility:
      entry.responsibilityAcceptedAt === null || entry.termsVersion === null
        ? null
        : { acceptedAt: entry.responsibilityAcceptedAt, termsVersion: entry.termsVersion },
    inherited: entry.inheritedAt !== null,
    proofGeneration: entry.proofGeneration,
    createdAt: entry.createdAt,
  };
}

/** Position in the queue, and the ids beside it: the reviewer moves with j and k. */
export async function queueNeighbours(database: Database, entry: EntryRow) {
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .where(eq(entries.status, 'in_review'))
    .orderBy(entries.createdAt, entries.id)
    .limit(1000);
  const index = rows.findIndex((row) => row.id === entry.id);
  return {
    position: index + 1,
    total: rows.length,
    previousId: rows[index - 1]?.id ?? null,
    nextId: index === -1 ? (rows[0]?.id ?? null) : (rows[index + 1]?.id ?? null),
  };
}

/** A server by its slug, or undefined where it does not exist for this viewer. */
export async function findServer(
  database: Database,
  viewer: Viewer,
  slug: string,
): Promise<{ server: ServerRow; account: AccountRow } | undefined> {
  const [row] = await database
    .select({ server: servers, account: accounts })
    .from(servers)
    .innerJoin(accounts, eq(accounts.id, servers.accountId))
    .where(eq(servers.slug, slug));
  if (row === undefined) return undefined;
  return viewer.staffRole !== null || roleIn(viewer, row.account.id) !== null ? row : undefined;
}
