import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Advice } from '../../../../components/review/advice.tsx';
import { adviceView } from '../../../../components/review/advice-view.ts';
import { reasonTemplates } from '../../../../components/review/reason-templates.ts';
import { ReviewShortcuts } from '../../../../components/review/review-shortcuts.tsx';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { durationText } from '../../../../components/ui/relative-time.ts';
import { EntryHeader } from '../../../../components/whitelist/entry-header.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { requirementName } from '../../../../components/whitelist/requirement-view.ts';
import { approversOf } from '../../../../db/queries/approvals.ts';
import {
  type EvaluatedEntry,
  evaluateEntry,
  findEntry,
  queueNeighbours,
} from '../../../../db/queries/entries.ts';
import { clearedByStaffAt, holdersOf } from '../../../../db/queries/takeovers.ts';
import { isLive, isOpen } from '../../../../lib/domain/entry-lifecycle.ts';
import { needsSecondPerson } from '../../../../lib/domain/policy.ts';
import { recommend } from '../../../../lib/domain/recommendation.ts';
import { approvalBlocks } from '../../../../lib/domain/requirements.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { entryTitle } from '../../../entry-title.ts';
import { EntryDetails } from '../../entry-details.tsx';
import { AppealOf } from './appeal-of.tsx';
import { Holders } from './holders.tsx';
import { ReviewBackground } from './review-background.tsx';

const words = messages.review;

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ events?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return entryTitle((await params).id, words.queue.title);
}

export default async function RequestPage({ params, searchParams }: Props) {
  const session = await requireStaff('review_requests');
  const { id } = await params;
  const { events } = await searchParams;
  const { database } = portal();
  const row = await findEntry(database, session.viewer, id);
  if (row === undefined) notFound();
  const clock = clockOf(session);
  const found = await evaluateEntry(database, row, new Date(clock.now));
  const { entry, evaluations } = found;
  const proven = evaluations.some((one) => one.requirement === 'control' && one.verdict === 'pass');
  const clearedAt = await clearedByStaffAt(database, entry, found.policy.takeoverDays);
  const [neighbours, approvals, holders] = await Promise.all([
    queueNeighbours(database, entry),
    approversOf(database, entry),
    // Looked for once control is proven: asking for an address must not tell who has it, not even to us.
    isOpen(entry.status) && proven ? holdersOf(database, entry) : [],
  ]);
  const removed =
    entry.appealOf === null ? undefined : await findEntry(database, session.viewer, entry.appealOf);
  const inReview = entry.status === 'in_review';
  const over = isLive(entry.status) ? words.decision.decided : words.decision.ended;
  const notNow = isOpen(entry.status) ? words.decision.notInReview : over;
  const follows = [
    ...secondPersonReasons(
      found,
      holders.some((holder) => holder.takeover !== null),
      isOpen(entry.status) && proven && clearedAt !== null,
    ),
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
            {isOpen(entry.status) ? null : (
              <ButtonLink href={paths.adminEntry(entry.id)}>{words.decision.entry}</ButtonLink>
            )}
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
        events={{ cursor: events, hrefOf: (query) => paths.adminRequest(entry.id, query) }}
        advice={
          isOpen(entry.status) ? (
            <>
              {removed === undefined ? null : <AppealOf removed={removed} clock={clock} />}
              <Advice advice={adviceView(recommend(evaluations))} />
              <Holders requestId={entry.id} holders={holders} clock={clock} />
            </>
          ) : null
        }
        background={<ReviewBackground found={found} clock={clock} />}
        templates={isOpen(entry.status) ? reasonTemplates(evaluations) : []}
        verbs={[
          { verb: 'ask', variant: 'secondary', disabledReason: inReview ? null : notNow },
          { verb: 'approve', variant: 'primary', disabledReason: inReview ? whyNobody(found) : notNow },
          {
            verb: 'reject',
            variant: 'danger',
            disabledReason: isOpen(entry.status) ? null : over,
          },
        ]}
        follows={follows}
        aside={<ReviewShortcuts />}
      />
    </>
  );
}

/** What no reviewer may pass over, and so is in the way of every approval; null: nothing is. */
function whyNobody({ evaluations }: EvaluatedEntry): string | null {
  const blocks = approvalBlocks(evaluations, []).filter(({ overridable }) => !overridable);
  const names = blocks.map(({ evaluation }) => `“${requirementName(evaluation.requirement)}”`).join(', ');
  return blocks.length === 0 ? null : words.decision.notOverridable(names);
}

/** Why one person's approval is not enough, a sentence for each cause. */
function secondPersonReasons(
  { evaluations, facts, policy }: EvaluatedEntry,
  takeover: boolean,
  cleared: boolean,
): string[] {
  const failed = approvalBlocks(evaluations, []).filter(({ overridable }) => overridable);
  const names = failed.map(({ evaluation: one }) => `“${requirementName(one.requirement)}”`).join(', ');
  return [
    ...(needsSecondPerson(policy, facts.network, []) ? [words.decision.wideNeedsSecond] : []),
    ...(failed.length > 0 ? [words.decision.needsSecond(names)] : []),
    ...(takeover ? [messages.takeover.needsSecond] : []),
    ...(cleared ? [messages.takeover.clearedNeedsSecond] : []),
    ...(facts.abuseRemovals.length > 0 ? [words.decision.abuseNeedsSecond] : []),
  ];
}
