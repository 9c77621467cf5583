import { abuse } from '../../lib/web/messages/abuse.ts';
import { When } from '../time/when.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { RowLink } from '../ui/row-link.tsx';
import { Table } from '../ui/table.tsx';
import { Address } from '../whitelist/address.tsx';

export type ReportRowView = {
  id: string;
  href: string;
  receivedAt: number;
  type: string | null;
  source: string | null;
  reporter: string | null;
  why: keyof typeof abuse.reports.reasons;
};

const words = abuse.reports;

/** Reports that a person has to look at. */
export function ReportTable({ rows, clock }: { rows: readonly ReportRowView[]; clock: Clock }) {
  if (rows.length === 0) return <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>;
  return (
    <Table
      caption={words.caption}
      columns={[
        { key: 'about', heading: words.about },
        { key: 'reporter', heading: words.reporter, show: 'wide' },
        { key: 'why', heading: words.why, show: 'wide' },
        { key: 'received', heading: words.received, align: 'end' },
      ]}
      rows={rows.map((row) => ({
        key: row.id,
        cells: {
          about: (
            <>
              <RowLink href={row.href}>
                {row.source === null ? (
                  words.noSource
                ) : (
                  <Address network={row.source} className="text-mono" />
                )}
              </RowLink>
              <p className="text-second text-small">{row.type ?? words.noType}</p>
            </>
          ),
          reporter: <span className="[overflow-wrap:anywhere]">{row.reporter ?? words.noReporter}</span>,
          why: words.reasons[row.why],
          received: <When at={row.receivedAt} clock={clock} />,
        },
      }))}
    />
  );
}
