import { and, asc, desc, eq, gte, inArray, isNull, max, ne, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Viewer } from '../../lib/domain/permissions.ts';
import type { Database } from '../client.ts';
import { accounts, entries, proofs, servers, sightings, takeovers } from '../schema.ts';
import type { EntryRow } from './entries.ts';

export type TakeoverRow = typeof takeovers.$inferSelect;

/** A takeover that is under way, with the entry that it would end. */
export type OpenTakeover = { takeover: TakeoverRow; held: EntryRow };

/** The takeovers that a request has under way: over with the request, and with the entry that it would end. */
export async function openTakeovers(database: Database, requestId: string): Promise<OpenTakeover[]> {
  return database
    .select({ takeover: takeovers, held: entries })
    .from(takeovers)
    .innerJoin(entries, eq(entries.id, takeovers.entryId))
    .where(
      and(
        eq(takeovers.requestId, requestId),
        isNull(takeovers.endedAt),
        inArray(entries.status, [...liveStates]),
      ),
    )
    .orderBy(asc(entries.accountId), asc(entries.id));
}

/** What the holder of an entry is asked: to answer until then. Nothing of who asks is in it. */
export type OwnershipQuestion = {
  entryId: string;
  network: string;
  label: string | null;
  serverId: string;
  server: string;
  accountId: string;
  until: Date;
  /** What the holder has said. */
  objection: string | null;
  /** When the holder has proven control anew, since the question. */
  provenAgainAt: Date | null;
};

/** Entries of the viewer's own accounts whose holder is asked whether they are still theirs. */
export async function ownershipQuestions(
  database: Database,
  viewer: Viewer,
  entryId?: string,
): Promise<OwnershipQuestion[]> {
  const own = viewer.memberships.map((membership) => membership.accountId);
  if (own.length === 0) return [];
  const provenAgainAt =
    sql<Date | null>`(select max(${proofs.seenAt}) from ${proofs} where ${proofs.entryId} = ${entries.id}
      and ${proofs.withdrawnAt} is null and ${proofs.seenAt} >= ${takeovers.startedAt})`.mapWith(
      proofs.seenAt,
    );
  // Of several, for as many requests, first what is still to be answered.
  const answered = sql`${takeovers.objection} is not null or ${provenAgainAt} is not null`;
  const request = sql`(select r.status from entries r where r.id = ${takeovers.requestId})`;
  return database
    .selectDistinctOn([entries.id], {
      entryId: entries.id,
      network: entries.network,
      label: entries.label,
      serverId: servers.id,
      server: servers.slug,
      accountId: entries.accountId,
      until: takeovers.until,
      objection: takeovers.objection,
      provenAgainAt,
    })
    .from(takeovers)
    .innerJoin(entries, eq(entries.id, takeovers.entryId))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .where(
      and(
        isNull(takeovers.endedAt),
        inArray(entries.accountId, own),
        inArray(entries.status, [...liveStates]),
        entryId === undefined ? undefined : eq(entries.id, entryId),
        inArray(request, openStates),
      ),
    )
    .orderBy(entries.id, answered, asc(takeovers.until));
}

/** Another organisation's live entry that a request overlaps, with what speaks for its still being theirs: for staff. */
export type Holder = {
  entryId: string;
  network: string;
  status: EntryRow['status'];
  accountId: string;
  account: string;
  server: string;
  since: Date | null;
  takeover: TakeoverRow | null;
  /** The last one that this request had against it and support has called off. */
  calledOff: TakeoverRow | null;
  /** Since the holder was asked: a new proof of control, and sign-ins of theirs from the network. */
  provenAgainAt: Date | null;
  signIns: number;
};

