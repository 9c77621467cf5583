import type { Metadata } from 'next';
import { type QueueRowView, QueueTable } from '../../../components/review/queue-table.tsx';
import { MorePages } from '../../../components/shell/more-pages.tsx';
import { PageHeader } from '../../../components/ui/page-header.tsx';
import { durationText } from '../../../components/ui/relative-time.ts';
import { networkText, statusView } from '../../../components/whitelist/entry-view.ts';
import { countVerdicts } from '../../../components/whitelist/requirement-view.ts';
import { countsForStaff, evaluateEntry, isCursor, listEntries } from '../../../db/queries/entries.ts';
import { needsSecondPerson } from '../../../lib/domain/policy.ts';
import { clockOf } from '../../../lib/web/clock.ts';
import { messages } from '../../../lib/web/messages.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';

const words = messages.review.queue;
const PAGE_SIZE = 25;

export const metadata: Metadata = { title: words.title };

type Props = { searchParams: Promise<{ cursor?: string; with?: string }> };

/** What waits for support, oldest first; with `with=customer` what waits for the customer. */
export default async function RequestsPage({ searchParams }: Props) {
  const session = await requireStaff('review_requests');
  const { cursor, with: side } = await searchParams;
  const { database } = portal();
  const clock = clockOf(session);
  const now = new Date(clock.now);
  const status = side === 'customer' ? (['pending', 'waiting'] as const) : (['in_review'] as const);
  const page = { limit: PAGE_SIZE, ...(cursor !== undefined && isCursor(cursor) ? { cursor } : {}) };
  const [{ rows, nextCursor }, counts] = await Promise.all([
    listEntries(database, session.viewer, { status }, page, 'oldest'),
    countsForStaff(database),
  ]);
  const views: QueueRowView[] = [];
  for (const found of rows) {
    const { evaluations, facts, policy } = await evaluateEntry(database, found, now);
    const { entry } = found;
    const failed = evaluations.filter((evaluation) => evaluation.verdict === 'fail');
    views.push({
      id: entry.id,
      href: paths.adminRequest(entry.id),
      network: networkText(entry.network),
      purpose: entry.purpose,
      account: found.account.name,
      server: found.server.slug,
      counts: countVerdicts(evaluations),
      status: { ...statusView(found, [], clock), detail: null },
      waiting: durationText(clock.now - entry.createdAt.getTime(), messages.time),
      needsSecond: needsSecondPerson(
        policy,
        facts.network,
        failed.map((one) => one.requirement),
      ),
    });
  }
  return (
    <>
      <PageHeader
        title={words.title}
        lead={words.lead(side === 'customer' ? counts.pending : counts.inReview)}
      />
      <nav aria-label={words.caption} className="flex gap-4">
        {(['review', 'customer'] as const).map((view) => (
          <QueueView
            key={view}
            view={view}
            current={(side === 'customer' ? 'customer' : 'review') === view}
          />
        ))}
      </nav>
      <QueueTable rows={views} />
      <MorePages
        nextHref={nextCursor === null ? null : paths.adminRequests({ cursor: nextCursor, with: side })}
        firstHref={cursor === undefined ? null : paths.adminRequests({ with: side })}
      />
    </>
  );
}

function QueueView({ view, current }: { view: 'review' | 'customer'; current: boolean }) {
  return (
    <a
      href={paths.adminRequests(view === 'customer' ? { with: 'customer' } : {})}
      aria-current={current ? 'page' : undefined}
      className={
        current
          ? 'rounded-chip font-medium underline decoration-2 decoration-in-force underline-offset-8'
          : 'rounded-chip text-second hover:text-ink'
      }
    >
      {words.views[view]}
    </a>
  );
}
