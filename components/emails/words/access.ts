const roles = {
  owner: 'owner',
  member: 'member',
  viewer: 'viewer',
  support: 'support',
  admin: 'admin',
} as const;

export const access = {
  ownerAdded: {
    subject: (email: string, account: string) => `${email} is now an owner of ${account}`,
    preview: 'Owners may do everything in the account.',
    status: 'Owner added',
    title: (account: string) => `A new owner of ${account}`,
    text: 'Owners ask for addresses, accept responsibility for their mail, remove them, and manage people and tokens.',
    person: 'Person',
    by: 'Added by',
    platform: 'The platform',
    notYou: 'If you did not expect this, answer this mail at once.',
    you: 'If this is you: welcome.',
  },
  invitation: {
    subject: (account: string | null, platform: string) =>
      account === null ? `Join the staff of ${platform}` : `Join ${account} at ${platform}`,
    preview: 'Set a password within 7 days.',
    previewSignIn: 'Accept it within 7 days.',
    status: 'Invitation',
    title: (account: string | null, platform: string) =>
      account === null ? `You are invited to the staff of ${platform}` : `You are invited to ${account}`,
    text: (person: string | null, role: keyof typeof roles, account: string | null, platform: string) =>
      `${person ?? (account === null ? platform : 'The platform')} adds you as ${roles[role]}${
        account === null ? '' : ` of ${account}`
      }.`,
    asked: (person: string | null, role: keyof typeof roles, account: string | null) =>
      `${person ?? 'An owner'} invites you to be ${roles[role]}${account === null ? '' : ` of ${account}`}.`,
    setPassword: 'Set a password to sign in and see the addresses whose mail is taken without one.',
    signIn: 'Sign in to accept or decline.',
    action: 'Set a password',
    look: 'See the invitation',
    accept: 'You belong to the account once you have accepted, which you may for 7 days, and not before.',
    valid: 'The link works once, for 7 days. Whoever has it can sign in as you, so do not forward this mail.',
    notYou: 'If you do not know what this is about, leave it: without the link nothing happens.',
  },
  tokenCreated: {
    subject: (name: string) => `API token “${name}” was made`,
    preview: 'In your name. If that was not you, revoke it.',
    status: 'Token made',
    title: 'A token acts in your name',
    text: 'Whoever has this token can do what you can do, as far as its scope reaches.',
    name: 'Name',
    scope: 'Scope',
    scopes: {
      account: 'Your accounts',
      staff: 'Your work as staff',
      platform: 'The platform’s feed of accounts, servers and people',
    },
    expires: 'Expires',
    never: 'Not before it is revoked',
    from: 'Made from',
    commandLine: 'The operators’ command line',
    notYou: 'If that was not you, answer this mail at once: somebody has your sign-in.',
  },
} as const;
