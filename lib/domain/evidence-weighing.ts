import type { Evaluation, Requirement, Verdict } from './evaluation.ts';
import type { EvidenceSource } from './evidence.ts';
import type { Reading, Sign } from './evidence-reading.ts';

export type Weighing = {
  requirement: Requirement;
  /** Whose answers a pass waits for, as far as they are configured here. */
  sources: readonly EvidenceSource[];
  against: Sign[];
  speaksFor: Sign[];
  /** Outweighs whatever others say. */
  decisive: Sign | null;
  /** Keeps from a pass, and is no reason to refuse either. */
  doubt?: Sign | null;
  /** Where everybody has answered and nobody said anything against it; null: that tells nothing. */
  otherwise: Sign | null;
};

/**
 * Signs of one kind alone decide, both kinds are for a person to weigh. A pass waits until everybody who could speak
 * against it has answered (I8: unknown is never a pass); a likely fail does not, as a person reads it anyway.
 */
export function weigh(reading: Reading, weighing: Weighing): Evaluation {
  const { requirement, sources, against, speaksFor, decisive, otherwise, doubt = null } = weighing;
  const [negative] = against;
  const [positive] = speaksFor;
  if (decisive !== null) return verdict(requirement, 'pass', decisive);
  if (negative !== undefined && positive === undefined) return verdict(requirement, 'fail', negative);
  if (negative !== undefined && positive !== undefined) {
    return unknown(requirement, {
      ...negative,
      code: 'signs_disagree',
      facts: { against: negative.code, for: positive.code },
    });
  }
  const missing = whatIsMissing(reading, sources);
  if (missing !== null) return unknown(requirement, missing);
  if (doubt !== null) return unknown(requirement, doubt);
  const passing = positive ?? otherwise;
  if (passing !== null) return verdict(requirement, 'pass', passing);
  return unknown(requirement, { code: 'not_conclusive', facts: {}, source: '', at: null });
}

/** What stands between us and an answer: nobody was asked, somebody is being asked, or did not answer. */
function whatIsMissing({ evidence, complete }: Reading, sources: readonly EvidenceSource[]): Sign | null {
  const asked = evidence.progress.filter((run) => sources.includes(run.source));
  if (evidence.progress.length === 0) return { code: 'not_checked', facts: {}, source: '', at: null };
  const silent = asked.filter((run) => !complete.has(run.source));
  const pending = silent.filter((run) => run.finishedAt === null);
  const [first] = pending;
  if (first !== undefined) {
    return {
      code: 'asking',
      facts: { sources: pending.map((run) => run.source), since: first.startedAt.toISOString() },
      source: '',
      at: null,
    };
  }
  if (silent.length > 0) {
    return {
      code: 'lookup_failed',
      facts: { sources: silent.map((run) => run.source) },
      source: '',
      at: silent[0]?.finishedAt ?? null,
    };
  }
  return null;
}

/** The signs that there are. */
export function signs(...found: (Sign | null)[]): Sign[] {
  return found.filter((sign) => sign !== null);
}

export function verdict(requirement: Requirement, outcome: Verdict, sign: Sign): Evaluation {
  const { code, facts, source, at, staffOnly } = sign;
  return {
    requirement,
    verdict: outcome,
    reason: code,
    certain: false,
    facts,
    source,
    at,
    ...(staffOnly === true ? { staffOnly } : {}),
  };
}

export function unknown(requirement: Requirement, sign: Sign): Evaluation {
  return verdict(requirement, 'unknown', sign);
}

export function certainFail(requirement: Requirement, sign: Sign): Evaluation {
  return { ...verdict(requirement, 'fail', sign), certain: true };
}
