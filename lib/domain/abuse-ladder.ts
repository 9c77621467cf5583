import type { SignalKind } from './abuse-signals.ts';
import { type LadderPolicy, type LadderStep, type Rung, rank, rungs } from './ladder-policy.ts';

/** Warn, throttle, suspend, remove: which step an entry is on, from what was seen of it. Pure. */

const HOUR_MS = 3_600_000;

/** The highest step that a critical entry is taken to by itself: a person decides about what is beyond. */
const criticalCeiling: LadderStep = 'throttled';

export type WeighedSignal = {
  kind: SignalKind;
  /** How much of a whole signal of its kind it is: above 0. */
  strength: number;
  at: Date;
};

/**
 * What a signal weighs at a moment: half after each half-life, nothing once it is forgotten. It fades by whole hours:
 * between what a node sees and its being judged lie seconds, and three times ten must be thirty then.
 */
export function weightAt(policy: LadderPolicy, signal: WeighedSignal, now: Date): number {
  const kind = policy.kinds[signal.kind];
  const days = Math.floor(Math.max(0, now.getTime() - signal.at.getTime()) / HOUR_MS) / 24;
  if (days > policy.forgetDays) return 0;
  const full = kind.weight * signal.strength;
  return kind.gravest ? full : full * 2 ** (-days / kind.halfLifeDays);
}

/** What counts for a step: the signals of kinds that may lead to it. Their order makes no difference. */
export function scoreFor(
  policy: LadderPolicy,
  rung: Rung,
  signals: readonly WeighedSignal[],
  now: Date,
): number {
  const weights = signals
    .filter((signal) => rank(policy.kinds[signal.kind].ceiling) >= rank(rung))
    .map((signal) => weightAt(policy, signal, now));
  // Sums of the same numbers in another order differ in their last digits, and eight hundred tenths are not quite 80.
  const sum = weights.sort((one, other) => one - other).reduce((total, weight) => total + weight, 0);
  return Math.round(sum * 1e6) / 1e6;
}

/** The step that the signals call for. */
export function stepCalledFor(
  policy: LadderPolicy,
  signals: readonly WeighedSignal[],
  now: Date,
  share = 1,
): LadderStep {
  let step: LadderStep = 'none';
  for (const rung of rungs) {
    if (scoreFor(policy, rung, signals, now) >= policy.thresholds[rung] * share) step = rung;
  }
  for (const signal of signals) {
    const { gravest, ceiling } = policy.kinds[signal.kind];
    if (gravest && weightAt(policy, signal, now) > 0 && rank(ceiling) > rank(step)) step = ceiling;
  }
  return step;
}

export type Position = {
  step: LadderStep;
  /** Since when it is on this step. */
  since: Date;
  critical: boolean;
};

export type LadderMove = {
  step: LadderStep;
  /** What the signals call for, which a critical entry is spared. */
  calledFor: LadderStep;
  /** A person has to decide: the entry is critical and more is called for than it is taken to. */
  callPerson: boolean;
};

/**
 * Where an entry goes from where it is. Up at once, over several steps if need be. Down from a throttle or a warning
 * only, once it was kept for its time and the weight has fallen well below; a suspension is lifted by a person, and a
 * removal stays.
 * @param signals those that count: not the ones set aside, nor those from before a person restored the entry
 */
export function nextStep(
  policy: LadderPolicy,
  position: Position,
  signals: readonly WeighedSignal[],
  now: Date,
): LadderMove {
  const { step, since, critical } = position;
  const calledFor = stepCalledFor(policy, signals, now);
  const spared = critical && rank(calledFor) > rank(criticalCeiling);
  const target = spared ? criticalCeiling : calledFor;
  const callPerson = spared && rank(calledFor) > rank(step);
  if (rank(target) >= rank(step)) return { step: target, calledFor, callPerson };
  const keeps =
    step === 'suspended' ||
    step === 'removed' ||
    now.getTime() - since.getTime() < policy.holdHours * HOUR_MS;
  if (keeps) return { step, calledFor, callPerson };
  const held = stepCalledFor(policy, signals, now, policy.releaseShare);
  return { step: rank(held) >= rank(step) ? step : held, calledFor, callPerson };
}

/**
 * When a throttle ends if nothing more is seen, to the hour: owners are told.
 * @returns null where it does not end within the time after which signals are forgotten
 */
export function releaseTime(
  policy: LadderPolicy,
  position: Position,
  signals: readonly WeighedSignal[],
  now: Date,
): Date | null {
  const hours = policy.forgetDays * 24;
  const released = (after: number) =>
    rank(nextStep(policy, position, signals, new Date(now.getTime() + after * HOUR_MS)).step) <
    rank(position.step);
  if (!released(hours)) return null;
  let [kept, gone] = [0, hours];
  while (gone - kept > 1) {
    const middle = Math.floor((kept + gone) / 2);
    if (released(middle)) gone = middle;
    else kept = middle;
  }
  return new Date(now.getTime() + gone * HOUR_MS);
}
