import Link from 'next/link';
import { reviewBackground as words } from '../../lib/web/messages/review-background.ts';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { Address } from '../whitelist/address.tsx';

export type BackgroundView = {
  id: string;
  href: string;
  network: string;
  /** Left out where all are of one account. */
  account: string | null;
  status: keyof typeof words.states;
  endCause: string | null;
  /** When it came to where it is: ended, in force, or asked for. */
  at: number;
  reason: string | null;
};

const shown = 5;

/** Other entries that weigh in a review, the open and live ones first. Staff only. */
export function BackgroundCard({
  id,
  title,
  none,
  rows,
  clock,
}: {
  id: string;
  title: string;
  none: string;
  rows: readonly BackgroundView[];
  clock: Clock;
}) {
  return (
    <Card id={id} title={title}>
      {rows.length === 0 ? <p className="text-second">{none}</p> : null}
      <BackgroundList rows={rows.slice(0, shown)} clock={clock} />
      {rows.length > shown ? (
        <Disclosure
          summary={words.range.more(rows.length - shown)}
          className="mt-2"
          summaryClassName="rounded-chip"
        >
          <div className="mt-2">
            <BackgroundList rows={rows.slice(shown)} clock={clock} />
          </div>
        </Disclosure>
      ) : null}
    </Card>
  );
}

function BackgroundList({ rows, clock }: { rows: readonly BackgroundView[]; clock: Clock }) {
  return (
    <ul className="flex flex-col gap-2.5">
      {rows.map((row) => (
        <li key={row.id}>
          <p>
            <Link href={row.href} className="rounded-chip">
              <Address network={row.network} />
            </Link>
            {row.account === null ? null : <span className="text-second"> {row.account}</span>}
          </p>
          <p className="text-second text-small">
            {stateText(row)}, <When at={row.at} clock={clock} />
            {row.reason ? ` “${row.reason}”` : null}
          </p>
        </li>
      ))}
    </ul>
  );
}

function stateText({ status, endCause }: BackgroundView): string {
  const cause = endCause === null ? undefined : words.causes[endCause];
  return cause === undefined ? words.states[status] : `${words.states[status]} ${cause}`;
}
