/** Support's page of one account, and the request that support makes for it. */
export const staffAccount = {
  lead: (status: string, since: string) => `${status}, customer since ${since}.`,
  entries: 'Entries',
  allEntries: 'All entries',
  noEntries: 'No address was ever asked for.',
  servers: {
    title: 'Servers',
    server: 'Server',
    plan: 'Plan',
    subscription: 'Subscription',
    domains: 'Sender domains',
    users: 'SMTP users',
    request: 'Request an address',
    noPlan: 'None',
    paidUntil: 'paid until',
    states: { active: 'Active', paused: 'Paused', suspended: 'Suspended', cancelled: 'Cancelled' },
    subscriptions: { active: 'Active', past_due: 'Past due', lapsed: 'Lapsed', cancelled: 'Cancelled' },
    none: 'The platform has fed no server of this account yet.',
  },
  people: {
    title: 'People',
    person: 'Person',
    role: 'Role',
    since: 'Since',
    invited: 'invited, has not signed in yet',
    none: 'Nobody belongs to this account. An owner has to be fed before anything can be confirmed.',
  },
  happened: 'What happened',
  request: {
    title: 'Request on behalf',
    lead: (account: string, server: string) =>
      `An address of ${account} for ${server}. An owner is told by mail and confirms all of it before it can be approved.`,
    submit: 'Request on behalf',
    pending: 'Checking the address',
    whatFollows:
      'The owners get a mail with a link. There they declare that the address is static and dedicated, and accept responsibility.',
  },
};
