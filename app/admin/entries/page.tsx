import type { Metadata } from 'next';
import { EntrySearch } from '../../../components/review/entry-search.tsx';
import { MorePages } from '../../../components/shell/more-pages.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { EntryTable } from '../../../components/whitelist/entry-table.tsx';
import { entryRowView } from '../../../components/whitelist/entry-view.ts';
import { type EntryFilter, isCursor, listEntries } from '../../../db/queries/entries.ts';
import { nodeRevisions } from '../../../db/queries/events.ts';
import { withSilence } from '../../../db/queries/silence.ts';
import { entryStates } from '../../../lib/domain/entry-lifecycle.ts';
import { formatNetwork, parseNetwork } from '../../../lib/domain/network.ts';
import { clockOf } from '../../../lib/web/clock.ts';
import { messages } from '../../../lib/web/messages.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.staff.entries;
const PAGE_SIZE = 50;

export const metadata: Metadata = { title: words.title };

type Search = { address?: string; account?: string; status?: string; cursor?: string };

export default async function AdminEntriesPage({ searchParams }: { searchParams: Promise<Search> }) {
  const session = await requireStaff('manage_entries');
  const search = await searchParams;
  const { database } = portal();
  const clock = clockOf(session);
  const address = search.address?.trim() ?? '';
  const parsed = address === '' ? null : parseNetwork(address);
  const status = entryStates.find((state) => state === search.status);
  const filter: EntryFilter = {
    ...(parsed?.ok ? { address: formatNetwork(parsed.network) } : {}),
    ...(search.account ? { text: search.account } : {}),
    ...(status === undefined ? {} : { status: [status] }),
  };
  const cursor = search.cursor !== undefined && isCursor(search.cursor) ? { cursor: search.cursor } : {};
  const wrong = parsed !== null && !parsed.ok;
  const [{ rows, nextCursor }, nodes] = await Promise.all([
    wrong
      ? { rows: [], nextCursor: null }
      : listEntries(database, session.viewer, filter, { limit: PAGE_SIZE, ...cursor }),
    nodeRevisions(database),
  ]);
  const shown = await withSilence(database, rows, new Date(clock.now));
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <EntrySearch
        values={{
          ...(address === '' ? {} : { address }),
          ...(search.account ? { account: search.account } : {}),
          ...(status === undefined ? {} : { status }),
        }}
        statuses={entryStates.map((value) => ({ value, label: words.states[value] }))}
        {...(wrong ? { addressError: words.notAnAddress } : {})}
      />
      {shown.length === 0 ? (
        <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>
      ) : (
        <EntryTable
          audience="support"
          clock={clock}
          caption={words.caption}
          rows={shown.map((row) =>
            entryRowView(row, paths.adminEntry(row.entry.id), nodes, clock, {
              servers: true,
              accounts: true,
            }),
          )}
        />
      )}
      <MorePages
        nextHref={nextCursor === null ? null : paths.adminEntries({ ...search, cursor: nextCursor })}
        firstHref={search.cursor === undefined ? null : paths.adminEntries({ ...search, cursor: undefined })}
      />
    </>
  );
}
