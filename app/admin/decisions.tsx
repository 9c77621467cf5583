import { type DecisionRecord, DecisionsCard } from '../../components/review/decisions-card.tsx';
import type { SourceAnswerView } from '../../components/review/source-answers.tsx';
import { requirementView } from '../../components/whitelist/requirement-view.ts';
import { type FrozenDecision, listDecisions, type SourceAnswer } from '../../db/queries/decisions.ts';
import { paths } from '../../lib/web/paths.ts';
import { portal } from '../../lib/web/portal.ts';

/** The decisions about an entry, each with the policy and the evidence of its moment. */
export async function Decisions({
  entryId,
  clock,
}: {
  entryId: string;
  clock: { now: number; timeZone: string };
}) {
  const decisions = await listDecisions(portal().database, entryId);
  return <DecisionsCard decisions={decisions.map(recordOf)} clock={clock} />;
}

function recordOf(decision: FrozenDecision): DecisionRecord {
  return {
    id: decision.id,
    kind: decision.kind,
    by: decision.by,
    at: decision.at.getTime(),
    reason: decision.reason,
    overrides: decision.overrides,
    policyVersion: decision.policyVersion,
    policyHref: paths.adminPolicyVersion(decision.policyVersion),
    requirements: decision.evaluations.map(requirementView),
    answers: decision.answers.map(answerView),
  };
}

/** An answer as text: as it came, or where that is no longer kept, what was read from it. */
export function answerView({ id, source, outcome, facts, raw, at }: SourceAnswer): SourceAnswerView {
  const kept = raw ?? facts;
  return {
    id,
    source,
    outcome,
    at: at.getTime(),
    raw: kept === null ? null : JSON.stringify(kept, null, 2),
  };
}
