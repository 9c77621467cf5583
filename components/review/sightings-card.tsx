import Link from 'next/link';
import { reviewBackground } from '../../lib/web/messages/review-background.ts';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { classNames } from '../ui/class-names.ts';
import type { Clock } from '../ui/relative-time.ts';

export type SightingView = {
  server: string;
  account: string;
  href: string;
  /** Of the account that asks. */
  own: boolean;
  days: number;
  last: number;
};

const words = reviewBackground.sightings;

/** Who signed in from the address on our own nodes: the strongest sign of whose it is. Staff only. */
export function SightingsCard({ rows, clock }: { rows: readonly SightingView[]; clock: Clock }) {
  return (
    <Card id="sightings" title={words.title}>
      {rows.length === 0 ? <p className="text-second">{words.none}</p> : null}
      <ul className="flex flex-col gap-2">
        {rows.map((row) => (
          <li key={row.server}>
            <p className={classNames(!row.own && 'text-out')}>
              <Link href={row.href} className="rounded-chip">
                {row.account}
              </Link>
              , {row.server}
              {row.own ? null : ` (${words.other})`}
            </p>
            <p className="text-second text-small">
              {words.days(row.days)} <When at={row.last} clock={clock} as="date" />
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
