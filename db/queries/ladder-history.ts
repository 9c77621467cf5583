import { and, asc, eq, gte, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { WeighedSignal } from '../../lib/domain/abuse-ladder.ts';
import type { Rung } from '../../lib/domain/ladder-policy.ts';
import type { Database } from '../client.ts';
import { accounts, entries, events, servers, signals } from '../schema.ts';

// What was seen and what was done about it, for whoever tries another ladder on it. For staff.

export type SeenEntry = {
  id: string;
  network: string;
  critical: boolean;
  account: string;
  server: string;
  signals: WeighedSignal[];
};

/**
 * The entries of which something was seen since `from`, each with its signals since `since`, oldest first. What was set
 * aside as a mistake is left out.
 * @param most entries: those with the newest signals
 * @param mostSignals of each entry: the newest
 */
export async function seenEntries(
  database: Database,
  { from, since, most, mostSignals }: { from: Date; since: Date; most: number; mostSignals: number },
): Promise<SeenEntry[]> {
  const found = await database
    .select({
      id: entries.id,
      network: entries.network,
      critical: entries.critical,
      account: accounts.name,
      server: servers.slug,
    })
    .from(entries)
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .innerJoin(
      database
        .select({ entryId: signals.entryId, newest: sql<Date>`max(${signals.at})`.as('newest') })
        .from(signals)
        .where(and(gte(signals.at, from), isNull(signals.setAsideAt)))
        .groupBy(signals.entryId)
        .as('seen'),
      sql`seen.entry_id = ${entries.id}`,
    )
    .orderBy(sql`seen.newest desc`)
    .limit(most);
  const byEntry = new Map(found.map((entry) => [entry.id, { ...entry, signals: [] as WeighedSignal[] }]));
  if (byEntry.size === 0) return [];
  const newest = database
    .select({
      ...{ entryId: signals.entryId, kind: signals.kind, strength: signals.strength, at: signals.at },
      place: sql<number>`row_number() over (partition by ${signals.entryId} order by ${signals.at} desc)`.as(
        'place',
      ),
    })
    .from(signals)
    .where(
      and(inArray(signals.entryId, [...byEntry.keys()]), gte(signals.at, since), isNull(signals.setAsideAt)),
    )
    .as('newest');
  const rows = await database
    .select({
      ...{ entryId: newest.entryId, kind: newest.kind, strength: newest.strength, at: newest.at },
    })
    .from(newest)
    .where(lte(newest.place, mostSignals))
    .orderBy(asc(newest.at));
  for (const { entryId, ...signal } of rows) byEntry.get(entryId)?.signals.push(signal);
  return [...byEntry.values()];
}

export type StepTaken = { entryId: string; step: Rung; at: Date };

const stepOf: Readonly<Record<string, Rung>> = {
  warned: 'warned',
  throttled: 'throttled',
  suspended: 'suspended',
  removed: 'removed',
};

/** What the ladder, and staff for abuse, did to these entries since then, oldest first. */
export async function stepsTaken(
  database: Database,
  entryIds: readonly string[],
  from: Date,
): Promise<StepTaken[]> {
  if (entryIds.length === 0) return [];
  const rows = await database
    .select({ entryId: events.entryId, kind: events.kind, at: events.at, content: events.content })
    .from(events)
    .where(
      and(
        inArray(events.entryId, [...entryIds]),
        inArray(events.kind, Object.keys(stepOf)),
        gte(events.at, from),
      ),
    )
    .orderBy(asc(events.at));
  return rows.flatMap(({ entryId, kind, at, content }) => {
    const step = stepOf[kind];
    if (entryId === null || step === undefined) return [];
    const forAbuse = kind === 'warned' || kind === 'throttled' || JSON.parse(content).cause === 'abuse';
    return forAbuse ? [{ entryId, step, at }] : [];
  });
}
