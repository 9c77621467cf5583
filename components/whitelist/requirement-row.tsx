import { Check, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Verdict } from '../../lib/domain/evaluation.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { When } from '../time/when.tsx';
import { classNames } from '../ui/class-names.ts';
import { Code } from '../ui/code.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { type RequirementView, requirementName } from './requirement-view.ts';

const grounds = {
  pass: '',
  fail: 'bg-out-soft',
  unknown: 'bg-waiting-soft/60 dark:bg-waiting-soft',
} as const satisfies Record<Verdict, string>;

const signClass = 'mt-0.5 size-4';

const signs = {
  pass: <Check aria-hidden strokeWidth={2.25} className={classNames(signClass, 'text-in-force')} />,
  fail: <X aria-hidden strokeWidth={2.25} className={classNames(signClass, 'text-out')} />,
  unknown: (
    <span aria-hidden className="w-4 text-center font-mono font-semibold text-lead text-waiting leading-5">
      ?
    </span>
  ),
} as const satisfies Record<Verdict, ReactNode>;

/** One rule: verdict, name, the evidence in a sentence with its decisive value set apart, source and age. */
export function RequirementRow({
  row,
  clock,
  showNext,
}: {
  row: RequirementView;
  clock: Clock;
  showNext: boolean;
}) {
  const { saw, value, next } = row.sentence;
  return (
    <li
      className={classNames(
        'grid grid-cols-[1.25rem_1fr] gap-x-3 gap-y-0.5 border-line px-5 py-3 not-first:border-t md:grid-cols-[1.25rem_10.5rem_1fr_auto] max-sm:px-4',
        grounds[row.verdict],
      )}
    >
      {signs[row.verdict]}
      <p className="font-medium">
        {requirementName(row.requirement)}
        <span className="sr-only">: {whitelist.requirements.verdicts[row.verdict]}.</span>
      </p>
      <div className="col-start-2 min-w-0 text-second md:col-start-3">
        <p>
          {saw}
          {value ? (
            <>
              {' '}
              <Code>{value}</Code>
            </>
          ) : null}
        </p>
        {showNext && next && row.verdict !== 'pass' ? <p className="text-ink">{next}</p> : null}
      </div>
      {row.source || row.at !== null ? (
        <p className="col-start-2 text-second text-small md:col-start-4 md:pl-4 md:text-right">
          {row.source}
          {row.source && row.at !== null ? ', ' : null}
          {row.at === null ? null : <When at={row.at} clock={clock} />}
        </p>
      ) : null}
    </li>
  );
}
