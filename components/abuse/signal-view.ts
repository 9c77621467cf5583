import { weightAt } from '../../lib/domain/abuse-ladder.ts';
import type { SignalKind } from '../../lib/domain/abuse-signals.ts';
import type { LadderPolicy } from '../../lib/domain/ladder-policy.ts';
import type { RedactedSample } from '../../lib/domain/mail-values.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { signalKindWords } from '../../lib/web/messages/signals.ts';

// From stored signals to what support reads of them. The rows are taken by their shape: components know no database.

export type StoredSignal = {
  id: string;
  kind: SignalKind;
  strength: number;
  at: Date;
  evidence: Record<string, unknown>;
  sample: RedactedSample | null;
  reportId: string | null;
  setAsideReason: string | null;
};

export type SignalView = {
  id: string;
  what: string;
  at: number;
  /** What is known of it, in a line. */
  facts: string;
  /** Somebody's own words. */
  quote: string | null;
  sample: RedactedSample | null;
  reportId: string | null;
  weighs: number;
  weighed: number;
  /** How it fades; null where it counts no more. */
  fades: string | null;
  setAside: string | null;
};

const words = abuse.entry;

/** @param countsFrom signals from before do not count any more: a person has restored the entry then */
export function signalView(
  signal: StoredSignal,
  policy: LadderPolicy,
  countsFrom: Date | null,
  now: Date,
): SignalView {
  const kind = policy.kinds[signal.kind];
  const before = countsFrom !== null && signal.at <= countsFrom;
  const weighs = signal.setAsideReason !== null || before ? 0 : weightAt(policy, signal, now);
  return {
    id: signal.id,
    what: signalKindWords[signal.kind],
    at: signal.at.getTime(),
    facts: factsOf(signal.evidence),
    quote: typeof signal.evidence.reason === 'string' ? signal.evidence.reason : null,
    sample: signal.sample,
    reportId: signal.reportId,
    weighs,
    weighed: kind.weight * signal.strength,
    fades: weighs === 0 ? null : kind.gravest ? words.staysWhole : words.halves(kind.halfLifeDays),
    setAside: signal.setAsideReason,
  };
}

function factsOf(evidence: Record<string, unknown>): string {
  const { count, of, reporter, zone, list, filter, score, weekly } = evidence;
  const facts = words.evidence;
  return [
    typeof count === 'number' && typeof of === 'number' ? facts.ratio(count, of) : null,
    typeof count === 'number' && typeof of !== 'number' ? facts.count(count) : null,
    typeof reporter === 'string' && reporter !== '' ? facts.reporter(reporter) : null,
    typeof zone === 'string' ? facts.listed(typeof list === 'string' ? `${zone} (${list})` : zone) : null,
    typeof filter === 'string' ? facts.filter(filter, typeof score === 'number' ? score : null) : null,
    typeof weekly === 'number' && weekly > 0 ? facts.weekly(weekly) : null,
  ]
    .filter((fact) => fact !== null)
    .join(', ');
}
