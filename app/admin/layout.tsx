import type { ReactNode } from 'react';
import { PortalShell } from '../../components/shell/portal-shell.tsx';
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
  const counts = await countQueues(portal().database, viewer.personId, new Date());
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
            { href: paths.adminNodes(), label: words.nodes },
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
      {children}
    </PortalShell>
  );
}
