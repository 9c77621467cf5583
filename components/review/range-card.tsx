import { reviewBackground } from '../../lib/web/messages/review-background.ts';
import { Card } from '../ui/card.tsx';
import { Code } from '../ui/code.tsx';

export type RangeView = {
  /** Numbers of any size, as text. */
  addresses: string;
  hosts: string;
  asked: number | null;
  named: readonly { address: string; name: string }[];
  listed: readonly { address: string; zone: string; meaning: string }[];
  unknown: number;
};

const words = reviewBackground.range;
const shown = 8;

/** What approving a whole range lets in: how many hosts, which have names, which are on lists. */
export function RangeCard({ range }: { range: RangeView }) {
  return (
    <Card id="range" title={words.title}>
      <p>{words.addresses(range.addresses, range.hosts)}</p>
      <p className="text-second">{range.asked === null ? words.notAsked : words.asked(range.asked)}</p>
      {range.asked === null ? null : (
        <>
          <List
            title={words.named}
            none={words.noneNamed}
            rows={range.named.map(({ address, name }) => [address, name])}
          />
          <List
            title={words.listed}
            none={words.noneListed}
            rows={range.listed.map(({ address, zone, meaning }) => [
              address,
              `${meaning.toUpperCase()}, ${zone}`,
            ])}
          />
          {range.unknown > 0 ? <p className="mt-3 text-waiting">{words.unknown(range.unknown)}</p> : null}
        </>
      )}
    </Card>
  );
}

function List({
  title,
  none,
  rows,
}: {
  title: string;
  none: string;
  rows: readonly (readonly [string | undefined, string] | string[])[];
}) {
  return (
    <div className="mt-3">
      <h3 className="text-second text-small">
        {title}: {rows.length === 0 ? none : rows.length}
      </h3>
      <ul className="mt-1 flex flex-col gap-1">
        {rows.slice(0, shown).map(([address, what]) => (
          <li key={`${address} ${what}`} className="[overflow-wrap:anywhere]">
            <span className="font-mono text-small">{address}</span> <Code>{what}</Code>
          </li>
        ))}
      </ul>
      {rows.length > shown ? (
        <p className="text-second text-small">{words.more(rows.length - shown)}</p>
      ) : null}
    </div>
  );
}
