import { Check } from 'lucide-react';
import { review } from '../../lib/web/messages/review.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { RowLink } from '../ui/row-link.tsx';
import { Table } from '../ui/table.tsx';
import { Address } from '../whitelist/address.tsx';
import { StatusMark, type StatusView } from '../whitelist/status-mark.tsx';

export type QueueRowView = {
  id: string;
  href: string;
  network: string;
  purpose: string;
  account: string;
  server: string;
  counts: { pass: number; fail: number; unknown: number; total: number };
  status: StatusView;
  /** How long it waits, in words: "1 h 12 min". */
  waiting: string;
  /** What an approval needs besides one person of support. */
  needs: 'owner' | 'second_person' | null;
};

const words = review.queue;

function Evidence({ counts }: { counts: QueueRowView['counts'] }) {
  if (counts.fail === 0 && counts.unknown === 0) {
    return (
      <p className="flex items-center gap-1.5">
        <Check aria-hidden className="size-4 text-in-force" />
        {words.met(counts.pass, counts.total)}
      </p>
    );
  }
  return (
    <>
      <p>{words.met(counts.pass, counts.total)}</p>
      <p className="text-small">
        {counts.fail > 0 ? <span className="text-out">{words.failed(counts.fail)}</span> : null}
        {counts.fail > 0 && counts.unknown > 0 ? ', ' : null}
        {counts.unknown > 0 ? <span className="text-waiting">{words.unknown(counts.unknown)}</span> : null}
      </p>
    </>
  );
}

/** What waits for a decision, oldest first. */
export function QueueTable({ rows }: { rows: readonly QueueRowView[] }) {
  if (rows.length === 0) return <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>;
  return (
    <Table
      caption={words.caption}
      columns={[
        { key: 'address', heading: words.address, className: 'w-[30%] max-md:w-3/5' },
        { key: 'account', heading: words.account, show: 'wide', className: 'w-[20%]' },
        { key: 'evidence', heading: words.evidence, show: 'wide', className: 'w-[20%]' },
        { key: 'state', heading: words.state, show: 'wide', className: 'w-[18%]' },
        { key: 'waiting', heading: words.waiting, align: 'end' },
      ]}
      rows={rows.map((row) => ({
        key: row.id,
        cells: {
          address: (
            <>
              <RowLink href={row.href}>
                <Address network={row.network} className="text-mono" />
              </RowLink>
              <p className="mt-px line-clamp-1 text-second text-small" title={row.purpose}>
                {row.purpose}
              </p>
              {row.needs === null ? null : (
                // The column that says so has no room on a telephone.
                <p className="mt-px text-small text-waiting md:hidden">{words.needs[row.needs]}</p>
              )}
            </>
          ),
          account: (
            <>
              <p>{row.account}</p>
              <p className="text-second text-small">{row.server}</p>
            </>
          ),
          evidence: <Evidence counts={row.counts} />,
          state: (
            <StatusMark
              audience="support"
              status={{
                ...row.status,
                detail: row.needs === null ? row.status.detail : words.needs[row.needs],
              }}
            />
          ),
          waiting: row.waiting,
        },
      }))}
    />
  );
}
