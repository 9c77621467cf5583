import type { SignalKind } from './abuse-signals.ts';

/** The ladder as data: what signals weigh, and what weight does. All of it is policy, in the table `policies`. */

export const ladderSteps = ['none', 'warned', 'throttled', 'suspended', 'removed'] as const;
export type LadderStep = (typeof ladderSteps)[number];
/** A step that does something. */
export type Rung = Exclude<LadderStep, 'none'>;
export const rungs = ladderSteps.slice(1) as readonly Rung[];

export function isRung(value: unknown): value is Rung {
  return rungs.some((rung) => rung === value);
}

export function rank(step: LadderStep): number {
  return ladderSteps.indexOf(step);
}

export type KindPolicy = {
  /** What one signal of strength 1 weighs when it is fresh. */
  weight: number;
  /** Days after which it weighs half. */
  halfLifeDays: number;
  /** The highest step that signals of this kind may lead to: what is only likely never removes. */
  ceiling: Rung;
  /** One is enough for the ceiling, and it does not fade. */
  gravest: boolean;
};

export type LadderPolicy = {
  /** `observe`: says what it would do, does nothing. */
  mode: 'observe' | 'act';
  kinds: Record<SignalKind, KindPolicy>;
  /**
   * The weight from which a step is taken. They need not rise: only signals that may lead to a step count for it, so
   * removal, for which only certain ones count, can need less than suspension, for which likely ones count too.
   */
  thresholds: Record<Rung, number>;
  /** A warning or a throttle ends below this share of its threshold, so that nothing flutters around it. */
  releaseShare: number;
  /** Hours that a step is kept at least. */
  holdHours: number;
  /** A throttled entry may send this share of its own rate, but never less than `throttleLeast` messages an hour. */
  throttleShare: number;
  throttleLeast: number;
  /** Signals older than this do not count. */
  forgetDays: number;
  /** So many removals for abuse of one server's entries within so many days suspend the server. */
  serverRemovals: number;
  serverRemovalDays: number;
  /** Domains in the From field of feedback reports that weigh. Reports of anybody else go to a person. */
  reporters: readonly string[];
  /** What the fuse lets through: the greater of the two, within so many minutes. */
  fuseEntries: number;
  fuseShare: number;
  fuseMinutes: number;
};

const certain = (weight: number, halfLifeDays: number): KindPolicy => ({
  weight,
  halfLifeDays,
  ceiling: 'removed',
  gravest: false,
});
const likely = (weight: number, halfLifeDays: number, ceiling: Rung): KindPolicy => ({
  weight,
  halfLifeDays,
  ceiling,
  gravest: false,
});

/**
 * With the shares of `shareOfTraffic`, one complaint in a thousand messages warns, three throttle, eight remove: what
 * mailbox providers themselves call too much begins at one, and they refuse at three.
 */
export const defaultLadder: LadderPolicy = {
  mode: 'act',
  kinds: {
    complaint: certain(10, 7),
    grave_complaint: certain(30, 14),
    complaint_by_address: likely(5, 7, 'throttled'),
    spam: certain(10, 3),
    malware: { weight: 80, halfLifeDays: 30, ceiling: 'removed', gravest: true },
    unknown_recipients: likely(15, 2, 'suspended'),
    next_hop_refusals: likely(10, 2, 'throttled'),
    volume: likely(10, 1, 'throttled'),
    listed: likely(30, 5, 'suspended'),
    report_minor: certain(10, 14),
    report_serious: certain(30, 30),
    report_gravest: { weight: 80, halfLifeDays: 30, ceiling: 'removed', gravest: true },
  },
  thresholds: { warned: 10, throttled: 30, suspended: 100, removed: 80 },
  releaseShare: 0.5,
  holdHours: 24,
  throttleShare: 0.1,
  throttleLeast: 10,
  forgetDays: 90,
  serverRemovals: 3,
  serverRemovalDays: 90,
  reporters: [],
  fuseEntries: 20,
  fuseShare: 0.02,
  fuseMinutes: 15,
};

type PartialLadder = Partial<Omit<LadderPolicy, 'kinds' | 'thresholds'>> & {
  kinds?: Partial<Record<SignalKind, Partial<KindPolicy>>>;
  thresholds?: Partial<Record<Rung, number>>;
};

/** What a policy leaves out is as it is by default. */
export function completeLadder(part: PartialLadder | undefined): LadderPolicy {
  if (part === undefined) return defaultLadder;
  const kinds = { ...defaultLadder.kinds };
  for (const [kind, settings] of Object.entries(part.kinds ?? {}) as [SignalKind, Partial<KindPolicy>][]) {
    if (Object.hasOwn(kinds, kind)) kinds[kind] = { ...kinds[kind], ...settings };
  }
  return {
    ...defaultLadder,
    ...part,
    kinds,
    thresholds: { ...defaultLadder.thresholds, ...part.thresholds },
  };
}

/** What a throttled entry may send in an hour. */
export function throttledRate(policy: LadderPolicy, messagesPerHour: number): number {
  return Math.min(
    messagesPerHour,
    Math.max(policy.throttleLeast, Math.floor(messagesPerHour * policy.throttleShare)),
  );
}
