import Link from 'next/link';
import type { ReactNode } from 'react';
import { PortalShell } from '../../components/shell/portal-shell.tsx';
import { Notice } from '../../components/ui/notice.tsx';
import { approvalsFrozen, countAbuse } from '../../db/queries/abuse-desk.ts';
import { countQueues } from '../../db/queries/review-queue.ts';
import { messages } from '../../lib/web/messages.ts';
import { paths } from '../../lib/web/paths.ts';
import { portal } from '../../lib/web/portal.ts';
import { requireStaff } from '../../lib/web/session.ts';
import { signOutAction } from '../../lib/web/sign-out-action.ts';

const words = messages.shell;
const sideViews = ['mine', 'second', 'slow', 'scope'] as const;

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { viewer, person } = await requireStaff('review_requests');
  const { database } = portal();
  const [counts, abuse, frozen] = await Promise.all([
    countQueues(database, viewer.personId, new Date()),
    countAbuse(database),
    approvalsFrozen(database),
  ]);
  const waiting = abuse.reports + abuse.held + abuse.proposals + abuse.called;
  return (
    <PortalShell
      homeHref={paths.adminRequests()}
      sections={[
        {
          title: words.support,
          items: [
            { href: paths.adminRequests(), label: words.requests, count: counts.review },
            { href: paths.adminEntries(), label: words.entries },
            { href: paths.adminAccounts(), label: words.accounts },
            { href: paths.adminAbuse(), label: words.abuse, count: waiting },
            { href: paths.adminNodes(), label: words.nodes },
            { href: paths.adminPolicy(), label: words.policy },
          ],
        },
        {
          title: words.views,
          items: sideViews.map((view) => ({
            href: paths.adminRequests({ view }),
            label: messages.review.queue.views[view],
            count: counts[view],
          })),
        },
      ]}
      footer={[
        { href: paths.accountTokens(), label: words.tokens },
        { href: paths.accountSecurity(), label: words.security },
        { href: paths.notifications(), label: words.notifications },
        { href: paths.help(), label: words.help },
      ]}
      person={{ name: person.name ?? person.email, email: person.email, role: viewer.staffRole ?? 'support' }}
      signOut={signOutAction}
    >
      {frozen === null ? null : (
        <Notice tone="waiting" role="note" title={messages.abuse.frozen.title}>
          {messages.abuse.frozen.text(frozen.reason)}{' '}
          <Link href={paths.adminIncident()} className="rounded-chip font-medium text-ink underline">
            {messages.abuse.frozen.link}
          </Link>
        </Notice>
      )}
      {children}
    </PortalShell>
  );
}
