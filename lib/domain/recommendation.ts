import type { Evaluation, Requirement } from './evaluation.ts';

export type Recommendation = {
  kind: 'approve' | 'ask' | 'reject' | 'wait';
  met: number;
  total: number;
  proven: boolean;
  /** What speaks against it, and what nobody knows: the requirements by name, failed first. */
  failed: Requirement[];
  unknown: Requirement[];
};

/** What a declaration of the requester alone does not settle: while one is unknown, a person asks or looks. */
const weighty: readonly Requirement[] = [
  ...(['static', 'not_residential', 'dedicated', 'not_shared'] as const),
  'no_abuse_history',
];

/** What the evidence recommends to the reviewer. It never decides. */
export function recommend(evaluations: readonly Evaluation[]): Recommendation {
  const failed = evaluations.filter((evaluation) => evaluation.verdict === 'fail');
  const unknown = evaluations.filter((evaluation) => evaluation.verdict === 'unknown');
  const proven = evaluations.some((one) => one.requirement === 'control' && one.verdict === 'pass');
  const others = failed.filter((one) => one.requirement !== 'control');
  const kind = others.some((one) => one.certain && one.reason !== 'needs_owner')
    ? 'reject'
    : !proven
      ? 'wait'
      : others.length > 0 || unknown.some((one) => weighty.includes(one.requirement))
        ? 'ask'
        : 'approve';
  return {
    kind,
    met: evaluations.filter((evaluation) => evaluation.verdict === 'pass').length,
    total: evaluations.length,
    proven,
    failed: others.map((one) => one.requirement),
    unknown: unknown.map((one) => one.requirement),
  };
}
