import { and, asc, desc, eq, gte, inArray, isNull, lt, notInArray, type SQL, sql } from 'drizzle-orm';
import { contentForAccount, staffKinds } from '../../lib/domain/event-for-account.ts';
import type { Database } from '../client.ts';
import { events, nodes, people, revisionTimes, threadMessages, whitelistClock } from '../schema.ts';
import { isUuid } from './entries.ts';
import { type ListPage, pageOf, readCursor } from './page-cursor.ts';

export type EventRow = {
  id: string;
  at: Date;
  kind: string;
  actorKind: 'person' | 'staff' | 'system' | 'platform' | 'node';
  /** The name to show, or null for the system, and for a person who was erased. */
  actorName: string | null;
  content: Record<string, unknown>;
};

/** An account is told what concerns it, staff everything, and a member of staff by name only among staff. */
export type Audience = 'account' | 'staff';

/** What happened to an entry, oldest first. The caller has found the entry for its viewer before. */
export async function listEntryEvents(
  database: Database,
  entryId: string,
  audience: Audience = 'account',
): Promise<EventRow[]> {
  const rows = await database
    .select({ event: events, name: people.name, email: people.email })
    .from(events)
    .leftJoin(people, eq(people.id, events.actorId))
    .where(and(eq(events.entryId, entryId), readBy(audience)))
    .orderBy(asc(events.seq));
  return rows.map(({ event, name, email }) => eventFor(audience, event, name ?? email));
}

/** Which events an audience reads at all. */
function readBy(audience: Audience): SQL | undefined {
  return audience === 'staff' ? undefined : notInArray(events.kind, [...staffKinds]);
}

/**
 * What has happened to an entry since it had this revision, oldest first and with everything that staff may read. Nothing
 * where the time of the revision is no longer known.
 */
export async function eventsAfterRevision(
  database: Database,
  entryId: string,
  revision: number,
): Promise<EventRow[]> {
  if (!isUuid(entryId)) return [];
  // Changes wait for each other at the clock: what belongs to the one that was read is written before the next begins.
  const nextChange = sql`(select min(${revisionTimes.at}) from ${revisionTimes}
    where ${revisionTimes.revision} > ${revision})`;
  const rows = await database
    .select({ event: events, name: people.name, email: people.email })
    .from(events)
    .leftJoin(people, eq(people.id, events.actorId))
    .where(and(eq(events.entryId, entryId), gte(events.at, nextChange)))
    .orderBy(asc(events.seq));
  return rows.map(({ event, name, email }) => eventFor('staff', event, name ?? email));
}

function eventFor(audience: Audience, event: typeof events.$inferSelect, name: string | null): EventRow {
  const content = JSON.parse(event.content) as Record<string, unknown>;
  const own = audience === 'staff' || event.actorKind === 'person';
  return {
    id: event.id,
    at: event.at,
    kind: event.kind,
    actorKind: event.actorKind,
    actorName: own ? name : null,
    content: audience === 'staff' ? content : contentForAccount(content),
  };
}

