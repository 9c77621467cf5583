import { releaseTime } from './abuse-ladder.ts';
import type { SignalKind } from './abuse-signals.ts';
import { summariseSignals, threeSamples } from './abuse-summary.ts';
import type { EntryState } from './entry-lifecycle.ts';
import type { LadderPolicy, LadderStep } from './ladder-policy.ts';
import type { MailSignal, RedactedSample } from './mail-values.ts';

export type AbuseForOwner = {
  /** `restart`: let in again after abuse, and slowed down for a while. */
  state: 'warned' | 'throttled' | 'restart' | 'suspended' | 'removed';
  /** Messages an hour while it is slowed down. */
  rate: number | null;
  signals: MailSignal[];
  since: Date | null;
  until: Date | null;
  samples: RedactedSample[];
};

type SeenEntry = {
  status: EntryState;
  suspensionCauses: readonly string[];
  endCause: string | null;
  throttledTo: number | null;
  critical: boolean;
};

type CountedSignal = {
  kind: SignalKind;
  strength: number;
  at: Date;
  evidence: Record<string, unknown>;
  sample: RedactedSample | null;
};

/**
 * What the owners of an entry are shown of abuse: nothing while nothing was done about it.
 * @param signals those that count, oldest first; of a removed entry those that counted then
 */
export function abuseForOwner(
  entry: SeenEntry,
  position: { step: LadderStep; since: Date; countsFrom: Date | null } | undefined,
  signals: readonly CountedSignal[],
  policy: LadderPolicy,
  now: Date,
): AbuseForOwner | null {
  const state = stateOf(entry, position?.step ?? 'none', signals.length > 0);
  if (state === null) return null;
  const slowed = state === 'throttled' || state === 'restart';
  return {
    state,
    rate: slowed ? entry.throttledTo : null,
    signals: summariseSignals(signals),
    since: signals[0]?.at ?? null,
    until:
      slowed && position !== undefined
        ? releaseTime(policy, { ...position, critical: entry.critical }, signals, now)
        : null,
    samples: threeSamples(signals),
  };
}

function stateOf(entry: SeenEntry, step: LadderStep, seen: boolean): AbuseForOwner['state'] | null {
  if (entry.status === 'removed') return entry.endCause === 'abuse' ? 'removed' : null;
  if (entry.status !== 'active' && entry.status !== 'suspended') return null;
  if (entry.suspensionCauses.includes('abuse')) return 'suspended';
  if (entry.throttledTo !== null) return seen ? 'throttled' : 'restart';
  return step === 'warned' ? 'warned' : null;
}