/** Who else holds a part of a request's network, live. */
export async function holdersOf(database: Database, request: EntryRow): Promise<Holder[]> {
  const rows = await database
    .select({ entry: entries, account: accounts.name, server: servers.slug, takeover: takeovers })
    .from(entries)
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .leftJoin(
      takeovers,
      and(eq(takeovers.entryId, entries.id), eq(takeovers.requestId, request.id), isNull(takeovers.endedAt)),
    )
    .where(
      and(
        sql`${entries.network} && ${request.network}::inet`,
        inArray(entries.status, [...liveStates]),
        ne(entries.accountId, request.accountId),
      ),
    )
    .orderBy(asc(entries.accountId), asc(entries.network));
  const holders: Holder[] = [];
  for (const { entry, account, server, takeover } of rows) {
    holders.push({
      entryId: entry.id,
      network: entry.network,
      status: entry.status,
      accountId: entry.accountId,
      account,
      server,
      since: entry.activatedAt,
      takeover,
      calledOff: takeover === null ? await lastCalledOff(database, request.id, entry.id) : null,
      ...(takeover === null
        ? { provenAgainAt: null, signIns: 0 }
        : await signsOfLife(database, entry, takeover.startedAt)),
    });
  }
  return holders;
}

/**
 * When staff have lately removed what another organisation held of a request's network: since it was asked for, or in as
 * many days before it as a holder has to answer; the last time, or null. Who removes first takes over as well, only that
 * nobody was asked.
 */
export async function clearedByStaffAt(
  database: Database,
  request: EntryRow,
  takeoverDays: number,
): Promise<Date | null> {
  return (await clearedByStaff(database, [request.id], takeoverDays)).get(request.id) ?? null;
}

/** Of these requests, those that take from another organisation: by a takeover under way, or as staff have cleared it. */
export async function takingFromOthers(
  database: Database,
  requestIds: readonly string[],
  takeoverDays: number,
): Promise<ReadonlySet<string>> {
  if (requestIds.length === 0) return new Set();
  const underWay = await database
    .selectDistinct({ id: takeovers.requestId })
    .from(takeovers)
    .innerJoin(entries, eq(entries.id, takeovers.entryId))
    .where(
      and(
        inArray(takeovers.requestId, [...requestIds]),
        isNull(takeovers.endedAt),
        inArray(entries.status, [...liveStates]),
      ),
    );
  const cleared = await clearedByStaff(database, requestIds, takeoverDays);
  return new Set([...underWay.map(({ id }) => id), ...cleared.keys()]);
}

async function clearedByStaff(
  database: Database,
  requestIds: readonly string[],
  takeoverDays: number,
): Promise<ReadonlyMap<string, Date>> {
  const held = alias(entries, 'held');
  const rows = await database
    .select({ id: entries.id, at: max(held.endedAt) })
    .from(entries)
    .innerJoin(
      held,
      and(
        sql`${held.network} && ${entries.network}`,
        ne(held.accountId, entries.accountId),
        eq(held.status, 'removed'),
        inArray(held.endCause, ['staff', 'account_closed']),
        gte(held.endedAt, sql`${entries.createdAt} - ${takeoverDays * 24} * interval '1 hour'`),
      ),
    )
    .where(inArray(entries.id, [...requestIds]))
    .groupBy(entries.id);
  return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at]])));
}

async function lastCalledOff(database: Database, requestId: string, entryId: string) {
  const [row] = await database
    .select()
    .from(takeovers)
    .where(
      and(
        eq(takeovers.requestId, requestId),
        eq(takeovers.entryId, entryId),
        eq(takeovers.outcome, 'called_off'),
      ),
    )
    .orderBy(desc(takeovers.endedAt))
    .limit(1);
  return row ?? null;
}

async function signsOfLife(database: Database, entry: EntryRow, since: Date) {
  const [proof] = await database
    .select({ at: sql<Date | null>`max(${proofs.seenAt})` })
    .from(proofs)
    .where(and(eq(proofs.entryId, entry.id), isNull(proofs.withdrawnAt), gte(proofs.seenAt, since)));
  const [seen] = await database
    .select({ signIns: sql<number>`coalesce(sum(${sightings.signIns}), 0)::int8` })
    .from(sightings)
    .innerJoin(servers, eq(servers.id, sightings.serverId))
    .where(
      and(
        eq(servers.accountId, entry.accountId),
        sql`${sightings.address} <<= ${entry.network}::inet`,
        gte(sightings.day, since.toISOString().slice(0, 10)),
      ),
    );
  return { provenAgainAt: proof?.at ?? null, signIns: seen?.signIns ?? 0 };
}
