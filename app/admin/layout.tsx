import type { ReactNode } from 'react';
import { PortalShell } from '../../components/shell/portal-shell.tsx';
import { countsForStaff } from '../../db/queries/entries.ts';
import { messages } from '../../lib/web/messages.ts';
import { paths } from '../../lib/web/paths.ts';
import { portal } from '../../lib/web/portal.ts';
import { requireStaff } from '../../lib/web/session.ts';
import { signOutAction } from '../../lib/web/sign-out-action.ts';

const words = messages.shell;

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { viewer, person } = await requireStaff('review_requests');
  const counts = await countsForStaff(portal().database);
  return (
    <PortalShell
      homeHref={paths.adminRequests()}
      sections={[
        {
          title: words.support,
          items: [
            { href: paths.adminRequests(), label: words.requests, count: counts.inReview },
            { href: paths.adminEntries(), label: words.entries },
            { href: paths.adminAccounts(), label: words.accounts },
            { href: paths.adminNodes(), label: words.nodes },
          ],
        },
      ]}
      footer={[
        { href: paths.accountTokens(), label: words.tokens },
        { href: paths.accountSecurity(), label: words.security },
        { href: paths.help(), label: words.help },
      ]}
      person={{ name: person.name ?? person.email, email: person.email, role: viewer.staffRole ?? 'support' }}
      signOut={signOutAction}
    >
      {children}
    </PortalShell>
  );
}
