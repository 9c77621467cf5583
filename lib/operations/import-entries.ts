import { and, eq, gt, inArray, isNull, like, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { displayNetwork, type FactsSubject, loadFactsOfMany } from '../../db/queries/entry-facts.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { accounts, entries, outbox, servers } from '../../db/schema.ts';
import { liveStates } from '../domain/entry-lifecycle.ts';
import type { EntryFacts, Evaluation } from '../domain/evaluation.ts';
import { conflictsWithin } from '../domain/hand-kept-list.ts';
import { formatNetwork, type Network, parseNetwork } from '../domain/network.ts';
import { inheritedReviewDate, type Policy } from '../domain/policy.ts';
import { certainFailure, evaluateRequirements } from '../domain/requirements.ts';
import { isOverlapError } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { checkScope } from './requested-scope.ts';
import { type Actor, type Result, readerOf, refuse } from './result.ts';

/** One row of a list that was kept by hand. */
export type ListRow = {
  /** Where it stands in the file, from 1. */
  line: number;
  network: string;
  /** The slug of the server. */
  server: string;
  label: string | null;
  purpose: string | null;
  site: string | null;
  contact: string | null;
  provider: string | null;
  rarelySends: boolean;
};

/** Why a row is not taken. `about` is the decisive value: a line number, a server, what it overlaps. */
export type RowRefusal = {
  reason:
    | 'not_canonical'
    | 'unknown_server'
    | 'repeated'
    | 'covered'
    | 'listed_for_another'
    | 'overlaps_live_entry'
    | 'no_verified_domain'
    | 'requirement_failed';
  about: string | null;
  /** The requirement that is certain to fail. */
  failure: Evaluation | null;
  suggestions: readonly string[];
};

export type RowOutcome = { row: ListRow; network: string; account: string | null } & (
  | { outcome: 'imported'; entryId: string | null; reviewBy: Date }
  | { outcome: 'already_there'; entryId: string }
  | { outcome: 'refused'; refusal: RowRefusal }
);

const DAY_MS = 86_400_000;
/** Rows that facts are asked for together. */
const AT_ONCE = 200;

export type ImportEntries = {
  database: Database;
  actor: Actor;
  rows: readonly ListRow[];
  /** Only says what would happen. */
  dryRun: boolean;
  now: Date;
  /** Told after each row that is looked at, and after each that is taken: a long list takes minutes. */
  onProgress?: (step: 'looked_at' | 'taken', rows: number, of: number) => void;
};

type ServerOfRow = { id: string; slug: string; accountId: string; account: string };
type Candidate = { row: ListRow; network: Network; text: string; server: ServerOfRow };

/**
 * Takes over a list that was kept by hand before there was Postern: each row is in force at once, as *inherited*, with
 * control and responsibility unknown and a date by which an owner has to attest it. What would be refused for certain is
 * not taken but told, and so is what overlaps. Each row is a transaction: cut off, it is simply run again, and rows that
 * are there already stay as they are. Only for an operator at the command line.
 * @returns an outcome for each row, in the order of the file
 */
export async function importEntries(operation: ImportEntries): Promise<Result<{ rows: RowOutcome[] }>> {
  const { database, actor, rows, now, onProgress } = operation;
  if (readerOf(actor) !== 'operator') return refuse.notFound();
  const policy = await currentPolicy(database);
  const outcomes = new Map<number, RowOutcome>();
  const readable = await readRows(database, rows, outcomes);
  const fitting = await fittingRows(operation, policy, readable, outcomes);
  // An account's dates lie together, so that its owners attest them together.
  const ordered = fitting.toSorted(
    (one, other) => one.server.account.localeCompare(other.server.account) || one.row.line - other.row.line,
  );
  for (const [index, candidate] of ordered.entries()) {
    const reviewBy = inheritedReviewDate(policy, now, index, ordered.length);
    // Lists show the newest first: a millisecond apart, the rows stand there in the order of the file.
    const createdAt = new Date(now.getTime() - index);
    outcomes.set(candidate.row.line, await take(operation, candidate, reviewBy, createdAt));
    if (!operation.dryRun) onProgress?.('taken', index + 1, ordered.length);
  }
  if (!operation.dryRun) await sendTogether(database, now);
  return { ok: true, rows: rows.flatMap(({ line }) => outcomes.get(line) ?? []) };
}

/** Parses the rows, and tells those that nothing can be made of. */
async function readRows(
  database: Database,
  rows: readonly ListRow[],
  outcomes: Map<number, RowOutcome>,
): Promise<Candidate[]> {
  const known = await serversOf(database, rows);
  return rows.flatMap((row): Candidate[] => {
    const network = parseNetwork(row.network);
    const server = known.get(row.server);
    if (!network.ok) {
      outcomes.set(row.line, refused(row, null, 'not_canonical', null, network));
      return [];
    }
    if (server === undefined) {
      outcomes.set(row.line, refused(row, null, 'unknown_server', row.server));
      return [];
    }
    return [{ row, network: network.network, text: formatNetwork(network.network), server }];
  });
}

/**
 * The rows that may be taken; each other one gets its outcome. What is refused covers nothing, so the rows that lie in it
 * are then looked at by themselves.
 */
async function fittingRows(
  operation: ImportEntries,
  policy: Policy,
  readable: readonly Candidate[],
  outcomes: Map<number, RowOutcome>,
): Promise<Candidate[]> {
  const fitting: Candidate[] = [];
  // Places in the plan are taken in the order of the file.
  const taken = new Map<string, number>();
  const judged = new Set<number>();
  for (let open = readable; ; ) {
    const conflicts = conflictsWithin(
      open.map(({ row, network, server }) => ({ line: row.line, network, server: server.slug })),
    );
    const round = open.filter(({ row }) => !conflicts.has(row.line) && !judged.has(row.line));
    if (round.length === 0) {
      for (const { row, server } of open) {
        const conflict = conflicts.get(row.line);
        if (conflict === undefined) continue;
        outcomes.set(row.line, refused(row, server, conflict.reason, String(conflict.line)));
      }
      return fitting;
    }
    for await (const { candidate, facts } of withFacts(operation, round)) {
      const before = taken.get(candidate.server.id) ?? 0;
      const outcome = await judge(operation, policy, candidate, before, facts);
      if (outcome !== null) outcomes.set(candidate.row.line, outcome);
      else {
        taken.set(candidate.server.id, before + 1);
        fitting.push(candidate);
      }
      judged.add(candidate.row.line);
      operation.onProgress?.('looked_at', judged.size, readable.length);
    }
    open = open.filter(({ row }) => outcomes.get(row.line)?.outcome !== 'refused');
  }
}

async function serversOf(database: Database, rows: readonly ListRow[]): Promise<Map<string, ServerOfRow>> {
  const slugs = [...new Set(rows.map((row) => row.server))];
  if (slugs.length === 0) return new Map();
  const found = await database
    .select({ id: servers.id, slug: servers.slug, accountId: accounts.id, account: accounts.slug })
    .from(servers)
    .innerJoin(accounts, eq(accounts.id, servers.accountId))
    .where(inArray(servers.slug, slugs));
  return new Map(found.map((server) => [server.slug, server]));
}

/** What is known of each row, asked for many of them at once: nothing is written before all are judged. */
async function* withFacts({ database, now }: ImportEntries, candidates: readonly Candidate[]) {
  for (let start = 0; start < candidates.length; start += AT_ONCE) {
    const some = candidates.slice(start, start + AT_ONCE);
    const facts = await loadFactsOfMany(database, some.map(subjectOf), now);
    for (const [index, candidate] of some.entries()) {
      const known = facts[index];
      if (known !== undefined) yield { candidate, facts: known };
    }
  }
}

function subjectOf({ network, server }: Candidate): FactsSubject {
  return {
    entryId: null,
    accountId: server.accountId,
    serverId: server.id,
    network,
    // Nobody has declared anything here yet: the evidence alone speaks.
    attestedStatic: true,
    attestedDedicated: true,
    leaseEnd: null,
    responsibility: null,
    inherited: true,
    proofGeneration: 1,
    createdAt: null,
  };
}

/** @returns null where the row may be taken */
async function judge(
  { database, now }: ImportEntries,
  policy: Policy,
  { row, text, server }: Candidate,
  before: number,
  facts: EntryFacts,
): Promise<RowOutcome | null> {
  const [live] = await database
    .select({ id: entries.id, network: entries.network, serverId: entries.serverId, account: accounts.slug })
    .from(entries)
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .where(and(inArray(entries.status, [...liveStates]), sql`${entries.network} && ${text}::inet`))
    .orderBy(sql`${entries.network} = ${text}::cidr desc`)
    .limit(1);
  if (live !== undefined && live.serverId === server.id && displayNetwork(live.network) === text) {
    return { row, network: text, account: server.account, outcome: 'already_there', entryId: live.id };
  }
  if (live !== undefined) {
    const about = `${displayNetwork(live.network)} of ${live.account}`;
    return refused(row, server, 'overlaps_live_entry', about);
  }
  const counted = { ...facts, otherEntries: facts.otherEntries + before };
  const failure = certainFailure(evaluateRequirements(counted, policy, now));
  if (failure !== null) return refused(row, server, 'requirement_failed', null, { failure });
  const scope = await checkScope(database, server.id, {});
  return scope.ok ? null : refused(row, server, 'no_verified_domain', null);
}

async function take(
  { database, actor, dryRun, now }: ImportEntries,
  { row, text, server }: Candidate,
  reviewBy: Date,
  createdAt: Date,
): Promise<RowOutcome> {
  const taken = { row, network: text, account: server.account, outcome: 'imported', reviewBy } as const;
  if (dryRun) return { ...taken, entryId: null };
  try {
    const entryId = await database.transaction(async (transaction) => {
      const [entry] = await transaction
        .insert(entries)
        .values({
          accountId: server.accountId,
          serverId: server.id,
          network: text,
          status: 'active',
          purpose: row.purpose ?? row.label ?? text,
          label: row.label,
          site: row.site,
          contact: row.contact,
          provider: row.provider,
          rarelySends: row.rarelySends,
          attestedStatic: false,
          attestedDedicated: false,
          inheritedAt: now,
          activatedAt: now,
          reviewBy,
          createdAt,
          updatedAt: now,
        })
        .returning();
      if (entry === undefined) throw new Error('the insert of an entry returned no row');
      await recordEvent(transaction, actor, {
        kind: 'imported',
        accountId: entry.accountId,
        entryId: entry.id,
        serverId: entry.serverId,
        content: { network: text, line: row.line, reviewBy: reviewBy.toISOString() },
      });
      await askOwners(transaction, { ...row, text, server }, entry.id, reviewBy, now);
      return entry.id;
    });
    return { ...taken, entryId };
  } catch (error) {
    // Somebody approved an overlapping one in this moment.
    if (isOverlapError(error)) return refused(row, server, 'overlaps_live_entry', null);
    throw error;
  }
}

/**
 * What is written row by row waits for the last row, and is then due. Where the list is cut off it is due by itself after
 * this, unless the rest of the list is taken over before.
 */
const LIST_MS = DAY_MS;

/** One mail for each account, whatever the number of its rows. */
async function askOwners(
  transaction: Database,
  { label, text, server }: { label: string | null; text: string; server: ServerOfRow },
  entryId: string,
  reviewBy: Date,
  now: Date,
): Promise<void> {
  const item = {
    id: entryId,
    network: text,
    label,
    server: server.slug,
    reviewBy: reviewBy.toISOString(),
    leaseEnd: null,
    days: Math.ceil((reviewBy.getTime() - now.getTime()) / DAY_MS),
    inherited: true,
  };
  await notifyOwners(transaction, {
    kind: 'renew',
    accountId: server.accountId,
    entryId,
    key: `${entryId}:inherited`,
    bundle: 'renew',
    notBefore: new Date(now.getTime() + LIST_MS),
    values: { items: [item] },
    now,
  });
}

/** However long the list took, an account's rows come in one mail: also those of an earlier run that was cut off. */
async function sendTogether(database: Database, now: Date): Promise<void> {
  await database
    .update(outbox)
    .set({ sendAfter: now })
    .where(
      and(
        eq(outbox.kind, 'renew'),
        eq(outbox.bundle, 'renew'),
        like(outbox.dedupeKey, 'renew:%:inherited:%'),
        gt(outbox.sendAfter, now),
        isNull(outbox.foldedInto),
      ),
    );
}

function refused(
  row: ListRow,
  server: ServerOfRow | null,
  reason: RowRefusal['reason'],
  about: string | null,
  more: { suggestions?: readonly string[]; failure?: Evaluation } = {},
): RowOutcome {
  const refusal = { reason, about, failure: more.failure ?? null, suggestions: more.suggestions ?? [] };
  return { row, network: row.network, account: server?.account ?? null, outcome: 'refused', refusal };
}
