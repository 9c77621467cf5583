import { type QueueRowView, QueueTable } from '../../../components/review/queue-table.tsx';
import { MorePages } from '../../../components/shell/more-pages.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { durationText } from '../../../components/ui/relative-time.ts';
import { networkText, statusView } from '../../../components/whitelist/entry-view.ts';
import { countVerdicts } from '../../../components/whitelist/requirement-view.ts';
import { evaluateEntries, isCursor, listEntries } from '../../../db/queries/entries.ts';
import {
  approvalNeeds,
  countQueues,
  inQueue,
  isQueueView,
  type QueueView,
  queueViews,
  waitingSince,
} from '../../../db/queries/review-queue.ts';
import { clockOf } from '../../../lib/web/clock.ts';
import { messages } from '../../../lib/web/messages.ts';
import { staffTitle } from '../../../lib/web/page-title.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.review.queue;
const PAGE_SIZE = 25;

export const generateMetadata = staffTitle(words.title, 'review_requests');

type Props = { searchParams: Promise<{ cursor?: string; view?: string }> };

/** What waits, oldest first: for support, or in one of the narrower views of it. */
export default async function RequestsPage({ searchParams }: Props) {
  const session = await requireStaff('review_requests');
  const { cursor, view: wanted } = await searchParams;
  const view = isQueueView(wanted) ? wanted : 'review';
  const { database } = portal();
  const clock = clockOf(session);
  const now = new Date(clock.now);
  const { personId } = session.viewer;
  const page = { limit: PAGE_SIZE, ...(cursor !== undefined && isCursor(cursor) ? { cursor } : {}) };
  const [{ rows, nextCursor }, counts] = await Promise.all([
    listEntries(database, session.viewer, { where: inQueue(view, personId, now) }, page, 'oldest'),
    countQueues(database, personId, now),
  ]);
  const ids = view === 'customer' ? [] : rows.map((row) => row.entry.id);
  const since = await waitingSince(database, ids);
  const views: QueueRowView[] = [];
  const evaluated = await evaluateEntries(database, rows, now);
  const needs = await approvalNeeds(database, evaluated);
  for (const found of evaluated) {
    const { entry, evaluations } = found;
    views.push({
      id: entry.id,
      href: view === 'scope' ? paths.adminEntry(entry.id) : paths.adminRequest(entry.id),
      network: networkText(entry.network),
      purpose: entry.purpose,
      account: found.account.name,
      server: found.server.slug,
      counts: countVerdicts(evaluations),
      status: { ...statusView(found, [], clock), detail: null },
      waiting: durationText(clock.now - (since.get(entry.id) ?? entry.createdAt).getTime(), messages.time),
      needs: needs.get(entry.id) ?? null,
    });
  }
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(counts[view])} />
      <nav aria-label={words.caption} className="flex flex-wrap gap-x-5 gap-y-2">
        {queueViews.map((each) => (
          <ViewLink key={each} view={each} count={counts[each]} current={each === view} />
        ))}
      </nav>
      <QueueTable rows={views} />
      <MorePages
        nextHref={nextCursor === null ? null : paths.adminRequests({ cursor: nextCursor, view })}
        firstHref={cursor === undefined ? null : paths.adminRequests({ view })}
      />
    </>
  );
}

function ViewLink({ view, count, current }: { view: QueueView; count: number; current: boolean }) {
  return (
    <a
      href={paths.adminRequests(view === 'review' ? {} : { view })}
      aria-current={current ? 'page' : undefined}
      className={
        current
          ? 'rounded-chip font-medium underline decoration-2 decoration-in-force underline-offset-8'
          : 'rounded-chip text-second hover:text-ink'
      }
    >
      {words.views[view]}
      {count > 0 ? (
        <span className="ml-1.5 inline-block text-second text-small tabular-nums">{count}</span>
      ) : null}
    </a>
  );
}
