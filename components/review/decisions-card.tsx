import Link from 'next/link';
import type { Requirement } from '../../lib/domain/evaluation.ts';
import { reviewBackground } from '../../lib/web/messages/review-background.ts';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { RequirementRow } from '../whitelist/requirement-row.tsx';
import { inReadingOrder, type RequirementView, requirementName } from '../whitelist/requirement-view.ts';
import { SourceAnswers, type SourceAnswerView } from './source-answers.tsx';

export type DecisionRecord = {
  id: string;
  kind: 'approve' | 'reject';
  by: string | null;
  at: number;
  reason: string;
  overrides: readonly string[];
  policyVersion: number;
  policyHref: string;
  requirements: readonly RequirementView[];
  answers: readonly SourceAnswerView[];
};

const words = reviewBackground.decisions;

/** What was decided, by whom, under which version of the policy, and on what: as it was then, whatever it is now. */
export function DecisionsCard({ decisions, clock }: { decisions: readonly DecisionRecord[]; clock: Clock }) {
  if (decisions.length === 0) return null;
  return (
    <Card id="decisions" title={words.title}>
      <ol className="flex flex-col gap-4">
        {decisions.map((decision) => (
          <li key={decision.id} className="border-line-strong border-l-[3px] pl-3.5">
            <p>
              {words[decision.kind](decision.by ?? words.system)}{' '}
              <Link href={decision.policyHref} className="rounded-chip underline underline-offset-3">
                {words.under(decision.policyVersion)}
              </Link>
              <span className="text-second">
                , <When at={decision.at} clock={clock} as="moment" />
              </span>
            </p>
            {decision.reason === '' ? null : (
              <p className="text-second [overflow-wrap:anywhere]">“{decision.reason}”</p>
            )}
            {decision.overrides.length === 0 ? null : (
              <p>{words.although(decision.overrides.map((name) => requirementName(name as Requirement)))}</p>
            )}
            <Disclosure summary={words.frozen} className="mt-1.5" summaryClassName="rounded-chip text-small">
              <ul className="my-2 overflow-hidden rounded-control border border-line">
                {inReadingOrder(decision.requirements).map((row) => (
                  <RequirementRow key={row.requirement} row={row} clock={clock} showNext={false} />
                ))}
              </ul>
              <SourceAnswers answers={decision.answers} clock={clock} />
            </Disclosure>
          </li>
        ))}
      </ol>
    </Card>
  );
}
