import type { MailEntry } from '../../lib/domain/mail-values.ts';

const segment = encodeURIComponent;

/** Where mails lead to. The portal's own paths, held equal to them by a test beside the preview pages. */
export const mailPaths = {
  entry: (server: string, id: string) => `/servers/${segment(server)}/whitelist/${segment(id)}`,
  serverWhitelist: (server: string) => `/servers/${segment(server)}/whitelist`,
  serverDomains: (server: string) => `/servers/${segment(server)}/domains`,
  accountWhitelist: () => '/account/whitelist',
  accountInvitations: () => '/account/invitations',
  accountRenewals: () => '/account/renewals',
  adminRequest: (id: string) => `/admin/requests/${segment(id)}`,
  adminRequests: () => '/admin/requests',
  adminEntry: (id: string) => `/admin/entries/${segment(id)}`,
  adminAccount: (slug: string) => `/admin/accounts/${segment(slug)}`,
  adminProposals: () => '/admin/abuse/accounts',
  adminFuse: () => '/admin/abuse/fuse',
  adminNodes: () => '/admin/nodes',
  help: () => '/help/whitelisting',
  accountSecurity: () => '/account/security',
  accountTokens: () => '/account/tokens',
  notifications: () => '/account/notifications',
  turnOffMail: (token: string) => `/mail/${segment(token)}`,
  turnOffMailAtOnce: (token: string) => `/api/mail/${segment(token)}`,
  invitation: (token: string) => `/invitation/${segment(token)}`,
} as const;

type Portal = { portalUrl: string };

export function entryUrl({ portalUrl }: Portal, entry: MailEntry): string {
  return `${portalUrl}${mailPaths.entry(entry.server, entry.id)}`;
}

/** Where many are renewed in one go. */
export function renewalsUrl({ portalUrl }: Portal): string {
  return `${portalUrl}${mailPaths.accountRenewals()}`;
}

/** The list in which all these entries are found: one server's, or the account's. */
export function listUrl({ portalUrl }: Portal, entries: readonly MailEntry[]): string {
  const servers = [...new Set(entries.map(({ server }) => server))];
  const [only] = servers;
  const path =
    servers.length === 1 && only !== undefined
      ? mailPaths.serverWhitelist(only)
      : mailPaths.accountWhitelist();
  return `${portalUrl}${path}`;
}
