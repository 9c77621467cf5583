import type { FactValue, Requirement, Verdict } from '../../lib/domain/evaluation.ts';
import {
  requirementSentence,
  requirements,
  type Sentence,
  sources,
} from '../../lib/web/messages/requirements.ts';

export type RequirementView = {
  requirement: Requirement;
  verdict: Verdict;
  sentence: Sentence;
  /** Where the decisive value came from; null for nowhere worth naming. */
  source: string | null;
  /** When, in milliseconds; null: from our own tables, now. */
  at: number | null;
};

/** An evaluation as its row shows it. Customers get the `forCustomer` of each. */
export function requirementView(evaluation: {
  requirement: Requirement;
  verdict: Verdict;
  reason: string;
  facts: Record<string, FactValue>;
  source: string;
  at: Date | null;
}): RequirementView {
  return {
    requirement: evaluation.requirement,
    verdict: evaluation.verdict,
    sentence: requirementSentence(evaluation),
    source: evaluation.source === '' ? null : (sources[evaluation.source] ?? evaluation.source),
    at: evaluation.at?.getTime() ?? null,
  };
}

const order = { fail: 0, unknown: 1, pass: 2 } as const satisfies Record<Verdict, number>;

/** Failed first, then unknown, then met; within each the order of the policy. */
export function inReadingOrder(rows: readonly RequirementView[]): RequirementView[] {
  return [...rows].sort((one, other) => order[one.verdict] - order[other.verdict]);
}

export function countVerdicts(rows: readonly { verdict: Verdict }[]): Record<Verdict | 'total', number> {
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  return { pass: count('pass'), fail: count('fail'), unknown: count('unknown'), total: rows.length };
}

export function requirementName(requirement: Requirement): string {
  return requirements[requirement].name;
}
