import type { ReactNode } from 'react';
import { AccountsTable } from '../../components/accounts/accounts-table.tsx';
import { NodesTable } from '../../components/nodes/nodes-table.tsx';
import { RefusalExplanation } from '../../components/refused/refusal-explanation.tsx';
import { AccountFacts } from '../../components/review/account-facts.tsx';
import { Advice } from '../../components/review/advice.tsx';
import { EntrySearch } from '../../components/review/entry-search.tsx';
import { QueueTable } from '../../components/review/queue-table.tsx';
import { ReviewShortcuts } from '../../components/review/review-shortcuts.tsx';
import { PortalShell } from '../../components/shell/portal-shell.tsx';
import { PublicShell } from '../../components/shell/public-shell.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Button } from '../../components/ui/button.tsx';
import { ButtonLink } from '../../components/ui/button-link.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { PageHeader } from '../../components/ui/page-header.tsx';
import { Pagination } from '../../components/ui/pagination.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { DetailsCard } from '../../components/whitelist/details-card.tsx';
import { EntryHeader } from '../../components/whitelist/entry-header.tsx';
import { EntryTable } from '../../components/whitelist/entry-table.tsx';
import { LifeLine } from '../../components/whitelist/life-line.tsx';
import { NodesInForce } from '../../components/whitelist/nodes-in-force.tsx';
import { ProofInstructions } from '../../components/whitelist/proof-instructions.tsx';
import { RequirementList } from '../../components/whitelist/requirement-list.tsx';
import { ReviewByCard } from '../../components/whitelist/review-by-card.tsx';
import { ScopeCard } from '../../components/whitelist/scope-card.tsx';
import { StatusMark } from '../../components/whitelist/status-mark.tsx';
import { Timeline } from '../../components/whitelist/timeline.tsx';
import { TrafficCard } from '../../components/whitelist/traffic-card.tsx';
import { WaitingBanner } from '../../components/whitelist/waiting-banner.tsx';
import { type StatusKey, status } from '../../lib/web/messages/status.ts';
import { messages } from '../../lib/web/messages.ts';
import {
  SampleDecision,
  SampleEntryActions,
  SampleInvitation,
  SampleRequestForm,
  SampleSecondFactor,
  SampleSignIn,
  SampleThread,
} from './sample-forms.tsx';
import * as sample from './samples.ts';

async function signOut() {
  'use server';
}

function Portal({ children }: { children: ReactNode }) {
  return (
    <PortalShell
      homeHref="/gallery/list"
      sections={[
        {
          title: 'Acme Devices',
          items: [
            { href: '/gallery', label: 'Home' },
            { href: '/gallery/list', label: 'Whitelisted IPs', count: 6 },
          ],
        },
        {
          title: 'Servers',
          items: [
            { href: '/gallery/entry', label: 'acme-production' },
            { href: '/gallery/pending', label: 'acme-staging' },
          ],
        },
      ]}
      person={{ name: 'J. Reyes', email: 'owner@acme.example', role: 'owner' }}
      signOut={signOut}
    >
      {children}
    </PortalShell>
  );
}

function Support({ children }: { children: ReactNode }) {
  return (
    <PortalShell
      homeHref="/gallery/queue"
      sections={[
        {
          title: 'Support',
          items: [
            { href: '/gallery/review', label: 'Requests', count: 38 },
            { href: '/gallery/entries', label: 'Entries' },
            { href: '/gallery/accounts', label: 'Accounts' },
            { href: '/gallery/nodes', label: 'Nodes' },
          ],
        },
      ]}
      person={{ name: 'Sam Ito', email: 'support@postern.example', role: 'support' }}
      signOut={signOut}
    >
      {children}
    </PortalShell>
  );
}

const two = 'grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20.625rem]';
const column = 'flex min-w-0 flex-col gap-4';

function List() {
  return (
    <Portal>
      <PageHeader
        title={messages.whitelist.list.title}
        lead={messages.whitelist.list.lead('acme-production')}
        actions={
          <ButtonLink href="/gallery/request" variant="primary">
            {messages.whitelist.list.request}
          </ButtonLink>
        }
      />
      <WaitingBanner
        items={[
          {
            kind: 'proof',
            id: '3',
            name: 'Elm Street scanner',
            network: '45.80.12.9',
            proofAddress: '4830117741@proof.acme.mail',
            href: '/gallery/pending',
          },
        ]}
      />
      <EntryTable rows={sample.rows} clock={sample.clock} />
    </Portal>
  );
}

