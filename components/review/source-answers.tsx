import type { EvidenceOutcome, EvidenceSource } from '../../lib/domain/evidence.ts';
import { lookups } from '../../lib/web/messages/lookups.ts';
import { reviewBackground } from '../../lib/web/messages/review-background.ts';
import { When } from '../time/when.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import type { Clock } from '../ui/relative-time.ts';

export type SourceAnswerView = {
  id: string;
  source: EvidenceSource;
  outcome: EvidenceOutcome;
  at: number;
  /** The answer as text, as it came; null: it is not kept. */
  raw: string | null;
};

const words = reviewBackground.answers;
const LONGEST_SHOWN = 20_000;

/** What each source answered, as it came: for whoever doubts a sentence above. */
export function SourceAnswers({ answers, clock }: { answers: readonly SourceAnswerView[]; clock: Clock }) {
  if (answers.length === 0) return <p className="text-second">{words.nothing}</p>;
  return (
    <ul className="flex flex-col gap-2">
      {answers.map((answer) => (
        <li key={answer.id}>
          <p>
            <span className="font-medium">{lookups.sources[answer.source]}</span>{' '}
            <span className="text-second">
              {words.outcomes[answer.outcome]}, <When at={answer.at} clock={clock} as="moment" />
            </span>
          </p>
          {answer.raw === null ? (
            <p className="text-second text-small">{words.gone}</p>
          ) : (
            <Disclosure summary={words.raw} summaryClassName="rounded-chip font-normal text-small">
              <pre className="mt-1 whitespace-pre-wrap rounded-control bg-sunken p-3 font-mono text-[0.75rem] leading-5 [overflow-wrap:anywhere]">
                {answer.raw.slice(0, LONGEST_SHOWN)}
              </pre>
            </Disclosure>
          )}
        </li>
      ))}
    </ul>
  );
}
