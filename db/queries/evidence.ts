import { and, asc, desc, eq, inArray, isNotNull, isNull, lte, min, sql } from 'drizzle-orm';
import { isLive, isOpen, liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import {
  type Evidence,
  type EvidenceSource,
  evidenceSources,
  type GatheredEvidence,
} from '../../lib/domain/evidence.ts';
import { parseFacts } from '../../lib/domain/evidence-parse.ts';
import type { Database } from '../client.ts';
import { entries, evidence, evidenceRuns } from '../schema.ts';

/**
 * The newest thing that each source said about the networks of these entries, by id, and how far the asking is. An asking
 * that told nothing does not undo what was told before: that only gets older. Those that nothing was asked about are left
 * out.
 */
export async function loadEvidenceOf(
  database: Database,
  entryIds: readonly string[],
): Promise<Map<string, GatheredEvidence>> {
  const asked = await database
    .select()
    .from(evidenceRuns)
    .where(inArray(evidenceRuns.entryId, [...entryIds]));
  if (asked.length === 0) return new Map();
  const told = await database
    .selectDistinctOn([evidence.entryId, evidence.source], {
      entryId: evidence.entryId,
      source: evidence.source,
      outcome: evidence.outcome,
      facts: evidence.facts,
      at: evidence.checkedAt,
    })
    .from(evidence)
    .where(inArray(evidence.entryId, [...entryIds]))
    .orderBy(evidence.entryId, evidence.source, toldNothing, desc(evidence.gatheredAt));
  const rows = Map.groupBy(told, (row) => row.entryId);
  const runs = Map.groupBy(asked, (run) => run.entryId);
  return new Map([...runs].map(([id, own]) => [id, gathered(rows.get(id) ?? [], own)]));
}

type NewestRow = Pick<typeof evidence.$inferSelect, 'source' | 'outcome' | 'facts'> & { at: Date };

function gathered(
  rows: readonly NewestRow[],
  runs: readonly (typeof evidenceRuns.$inferSelect)[],
): GatheredEvidence {
  const newest = <Source extends EvidenceSource>(source: Source): Evidence<Source> | null => {
    const row = rows.find((one) => one.source === source);
    return row === undefined
      ? null
      : { source, outcome: row.outcome, facts: parseFacts(source, row.facts), at: row.at };
  };
  return {
    ptr: newest('ptr'),
    dnsbl: newest('dnsbl'),
    rdap: newest('rdap'),
    ip_database: newest('ip_database'),
    ip_insights: newest('ip_insights'),
    progress: evidenceSources.flatMap((source) => {
      const run = runs.find((one) => one.source === source);
      if (run === undefined) return [];
      const { startedAt, finishedAt, outcome } = run;
      return [{ source, startedAt, finishedAt, outcome }];
    }),
  };
}

const toldNothing = sql`${evidence.outcome} = 'temporary_error' and ${evidence.facts} is null`;

/** The ids of the rows that a decision of this moment rests on. */
export async function newestEvidenceIds(database: Database, entryId: string): Promise<string[]> {
  const rows = await database
    .selectDistinctOn([evidence.source], { id: evidence.id })
    .from(evidence)
    .where(eq(evidence.entryId, entryId))
    .orderBy(evidence.source, toldNothing, desc(evidence.gatheredAt));
  return rows.map((row) => row.id);
}

/** Requests whose checks are not complete, oldest first. */
export async function uncheckedRequests(database: Database, limit: number): Promise<string[]> {
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .where(and(eq(entries.status, 'pending'), isNull(entries.checksCompletedAt)))
    .orderBy(asc(entries.createdAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

/**
 * Entries with a source that is due again, the longest overdue first. Requests that are still being checked are not among
 * them, nor what its owner has paused: drift of that is of no account, so it is looked at once it is in force again. Else
 * whoever knows when the next look is would pause until it is over.
 */
export async function dueEntries(database: Database, now: Date, limit: number): Promise<string[]> {
  const due = min(evidenceRuns.dueAt);
  const rows = await database
    .select({ id: evidenceRuns.entryId, due })
    .from(evidenceRuns)
    .innerJoin(entries, eq(entries.id, evidenceRuns.entryId))
    .where(
      and(
        lte(evidenceRuns.dueAt, now),
        inArray(entries.status, [...openStates, ...liveStates]),
        sql`(${entries.status} <> 'pending' or ${entries.checksCompletedAt} is not null)`,
        sql`(${entries.status} <> 'suspended' or ${entries.suspensionCauses} <> array['owner'])`,
      ),
    )
    .groupBy(evidenceRuns.entryId)
    .orderBy(due)
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Entries that were taken over from an earlier list and of which nothing has been asked yet, oldest first. */
export async function neverAskedEntries(database: Database, limit: number): Promise<string[]> {
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .where(
      and(
        isNotNull(entries.inheritedAt),
        inArray(entries.status, [...liveStates]),
        sql`not exists (select from ${evidenceRuns} where ${evidenceRuns.entryId} = ${entries.id})`,
      ),
    )
    .orderBy(asc(entries.inheritedAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Takes ended entries off the timetable. Returns how many askings will not happen. */
export async function forgetEndedRuns(database: Database, now: Date): Promise<number> {
  const ended = await database
    .update(evidenceRuns)
    .set({ dueAt: null })
    .where(
      and(
        lte(evidenceRuns.dueAt, now),
        sql`exists (select from entries where entries.id = ${evidenceRuns.entryId}
          and entries.status in ('rejected', 'withdrawn', 'removed', 'expired'))`,
      ),
    )
    .returning({ entryId: evidenceRuns.entryId });
  return ended.length;
}

/** What is to be asked about one entry now. */
export type AskedEntry = {
  entry: typeof entries.$inferSelect;
  /** The first time: nobody may decide yet. */
  first: boolean;
  sources: EvidenceSource[];
  /** Addresses that proved, newest first. */
  known: string[];
};

/**
 * The sources of `available` that are to be asked about an entry now, or undefined where it has ended meanwhile. The
 * first time: all that have not ended yet, so that work which was cut off goes on where it was. Later: those that are
 * due, and those that were never asked because they are new here.
 */
export async function entryToAsk(
  database: Database,
  entryId: string,
  available: readonly EvidenceSource[],
  now: Date,
): Promise<AskedEntry | undefined> {
  const [entry] = await database.select().from(entries).where(eq(entries.id, entryId));
  if (entry === undefined || !(isOpen(entry.status) || isLive(entry.status))) return undefined;
  const first = entry.status === 'pending' && entry.checksCompletedAt === null;
  const runs = await database.select().from(evidenceRuns).where(eq(evidenceRuns.entryId, entryId));
  const sources = available.filter((source) => {
    const run = runs.find((one) => one.source === source);
    if (run === undefined || run.finishedAt === null) return true;
    return !first && run.dueAt !== null && run.dueAt <= now;
  });
  const { rows } = await database.execute<{ address: string }>(sql`
    select host(address) as address from proofs
    where entry_id = ${entryId} and withdrawn_at is null
    group by address order by max(seen_at) desc limit 16`);
  return { entry, first, sources, known: rows.map((row) => row.address) };
}
