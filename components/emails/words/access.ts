const roles = {
  owner: 'an owner',
  member: 'a member',
  viewer: 'a viewer',
  support: 'support',
  admin: 'an admin',
} as const;
type Role = keyof typeof roles;

/** Support has taken it away; the others are the person's own doing, or a thief's. */
const bySupport = 'Support did this, because somebody asked for it as you. All of your sessions have ended.';
const ofAccount = (role: Role, account: string | null) =>
  account === null ? roles[role] : `${roles[role]} of ${account}`;

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
    text: (person: string | null, role: Role, account: string | null, platform: string) =>
      `${person ?? (account === null ? platform : 'The platform')} adds you as ${ofAccount(role, account)}.`,
    asked: (person: string | null, role: Role, account: string | null) =>
      `${person ?? 'An owner'} invites you to be ${ofAccount(role, account)}.`,
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
    notYou: 'If that was not you, revoke it and answer this mail at once: somebody has your sign-in.',
    action: 'Open your tokens',
  },
  accessChanged: {
    subject: {
      password_changed: (platform: string) => `Your password at ${platform} was changed`,
      authenticator_added: (platform: string) => `An authenticator was added to your sign-in at ${platform}`,
      authenticator_removed: (platform: string) => `Your authenticator at ${platform} was removed`,
      password_reset: (platform: string) => `Your password at ${platform} was reset`,
      authenticator_reset: (platform: string) => `Your authenticator at ${platform} was reset`,
      both_reset: (platform: string) => `Your password and authenticator at ${platform} were reset`,
    },
    preview: {
      own: 'If that was not you, answer at once.',
      reset: 'If you did not ask for it, answer at once.',
    },
    status: 'Sign-in changed',
    title: {
      password_changed: 'Your password was changed',
      authenticator_added: 'Your sign-in asks for a code from now on',
      authenticator_removed: 'Your sign-in asks for the password alone',
      password_reset: 'Your password is good no longer',
      authenticator_reset: 'Your authenticator is good no longer',
      both_reset: 'Your password and authenticator are good no longer',
    },
    text: {
      password_changed: 'Every session but the one that changed it has ended.',
      authenticator_added: 'Signing in takes a code of this authenticator, besides the password.',
      authenticator_removed: 'Whoever knows your password can sign in with it and nothing else.',
      password_reset: `${bySupport} You set a new password by a link that support hands you, not by mail.`,
      authenticator_reset: `${bySupport} Sign in with your password, and set up another authenticator.`,
      both_reset: `${bySupport} You set a new password by a link that support hands you, not by mail, and then another authenticator.`,
    },
    tokens: (count: number) =>
      count === 1
        ? 'Your API token was revoked. What used it needs another.'
        : `Your ${count} API tokens were revoked. What used them needs others.`,
    at: 'When',
    from: 'From',
    notYou: 'If that was not you, answer this mail at once: somebody has your sign-in.',
    notAsked: 'If you did not ask for it, answer this mail at once: somebody may pass themselves off as you.',
    action: 'Open sign-in and security',
  },
  roleChanged: {
    subject: (role: Role | null, account: string) =>
      role === null ? `You no longer belong to ${account}` : `You are now ${ofAccount(role, account)}`,
    staffSubject: (role: Role, platform: string) => `You are now ${roles[role]} at ${platform}`,
    preview: 'What you see and may do has changed.',
    status: 'Role changed',
    text: (person: string | null, role: Role | null, account: string | null) =>
      role === null
        ? `${person ?? 'The platform'} removed you from ${account}. You see nothing of it any more, your API tokens do not reach it, and no mail about it comes to you.`
        : `${person ?? 'The platform'} made you ${ofAccount(role, account)}.`,
    roles: {
      owner:
        'Owners ask for addresses, accept responsibility for their mail, remove them, and manage people.',
      member: 'Members ask for addresses and see those of the account.',
      viewer: 'Viewers see the addresses of the account.',
      support: 'Support reviews requests and decides about addresses.',
      admin: 'Admins do what support does, and decide about policy and accounts.',
    },
    action: 'Open the addresses',
    staffAction: 'Open the queue',
    ask: {
      account: 'If this is a mistake, ask an owner of the account.',
      staff: 'If this is a mistake, answer this mail.',
    },
  },
} as const;
