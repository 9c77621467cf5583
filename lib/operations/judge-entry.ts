import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { countedSignals, isInForce, ladderPosition, type PositionRow } from '../../db/queries/abuse.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries, ladderPositions } from '../../db/schema.ts';
import { type LadderMove, nextStep } from '../domain/abuse-ladder.ts';
import { summariseSignals } from '../domain/abuse-summary.ts';
import { isLive } from '../domain/entry-lifecycle.ts';
import type { FuseEffect } from '../domain/fuse.ts';
import { type LadderStep, type Rung, rank } from '../domain/ladder-policy.ts';
import { callPerson } from './call-person.ts';
import { askFuse, dropHeld, holdAction, lockFuse, type Passage, type TripFacts } from './fuse-passage.ts';
import { recordEvent } from './record-event.ts';
import { systemActor } from './result.ts';
import { endThrottle, type Step, takeStep } from './take-step.ts';

export type Judgement = { step: LadderStep; move: LadderMove | null; held: boolean };

/** The fuse counts each effect for itself. */
const effects = {
  warned: 'warned',
  throttled: 'throttled',
  suspended: 'out_of_force',
  removed: 'out_of_force',
} as const satisfies Record<Rung, FuseEffect>;

/**
 * First thing in a transaction that judges an entry: one at a time for each entry, and one at a time at the fuse. Both
 * before the clock.
 */
export async function lockForJudging(transaction: Database, entryId: string): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${entryId}, 0))`);
  await lockFuse(transaction);
}

/**
 * Looks at everything that counts for an entry, and takes it to the step that is called for: up at once unless the fuse
 * holds it, down when its time has come. In observing mode, and for what a critical entry is spared, it only says so.
 * Call it after `lockForJudging`, in the transaction that has written what is new.
 */
export async function judgeEntry(transaction: Database, entryId: string, now: Date): Promise<Judgement> {
  const [entry] = await transaction.select().from(entries).where(eq(entries.id, entryId));
  if (entry === undefined || !isLive(entry.status)) {
    await dropHeld(transaction, `entry:${entryId}`, 'no_longer', now);
    return { step: 'none', move: null, held: false };
  }
  const { abuse: policy, coolDownDays } = await currentPolicy(transaction);
  const position = await ladderPosition(transaction, entryId);
  const signals = await countedSignals(transaction, entryId, position?.countsFrom ?? null, policy, now);
  const step = position?.step ?? 'none';
  const at = { step, since: position?.since ?? entry.createdAt, critical: entry.critical };
  const move = nextStep(policy, at, signals, now);
  const context: Step = { entry, signals, policy, coolDownDays, now };
  const judgement = await judge(transaction, context, position, move);
  if (!judgement.held && position?.notDone === 'held')
    await dropHeld(transaction, `entry:${entryId}`, 'no_longer', now);
  return judgement;
}

async function judge(
  transaction: Database,
  context: Step,
  position: PositionRow | undefined,
  move: LadderMove,
): Promise<Judgement> {
  const step = position?.step ?? 'none';
  if (context.policy.mode === 'observe') {
    const more = rank(move.calledFor) > rank(step) ? (move.calledFor as Rung) : null;
    await keepPosition(
      transaction,
      context,
      position,
      step,
      more === null ? null : { more, why: 'observed' },
    );
    return { step, move, held: false };
  }
  return act(transaction, context, position, move);
}

async function act(
  transaction: Database,
  context: Step,
  position: PositionRow | undefined,
  move: LadderMove,
): Promise<Judgement> {
  const { entry, now } = context;
  const step = position?.step ?? 'none';
  if (rank(move.step) < rank(step)) {
    if (entry.throttledTo !== null && rank(move.step) < rank('throttled'))
      await endThrottle(transaction, context);
    await keepPosition(transaction, context, position, move.step, null);
    return { step: move.step, move, held: false };
  }
  const { reached, refused } = await climb(transaction, context, step, move.step);
  const spared = move.callPerson ? { more: move.calledFor as Rung, why: 'critical' as const } : null;
  const held = refused === null ? null : { more: refused.rung, why: 'held' as const };
  await keepPosition(transaction, context, position, reached, held ?? spared);
  if (refused !== null) {
    const action = { kind: 'ladder', entryId: entry.id, step: refused.rung } as const;
    await holdAction(
      transaction,
      { ...refused.passage, subject: `entry:${entry.id}`, action, trip: refused.trip },
      now,
    );
  }
  return { step: reached, move, held: refused !== null };
}

type Refused = { rung: Rung; passage: Passage; trip: TripFacts | null };

/** As high as the fuse lets it: what may not be taken out of force may still be slowed down meanwhile. */
async function climb(
  transaction: Database,
  context: Step,
  from: LadderStep,
  to: LadderStep,
): Promise<{ reached: LadderStep; refused: Refused | null }> {
  let refused: Refused | null = null;
  for (let target = to; rank(target) > rank(from); ) {
    const rung = target as Rung;
    const passage = await passageOf(transaction, context, rung);
    const answer = await askFuse(transaction, context.policy, passage, context.now);
    if (!answer.held) {
      const taken = await takeStep(transaction, rung, context);
      return { reached: taken ? rung : from, refused };
    }
    refused ??= { rung, passage, trip: answer.trip };
    target = effects[rung] === 'out_of_force' ? 'throttled' : 'none';
  }
  return { reached: from, refused };
}

async function passageOf(transaction: Database, { entry, now }: Step, rung: Rung): Promise<Passage> {
  const effect = effects[rung];
  const affects = effect === 'warned' || (await isInForce(transaction, entry.id, now));
  return { cause: 'ladder', effect, entryIds: affects ? [entry.id] : [] };
}

type NotDone = { more: Rung; why: 'observed' | 'critical' | 'held' };

async function keepPosition(
  transaction: Database,
  { entry, signals, now }: Step,
  before: PositionRow | undefined,
  step: LadderStep,
  notDone: NotDone | null,
): Promise<void> {
  const moved = before === undefined || before.step !== step;
  const news = notDone !== null && (before?.calledFor !== notDone.more || before.notDone !== notDone.why);
  const called =
    notDone === null
      ? { calledFor: null, notDone: null, calledAt: null }
      : { calledFor: notDone.more, notDone: notDone.why, calledAt: news ? now : (before?.calledAt ?? now) };
  const values = { step, since: moved ? now : before.since, judgedAt: now, ...called };
  await transaction
    .insert(ladderPositions)
    .values({ entryId: entry.id, ...values })
    .onConflictDoUpdate({ target: ladderPositions.entryId, set: values });
  if (!news) return;
  await recordEvent(transaction, systemActor, {
    kind: `ladder_${notDone.why}`,
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: { called_for: notDone.more, signals: summariseSignals(signals) },
  });
  const { more, why } = notDone;
  if (why === 'critical' && (more === 'suspended' || more === 'removed'))
    await callPerson(transaction, entry, more, now);
}
