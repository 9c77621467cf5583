import { AccountsTable } from '../../../components/accounts/accounts-table.tsx';
import { MorePages } from '../../../components/shell/more-pages.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { pageOfAccounts } from '../../../db/queries/accounts.ts';
import { messages } from '../../../lib/web/messages.ts';
import { staffTitle } from '../../../lib/web/page-title.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.staff.accounts;
const PAGE_SIZE = 100;

export const generateMetadata = staffTitle(words.title, 'view_accounts');

export default async function AccountsPage({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  await requireStaff('view_accounts');
  const { cursor } = await searchParams;
  const { rows, nextCursor } = await pageOfAccounts(portal().database, { limit: PAGE_SIZE, cursor });
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <AccountsTable rows={rows.map((row) => ({ ...row, href: paths.adminAccount(row.slug) }))} />
      <MorePages
        nextHref={nextCursor === null ? null : paths.adminAccounts({ cursor: nextCursor })}
        firstHref={cursor === undefined ? null : paths.adminAccounts()}
      />
    </>
  );
}
