import { type SignalKind, signalWhat } from './abuse-signals.ts';
import type { MailSignal, RedactedSample } from './mail-values.ts';

type Summed = {
  kind: SignalKind;
  evidence: Record<string, unknown>;
  sample: RedactedSample | null;
  at: Date;
};

const mostSamples = 3;

/** What was seen, kind by kind, as owners and support are told. The most of a kind counts where it is a height. */
export function summariseSignals(signals: readonly Pick<Summed, 'kind' | 'evidence'>[]): MailSignal[] {
  const counts = new Map<MailSignal['what'], number>();
  for (const { kind, evidence } of signals) {
    const what = signalWhat[kind];
    const before = counts.get(what) ?? 0;
    const count = countOf(evidence);
    counts.set(what, what === 'volume' ? Math.max(before, count) : before + count);
  }
  return [...counts].map(([what, count]) => ({ what, count }));
}

/** The newest three messages that there is a redacted sample of. */
export function threeSamples(signals: readonly Pick<Summed, 'sample' | 'at'>[]): RedactedSample[] {
  return signals
    .flatMap(({ sample, at }) => (sample === null ? [] : [{ sample, at: at.getTime() }]))
    .sort((one, other) => other.at - one.at)
    .slice(0, mostSamples)
    .map(({ sample }) => sample);
}

function countOf(evidence: Record<string, unknown>): number {
  return typeof evidence.count === 'number' && evidence.count > 0 ? Math.floor(evidence.count) : 1;
}
