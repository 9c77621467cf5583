import { and, desc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type EvaluatedEntry, evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { decisions, events, evidence, evidenceRuns } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { type Drift, driftOf, driftSentence, holderDrift, isGone, toldOfHolder } from '../domain/drift.ts';
import type { EntryFacts, Evaluation } from '../domain/evaluation.ts';
import type { RdapFacts } from '../domain/evidence.ts';
import { parseFacts } from '../domain/evidence-parse.ts';
import type { HeldAction } from '../domain/fuse.ts';
import { askToAttest, recordDrift } from './ask-to-attest.ts';
import { askFuse, dropAllHeld, holdAction } from './fuse-passage.ts';
import { lockForJudging } from './judge-entry.ts';
import { systemActor } from './result.ts';
import { suspendForDrift } from './suspend-for-drift.ts';

export type DriftOutcome = 'none' | 'seen' | 'known' | 'asked' | 'suspended' | 'held' | 'spared';

/**
 * Compares the evidence of an entry in force with what it was approved on. What has changed for the worse is noted; seen
 * again a day later, the owners are asked to attest anew, or the entry is suspended where the policy says so. Once for
 * each change: what an owner has attested since is not asked about again, and what support has restored the entry over
 * stands until it has gone away and comes again. The fuse holds what comes to many at once.
 */
export async function noteDrift(database: Database, entryId: string, now: Date): Promise<DriftOutcome> {
  const found = await findEntry(database, 'operator', entryId);
  if (found === undefined || found.entry.status !== 'active') return 'none';
  const evaluated = await evaluateEntry(database, found, now);
  const { drift: policy } = evaluated.policy;
  const { drifts, registry } = await currentDrifts(database, evaluated);
  const noted = await notedCodes(database, entryId);
  await forgetWhatIsGone(database, evaluated, { drifts, registry }, noted, now);
  // Neither found now nor gone, as nobody could find out: what is held because of it stays with the person who decides.
  const unsure = waiting(noted).some(({ code }) => drifts.every((drift) => drift.code !== code));
  if (drifts.length === 0) {
    if (!unsure) await dropAllHeld(database, [`drift:${entryId}`, `attest:${entryId}`], now);
    return 'none';
  }
  const fresh = drifts.filter(({ code }) => !noted.asked.has(code) && !noted.accepted.has(code));
  // Looks are a day apart as planned, give or take: half of it is surely not the same hour.
  const ripe = fresh.filter((drift) => {
    const seen = noted.seen.get(drift.code);
    return seen !== undefined && addDays(seen.at, policy.confirmDays / 2) <= now;
  });
  if (ripe.some((drift) => policy.suspendOn.includes(drift.code))) {
    const outcome = await suspendForDrift(
      database,
      { entryId, reason: driftSentence(ripe), drifts: ripe },
      now,
    );
    return outcome === 'not_active' ? 'known' : outcome;
  }
  if (!unsure) await dropAllHeld(database, [`drift:${entryId}`], now);
  if (ripe.length > 0) return ask(database, evaluated, ripe, now);
  const unseen = fresh.filter((drift) => !noted.seen.has(drift.code));
  if (unseen.length === 0) return 'known';
  await database.transaction(async (transaction) => {
    await lookAgain(transaction, entryId, addDays(now, policy.confirmDays));
    const { entry, policy: whole } = evaluated;
    await recordDrift(transaction, systemActor, entry, {
      kind: 'drift_seen',
      drifts: unseen,
      policyVersion: whole.version,
      now,
    });
  });
  return 'seen';
}

async function ask(
  database: Database,
  { entry, policy }: EvaluatedEntry,
  drifts: readonly Drift[],
  now: Date,
): Promise<DriftOutcome> {
  return database.transaction(async (transaction) => {
    await lockForJudging(transaction, entry.id);
    const passage = { cause: 'drift', effect: 'warned', entryIds: [entry.id] } as const;
    const answer = await askFuse(transaction, policy.abuse, passage, now);
    if (!answer.held) return (await askToAttest(transaction, entry.id, drifts, now)) ? 'asked' : 'known';
    const action: HeldAction = { kind: 'attest', entryId: entry.id, drifts: [...drifts] };
    const held = { ...passage, subject: `attest:${entry.id}`, action, trip: answer.trip };
    await holdAction(transaction, held, now);
    return 'held';
  });
}

async function currentDrifts(
  database: Database,
  { entry, evaluations, facts }: EvaluatedEntry,
): Promise<{ drifts: Drift[]; registry: RdapFacts | null }> {
  const [decision] = await database
    .select({ requirements: decisions.requirements, at: decisions.createdAt })
    .from(decisions)
    .where(and(eq(decisions.entryId, entry.id), eq(decisions.kind, 'approve')))
    .orderBy(desc(decisions.createdAt))
    .limit(1);
  const before = (decision?.requirements ?? []) as Evaluation[];
  const since = decision?.at ?? entry.activatedAt;
  const then = since === null ? null : await holderAt(database, entry.id, since);
  const registry = toldOfHolder(then, facts.evidence.rdap?.facts ?? null);
  const holder = holderDrift(then, registry);
  const drifts = [...driftOf(before, evaluations, namesMissing(facts)), ...(holder === null ? [] : [holder])];
  return { drifts, registry };
}

/** What the registry had said last by then, or said first after it: taken over lists were never looked into before. */
async function holderAt(database: Database, entryId: string, at: Date) {
  const { gatheredAt } = evidence;
  const [row] = await database
    .select({ facts: evidence.facts })
    .from(evidence)
    .where(and(eq(evidence.entryId, entryId), eq(evidence.source, 'rdap'), eq(evidence.outcome, 'found')))
    .orderBy(
      desc(lte(gatheredAt, at)),
      sql`abs(extract(epoch from ${gatheredAt} - ${at.toISOString()}::timestamptz))`,
    )
    .limit(1);
  return row === undefined ? null : parseFacts('rdap', row.facts);
}

/** By code. What has gone away is in none of them. */
type Noted = {
  /** With the first time, since it last was not so. */
  seen: Map<string, { drift: Drift; at: Date }>;
  asked: Set<string>;
  /** What had suspended the entry when support restored it, and what it was spared: a person knows of it. */
  accepted: Map<string, Drift>;
};

const noting = ['drift_seen', 'drift_asked', 'drift_gone', 'spared', 'suspended', 'restored', 'cause_lifted'];

type NotedContent = { cause?: string; lifted?: string[]; evidence?: Drift[]; at?: string };

/** What was seen, what was asked about and what support has let stand, since the entry was approved. */
async function notedCodes(database: Database, entryId: string): Promise<Noted> {
  const rows = await database
    .select({ kind: events.kind, content: events.content, at: events.at })
    .from(events)
    .where(and(eq(events.entryId, entryId), inArray(events.kind, noting)))
    .orderBy(events.seq);
  const noted: Noted = { seen: new Map(), asked: new Set(), accepted: new Map() };
  let suspendedFor: Drift[] = [];
  for (const { kind, content, at } of rows) {
    const { cause, lifted, evidence: drifts = [], at: said } = JSON.parse(content) as NotedContent;
    if (kind === 'suspended' && cause === 'drift') suspendedFor = drifts;
    if (kind === 'drift_asked') for (const { code } of drifts) noted.asked.add(code);
    if (lifted?.includes('drift') === true) {
      for (const drift of suspendedFor) noted.accepted.set(drift.code, drift);
      suspendedFor = [];
    }
    if (kind === 'spared') for (const drift of drifts) noted.accepted.set(drift.code, drift);
    for (const drift of drifts) {
      const { code } = drift;
      const first = kind === 'drift_seen' && !noted.seen.has(code);
      if (first) noted.seen.set(code, { drift, at: new Date(said ?? at) });
      if (kind !== 'drift_gone') continue;
      noted.seen.delete(code);
      noted.asked.delete(code);
      noted.accepted.delete(code);
    }
  }
  return noted;
}

/** What was seen, asked about or let stand by support is gone: should it come again, it is news. */
async function forgetWhatIsGone(
  database: Database,
  { entry, evaluations, facts, policy }: EvaluatedEntry,
  current: { drifts: readonly Drift[]; registry: RdapFacts | null },
  noted: Noted,
  now: Date,
): Promise<void> {
  const found = { ...current, evaluations, namesMissing: namesMissing(facts) };
  const seen = [...noted.seen.values()]
    .map(({ drift }) => drift)
    .filter(({ code }) => !noted.accepted.has(code));
  const gone = [...seen, ...noted.accepted.values()].filter(({ code }) => isGone(code, found));
  if (gone.length === 0) return;
  await recordDrift(database, systemActor, entry, {
    kind: 'drift_gone',
    drifts: gone,
    policyVersion: policy.version,
    now,
  });
  for (const { code } of gone) {
    noted.accepted.delete(code);
    noted.asked.delete(code);
    noted.seen.delete(code);
  }
}

/** What was seen and not asked about yet. */
function waiting({ seen, asked, accepted }: Noted): Drift[] {
  const drifts = [...seen.values()].map(({ drift }) => drift);
  return drifts.filter(({ code }) => !asked.has(code) && !accepted.has(code));
}

function namesMissing({ evidence }: EntryFacts): boolean {
  return evidence.ptr?.outcome === 'temporary_error';
}

async function lookAgain(transaction: Database, entryId: string, due: Date): Promise<void> {
  await transaction
    .update(evidenceRuns)
    .set({ dueAt: sql`least(${evidenceRuns.dueAt}, ${due.toISOString()}::timestamptz)` })
    .where(eq(evidenceRuns.entryId, entryId));
}