/** A page of what happened to an entry, newest first. The caller has found the entry for its viewer before. */
export async function pageOfEntryEvents(
  database: Database,
  entryId: string,
  audience: Audience,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<EventRow>> {
  return pageOfEvents(database, eq(events.entryId, entryId), audience, page);
}

/** A page of what happened to an account by itself, newest first, without what each of its entries tells. */
export async function pageOfAccountEvents(
  database: Database,
  accountId: string,
  audience: Audience,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<EventRow>> {
  return pageOfEvents(database, and(eq(events.accountId, accountId), isNull(events.entryId)), audience, page);
}

async function pageOfEvents(
  database: Database,
  of: SQL | undefined,
  audience: Audience,
  page: { limit: number; cursor?: unknown },
): Promise<ListPage<EventRow>> {
  const [before] = readCursor(page.cursor, ['number']) ?? [];
  const rows = await database
    .select({ event: events, name: people.name, email: people.email })
    .from(events)
    .leftJoin(people, eq(people.id, events.actorId))
    .where(and(of, readBy(audience), before === undefined ? undefined : lt(events.seq, Number(before))))
    .orderBy(desc(events.seq))
    .limit(page.limit + 1);
  const { rows: shown, nextCursor } = pageOf(rows, page.limit, ({ event }) => [String(event.seq)]);
  return {
    rows: shown.map(({ event, name, email }) => eventFor(audience, event, name ?? email)),
    nextCursor,
  };
}

/** The name of who asked for an entry, as far as the audience may know it. */
export async function requesterOf(
  database: Database,
  entryId: string,
  audience: Audience = 'account',
): Promise<string | null> {
  const [row] = await database
    .select({ event: events, name: people.name, email: people.email })
    .from(events)
    .leftJoin(people, eq(people.id, events.actorId))
    .where(and(eq(events.entryId, entryId), eq(events.kind, 'requested')))
    .orderBy(asc(events.seq))
    .limit(1);
  return row === undefined ? null : eventFor(audience, row.event, row.name ?? row.email).actorName;
}

export type ThreadRow = {
  id: string;
  side: 'support' | 'account';
  name: string | null;
  body: string;
  createdAt: Date;
};

/** Questions and answers of an entry, oldest first. */
export async function listThread(
  database: Database,
  entryId: string,
  audience: Audience = 'account',
): Promise<ThreadRow[]> {
  const rows = await database
    .select({ message: threadMessages, name: people.name })
    .from(threadMessages)
    .leftJoin(people, eq(people.id, threadMessages.personId))
    .where(eq(threadMessages.entryId, entryId))
    .orderBy(asc(threadMessages.createdAt));
  return rows.map(({ message, name }) => ({
    id: message.id,
    side: message.side,
    name: audience === 'staff' || message.side === 'account' ? name : null,
    body: message.body,
    createdAt: message.createdAt,
  }));
}

/** Support's newest question of each of these entries. */
export async function openQuestions(
  database: Database,
  entryIds: readonly string[],
): Promise<Map<string, string>> {
  if (entryIds.length === 0) return new Map();
  const rows = await database
    .selectDistinctOn([threadMessages.entryId], {
      entryId: threadMessages.entryId,
      body: threadMessages.body,
    })
    .from(threadMessages)
    .where(and(inArray(threadMessages.entryId, [...entryIds]), eq(threadMessages.side, 'support')))
    .orderBy(threadMessages.entryId, desc(threadMessages.createdAt));
  return new Map(rows.map((row) => [row.entryId, row.body]));
}

export type NodeRow = typeof nodes.$inferSelect;

/** Every node that reported and was not retired. */
export async function listNodes(database: Database): Promise<NodeRow[]> {
  return database.select().from(nodes).where(isNull(nodes.retiredAt)).orderBy(asc(nodes.name));
}

export type Enforcement = {
  nodes: { name: string; enforced: boolean; lagMs: number | null; lastSeenAt: Date }[];
  /** Milliseconds from the change to the last node that enforces it; null while one is missing or it is unknown. */
  slowestMs: number | null;
};

/** Which nodes enforce an entry as it is: they have seen its revision, and do not hold it back since a restore. */
export async function enforcementOf(
  database: Database,
  { id, revision }: { id: string; revision: number },
): Promise<Enforcement> {
  const rows = await listNodes(database);
  const [made] = await database.select().from(revisionTimes).where(eq(revisionTimes.revision, revision));
  const state = rows.map((node) => ({
    name: node.name,
    enforced: node.revision !== null && node.revision >= revision && !node.heldBack.includes(id),
    lagMs: node.lagMs,
    lastSeenAt: node.lastSeenAt,
  }));
  const lags = rows.map((node) =>
    made !== undefined && node.enforcedAt !== null && node.revision === revision
      ? node.enforcedAt.getTime() - made.at.getTime()
      : node.lagMs,
  );
  const known = lags.filter((lag): lag is number => lag !== null);
  const all = state.length > 0 && state.every((node) => node.enforced) && known.length === lags.length;
  return { nodes: state, slowestMs: all ? Math.max(0, ...known) : null };
}

/** The revision of the newest change that nodes have to see. */
export async function currentRevision(database: Database): Promise<number> {
  const [clock] = await database.select().from(whitelistClock);
  return clock?.revision ?? 0;
}

/** How far each node is, and what it holds back: for a list page, whose rows each have a revision of their own. */
export async function nodeRevisions(
  database: Database,
): Promise<{ name: string; revision: number; heldBack: readonly string[] }[]> {
  const rows = await listNodes(database);
  return rows.map(({ name, revision, heldBack }) => ({ name, revision: revision ?? -1, heldBack }));
}
