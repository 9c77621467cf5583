type Query = Readonly<Record<string, string | number | null | undefined>>;

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

const segment = encodeURIComponent;

/** Every path of the portal. A link is never written by hand. */
export const paths = {
  home: () => '/',
  signIn: (query: { next?: string } = {}) => withQuery('/sign-in', query),
  secondFactor: (query: { next?: string } = {}) => withQuery('/sign-in/second-factor', query),
  invitation: (token: string) => `/invitation/${segment(token)}`,

  accountWhitelist: (query: { status?: string; q?: string | undefined; cursor?: string } = {}) =>
    withQuery('/account/whitelist', query),
  accountServers: (query: { q?: string | undefined; cursor?: string } = {}) =>
    withQuery('/account/servers', query),
  accountRenewals: (query: { cursor?: string } = {}) => withQuery('/account/renewals', query),
  accountInvitations: () => '/account/invitations',
  /** `account`: the slug of the one whose list goes on at `cursor`. */
  accountPeople: (query: { account?: string; cursor?: string } = {}) => withQuery('/account/people', query),
  accountTokens: () => '/account/tokens',
  accountSecurity: () => '/account/security',
  notifications: () => '/account/notifications',
  serverWhitelist: (
    server: string,
    query: { status?: string; q?: string | undefined; cursor?: string } = {},
  ) => withQuery(`/servers/${segment(server)}/whitelist`, query),
  /** No page by itself: everything of every server stands beneath it. */
  servers: () => '/servers',
  /** No page by itself: everything of a server stands beneath it. */
  server: (server: string) => `/servers/${segment(server)}`,
  serverDomains: (server: string, query: { cursor?: string } = {}) =>
    withQuery(`/servers/${segment(server)}/domains`, query),
  newRequest: (server: string, query: { network?: string } = {}) =>
    withQuery(`/servers/${segment(server)}/whitelist/new`, query),
  /** `events`: from where on its history is told. */
  entry: (server: string, id: string, query: { events?: string } = {}) =>
    withQuery(`/servers/${segment(server)}/whitelist/${segment(id)}`, query),
  entryMessages: (server: string, id: string) =>
    `/servers/${segment(server)}/whitelist/${segment(id)}/messages.csv`,
  serverMessages: (server: string) => `/servers/${segment(server)}/messages.csv`,

  adminRequests: (query: { cursor?: string; view?: string } = {}) => withQuery('/admin/requests', query),
  adminRequest: (id: string, query: { events?: string } = {}) =>
    withQuery(`/admin/requests/${segment(id)}`, query),
  adminEntries: (
    query: {
      address?: string;
      account?: string;
      status?: string;
      network?: string;
      decidedBy?: string;
      cursor?: string;
    } = {},
  ) => withQuery('/admin/entries', query),
  adminEntry: (id: string, query: { events?: string } = {}) =>
    withQuery(`/admin/entries/${segment(id)}`, query),
  adminAbuse: (query: { cursor?: string } = {}) => withQuery('/admin/abuse', query),
  adminReports: (query: { cursor?: string } = {}) => withQuery('/admin/abuse/reports', query),
  adminReport: (id: string) => `/admin/abuse/reports/${segment(id)}`,
  adminFuse: () => '/admin/abuse/fuse',
  adminProposals: (query: { cursor?: string } = {}) => withQuery('/admin/abuse/accounts', query),
  adminLadder: (query: Query = {}) => withQuery('/admin/abuse/ladder', query),
  adminIncident: () => '/admin/abuse/incident',
  adminPolicy: (query: { draft?: string } = {}) => withQuery('/admin/policy', query),
  adminPolicyPreview: (query: { draft: string; version: number }) =>
    withQuery('/admin/policy/preview', query),
  adminPolicyHistory: () => '/admin/policy/versions',
  adminPolicyVersion: (version: number) => `/admin/policy/versions/${version}`,
  adminBlocked: () => '/admin/policy/blocked',
  adminNodes: () => '/admin/nodes',
  adminAccounts: (query: { cursor?: string } = {}) => withQuery('/admin/accounts', query),
  adminAccount: (slug: string, query: { servers?: string; people?: string; events?: string } = {}) =>
    withQuery(`/admin/accounts/${segment(slug)}`, query),
  adminAudit: (slug: string) => `/admin/accounts/${segment(slug)}/audit`,
  adminPerson: (id: string) => `/admin/people/${segment(id)}`,
  adminPersonData: (id: string) => `/admin/people/${segment(id)}/data`,
  adminNewRequest: (slug: string, server: string) =>
    `/admin/accounts/${segment(slug)}/servers/${segment(server)}/new`,

  refused: (reference: string) => `/refused/${segment(reference)}`,
  help: (section?: string) => `/help/whitelisting${section ? `#${segment(section)}` : ''}`,
  terms: () => '/terms',
  turnOffMail: (token: string) => `/mail/${segment(token)}`,
  turnOffMailAtOnce: (token: string) => `/api/mail/${segment(token)}`,
  proof: (token: string) => `/api/proof/${segment(token)}`,
} as const;
