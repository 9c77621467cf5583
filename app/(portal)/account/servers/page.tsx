import type { Metadata } from 'next';
import { MorePages } from '../../../../components/shell/more-pages.tsx';
import { Badge } from '../../../../components/ui/badge.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { RowLink } from '../../../../components/ui/row-link.tsx';
import { Table } from '../../../../components/ui/table.tsx';
import { ListSearch } from '../../../../components/whitelist/list-search.tsx';
import { pageOfOwnServers } from '../../../../db/queries/accounts.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { type ListQuery, lookedFor } from '../../list-page.ts';

const words = messages.account.servers;
const { states } = messages.staffAccount.servers;
const PAGE_SIZE = 50;
const tones = {
  active: 'neutral',
  paused: 'waiting',
  suspended: 'waiting',
  cancelled: 'out',
} as const;

export const metadata: Metadata = { title: words.title };

/** Every server of one's own accounts: the side bar names the first of them. */
export default async function ServersPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const { viewer } = await requireViewer();
  const asked = await searchParams;
  const { cursor } = asked;
  const q = lookedFor(asked);
  const page = await pageOfOwnServers(portal().database, viewer, q, { limit: PAGE_SIZE, cursor });
  const several = viewer.memberships.length > 1;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <ListSearch
        href={paths.accountServers()}
        q={q}
        several={page.nextCursor !== null || cursor !== undefined}
        label={words.find}
      />
      {page.rows.length === 0 ? (
        <EmptyState title={q === '' ? words.emptyTitle : words.emptyMatchTitle}>
          {q === '' ? words.empty : words.emptyMatch}
        </EmptyState>
      ) : (
        <Table
          caption={words.caption}
          columns={[
            { key: 'server', heading: words.server },
            { key: 'name', heading: words.name, show: 'wide' },
            ...(several ? [{ key: 'account', heading: words.account, show: 'wide' as const }] : []),
            { key: 'status', heading: words.status },
          ]}
          rows={page.rows.map(({ slug, name, account, status }) => ({
            key: slug,
            cells: {
              server: (
                <RowLink href={paths.serverWhitelist(slug)} className="font-medium">
                  {slug}
                </RowLink>
              ),
              name,
              account,
              status: <Badge tone={tones[status]}>{states[status]}</Badge>,
            },
          }))}
        />
      )}
      <MorePages
        nextHref={page.nextCursor === null ? null : paths.accountServers({ q, cursor: page.nextCursor })}
        firstHref={cursor === undefined ? null : paths.accountServers({ q })}
      />
    </>
  );
}
