import { EntrySearch } from '../../../components/review/entry-search.tsx';
import { MorePages } from '../../../components/shell/more-pages.tsx';
import { EmptyState } from '../../../components/ui/empty-state.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { EntryTable } from '../../../components/whitelist/entry-table.tsx';
import { entryRowView } from '../../../components/whitelist/entry-view.ts';
import { type EntryFilter, isCursor, listEntries } from '../../../db/queries/entries.ts';
import { nodeRevisions } from '../../../db/queries/events.ts';
import { findPersonByEmail } from '../../../db/queries/people.ts';
import { withSilence } from '../../../db/queries/silence.ts';
import { rowTraffic } from '../../../db/queries/traffic.ts';
import { entryStates } from '../../../lib/domain/entry-lifecycle.ts';
import { formatNetwork, parseNetwork } from '../../../lib/domain/network.ts';
import { daysOf } from '../../../lib/domain/traffic-series.ts';
import { clockOf } from '../../../lib/web/clock.ts';
import { messages } from '../../../lib/web/messages.ts';
import { staffTitle } from '../../../lib/web/page-title.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.staff.entries;
const PAGE_SIZE = 50;

export const generateMetadata = staffTitle(words.title, 'manage_entries');

const filters = ['address', 'account', 'status', 'network', 'decidedBy', 'cursor'] as const;
type Search = { [Name in (typeof filters)[number]]?: string };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function AdminEntriesPage({ searchParams }: Props) {
  const session = await requireStaff('manage_entries');
  const search = searchOf(await searchParams);
  const { database } = portal();
  const clock = clockOf(session);
  const address = search.address === undefined ? null : parseNetwork(search.address);
  const within = search.network === undefined ? null : parseNetwork(search.network);
  const decider = search.decidedBy === undefined ? null : await findPersonByEmail(database, search.decidedBy);
  const status = entryStates.find((state) => state === search.status);
  const filter: EntryFilter = {
    ...(address?.ok ? { address: formatNetwork(address.network) } : {}),
    ...(within?.ok ? { within: formatNetwork(within.network) } : {}),
    ...(decider ? { decidedBy: decider.person.id } : {}),
    ...(search.account === undefined ? {} : { text: search.account }),
    ...(status === undefined ? {} : { status: [status] }),
  };
  const cursor = search.cursor !== undefined && isCursor(search.cursor) ? { cursor: search.cursor } : {};
  const wrong = address?.ok === false || within?.ok === false || decider === undefined;
  const [{ rows, nextCursor }, nodes] = await Promise.all([
    wrong
      ? { rows: [], nextCursor: null }
      : listEntries(database, session.viewer, filter, { limit: PAGE_SIZE, ...cursor }),
    nodeRevisions(database),
  ]);
  const shown = await withSilence(database, rows, new Date(clock.now));
  const traffic = await rowTraffic(
    database,
    rows.map((row) => row.entry.id),
    daysOf(7, new Date(clock.now)),
  );
  const { cursor: _cursor, ...values } = search;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <EntrySearch
        values={values}
        statuses={entryStates.map((value) => ({ value, label: words.states[value] }))}
        {...(address?.ok === false ? { addressError: words.notAnAddress } : {})}
        {...(within?.ok === false ? { networkError: words.notAnAddress } : {})}
        {...(decider === undefined ? { decidedByError: words.nobody } : {})}
      />
      {wrong ? null : shown.length === 0 ? (
        <NothingFound byAddress={search.address !== undefined && Object.keys(values).length === 1} />
      ) : (
        <EntryTable
          audience="support"
          clock={clock}
          caption={words.caption}
          rows={shown.map((row) =>
            entryRowView(row, {
              href: paths.adminEntry(row.entry.id),
              nodes,
              clock,
              spans: { servers: true, accounts: true },
              traffic: traffic.get(row.entry.id),
            }),
          )}
        />
      )}
      <MorePages
        nextHref={nextCursor === null ? null : paths.adminEntries({ ...values, cursor: nextCursor })}
        firstHref={search.cursor === undefined ? null : paths.adminEntries(values)}
      />
    </>
  );
}

/** That no entry covers an address says something about it; of any other search it is only that. */
function NothingFound({ byAddress }: { byAddress: boolean }) {
  return byAddress ? (
    <EmptyState title={words.emptyTitle}>{words.empty}</EmptyState>
  ) : (
    <EmptyState title={words.noMatchTitle}>{words.noMatch}</EmptyState>
  );
}

/** Of a name that is given twice, the first; what is empty is not searched for. */
function searchOf(given: Record<string, string | string[] | undefined>): Search {
  return Object.fromEntries(
    filters.flatMap((name) => {
      const text = [given[name]].flat()[0]?.trim().replaceAll('\u0000', '') ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}
