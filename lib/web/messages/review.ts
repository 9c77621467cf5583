export const review = {
  queue: {
    title: 'Requests',
    lead: (count: number) =>
      count === 0
        ? 'Nothing waits.'
        : count === 1
          ? '1 request waits, oldest first.'
          : `${count} requests wait, oldest first.`,
    caption: 'Requests that wait for a decision, oldest first',
    address: 'Address',
    account: 'Account',
    evidence: 'Evidence',
    state: 'State',
    waiting: 'Waiting',
    met: (met: number, total: number) => `${met} of ${total} met`,
    failed: (count: number) => `${count} not met`,
    unknown: (count: number) => `${count} not known`,
    needsSecond: 'needs a second person',
    emptyTitle: 'Nothing waits for a decision',
    empty: 'New requests come here once control is proven and the evidence is gathered.',
  },
  position: (position: number, total: number, duration: string) =>
    `Request ${position} of ${total}, waiting ${duration}`,
  decided: 'Decided',
  quote: (account: string, server: string, purpose: string) => `${account} for ${server}: “${purpose}”`,
  previous: 'Previous',
  next: 'Next',
  advice: {
    region: 'Recommendation',
    approve: 'Approve.',
    ask: 'Ask before approving.',
    reject: 'Reject.',
    wait: 'Wait for proof.',
    counts: (met: number, total: number, proven: boolean) =>
      `${met} of ${total} requirements are met and control is ${proven ? '' : 'not '}proven.`,
  },
  decision: {
    title: 'Decision',
    reason: 'Reason',
    reasonHint: 'The owner reads it, and it stands in the log.',
    ask: 'Ask',
    approve: 'Approve',
    reject: 'Reject',
    suspend: 'Suspend',
    restore: 'Restore',
    remove: 'Remove',
    pending: 'One moment',
    overrideTitle: 'Approve although',
    override: (name: string) => `“${name}” is not met`,
    overrideUnknown: (name: string) => `“${name}” is not known`,
    overrideHint: 'The entry says so for good, with your name and the reason.',
    needsSecond: (names: string) => `Approving over ${names} needs a second person.`,
    firstApproval: (person: string) => `${person} has approved. You would be the second person.`,
    ownFirst: 'You have approved already. Another person has to follow.',
    follows: 'Approving puts it in force on every node within milliseconds.',
    followsRemove: 'Removing closes it on every node within milliseconds, open sessions included.',
    ended: 'This entry has ended. There is nothing left to decide.',
    frozen: (reason: string) => `Approvals are frozen: ${reason}`,
    notInReview: 'It is not in review yet.',
    refusals: {
      reason_missing: {
        message: 'A decision needs its reason.',
        nextStep: 'Say in a sentence what decides it.',
      },
      override_missing: {
        message: 'A requirement is not met and not named.',
        nextStep: 'Tick it above, or ask the owner.',
      },
      stale: {
        message: 'The request has changed since you opened it.',
        nextStep: 'Read it again: this page now shows it as it is.',
      },
      overlap: {
        message: 'A live entry already covers a part of this network.',
        nextStep: 'Find it under Entries before you decide.',
      },
    },
  },
  facts: {
    customerSince: 'Customer since',
    plan: 'Plan',
    inForce: 'In force',
    removed: 'Removed',
    complaints: 'Complaints',
    domains: 'Domains',
    addresses: (count: number) => (count === 0 ? 'None' : count === 1 ? '1 address' : `${count} addresses`),
  },
  shortcuts: {
    open: 'Keys',
    title: 'Keys on this page',
    switch: 'Use single keys',
    approve: 'Approve',
    ask: 'Ask',
    reject: 'Reject',
    previous: 'Previous request',
    next: 'Next request',
  },
};
