export const whitelist = {
  list: {
    title: 'Whitelisted IPs',
    lead: (server: string) => `${server} takes mail from these addresses without a password.`,
    accountLead: 'All servers of the account, and the addresses they take mail from without a password.',
    caption: 'Whitelisted addresses and open requests',
    request: 'Request whitelisting',
    accountCancelled: 'The account is cancelled. Support can open it again.',
    serverCancelled: 'The server is cancelled.',
    unpaid:
      'Until that changes none of its addresses is in force. Send with the SMTP user and password of the server.',
    noServer:
      'The account has no server yet. Addresses are whitelisted for a server, which the platform makes.',
    noAccount:
      'You belong to no account. When an owner invites you, it stands under “Invitations” until you have answered.',
    viewerCannotRequest: 'You may view this account. An owner or a member can ask for an address.',
    address: 'Address',
    server: 'Server',
    status: 'Status',
    lastMessage: 'Last message',
    pastDays: 'Past 7 days',
    reviewBy: 'Review by',
    nothingYet: 'Nothing yet',
    trend: (messages: number) => `${messages.toLocaleString('en')} messages in the past 7 days`,
    emptyTitle: 'No address is whitelisted yet',
    emptyClosedTitle: 'No address is whitelisted',
    empty:
      'A device that cannot sign in, such as a scanner, a telephone system or an older ERP, may send without a password once its address is whitelisted. The first step is to name the address and what sends from it.',
    emptyAction: 'Name the first address',
    find: { label: 'Find by address, label or purpose', button: 'Find', clear: 'Show all' },
    emptyMatchTitle: 'No address matches',
    emptyMatch: 'Search for a part of the address, of its label, its site, or of what sends from it.',
  },
  waiting: {
    region: 'Waiting for you',
    proofTitle: (name: string) => `${name} still has to prove itself`,
    proofText: (network: string) =>
      `Send any message from the device to this address. It counts only from ${network}.`,
    proofLostTitle: (name: string) => `${name} has to be proven again`,
    proofLostText: 'What had proven it was an automatic reply or list mail. Prove it anew, or remove it.',
    questionTitle: (name: string) => `Support asks about ${name}`,
    answer: 'Answer',
    renewTitle: (name: string) => `${name} is due for renewal`,
    renewText: (date: string) => `Confirm that the address is still yours before ${date}.`,
    overdueTitle: (name: string) => `${name} is out of force`,
    overdueText: (until: string) =>
      `Confirm that the address is still yours and it is in force again at once. After ${until} it has to be asked for anew.`,
    renewManyTitle: (count: number, more: boolean) =>
      `${count} addresses${more ? ' and more' : ''} are due for renewal`,
    renewManyText: (overdue: number) =>
      overdue === 0
        ? 'Confirm in one go which of them are still yours.'
        : `${overdue === 1 ? '1 of them is' : `${overdue} of them are`} out of force already. Confirm in one go which are still yours.`,
    renew: 'Renew',
    confirmTitle: (name: string) => `${name} waits for an owner`,
    confirmText: 'A member asked for it. An owner has to accept responsibility for its mail.',
    confirmForStaff:
      'Support asked for it for you. An owner has to confirm what only you can know, and accept responsibility for its mail.',
    confirm: 'Open and confirm',
    open: 'Open',
    copyProof: 'Copy the proof address',
    more: (count: number) => (count === 1 ? '1 more waits for you' : `${count} more wait for you`),
    /** Addresses alone: no domain stands in a list of them. */
    moreBelow: (count: number) =>
      count === 1 ? '1 more in the list below waits for you' : `${count} more in the list below wait for you`,
  },
  life: {
    title: 'Where this stands',
    requested: 'Requested',
    evidence: 'Evidence',
    proof: 'Proof',
    review: 'Review',
    inForce: 'In force',
    done: 'done',
    current: 'now',
    ahead: 'still to come',
    failed: 'closed here',
    requestedBy: (date: string, person: string | null) => (person ? `${date}, by ${person}` : date),
    met: (met: number, total: number) => `${met} of ${total} met`,
    metSoFar: (met: number, total: number) => `${met} of ${total} met so far`,
    byMethod: { sending: 'by sending', sign_in: 'by signing in', http: 'by the page', dns: 'by DNS' },
    proofDue: 'send one message',
    proofSkipped: 'not proven',
    reviewDue: 'by support',
    reviewNow: 'support looks at it',
    question: 'a question for you',
    approvedAfter: (duration: string) => `approved in ${duration}`,
    approvedAtOnce: 'approved within a minute',
    since: (date: string) => `since ${date}`,
    inForceAhead: 'then mail flows',
    ended: (word: string, date: string) => `${word.toLowerCase()} ${date}`,
    whoForSupport: {
      you: 'The customer’s turn',
      owner: 'An owner’s turn',
      support: 'Your turn',
      system: 'Under way',
      nobody: '',
    },
    who: {
      you: 'Your turn',
      owner: 'An owner’s turn',
      support: 'Support’s turn',
      system: 'Under way',
      nobody: '',
    },
    renew: 'Go to the renewal',
    ownerNext: 'Support can approve it once an owner of the account has accepted responsibility.',
  },
  requirements: {
    title: 'Requirements',
    caption: 'Each rule of the policy, what we found, and where from',
    verdicts: { pass: 'Met', fail: 'Not met', unknown: 'Not known' },
    met: (met: number, total: number) => `${met} of ${total} met`,
    sampled: (asked: number, of: string) =>
      `Names and lists were asked about ${asked} of the ${of} addresses of this range, spread evenly over it.`,
    rule: 'The rule',
    next: 'What to do',
  },
  proof: {
    title: 'Prove that the address is yours',
    lead: (network: string) => `Do one of these from ${network}. It is enough once.`,
    leadTwo: (network: string) =>
      `Do one of these from two different addresses of ${network}. Its first and its last one do not count.`,
    bySending: 'By sending',
    bySendingText:
      'Send any message from the device to this address. The part before the @ is digits only, so the panel of a scanner can type it.',
    copyAddress: 'Copy the proof address',
    fromDomain: (domains: string) => `The sender has to be at ${domains}.`,
    device: 'What to enter in the device',
    deviceServer: 'Mail server',
    devicePort: 'Port',
    deviceSecurity: 'Encryption',
    deviceSecurityValue: 'None or STARTTLS, as the device can',
    deviceSignIn: 'Sign-in',
    deviceSignInValue: 'None',
    bySigningIn: 'By signing in',
    bySigningInText: (username: string) =>
      `If the device can sign in once, or a computer behind the same address can, sign in as ${username} and send anything.`,
    otherWays: 'In a browser or by a DNS record',
    overHttp: 'In a browser',
    overHttpText:
      'Open this page on the device, or on a computer that goes out through the same address, and press its button. Without a browser, send a POST request to it.',
    copyUrl: 'Copy the proof page',
    byDns: 'By a DNS record',
    byDnsText:
      'If the address has a name that leads back to it, put a TXT record with this value before the name. We look every few minutes.',
    dnsRecord: 'Record',
    dnsName: (name: string | null) => `_postern.${name ?? '<name of the address>'}`,
    dnsValue: 'Value',
    proven: 'Control is proven',
    again: {
      title: 'Prove again that the address is yours',
      why: 'What had proven it was an automatic reply or list mail, which proves nothing.',
      inForce: 'It stays in force meanwhile. Support has been told, looks at what it rests on, and decides.',
      suspended: 'It is suspended until support has looked at it. A new proof helps support to decide.',
      notYours: 'If it is not yours any more, remove it.',
    },
    firstOfTwo: 'One address is proven, one more is needed.',
    notCounted: 'A reply, a bounce or an automatic message does not count: it has to begin at the device.',
    nothingYet: 'Nothing has come yet.',
    didNotCount: 'What has come does not count.',
    reload: 'Load this page again to see whether it has come.',
    asked: 'Asked',
    withoutProof: 'Ask for review without proof',
  },
  account: {
    suspended: {
      title: (name: string) => `${name} is suspended`,
      text: 'Mail from its addresses is told to come back later. Ask support what is needed.',
    },
    cancelled: {
      title: (name: string) => `${name} is cancelled`,
      text: 'No mail is taken for it, and no address can be asked for. Ask support if that is wrong.',
    },
  },
  server: {
    paused: {
      title: (name: string) => `${name} is paused`,
      text: 'None of its addresses is in force until it is resumed.',
    },
    suspended: {
      title: (name: string) => `${name} is suspended`,
      text: 'None of its addresses is in force. Ask support what is needed.',
    },
    cancelled: {
      title: (name: string) => `${name} is cancelled`,
      text: 'No mail is taken for it, and no address can be asked for. Ask support if that is wrong.',
    },
  },
  scope: {
    title: 'What it may send',
    senders: 'Senders',
    recipients: 'Recipients',
    rate: 'Rate',
    tls: 'TLS',
    size: 'Size',
    perMessage: 'Per message',
    mode: 'Mode',
    silence: 'Silence',
    rarelySends: 'Rarely sends: does not expire',
    tlsModes: { required: 'Required', offered: 'Offered', hidden: 'Hidden' },
    anHour: (count: number) => `${count.toLocaleString('en')} an hour`,
    recipientsPerMessage: (count: number) => `${count.toLocaleString('en')} recipients`,
    sandbox: (end: string) => `Sandbox, ends ${end}: taken, not delivered`,
    noSenders: 'None is verified, so all mail from it is refused.',
    addSender: 'Sender domains',
    change: 'Change',
  },
  nodes: {
    title: 'On the nodes',
    inForce: (count: number, total: number, milliseconds: string | null) =>
      milliseconds
        ? `on ${count} of ${total} nodes, newest change after ${milliseconds}`
        : `on ${count} of ${total} nodes`,
    closed: (count: number, total: number, milliseconds: string | null) =>
      milliseconds
        ? `closed on ${count} of ${total} nodes, newest change after ${milliseconds}`
        : `closed on ${count} of ${total} nodes`,
    known: (count: number, total: number) => `not in force, its proof is taken on ${count} of ${total} nodes`,
    heldBack:
      'Nodes had seen it end before the database was restored. Remove it, or let it in with “npm run postern -- restore confirm ENTRY”.',
    noNodes: 'No node has reported yet.',
    milliseconds: (value: number) =>
      value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`,
  },
  traffic: {
    title: 'Messages',
    periods: 'Period',
    period: (days: number) => `${days} days`,
    none: (days: number) =>
      `No message from here is counted in the past ${days} days. What has just come is counted within minutes.`,
    sum: (taken: number, putOff: number, refused: number) => {
      const parts = [`${taken.toLocaleString('en')} taken`];
      if (putOff > 0) parts.push(`${putOff.toLocaleString('en')} put off for a while`);
      parts.push(refused === 0 ? 'none refused' : `${refused.toLocaleString('en')} refused`);
      return `${parts.join(', ')}.`;
    },
    day: (date: string, taken: number, putOff: number, refused: number) =>
      `${date}: ${taken} taken, ${putOff} put off, ${refused} refused`,
    chart: (days: number) => `Messages of each of the past ${days} days, in UTC`,
    asTable: 'Show as a table',
    columns: { day: 'Day', taken: 'Taken', putOff: 'Put off', refused: 'Refused' },
    download: { day: 'Download by day', hour: 'Download by hour' },
  },
  reviewBy: {
    title: (date: string) => `Review by ${date}`,
    lease: 'The lease ends then. Renewing takes a minute.',
    yearly: 'Every entry has such a date. Renewing takes a minute.',
    overdue: 'The date has passed, so the address is out of force. Renewing takes a minute.',
    lateUntil: (date: string) => `After ${date} it has to be asked for anew.`,
    notActive: 'It is suspended. It can be renewed once that is lifted.',
    paused: 'It is paused. Resume it, then renew it.',
    sponsor: 'The owner who stood for it has left. Another owner has to confirm it.',
    inherited: 'It was taken over from an earlier list. An owner has to confirm it once.',
  },
  silence: {
    title: (since: string) => `Nothing has come from this address since ${since}`,
    text: (end: string) =>
      `An address that nobody uses is a door that nobody watches: it expires on ${end} unless it sends before. If it sends only in an emergency, say so under “What it may send”. If you no longer need it, remove it.`,
  },
  timeline: {
    title: 'What happened',
    empty: 'Nothing has happened yet.',
    earlier: 'Earlier events',
    newest: 'Newest events',
  },
  details: {
    title: 'About this address',
    purpose: 'Sends',
    site: 'Site',
    contact: 'Contact',
    provider: 'Provider',
    tenure: 'Address is',
    leaseEnd: 'Lease ends',
    server: 'Server',
    requestedBy: 'Requested by',
  },
  thread: {
    title: 'Questions and answers',
    support: 'Support',
    you: 'You',
    answer: 'Your answer',
    send: 'Send answer',
    ownersAnswer: 'An owner of the account answers.',
    pending: 'Sending',
  },
  actions: {
    withdraw: 'Withdraw',
    withdrawTitle: (network: string) => `Withdraw the request for ${network}`,
    withdrawText: 'Support stops looking at it. You can ask again at any time.',
    remove: 'Remove',
    removeTitle: (network: string) => `Remove ${network}`,
    removeText:
      'Mail from this address needs a password from the next moment on, on every node, also in sessions that are open now. It does not come back by itself: you would have to ask again.',
    askAgain: 'Ask again',
    openAnew: 'Open the current entry',
    suspend: 'Pause',
    restore: 'Resume',
    reason: 'Why',
    reasonHint: 'Stands in the log of the account.',
    accept: 'Accept responsibility',
    acceptTitle: 'An owner has to accept responsibility',
    notAllowed: {
      viewer: 'You may view this entry. An owner of the account can do this.',
      member: 'Only an owner of the account can do this.',
      ended: 'This entry has ended. There is nothing to remove.',
      open: 'It is not in force yet. Withdraw the request instead.',
      active: 'It is in force. Remove it instead.',
    },
  },
};
