import type { Metadata } from 'next';
import { RenewalsForm, type RenewalView } from '../../../../components/renewals/renewals-form.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import type { DueRenewal } from '../../../../db/queries/renewals.ts';
import { mayInAccount, type Viewer } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { dueRenewals } from '../../due-renewals.ts';
import { renewAction } from './actions.ts';

const words = messages.renewals;

export const metadata: Metadata = { title: words.title };

export default async function RenewalsPage() {
  const session = await requireViewer();
  const clock = clockOf(session);
  const due = await dueRenewals(session.viewer, new Date(clock.now));
  const rows = due.map((renewal) => viewOf(renewal, session.viewer, clock.now));
  const owns = rows.some((row) => row.mine);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      {rows.length === 0 ? (
        <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>
      ) : (
        <RenewalsForm
          action={renewAction}
          rows={rows}
          clock={clock}
          disabledReason={owns ? null : words.ownersOnly}
        />
      )}
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
