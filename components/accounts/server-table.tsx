import type { ServerStatus, SubscriptionStatus } from '../../lib/domain/sanctions.ts';
import { common } from '../../lib/web/messages/common.ts';
import { staffAccount } from '../../lib/web/messages/staff-account.ts';
import { When } from '../time/when.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { ButtonLink } from '../ui/button-link.tsx';
import { Names } from '../ui/names.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { Table } from '../ui/table.tsx';

export type ServerRowView = {
  slug: string;
  status: ServerStatus;
  plan: string | null;
  subscription: SubscriptionStatus | null;
  paidUntil: number | null;
  domains: readonly string[];
  usernames: readonly string[];
  requestHref: string;
  /** Why no address can be asked for; null: one can. */
  cannotRequest: string | null;
};

const words = staffAccount.servers;

/** The servers of one account, with the way to ask for an address of each. */
export function ServerTable({ rows, clock }: { rows: readonly ServerRowView[]; clock: Clock }) {
  if (rows.length === 0) return <p className="text-second">{words.none}</p>;
  return (
    <Table
      caption={words.title}
      columns={[
        { key: 'server', heading: words.server },
        { key: 'plan', heading: words.plan, show: 'wide' },
        { key: 'domains', heading: words.domains, show: 'wide' },
        { key: 'users', heading: words.users, show: 'wide' },
        { key: 'request', heading: words.request, quiet: true, align: 'end' },
      ]}
      rows={rows.map((row) => ({
        key: row.slug,
        cells: {
          server: (
            <>
              <span className="font-medium">{row.slug}</span>
              {row.status === 'active' ? null : (
                <span className="ml-2">
                  <Badge tone={row.status === 'cancelled' ? 'out' : 'waiting'}>
                    {words.states[row.status]}
                  </Badge>
                </span>
              )}
            </>
          ),
          plan: (
            <>
              {row.plan ?? words.noPlan}
              <p className="text-second text-small">
                {row.subscription === null ? null : words.subscriptions[row.subscription]}
                {row.paidUntil === null ? null : (
                  <>
                    , {words.paidUntil} <When at={row.paidUntil} clock={clock} as="date" />
                  </>
                )}
              </p>
            </>
          ),
          domains:
            row.domains.length === 0 ? common.none : <Names list={row.domains} more={common.moreNames} />,
          users:
            row.usernames.length === 0 ? common.none : <Names list={row.usernames} more={common.moreNames} />,
          request:
            row.cannotRequest === null ? (
              <ButtonLink href={row.requestHref} size="small">
                {words.request}
              </ButtonLink>
            ) : (
              <Button size="small" disabledReason={row.cannotRequest}>
                {words.request}
              </Button>
            ),
        },
      }))}
    />
  );
}
