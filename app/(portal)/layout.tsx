import type { ReactNode } from 'react';
import { PortalShell } from '../../components/shell/portal-shell.tsx';
import { countInvitationsOf } from '../../db/queries/account-invitations.ts';
import { messages } from '../../lib/web/messages.ts';
import { paths } from '../../lib/web/paths.ts';
import { portal } from '../../lib/web/portal.ts';
import { requireViewer } from '../../lib/web/session.ts';
import { signOutAction } from '../../lib/web/sign-out-action.ts';
import { ownAccounts } from './own-accounts.ts';

const words = messages.shell;
/** Beyond it the side bar leads to a list with all of them: it stands on every page, twice. */
const MOST_SERVERS = 20;

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const { viewer, person } = await requireViewer();
  const { database } = portal();
  const accounts = await ownAccounts(viewer);
  const invitations = await countInvitationsOf(database, viewer.personId, new Date());
  const entries = accounts.reduce((sum, account) => sum + account.entries, 0);
  const owns = accounts.some((account) => account.role === 'owner');
  const servers = accounts.flatMap((account) => account.servers);
  return (
    <PortalShell
      homeHref={paths.accountWhitelist()}
      sections={[
        {
          title: accounts.map((account) => account.name).join(', '),
          items: [{ href: paths.accountWhitelist(), label: words.whitelistedIps, count: entries }],
        },
        ...(servers.length === 0
          ? []
          : [
              {
                title: words.servers,
                items: [
                  ...servers.slice(0, MOST_SERVERS).map(({ slug }) => ({
                    href: paths.serverWhitelist(slug),
                    label: slug,
                    beneath: paths.server(slug),
                  })),
                  ...(servers.length > MOST_SERVERS
                    ? [
                        {
                          href: paths.accountServers(),
                          label: words.allServers,
                          count: servers.length,
                          beneath: paths.servers(),
                        },
                      ]
                    : []),
                ],
              },
            ]),
        ...(viewer.staffRole === null
          ? []
          : [{ title: words.support, items: [{ href: paths.adminRequests(), label: words.requests }] }]),
      ]}
      footer={[
        ...(invitations > 0
          ? [{ href: paths.accountInvitations(), label: words.invitations, count: invitations }]
          : []),
        ...(owns ? [{ href: paths.accountPeople(), label: words.people }] : []),
        ...(owns || viewer.staffRole !== null ? [{ href: paths.accountTokens(), label: words.tokens }] : []),
        { href: paths.accountSecurity(), label: words.security },
        { href: paths.notifications(), label: words.notifications },
        { href: paths.help(), label: words.help },
      ]}
      person={{
        name: person.name ?? person.email,
        email: person.email,
        role: accounts[0]?.role ?? viewer.staffRole,
      }}
      signOut={signOutAction}
    >
      {children}
    </PortalShell>
  );
}
