import type { Requirement } from '../../lib/domain/evaluation.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import type { Clock } from '../ui/relative-time.ts';
import { RequirementRow } from './requirement-row.tsx';
import { countVerdicts, inReadingOrder, type RequirementView } from './requirement-view.ts';

export type RequirementListProps = {
  rows: readonly RequirementView[];
  clock: Clock;
  /** What to do about what is not met: for the owner, not for support. A list: of these rules alone. */
  showNext?: boolean | readonly Requirement[];
  /** The heading is for screen readers only. */
  quietTitle?: boolean;
  /** Of a range too wide to ask about each address: how many were asked about, of how many. */
  sample?: { asked: number; of: string } | null;
};

/** What is not met or not known comes first and has a ground; what is met stays quiet. */
export function RequirementList({
  rows,
  clock,
  showNext = false,
  quietTitle = false,
  sample = null,
}: RequirementListProps) {
  const counts = countVerdicts(rows);
  return (
    <section
      aria-labelledby="requirements-title"
      className="overflow-hidden rounded-card border border-line bg-surface"
    >
      <div
        className={
          quietTitle
            ? 'sr-only'
            : 'flex items-baseline justify-between border-line border-b px-5 py-3 max-sm:px-4'
        }
      >
        <h2 id="requirements-title" className="font-semibold">
          {whitelist.requirements.title}
        </h2>
        <p className="text-second">{whitelist.requirements.met(counts.pass, counts.total)}</p>
      </div>
      <ul>
        {inReadingOrder(rows).map((row) => (
          <RequirementRow
            key={row.requirement}
            row={row}
            clock={clock}
            showNext={typeof showNext === 'boolean' ? showNext : showNext.includes(row.requirement)}
          />
        ))}
      </ul>
      {sample === null ? null : (
        <p className="border-line border-t px-5 py-3 text-second max-sm:px-4">
          {whitelist.requirements.sampled(sample.asked, sample.of)}
        </p>
      )}
    </section>
  );
}
