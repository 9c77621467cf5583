import type { Metadata } from 'next';
import { MorePages } from '../../../../components/shell/more-pages.tsx';
import { Button } from '../../../../components/ui/button.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { EmptyState } from '../../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../../components/ui/page-header.tsx';
import { emptyList, noMatch, whyNowhere } from '../../../../components/whitelist/asking.ts';
import { EntryTable } from '../../../../components/whitelist/entry-table.tsx';
import { ListSearch } from '../../../../components/whitelist/list-search.tsx';
import { AccountNotice } from '../../../../components/whitelist/standing-notice.tsx';
import { WaitingBanner } from '../../../../components/whitelist/waiting-banner.tsx';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { requireViewer } from '../../../../lib/web/session.ts';
import { type ListQuery, loadListPage, lookedFor } from '../../list-page.ts';
import { ownAccounts } from '../../own-accounts.ts';

const words = messages.whitelist.list;

export const metadata: Metadata = { title: words.title };

export default async function AccountWhitelistPage({ searchParams }: { searchParams: Promise<ListQuery> }) {
  const session = await requireViewer();
  const asked = await searchParams;
  const { cursor } = asked;
  const q = lookedFor(asked);
  const accounts = await ownAccounts(session.viewer);
  const page = await loadListPage(session, {}, asked, true);
  const why = whyNowhere(accounts.map((account) => ({ ...account, may: account.role !== 'viewer' })));
  const first = accounts
    .filter((account) => account.role !== 'viewer' && account.status !== 'cancelled')
    .flatMap((account) => account.servers)
    .find((server) => server.status !== 'cancelled');
  const request =
    why !== null || first === undefined ? (
      <Button disabledReason={why}>{words.request}</Button>
    ) : (
      <ButtonLink href={paths.newRequest(first.slug)} variant="primary">
        {words.request}
      </ButtonLink>
    );
  const empty = q === '' ? emptyList(why) : noMatch;
  return (
    <>
      <PageHeader title={words.title} lead={words.accountLead} actions={request} />
      {accounts.map(({ id, name, status }) => (
        <AccountNotice key={id} name={name} status={status} />
      ))}
      <WaitingBanner items={page.waiting} />
      <ListSearch
        href={paths.accountWhitelist()}
        q={q}
        several={page.nextCursor !== null || cursor !== undefined}
      />
      {page.rows.length === 0 ? (
        <EmptyState title={empty.title} action={why === null && q === '' ? request : undefined}>
          {empty.text}
        </EmptyState>
      ) : (
        <EntryTable rows={page.rows} clock={page.clock} />
      )}
      <MorePages
        nextHref={page.nextCursor === null ? null : paths.accountWhitelist({ q, cursor: page.nextCursor })}
        firstHref={cursor === undefined ? null : paths.accountWhitelist({ q })}
      />
    </>
  );
}
