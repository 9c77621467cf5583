import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Advice } from '../../../../components/review/advice.tsx';
import { adviceView } from '../../../../components/review/advice-view.ts';
import { ReviewShortcuts } from '../../../../components/review/review-shortcuts.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { durationText } from '../../../../components/ui/relative-time.ts';
import { EntryHeader } from '../../../../components/whitelist/entry-header.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { requirementName } from '../../../../components/whitelist/requirement-view.ts';
import {
  earlierApprovals,
  evaluateEntry,
  findEntry,
  queueNeighbours,
} from '../../../../db/queries/entries.ts';
import { isOpen } from '../../../../lib/domain/entry-lifecycle.ts';
import { needsSecondPerson } from '../../../../lib/domain/policy.ts';
import { recommend } from '../../../../lib/domain/recommendation.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { EntryDetails } from '../../entry-details.tsx';

const words = messages.review;

export const metadata: Metadata = { title: words.queue.title };

export default async function RequestPage({ params }: { params: Promise<{ id: string }> }) {
  const session = await requireStaff('review_requests');
  const { id } = await params;
  const { database } = portal();
  const row = await findEntry(database, session.viewer, id);
  if (row === undefined) notFound();
  const clock = clockOf(session);
  const found = await evaluateEntry(database, row, new Date(clock.now));
  const { entry, evaluations, facts, policy } = found;
  const [neighbours, approvals] = await Promise.all([
    queueNeighbours(database, entry),
    earlierApprovals(database, entry),
  ]);
  const failed = evaluations.filter((evaluation) => evaluation.verdict === 'fail');
  const second = needsSecondPerson(
    policy,
    facts.network,
    failed.map((one) => one.requirement),
  );
  const inReview = entry.status === 'in_review';
  const notNow = isOpen(entry.status) ? words.decision.notInReview : words.decision.ended;
  const follows = [
    ...(second && failed.length > 0
      ? [words.decision.needsSecond(failed.map((one) => `“${requirementName(one.requirement)}”`).join(', '))]
      : []),
    ...(approvals.includes(session.viewer.personId)
      ? [words.decision.ownFirst]
      : approvals.length > 0
        ? [words.decision.firstOfTwo]
        : []),
    words.decision.follows,
  ];
  return (
    <>
      <EntryHeader
        network={networkText(entry.network)}
        above={
          inReview
            ? words.position(
                neighbours.position,
                neighbours.total,
                durationText(clock.now - entry.createdAt.getTime(), messages.time),
              )
            : undefined
        }
        below={words.quote(row.account.name, row.server.slug, entry.purpose)}
        actions={
          <>
            {neighbours.previousId === null ? null : (
              <ButtonLink href={paths.adminRequest(neighbours.previousId)} shortcut="k">
                {words.previous}
              </ButtonLink>
            )}
            {neighbours.nextId === null ? null : (
              <ButtonLink href={paths.adminRequest(neighbours.nextId)} shortcut="j">
                {words.next}
              </ButtonLink>
            )}
          </>
        }
      />
      <EntryDetails
        found={found}
        clock={clock}
        advice={isOpen(entry.status) ? <Advice advice={adviceView(recommend(evaluations))} /> : null}
        verbs={[
          { verb: 'ask', variant: 'secondary', disabledReason: inReview ? null : notNow },
          { verb: 'approve', variant: 'primary', disabledReason: inReview ? null : notNow },
          {
            verb: 'reject',
            variant: 'danger',
            disabledReason: isOpen(entry.status) ? null : words.decision.ended,
          },
        ]}
        follows={follows}
        aside={<ReviewShortcuts />}
      />
    </>
  );
}
