import type { Metadata } from 'next';
import { AccountsTable } from '../../../components/accounts/accounts-table.tsx';
import { MorePages } from '../../../components/shell/more-pages.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { listAccounts } from '../../../db/queries/accounts.ts';
import { messages } from '../../../lib/web/messages.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.staff.accounts;
const PAGE_SIZE = 100;

export const metadata: Metadata = { title: words.title };

export default async function AccountsPage({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  await requireStaff('view_accounts');
  const { cursor } = await searchParams;
  const { rows, next } = await listAccounts(portal().database, cursor, PAGE_SIZE);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <AccountsTable rows={rows.map((row) => ({ ...row, href: paths.adminAccount(row.slug) }))} />
      <MorePages
        nextHref={next === null ? null : paths.adminAccounts({ cursor: next })}
        firstHref={cursor === undefined ? null : paths.adminAccounts()}
      />
    </>
  );
}
