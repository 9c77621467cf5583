import { BlockForm } from '../../../../components/policy/block-form.tsx';
import { BlockedTable } from '../../../../components/policy/blocked-table.tsx';
import { PolicyTabs } from '../../../../components/policy/policy-tabs.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { Disclosure } from '../../../../components/ui/disclosure.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { type Blocked, listBlocked } from '../../../../db/queries/blocked-prefixes.ts';
import { mayAsStaff } from '../../../../lib/domain/permissions.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { staffTitle } from '../../../../lib/web/page-title.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { blockAction, unblockAction } from './actions.ts';

const words = messages.policy.blocked;
const MOST_SHOWN = 500;
const MOST_ENDED = 100;

export const generateMetadata = staffTitle(messages.policy.tabs.blocked, 'view_policy');

export default async function BlockedPage() {
  const session = await requireStaff('view_policy');
  const { database } = portal();
  const clock = clockOf(session);
  const now = new Date(clock.now);
  const [holding, ended] = await Promise.all([
    listBlocked(database, 'holding', now, MOST_SHOWN),
    listBlocked(database, 'ended', now, MOST_ENDED),
  ]);
  const disabledReason = mayAsStaff(session.viewer, 'change_policy') ? null : messages.policy.adminsOnly;
  return (
    <>
      <PageHeader title={messages.policy.title} lead={words.lead} />
      <PolicyTabs current="blocked" />
      {holding.length === 0 ? (
        <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>
      ) : (
        <BlockedTable
          caption={words.caption}
          rows={holding.map(viewOf)}
          clock={clock}
          unblock={{ action: unblockAction, disabledReason }}
        />
      )}
      <Card id="block" title={words.add}>
        <BlockForm action={blockAction} disabledReason={disabledReason} />
      </Card>
      {ended.length === 0 ? null : (
        <Disclosure summary={words.earlier} summaryClassName="rounded-chip">
          <div className="mt-3">
            <BlockedTable caption={words.earlier} rows={ended.map(viewOf)} clock={clock} />
          </div>
        </Disclosure>
      )}
    </>
  );
}

function viewOf(blocked: Blocked) {
  const network = networkText(blocked.network);
  return {
    id: blocked.id,
    network,
    reason: blocked.reason,
    by: blocked.by,
    at: blocked.createdAt.getTime(),
    expiresAt: blocked.expiresAt?.getTime() ?? null,
    entries: blocked.entries,
    entriesHref: paths.adminEntries({ address: network }),
  };
}
