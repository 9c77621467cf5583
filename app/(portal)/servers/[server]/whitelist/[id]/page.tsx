import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ActionButton } from '../../../../../../components/form/action-button.tsx';
import { RenewForm } from '../../../../../../components/renewals/renew-form.tsx';
import { ButtonLink } from '../../../../../../components/ui/button-link.tsx';
import { Notice } from '../../../../../../components/ui/notice.tsx';
import { dateText } from '../../../../../../components/ui/relative-time.ts';
import { whyNotHere } from '../../../../../../components/whitelist/asking.ts';
import { ConfirmRequestForm } from '../../../../../../components/whitelist/confirm-request-form.tsx';
import { DetailsCard } from '../../../../../../components/whitelist/details-card.tsx';
import { EntryActions, RemoveEntry } from '../../../../../../components/whitelist/entry-actions.tsx';
import { EntryHeader } from '../../../../../../components/whitelist/entry-header.tsx';
import {
  detailsView,
  lifeLineView,
  networkText,
  nodesView,
  reviewByView,
  statusView,
} from '../../../../../../components/whitelist/entry-view.ts';
import { LifeLine } from '../../../../../../components/whitelist/life-line.tsx';
import { withoutOwner } from '../../../../../../components/whitelist/life-steps.ts';
import { LookupProgress } from '../../../../../../components/whitelist/lookup-progress.tsx';
import { lookupView, sampleOf } from '../../../../../../components/whitelist/lookup-view.ts';
import { NodesInForce } from '../../../../../../components/whitelist/nodes-in-force.tsx';
import { OwnershipQuestion } from '../../../../../../components/whitelist/ownership-question.tsx';
import { ProofInstructions } from '../../../../../../components/whitelist/proof-instructions.tsx';
import { ProofList } from '../../../../../../components/whitelist/proof-list.tsx';
import { proofRows } from '../../../../../../components/whitelist/proof-list-view.ts';
import { ProofWatch } from '../../../../../../components/whitelist/proof-watch.tsx';
import { QuestionThread } from '../../../../../../components/whitelist/question-thread.tsx';
import { RequirementList } from '../../../../../../components/whitelist/requirement-list.tsx';
import { requirementView } from '../../../../../../components/whitelist/requirement-view.ts';
import { ReviewByCard } from '../../../../../../components/whitelist/review-by-card.tsx';
import { entryOfNetwork, evaluateEntry, findEntry } from '../../../../../../db/queries/entries.ts';
import {
  enforcementOf,
  listThread,
  nodeRevisions,
  requesterOf,
} from '../../../../../../db/queries/events.ts';
import { sponsorHasLeft } from '../../../../../../db/queries/renewals.ts';
import { listUsernames } from '../../../../../../db/queries/servers.ts';
import { withSilence } from '../../../../../../db/queries/silence.ts';
import { ownershipQuestions } from '../../../../../../db/queries/takeovers.ts';
import { confirmedName } from '../../../../../../lib/domain/confirmed-name.ts';
import { isLive, isOpen, liveStates, openStates } from '../../../../../../lib/domain/entry-lifecycle.ts';
import { lostItsProof } from '../../../../../../lib/domain/lost-proof.ts';
import {
  type AccountAbility,
  mayInAccount,
  roleIn,
  type Viewer,
} from '../../../../../../lib/domain/permissions.ts';
import { forCustomer, provingAddressesNeeded } from '../../../../../../lib/domain/requirements.ts';
import { clockOf } from '../../../../../../lib/web/clock.ts';
import { messages } from '../../../../../../lib/web/messages.ts';
import { paths } from '../../../../../../lib/web/paths.ts';
import { portal } from '../../../../../../lib/web/portal.ts';
import { proofAddressOf, proofTokenOf, proofUrlOf } from '../../../../../../lib/web/proof-address.ts';
import { requireViewer } from '../../../../../../lib/web/session.ts';
import { EntryTimeline } from '../../../../../entry-timeline.tsx';
import { entryTitle } from '../../../../../entry-title.ts';
import { EntryTraffic } from '../../../../../entry-traffic.tsx';
import { AbuseSection } from './abuse-section.tsx';
import { type EntryVerbName, entryAction } from './actions.ts';
import { ScopeSection } from './scope-section.tsx';

const words = messages.whitelist;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return entryTitle((await params).id, words.list.title, ofOwnAccounts);
}

/** Staff have their pages under /admin; here they see what they own. */
function ofOwnAccounts(viewer: Viewer): Viewer {
  return { ...viewer, staffRole: null };
}

