import type { EvidenceOutcome, EvidenceSource, FactsOf } from '../domain/evidence.ts';
import type { Network } from '../domain/network.ts';

/** What a gatherer is asked about. */
export type GatherSubject = {
  network: Network;
  /** Addresses of it that proved or signed in: the first to be looked at where only some are. */
  known: readonly string[];
};

/** What a gatherer has found out: facts as far as there are any, and the answers as they came. */
export type Gathered<Source extends EvidenceSource> = {
  outcome: EvidenceOutcome;
  facts: FactsOf[Source] | null;
  raw: unknown;
  /** Not before this time again, because the other side said so. */
  retryAfterMs?: number;
};

/** One source of evidence, ready to be asked. */
export type Gatherer<Source extends EvidenceSource = EvidenceSource> = {
  source: Source;
  /** Longest that one asking takes; what is not known by then is a `temporary_error`. */
  timeoutMs: number;
  /** Whether there is anything to ask just now. Left out: always. Nobody fails who is not asked. */
  isConfigured?: () => Promise<boolean>;
  gather: (subject: GatherSubject, signal: AbortSignal) => Promise<Gathered<Source>>;
};

/** The outcome of a whole from its parts: one part that could not be learned leaves the whole unfinished. */
export function joinedOutcome(parts: readonly EvidenceOutcome[]): EvidenceOutcome {
  if (parts.includes('temporary_error')) return 'temporary_error';
  return parts.includes('found') ? 'found' : 'none';
}
