import type { ReactNode } from 'react';
import { common } from '../../lib/web/messages/common.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { RowLink } from '../ui/row-link.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import { type Column, Table } from '../ui/table.tsx';
import type { Tone } from '../ui/tone.ts';
import { Address } from './address.tsx';
import { isInForce, statusLook } from './entry-status.ts';
import { StatusMark, type StatusView } from './status-mark.tsx';

export type EntryRowView = {
  id: string;
  href: string;
  network: string;
  /** What it is called, or what sends from it where it has no name. */
  name: string;
  /** Shown where the list spans servers. */
  server?: string;
  /** Shown where the list spans accounts. */
  account?: string;
  status: StatusView;
  lastMessageAt: number | null;
  /** Messages a day over the past week, oldest first; null where none is counted yet. */
  week: readonly number[] | null;
  reviewBy: number | null;
  ended: boolean;
};

export type EntryTableProps = {
  rows: readonly EntryRowView[];
  clock: Clock;
  audience?: 'owner' | 'support';
  caption?: string;
  /** Stands below the headings where there is no entry. */
  empty?: ReactNode;
};

const words = whitelist.list;

// Named widths, so that lists of the same kind stand column under column.
const ownWidths = {
  address: 'w-[27%] max-md:w-[52%]',
  status: 'w-[23%] max-md:w-[48%]',
  last: 'w-[15%]',
  week: 'w-[20%]',
  review: 'w-[15%]',
};
const wideWidths = {
  address: 'w-[24%] max-md:w-[52%]',
  status: 'w-[20%] max-md:w-[48%]',
  last: 'w-[12%]',
  week: 'w-[15%]',
  review: 'w-[13%]',
};

function columns(rows: readonly EntryRowView[]): Column[] {
  const spansServers = rows.some((row) => row.server !== undefined);
  const widths = spansServers ? wideWidths : ownWidths;
  const list: Column[] = [
    { key: 'address', heading: words.address, className: widths.address },
    { key: 'status', heading: words.status, className: widths.status },
  ];
  if (spansServers) list.push({ key: 'server', heading: words.server, show: 'wide', className: 'w-[16%]' });
  list.push(
    { key: 'last', heading: words.lastMessage, show: 'wide', className: widths.last },
    { key: 'week', heading: words.pastDays, show: 'wide', className: widths.week },
    { key: 'review', heading: words.reviewBy, show: 'wide', className: widths.review },
  );
  return list;
}

function trendTone(row: EntryRowView): Tone {
  if (isInForce(row.status.key)) return row.status.key === 'in_force' ? 'in-force' : 'neutral';
  return statusLook(row.status.key).tone === 'out' ? 'out' : 'neutral';
}

function AddressCell({ row }: { row: EntryRowView }) {
  return (
    <>
      <RowLink href={row.href}>
        <Address network={row.network} className="text-mono" />
      </RowLink>
      <p className="mt-px line-clamp-2 wrap-anywhere text-second text-small">{row.name}</p>
    </>
  );
}

/** Whitelisted addresses and open requests. On a narrow screen address and status remain. */
export function EntryTable({
  rows,
  clock,
  audience = 'owner',
  caption = words.caption,
  empty,
}: EntryTableProps) {
  const quiet = (text: string) => <span className="text-second">{text}</span>;
  return (
    <Table
      caption={caption}
      columns={columns(rows)}
      empty={empty}
      rows={rows.map((row) => ({
        key: row.id,
        cells: {
          address: <AddressCell row={row} />,
          status: <StatusMark status={row.status} audience={audience} />,
          server: (
            <>
              {row.server}
              {row.account ? <p className="wrap-anywhere text-second text-small">{row.account}</p> : null}
            </>
          ),
          last:
            row.lastMessageAt === null ? quiet(common.never) : <When at={row.lastMessageAt} clock={clock} />,
          week:
            row.week === null ? (
              quiet(words.nothingYet)
            ) : (
              <Sparkline
                values={row.week}
                tone={trendTone(row)}
                label={words.trend(row.week.reduce((sum, count) => sum + count, 0))}
              />
            ),
          review: row.ended ? (
            quiet(common.closed)
          ) : row.reviewBy === null ? (
            quiet(common.notSet)
          ) : (
            <When at={row.reviewBy} clock={clock} as="date" />
          ),
        },
      }))}
    />
  );
}