type Props = {
  params: Promise<{ server: string; id: string }>;
  searchParams: Promise<{ days?: string; events?: string }>;
};

export default async function EntryPage({ params, searchParams }: Props) {
  const session = await requireViewer();
  const { server: slug, id } = await params;
  const { days, events } = await searchParams;
  const { database, environment } = portal();
  const own = ofOwnAccounts(session.viewer);
  const found = await findEntry(database, own, id);
  if (found === undefined || found.server.slug !== slug) notFound();

  const clock = clockOf(session);
  const [
    evaluated,
    requester,
    thread,
    enforcement,
    nodes,
    usernames,
    sponsorLeft,
    [question],
    [shown = { ...found, silence: undefined }],
  ] = await Promise.all([
    evaluateEntry(database, found, new Date(clock.now)),
    requesterOf(database, id),
    listThread(database, id),
    enforcementOf(database, found.entry),
    nodeRevisions(database),
    listUsernames(database, found.server.id),
    sponsorHasLeft(database, id),
    ownershipQuestions(database, own, id),
    withSilence(database, [found], new Date(clock.now)),
  ]);
  const { entry } = found;
  const { facts } = evaluated;
  const evaluations = evaluated.evaluations.map(forCustomer);
  const { silence } = shown;
  const status = statusView(shown, nodes, clock);
  const role = roleIn(own, entry.accountId);
  const life = lifeLineView(
    shown,
    { evaluations, proofs: facts.proofs, requestedBy: requester, nodes },
    clock,
  );
  const verb = (name: EntryVerbName, ability: AccountAbility) => ({
    action: entryAction.bind(null, name, id),
    disabledReason: mayInAccount(own, entry.accountId, ability)
      ? null
      : words.actions.notAllowed[role === 'member' ? 'member' : 'viewer'],
  });
  const seen = new Set(
    facts.proofs.filter((proof) => proof.withdrawnAt === null).map((proof) => proof.address),
  );
  const reviewBy = reviewByView(found, sponsorLeft, evaluated.policy.lateRenewalDays, clock);
  // What was removed for abuse has its appeal instead.
  const mayAskAgain =
    !isOpen(entry.status) &&
    !isLive(entry.status) &&
    entry.endCause !== 'abuse' &&
    whyNotHere({
      may: mayInAccount(own, entry.accountId, 'request_entry'),
      account: found.account.status,
      server: found.server.status,
    }) === null;
  // It may have been asked for again already, or be whitelisted anew.
  const anew = mayAskAgain
    ? await entryOfNetwork(database, entry.accountId, entry.network, [...openStates, ...liveStates])
    : undefined;
  const awaitsOwner = isOpen(entry.status) && entry.responsibilityAcceptedAt === null;
  const lost = lostItsProof(entry, facts.proofs);
  const awaitsProof =
    (isOpen(entry.status) || lost) &&
    evaluations.some((one) => one.requirement === 'control' && one.verdict !== 'pass');

  const lookups = lookupView(
    facts.evidence.progress,
    { open: isOpen(entry.status), completedAt: entry.checksCompletedAt },
    clock.now,
  );

  return (
    <>
      <EntryHeader
        network={networkText(entry.network)}
        above={entry.label ?? entry.purpose}
        actions={
          anew !== undefined ? (
            <ButtonLink href={paths.entry(anew.server, anew.id)}>{words.actions.openAnew}</ButtonLink>
          ) : mayAskAgain ? (
            <ButtonLink href={paths.newRequest(slug, { network: networkText(entry.network) })}>
              {words.actions.askAgain}
            </ButtonLink>
          ) : (
            <EntryActions
              network={networkText(entry.network)}
              {...(isOpen(entry.status) ? { withdraw: verb('withdraw', 'withdraw_entry') } : {})}
              {...(isLive(entry.status) ? { remove: verb('remove', 'remove_entry') } : {})}
              {...(entry.status === 'active' ? { suspend: verb('suspend', 'suspend_entry') } : {})}
              {...(entry.suspensionCauses.includes('owner')
                ? { restore: verb('restore', 'suspend_entry') }
                : {})}
            />
          )
        }
      />
      <LifeLine view={role === 'owner' ? life : withoutOwner(life, status.key)} />
      {silence === undefined ? null : (
        <Notice
          tone="waiting"
          title={words.silence.title(dateText(silence.since.getTime(), clock, messages.time))}
        >
          {words.silence.text(dateText(silence.endsAt.getTime(), clock, messages.time))}
        </Notice>
      )}
      {awaitsOwner ? (
        <Notice tone="waiting" title={words.actions.acceptTitle}>
          <p className="mb-3">
            {entry.requestedByStaff ? words.waiting.confirmForStaff : words.waiting.confirmText}
          </p>
          {entry.requestedByStaff ? (
            <ConfirmRequestForm {...verb('accept', 'accept_responsibility')} />
          ) : (
            <ActionButton
              label={words.actions.accept}
              variant="primary"
              {...verb('accept', 'accept_responsibility')}
            />
          )}
        </Notice>
      ) : null}
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20.625rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <AbuseSection found={found} clock={clock} appeal={verb('appeal', 'appeal_removal')} />
          {question === undefined ? null : (
            <OwnershipQuestion
              until={question.until.getTime()}
              proofAddress={proofAddressOf(entry)}
              answered={question.objection}
              provenAgainAt={question.provenAgainAt?.getTime() ?? null}
              clock={clock}
              {...verb('ownership', 'answer_question')}
            />
          )}
          {isOpen(entry.status) || lost ? (
            <ProofWatch awaits={awaitsProof} looksUp={isOpen(entry.status) && lookups.state !== 'done'} />
          ) : null}
          {awaitsProof ? (
            <ProofInstructions
              clock={clock}
              proof={{
                network: networkText(entry.network),
                proofAddress: proofAddressOf(entry),
                proofUrl: proofUrlOf(entry),
                dns: {
                  name: confirmedName(facts.evidence.ptr?.facts ?? null),
                  value: proofTokenOf(entry),
                },
                senderDomains: found.standing.scope.sender_domains,
                smtpHost: environment.smtpPublicName,
                smtpPorts: environment.smtpPorts,
                username: usernames[0] ?? null,
                needed: provingAddressesNeeded(facts.network, facts.usableAddresses),
                seen: seen.size,
                discounted: facts.proofs.some((proof) => proof.withdrawnAt !== null),
                askedAt: entry.createdAt.getTime(),
                kinds: evaluated.policy.proofKinds,
                ...(lost ? { lost: entry.status === 'active' ? 'inForce' : 'suspended' } : {}),
              }}
              otherwise={
                lost ? (
                  <RemoveEntry network={networkText(entry.network)} {...verb('remove', 'remove_entry')} />
                ) : entry.status === 'pending' && entry.reviewRequestedAt === null ? (
                  <ActionButton label={words.proof.withoutProof} {...verb('review', 'request_review')} />
                ) : undefined
              }
            />
          ) : null}
          <QuestionThread
            clock={clock}
            {...(entry.status === 'waiting'
              ? mayInAccount(own, entry.accountId, 'answer_question')
                ? { answer: entryAction.bind(null, 'answer', id) }
                : { whoAnswers: words.thread.ownersAnswer }
              : {})}
            messages={thread.map((message) => ({
              id: message.id,
              side: message.side,
              name: message.side === 'support' ? words.thread.support : (message.name ?? words.thread.you),
              body: message.body,
              at: message.createdAt.getTime(),
            }))}
          />
          <LookupProgress view={lookups} now={clock.now} />
          {entry.activatedAt === null ? null : (
            <EntryTraffic
              entryId={id}
              server={slug}
              page={paths.entry(slug, id)}
              period={days}
              now={clock.now}
            />
          )}
          <RequirementList
            rows={evaluations.map(requirementView)}
            clock={clock}
            showNext={lost ? ['control'] : isOpen(entry.status)}
            sample={sampleOf(facts.evidence.ptr?.facts)}
          />
          <ProofList rows={proofRows(facts.proofs, facts.evidence.ptr?.facts)} clock={clock} />
          <EntryTimeline
            entryId={id}
            audience="account"
            cursor={events}
            hrefOf={(query) => paths.entry(slug, id, query)}
            clock={clock}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <NodesInForce status={status} nodes={nodesView(enforcement)} />
          <ScopeSection found={found} viewer={own} clock={clock} />
          {reviewBy === null ? null : (
            <ReviewByCard
              {...reviewBy}
              renew={
                <RenewForm
                  leaseEnd={entry.leaseEnd}
                  {...verb('renew', 'renew_entry')}
                  {...(entry.status === 'active'
                    ? {}
                    : {
                        disabledReason:
                          words.reviewBy[status.key === 'paused_by_owner' ? 'paused' : 'notActive'],
                      })}
                />
              }
            />
          )}
          <DetailsCard details={detailsView(found, messages.requestForm.tenures)} />
        </div>
      </div>
    </>
  );
}
