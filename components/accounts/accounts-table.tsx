import type { AccountStatus } from '../../lib/domain/sanctions.ts';
import { staff } from '../../lib/web/messages/staff.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { RowLink } from '../ui/row-link.tsx';
import { Table } from '../ui/table.tsx';
import type { Tone } from '../ui/tone.ts';

export type AccountRowView = {
  slug: string;
  name: string;
  href: string;
  status: AccountStatus;
  servers: number;
  inForce: number;
  open: number;
};

const words = staff.accounts;

const tones = { active: 'neutral', suspended: 'waiting', cancelled: 'out' } as const satisfies Record<
  AccountRowView['status'],
  Tone
>;

/** The customers of the platform. */
export function AccountsTable({ rows }: { rows: readonly AccountRowView[] }) {
  if (rows.length === 0) return <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>;
  return (
    <Table
      caption={words.caption}
      columns={[
        { key: 'account', heading: words.account },
        { key: 'status', heading: words.status },
        { key: 'servers', heading: words.servers, align: 'end', show: 'wide' },
        { key: 'inForce', heading: words.inForce, align: 'end', show: 'wide' },
        { key: 'open', heading: words.open, align: 'end', show: 'wide' },
      ]}
      rows={rows.map((row) => ({
        key: row.slug,
        cells: {
          account: (
            <>
              <RowLink href={row.href} className="font-medium">
                {row.name}
              </RowLink>
              <p className="text-second text-small">{row.slug}</p>
            </>
          ),
          status: <Badge tone={tones[row.status]}>{words.states[row.status]}</Badge>,
          servers: row.servers,
          inForce: row.inForce,
          open: row.open,
        },
      }))}
    />
  );
}
