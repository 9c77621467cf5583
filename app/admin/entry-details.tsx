import type { ReactNode } from 'react';
import { AccountFacts } from '../../components/review/account-facts.tsx';
import { DecisionPanel, type DecisionView } from '../../components/review/decision-panel.tsx';
import type { ReasonTemplate } from '../../components/review/reason-templates.ts';
import { DetailsCard } from '../../components/whitelist/details-card.tsx';
import {
  detailsView,
  lifeLineView,
  nodesView,
  scopeView,
  statusView,
} from '../../components/whitelist/entry-view.ts';
import { LifeLine } from '../../components/whitelist/life-line.tsx';
import { LookupProgress } from '../../components/whitelist/lookup-progress.tsx';
import { lookupView, sampleOf } from '../../components/whitelist/lookup-view.ts';
import { NodesInForce } from '../../components/whitelist/nodes-in-force.tsx';
import { ProofList } from '../../components/whitelist/proof-list.tsx';
import { proofRows } from '../../components/whitelist/proof-list-view.ts';
import { QuestionThread } from '../../components/whitelist/question-thread.tsx';
import { RequirementList } from '../../components/whitelist/requirement-list.tsx';
import { requirementName, requirementView } from '../../components/whitelist/requirement-view.ts';
import { ScopeCard } from '../../components/whitelist/scope-card.tsx';
import { findAccountFacts } from '../../db/queries/accounts.ts';
import type { EvaluatedEntry } from '../../db/queries/entries.ts';
import { enforcementOf, listThread, nodeRevisions, requesterOf } from '../../db/queries/events.ts';
import { withSilence } from '../../db/queries/silence.ts';
import { isOpen } from '../../lib/domain/entry-lifecycle.ts';
import { approvalBlocks } from '../../lib/domain/requirements.ts';
import { messages } from '../../lib/web/messages.ts';
import { paths } from '../../lib/web/paths.ts';
import { portal } from '../../lib/web/portal.ts';
import { EntryTimeline } from '../entry-timeline.tsx';
import { decisionAction } from './decision-actions.ts';
import { Decisions } from './decisions.tsx';

const words = messages.whitelist;

type Props = {
  found: EvaluatedEntry;
  clock: { now: number; timeZone: string };
  verbs: readonly DecisionView[];
  follows: readonly string[];
  /** Above the evidence: what it recommends. */
  advice?: ReactNode;
  /** Beneath the evidence: what else weighs. */
  background?: ReactNode;
  /** Texts that a reason may begin with. */
  templates?: readonly ReasonTemplate[];
  /** Beneath the account's facts. */
  aside?: ReactNode;
  /** Where its history goes on, and the page that this stands on. */
  events: { cursor: string | undefined; hrefOf: (query: { events?: string }) => string };
};

/** Everything that support reads about an entry, with the decision beside the evidence. */
export async function EntryDetails({
  found,
  clock,
  verbs,
  follows,
  advice,
  background,
  templates,
  aside,
  events,
}: Props) {
  const { database } = portal();
  const { entry, evaluations, facts } = found;
  const [requester, thread, enforcement, nodes, account, [shown = found]] = await Promise.all([
    requesterOf(database, entry.id, 'staff'),
    listThread(database, entry.id, 'staff'),
    enforcementOf(database, entry),
    nodeRevisions(database),
    findAccountFacts(database, found.account.slug),
    withSilence(database, [found], new Date(clock.now)),
  ]);
  const overrides =
    entry.status === 'in_review'
      ? approvalBlocks(evaluations, [])
          .filter((block) => block.overridable)
          .map(({ evaluation: { requirement } }) => ({ requirement, name: requirementName(requirement) }))
      : [];
  return (
    <>
      <LifeLine
        view={lifeLineView(
          shown,
          { evaluations, proofs: facts.proofs, requestedBy: requester, nodes },
          clock,
        )}
        audience="support"
      />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20.625rem]">
        <div className="flex min-w-0 flex-col gap-4">
          {advice}
          <LookupProgress
            view={lookupView(
              facts.evidence.progress,
              { open: isOpen(entry.status), completedAt: entry.checksCompletedAt },
              clock.now,
            )}
            now={clock.now}
          />
          <RequirementList
            rows={evaluations.map(requirementView)}
            clock={clock}
            quietTitle
            sample={sampleOf(facts.evidence.ptr?.facts)}
          />
          <QuestionThread
            clock={clock}
            messages={thread.map((message) => ({
              id: message.id,
              side: message.side,
              name: message.name ?? (message.side === 'support' ? words.thread.support : found.account.name),
              body: message.body,
              at: message.createdAt.getTime(),
            }))}
          />
          <ProofList rows={proofRows(facts.proofs, facts.evidence.ptr?.facts)} clock={clock} />
          {background}
          <Decisions entryId={entry.id} clock={clock} />
          <EntryTimeline entryId={entry.id} audience="staff" clock={clock} {...events} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <DecisionPanel
            action={decisionAction.bind(null, entry.id)}
            verbs={verbs}
            revision={entry.revision}
            overrides={overrides}
            follows={follows}
            {...(templates === undefined ? {} : { templates })}
          />
          {entry.activatedAt === null ? null : (
            <NodesInForce
              status={statusView(shown, nodes, clock)}
              nodes={nodesView(enforcement)}
              audience="support"
            />
          )}
          {account === undefined ? null : (
            <AccountFacts
              account={{
                name: account.name,
                href: paths.adminAccount(account.slug),
                customerSince: String(account.createdAt.getUTCFullYear()),
                plan: account.plans.join(', ') || null,
                inForce: account.inForce,
                removed: account.removed,
                domains: account.domains,
              }}
            />
          )}
          <ScopeCard scope={scopeView(found, clock)} />
          <DetailsCard details={detailsView(found, messages.requestForm.tenures)} />
          {aside}
        </div>
      </div>
    </>
  );
}
