import type { Metadata } from 'next';
import { RenewalsForm, type RenewalView } from '../../../../components/renewals/renewals-form.tsx';
import { MorePages } from '../../../../components/shell/more-pages.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import type { DueRenewal } from '../../../../db/queries/renewals.ts';
import { mayInAccount, type Viewer } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { pageOfRenewals } from '../../due-renewals.ts';
import { renewAction } from './actions.ts';

const words = messages.renewals;
const PAGE_SIZE = 50;

export const metadata: Metadata = { title: words.title };

export default async function RenewalsPage({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  const session = await requireViewer();
  const clock = clockOf(session);
  const { cursor } = await searchParams;
  const due = await pageOfRenewals(session.viewer, new Date(clock.now), { limit: PAGE_SIZE, cursor });
  const rows = due.rows.map((renewal) => viewOf(renewal, session.viewer, clock.now));
  const owns = rows.some((row) => row.mine);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {rows.length === 0 ? (
        <EmptyState title={cursor === undefined ? words.emptyTitle : messages.common.pageEmpty}>
          {cursor === undefined ? words.empty : null}
        </EmptyState>
      ) : (
        <RenewalsForm
          action={renewAction}
          rows={rows}
          clock={clock}
          onSeveralPages={cursor !== undefined || due.nextCursor !== null}
          disabledReason={owns ? null : words.ownersOnly}
        />
      )}
      <MorePages
        nextHref={due.nextCursor === null ? null : paths.accountRenewals({ cursor: due.nextCursor })}
        firstHref={cursor === undefined ? null : paths.accountRenewals()}
      />
    </>
  );
}

function viewOf(renewal: DueRenewal, viewer: Viewer, now: number): RenewalView {
  const { id, network, label, purpose, server, reviewBy, leaseEnd } = renewal;
  return {
    id,
    href: paths.entry(server, id),
    network: networkText(network),
    name: label ?? purpose,
    server,
    reviewBy: reviewBy.getTime(),
    overdue: reviewBy.getTime() <= now,
    leaseEnd,
    note: renewal.inherited ? words.inherited : renewal.sponsorLeft ? words.sponsorLeft : null,
    mine: mayInAccount(viewer, renewal.accountId, 'renew_entry'),
  };
}
