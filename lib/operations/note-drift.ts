import { and, desc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type EvaluatedEntry, evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { decisions, entries, events, evidence, evidenceRuns } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { type Drift, driftOf, holderDrift } from '../domain/drift.ts';
import { parseFacts } from '../domain/evidence-parse.ts';
import type { Evaluation } from '../domain/requirements.ts';
import { recordEvent } from './record-event.ts';
import { systemActor } from './result.ts';

/** What was seen once may be a bad hour of somebody's name servers: it counts when it is seen again that much later. */
const CONFIRM_AFTER_DAYS = 1;
/** As when the person who stands for an entry leaves. */
const ATTEST_WITHIN_DAYS = 30;

export type DriftOutcome = 'none' | 'seen' | 'known' | 'asked';

/**
 * Compares the evidence of an entry in force with what it was approved on. What has changed for the worse is noted; seen
 * again a day later, the owners are asked to attest anew within 30 days, or the entry runs out then. Asked
 * once for each change: what an owner has attested since is not asked about again.
 */
export async function noteDrift(database: Database, entryId: string, now: Date): Promise<DriftOutcome> {
  const found = await findEntry(database, 'operator', entryId);
  if (found === undefined || found.entry.status !== 'active') return 'none';
  const evaluated = await evaluateEntry(database, found, now);
  const drifts = await currentDrifts(database, evaluated);
  if (drifts.length === 0) return 'none';
  const noted = await notedCodes(database, entryId);
  const fresh = drifts.filter((drift) => !noted.asked.has(drift.code));
  if (fresh.length === 0) return 'known';
  const ripe = fresh.filter((drift) => {
    const seenAt = noted.seen.get(drift.code);
    return seenAt !== undefined && addDays(seenAt, CONFIRM_AFTER_DAYS / 2) <= now;
  });
  if (ripe.length > 0) {
    await askToAttest(database, evaluated, ripe, now);
    return 'asked';
  }
  const unseen = fresh.filter((drift) => !noted.seen.has(drift.code));
  if (unseen.length === 0) return 'known';
  await database.transaction(async (transaction) => {
    await lookAgainSoon(transaction, entryId, now);
    await recordEvent(transaction, systemActor, driftEvent(evaluated, 'drift_seen', unseen, now));
  });
  return 'seen';
}

/** The review date comes nearer; everything else (reminders, running out, late renewal) follows from it. */
async function askToAttest(
  database: Database,
  evaluated: EvaluatedEntry,
  drifts: readonly Drift[],
  now: Date,
): Promise<void> {
  const { entry } = evaluated;
  const due = addDays(now, ATTEST_WITHIN_DAYS);
  await database.transaction(async (transaction) => {
    const [moved] = await transaction
      .update(entries)
      .set({ reviewBy: sql`least(${entries.reviewBy}, ${due.toISOString()}::timestamptz)` })
      .where(and(eq(entries.id, entry.id), eq(entries.status, 'active')))
      .returning({ reviewBy: entries.reviewBy });
    if (moved === undefined) return;
    const event = driftEvent(evaluated, 'drift_asked', drifts, now);
    await recordEvent(transaction, systemActor, {
      ...event,
      content: { ...event.content, reviewBy: moved.reviewBy?.toISOString() ?? null },
    });
  });
}

/** What the account may read stands open; what rests on another organisation only in the part that staff reads. */
function driftEvent(
  { entry, policy }: EvaluatedEntry,
  kind: 'drift_seen' | 'drift_asked',
  drifts: readonly Drift[],
  now: Date,
) {
  return {
    kind,
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: {
      changes: drifts.filter((drift) => !drift.staffOnly).map(({ code, from, to }) => ({ code, from, to })),
      evidence: drifts,
      at: now.toISOString(),
      policy: policy.version,
    },
  };
}

async function currentDrifts(
  database: Database,
  { entry, evaluations, facts }: EvaluatedEntry,
): Promise<Drift[]> {
  const [decision] = await database
    .select({ requirements: decisions.requirements, at: decisions.createdAt })
    .from(decisions)
    .where(and(eq(decisions.entryId, entry.id), eq(decisions.kind, 'approve')))
    .orderBy(desc(decisions.createdAt))
    .limit(1);
  const before = (decision?.requirements ?? []) as Evaluation[];
  const since = decision?.at ?? entry.activatedAt;
  const holder =
    since === null
      ? null
      : holderDrift(await holderAt(database, entry.id, since), facts.evidence.rdap?.facts ?? null);
  return [...driftOf(before, evaluations), ...(holder === null ? [] : [holder])];
}

async function holderAt(database: Database, entryId: string, at: Date) {
  const [row] = await database
    .select({ facts: evidence.facts })
    .from(evidence)
    .where(
      and(
        eq(evidence.entryId, entryId),
        eq(evidence.source, 'rdap'),
        eq(evidence.outcome, 'found'),
        lte(evidence.gatheredAt, at),
      ),
    )
    .orderBy(desc(evidence.gatheredAt))
    .limit(1);
  return row === undefined ? null : parseFacts('rdap', row.facts);
}

/** What was seen, with the first time, and what was asked about, since the entry was approved. */
async function notedCodes(
  database: Database,
  entryId: string,
): Promise<{ seen: Map<string, Date>; asked: Set<string> }> {
  const rows = await database
    .select({ kind: events.kind, content: events.content })
    .from(events)
    .where(and(eq(events.entryId, entryId), inArray(events.kind, ['drift_seen', 'drift_asked'])))
    .orderBy(events.at);
  const seen = new Map<string, Date>();
  const asked = new Set<string>();
  for (const { kind, content } of rows) {
    const { evidence: drifts, at } = JSON.parse(content) as { evidence: Drift[]; at: string };
    for (const { code } of drifts) {
      if (kind === 'drift_asked') asked.add(code);
      else if (!seen.has(code)) seen.set(code, new Date(at));
    }
  }
  return { seen, asked };
}

async function lookAgainSoon(transaction: Database, entryId: string, now: Date): Promise<void> {
  const due = addDays(now, CONFIRM_AFTER_DAYS);
  await transaction
    .update(evidenceRuns)
    .set({ dueAt: sql`least(${evidenceRuns.dueAt}, ${due.toISOString()}::timestamptz)` })
    .where(eq(evidenceRuns.entryId, entryId));
}