function Empty() {
  return (
    <Portal>
      <PageHeader
        title={messages.whitelist.list.title}
        lead={messages.whitelist.list.lead('acme-production')}
        actions={
          <ButtonLink
            href="/gallery/request"
            variant="primary"
            disabledReason={messages.whitelist.list.viewerCannotRequest}
          >
            {messages.whitelist.list.request}
          </ButtonLink>
        }
      />
      <WaitingBanner
        items={[
          {
            kind: 'question',
            id: '1',
            name: 'Head office',
            question: 'Is this line leased?',
            href: '/gallery/pending',
          },
          {
            kind: 'renew',
            id: '2',
            name: 'Old fax gateway',
            date: '5 Dec 2026',
            overdue: false,
            href: '/gallery/entry',
          },
          { kind: 'confirm', id: '3', name: 'Warehouse', href: '/gallery/entry' },
          { kind: 'confirm', id: '4', name: 'Depot', href: '/gallery/entry' },
        ]}
      />
      <EmptyState
        title={messages.whitelist.list.emptyTitle}
        action={<ButtonLink href="/gallery/request">{messages.whitelist.list.emptyAction}</ButtonLink>}
      >
        {messages.whitelist.list.empty}
      </EmptyState>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-3 lg:grid-cols-4">
        {(Object.keys(status) as StatusKey[]).map((key) => (
          <StatusMark key={key} status={{ key }} />
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary">Primary</Button>
        <Button>Secondary</Button>
        <Button variant="danger">Danger</Button>
        <Button variant="quiet">Quiet</Button>
        <Button size="small">Small</Button>
        <Button shortcut="z">With a key</Button>
        <Button disabledReason="An owner of the account can do this.">Not allowed</Button>
        <Badge>Neutral</Badge>
        <Badge tone="in-force">In force</Badge>
        <Badge tone="waiting">Waiting</Badge>
        <Badge tone="in-review">In review</Badge>
        <Badge tone="out">Out</Badge>
      </div>
      <Notice tone="in-review" title="A notice">
        With a sentence in it.
      </Notice>
      <div aria-busy className="flex flex-col gap-2">
        <Skeleton className="h-4 w-56" />
        <Skeleton className="h-4 w-96" />
      </div>
      <Pagination
        label={messages.common.pages}
        firstLabel={messages.common.firstPage}
        nextLabel={messages.common.nextPage}
        firstHref="/gallery/list"
        nextHref="/gallery/list"
      />
    </Portal>
  );
}

const scope = {
  senderDomains: ['acme.example'],
  recipientDomains: null,
  messagesPerHour: 400,
  recipientsPerMessage: 100,
  tls: 'offered',
  messageBytes: 26_214_400,
  rarelySends: false,
  sandboxUntil: null,
} as const;
const nodes = {
  nodes: ['fra-1', 'fra-2', 'iad-1'].map((name) => ({ name, enforced: true })),
  slowestMs: 18,
};

function Entry() {
  return (
    <Portal>
      <EntryHeader
        network="45.80.3.17"
        above="Head office, Canon copiers"
        actions={<SampleEntryActions state="active" />}
      />
      <LifeLine view={sample.activeLife} />
      <div className={two}>
        <div className={column}>
          <TrafficCard view={sample.week} />
          <Timeline items={sample.happened} clock={sample.clock} />
          <RequirementList rows={sample.reviewRequirements} clock={sample.clock} showNext />
        </div>
        <div className={column}>
          <NodesInForce status={{ key: 'in_force' }} nodes={nodes} />
          <ScopeCard scope={scope} />
          <ReviewByCard date="14 March 2027" why="lease" />
          <DetailsCard details={{ purpose: 'Two copiers that scan to mail.', server: 'acme-production' }} />
        </div>
      </div>
    </Portal>
  );
}

function Pending() {
  return (
    <Portal>
      <EntryHeader
        network="2a01:7c8:aab0:1f:1234:5678:9abc:def0"
        above="Elm Street scanner"
        actions={<SampleEntryActions state="viewer" />}
      />
      <LifeLine view={sample.pendingLife} />
      <div className={two}>
        <div className={column}>
          <ProofInstructions
            clock={sample.clock}
            proof={{
              network: '45.80.12.9',
              proofAddress: '4830117741@proof.acme.mail',
              proofUrl: 'https://portal.example.net/api/proof/4830117741',
              dns: { name: 'scanner.acme.example', value: '4830117741' },
              senderDomains: ['acme.example'],
              smtpHost: 'mail.example.net',
              smtpPorts: [2525],
              username: 'acme-production',
              needed: 1,
              seen: 0,
              askedAt: sample.now - 2_400_000,
            }}
            otherwise={<Button variant="quiet">{messages.whitelist.proof.withoutProof}</Button>}
          />
          <SampleThread />
          <RequirementList rows={sample.pendingRequirements} clock={sample.clock} showNext />
        </div>
        <div className={column}>
          <NodesInForce
            status={{ key: 'suspended' }}
            nodes={{ nodes: [...nodes.nodes, { name: 'syd-1', enforced: false }], slowestMs: null }}
          />
          <ScopeCard scope={scope} />
        </div>
      </div>
    </Portal>
  );
}

function Ended() {
  return (
    <Portal>
      <EntryHeader network="45.83.7.130" above="Guest Wi-Fi printer" />
      <LifeLine view={sample.rejectedLife} />
    </Portal>
  );
}

function Review() {
  return (
    <Support>
      <EntryHeader
        network="45.84.201.66"
        above={messages.review.position(7, 38, '1 h 12 min')}
        below={messages.review.quote(
          'Globex',
          'globex-mail',
          'Door controllers, two buildings. They cannot sign in.',
        )}
        actions={
          <>
            <ButtonLink href="/gallery/queue" shortcut="k">
              {messages.review.previous}
            </ButtonLink>
            <ButtonLink href="/gallery/queue" shortcut="j">
              {messages.review.next}
            </ButtonLink>
          </>
        }
      />
      <LifeLine view={sample.reviewLife} />
      <div className={two}>
        <div className={column}>
          <Advice
            advice={{
              kind: 'ask',
              text: 'Seven of eleven requirements are met and control is proven. The name of the address looks like an access pool, and its holder is an access provider.',
            }}
          />
          <RequirementList rows={sample.reviewRequirements} clock={sample.clock} quietTitle />
          <Timeline items={sample.happened} clock={sample.clock} />
        </div>
        <div className={column}>
          <SampleDecision
            verbs={[
              { verb: 'ask', variant: 'primary', disabledReason: null },
              { verb: 'approve', variant: 'secondary', disabledReason: null },
              { verb: 'reject', variant: 'danger', disabledReason: null },
            ]}
            revision={7}
            overrides={[{ requirement: 'static', name: 'Static' }]}
            follows={[messages.review.decision.needsSecond('“Static”')]}
          />
          <AccountFacts
            account={{
              name: 'Globex',
              customerSince: '2021',
              plan: 'Business',
              inForce: 4,
              removed: 0,
              complaints: '0.00 %',
              domains: ['globex.example'],
            }}
          />
          <ReviewShortcuts />
        </div>
      </div>
    </Support>
  );
}

function Queue() {
  return (
    <Support>
      <PageHeader title={messages.review.queue.title} lead={messages.review.queue.lead(2)} />
      <QueueTable
        rows={[
          {
            id: '1',
            href: '/gallery/review',
            network: '45.84.201.66',
            purpose: 'Door controllers, two buildings. They cannot sign in.',
            account: 'Globex',
            server: 'globex-mail',
            counts: { pass: 7, fail: 1, unknown: 3, total: 11 },
            status: { key: 'in_review', detail: null },
            waiting: '1 h 12 min',
            needs: 'second_person',
          },
          {
            id: '2',
            href: '/gallery/review',
            network: '2a01:7c8:aab0:1f::/64',
            purpose: 'ERP in the data centre',
            account: 'Acme Devices',
            server: 'acme-production',
            counts: { pass: 11, fail: 0, unknown: 0, total: 11 },
            status: { key: 'question' },
            waiting: '20 min',
            needs: null,
          },
        ]}
      />
      <QueueTable rows={[]} />
    </Support>
  );
}

function Entries() {
  return (
    <Support>
      <PageHeader title={messages.staff.entries.title} lead={messages.staff.entries.lead} />
      <EntrySearch
        values={{ address: '45.80.3.17' }}
        statuses={[{ value: 'active', label: 'Active' }]}
        addressError={undefined}
      />
      <EntryTable
        audience="support"
        clock={sample.clock}
        rows={sample.rows.map((row) => ({ ...row, server: 'acme-production', account: 'Acme Devices' }))}
      />
      <SampleDecision
        verbs={[
          { verb: 'suspend', variant: 'secondary', disabledReason: null },
          { verb: 'restore', variant: 'secondary', disabledReason: 'It is not suspended.' },
          { verb: 'remove', variant: 'danger', disabledReason: null },
        ]}
        revision={3}
        follows={[messages.review.decision.followsRemove]}
      />
    </Support>
  );
}

function Nodes() {
  return (
    <Support>
      <PageHeader title={messages.staff.nodes.title} lead={messages.staff.nodes.lead} />
      <NodesTable
        clock={sample.clock}
        rows={[
          {
            name: 'fra-1',
            region: 'Frankfurt',
            state: 'current',
            behindBy: 0,
            revision: 48213,
            entries: 12_400,
            lagMs: 18,
            lastSeenAt: sample.now - 4_000,
            heldBack: 0,
          },
          {
            name: 'iad-1',
            region: 'Virginia',
            state: 'behind',
            behindBy: 3,
            revision: 48210,
            entries: 12_399,
            lagMs: 1840,
            lastSeenAt: sample.now - 14_000,
            heldBack: 0,
          },
          {
            name: 'syd-1',
            region: null,
            state: 'silent',
            behindBy: 0,
            revision: null,
            entries: null,
            lagMs: null,
            lastSeenAt: sample.now - 4_000_000,
            heldBack: 0,
          },
          {
            name: 'sin-1',
            region: 'Singapore',
            state: 'disagrees',
            behindBy: 0,
            revision: 48213,
            entries: 12_398,
            lagMs: 21,
            lastSeenAt: sample.now - 3_000,
            heldBack: 2,
          },
        ]}
      />
      <NodesTable clock={sample.clock} rows={[]} />
    </Support>
  );
}

function Accounts() {
  return (
    <Support>
      <PageHeader title={messages.staff.accounts.title} lead={messages.staff.accounts.lead} />
      <AccountsTable
        rows={[
          {
            slug: 'acme',
            name: 'Acme Devices',
            href: '/gallery/accounts',
            status: 'active',
            servers: 2,
            inForce: 4,
            open: 1,
          },
          {
            slug: 'globex',
            name: 'Globex',
            href: '/gallery/accounts',
            status: 'suspended',
            servers: 1,
            inForce: 0,
            open: 1,
          },
        ]}
      />
    </Support>
  );
}

function Request() {
  return (
    <Portal>
      <PageHeader title={messages.requestForm.title} lead={messages.requestForm.lead('acme-production')} />
      <SampleRequestForm />
    </Portal>
  );
}

function SignIn() {
  return (
    <PublicShell narrow>
      <PageHeader title={messages.auth.signIn.title} lead={messages.auth.signIn.lead('Example Mail')} />
      <div className="mt-6">
        <SampleSignIn />
      </div>
    </PublicShell>
  );
}

function Invitation() {
  return (
    <PublicShell narrow>
      <PageHeader
        title={messages.auth.invitation.title('Acme Devices')}
        lead={messages.auth.invitation.lead('owner@acme.example')}
      />
      <div className="mt-6 flex flex-col gap-10">
        <SampleInvitation />
        <SampleSecondFactor />
      </div>
    </PublicShell>
  );
}

function Refused() {
  return (
    <PublicShell>
      <RefusalExplanation
        clock={sample.clock}
        supportAddress="support@postern.example"
        refusal={{
          reference: 'PX-7KQ2M-9D4XA-1TZ8B-0RC5W',
          code: 'not_whitelisted',
          address: '45.80.3.18',
          at: sample.now - 120_000,
          node: 'fra-1',
        }}
      />
    </PublicShell>
  );
}

function Fails(): ReactNode {
  throw new Error('The gallery shows what a failed page looks like.');
}

export const views = {
  fails: Fails,
  list: List,
  empty: Empty,
  entry: Entry,
  pending: Pending,
  ended: Ended,
  review: Review,
  queue: Queue,
  entries: Entries,
  nodes: Nodes,
  accounts: Accounts,
  request: Request,
  'sign-in': SignIn,
  invitation: Invitation,
  refused: Refused,
} as const;
