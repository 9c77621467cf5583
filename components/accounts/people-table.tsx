import type { AccountRole } from '../../lib/domain/permissions.ts';
import { shell } from '../../lib/web/messages/shell.ts';
import { staffAccount } from '../../lib/web/messages/staff-account.ts';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { RowLink } from '../ui/row-link.tsx';
import { Table } from '../ui/table.tsx';

export type PersonRowView = {
  id: string;
  email: string | null;
  name: string | null;
  role: AccountRole;
  since: number;
  joined: boolean;
  /** For whoever may read what is kept about them. */
  href?: string;
};

const words = staffAccount.people;

/** Who belongs to an account: whom support calls. */
export function PeopleTable({ rows, clock }: { rows: readonly PersonRowView[]; clock: Clock }) {
  if (rows.length === 0) return <p className="text-second">{words.none}</p>;
  return (
    <Table
      caption={words.title}
      columns={[
        { key: 'person', heading: words.person },
        { key: 'role', heading: words.role },
        { key: 'since', heading: words.since, show: 'wide' },
      ]}
      rows={rows.map((row) => ({
        key: row.id,
        cells: {
          person: (
            <>
              {row.href === undefined ? (
                <span className="font-medium">{row.name ?? row.email}</span>
              ) : (
                <RowLink href={row.href} className="font-medium">
                  {row.name ?? row.email}
                </RowLink>
              )}
              <p className="text-second text-small [overflow-wrap:anywhere]">
                {[row.name === null ? null : row.email, row.joined ? null : words.invited]
                  .filter(Boolean)
                  .join(', ')}
              </p>
            </>
          ),
          role: shell.roles[row.role],
          since: <When at={row.since} clock={clock} as="date" />,
        },
      }))}
    />
  );
}
