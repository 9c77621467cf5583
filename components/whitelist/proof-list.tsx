import { proofs } from '../../lib/web/messages/proofs.ts';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import { Code } from '../ui/code.tsx';
import type { Clock } from '../ui/relative-time.ts';
import type { ProofRow } from './proof-list-view.ts';

/** Each proof of control with what was seen of it. Nothing where there is none. */
export function ProofList({ rows, clock }: { rows: readonly ProofRow[]; clock: Clock }) {
  if (rows.length === 0) return null;
  return (
    <Card id="proofs" title={proofs.title}>
      <ul className="flex flex-col gap-4">
        {rows.map((row) => (
          <li key={`${row.method} ${row.address} ${row.at}`}>
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <p className={classNames('font-medium', !row.counts && 'text-second line-through')}>
                {proofs.by[row.method]} {proofs.from} <Code>{row.address}</Code>
              </p>
              <p className="text-second text-small">
                <When at={row.at} clock={clock} />
              </p>
            </div>
            {row.counts ? null : <p className="text-waiting">{proofs.withdrawn}</p>}
            <dl className="mt-1 flex flex-wrap gap-x-6 gap-y-0.5 text-second">
              {row.seen.map(({ term, value, note }) => (
                <div key={term} className="flex min-w-0 flex-wrap gap-x-1.5">
                  <dt>{term}:</dt>
                  <dd className="min-w-0 text-ink [overflow-wrap:anywhere]">
                    {value}
                    {note === null ? null : <span className="text-second"> ({note})</span>}
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </Card>
  );
}
