import type { FuseCause, FuseEffect } from '../../domain/fuse.ts';
import type { LadderStep, Rung } from '../../domain/ladder-policy.ts';

const counted = (count: number, one: string, many: string) =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;

/** Where an address stands on the ladder, and what a step does. */
const steps = {
  none: 'Nothing done',
  warned: 'Warned',
  throttled: 'Slowed down',
  suspended: 'Suspended',
  removed: 'Removed',
} satisfies Record<LadderStep, string>;

const becoming = {
  warned: 'a warning',
  throttled: 'slowing down',
  suspended: 'suspension',
  removed: 'removal',
} satisfies Record<Rung, string>;

/** Support's pages about abuse. */
export const abuse = {
  title: 'Abuse',
  lead: 'What was seen, what the ladder has done about it, and what waits for a person.',
  tabs: {
    label: 'Parts of the abuse desk',
    seen: 'Addresses',
    reports: 'Reports',
    fuse: 'Fuse',
    proposals: 'Accounts',
    ladder: 'Ladder',
    incident: 'Incident',
  },
  steps,
  becoming,
  frozen: {
    title: 'Approvals are frozen',
    text: (reason: string) => (reason === '' ? 'Nothing is approved until they are open again.' : reason),
    link: 'Open the incident page',
  },
  seen: {
    caption: 'Addresses of which something was seen, the one nearest to its next step first',
    address: 'Address',
    account: 'Account',
    step: 'Step',
    seen: 'Seen',
    next: 'Next step',
    toNext: (score: number, threshold: number, rung: Rung) =>
      `${round(score)} of ${round(threshold)} to ${becoming[rung]}`,
    highest: 'None above it',
    notDone: {
      observed: (step: string) => `Would be ${step.toLowerCase()}: the ladder only observes`,
      critical: (step: string) => `Critical: a person decides whether it is ${step.toLowerCase()}`,
      held: (step: string) => `The fuse holds: ${step.toLowerCase()}`,
    },
    emptyTitle: 'Nothing was seen that still counts',
    empty:
      'An address appears here with the first complaint, spam verdict, listing or report of staff. Signals fade by themselves.',
  },
  observing: {
    title: 'The ladder only observes',
    text: 'It says what it would do and does nothing. An admin turns it on under Ladder.',
  },
  fuseHolds: {
    title: (count: number) => `The fuse holds ${counted(count, 'change', 'changes')}`,
    text: 'Too much would have happened at once, so nothing happens until a person has looked.',
    link: 'Look at what is held',
  },
  entry: {
    title: 'Abuse',
    step: (step: string, since: string | null) => (since === null ? step : `${step} since ${since}`),
    none: 'Nothing was seen of this address.',
    caption: 'What was seen, newest first',
    theReport: 'the report',
    weighsNow: (now: number, then: number) =>
      round(now) === round(then) ? `weighs ${round(now)}` : `weighs ${round(now)} of ${round(then)}`,
    halves: (days: number) => `halves every ${counted(days, 'day', 'days')}`,
    staysWhole: 'does not fade',
    countsNoMore: 'counts no more',
    setAside: 'Set aside',
    setAsideTitle: 'Set this signal aside',
    setAsideText: 'It stays to be read, with your reason, and counts no more. The ladder looks at the rest.',
    wasSetAside: (reason: string) => `Set aside: “${reason}”`,
    reason: 'Reason',
    done: { setAside: 'Set aside. It counts no more.' },
    report: {
      title: 'Report abuse',
      lead: 'You have seen something yourself. It is a signal like any other, and stands in the log with your name.',
      grade: 'How grave is it?',
      grades: {
        minor: { label: 'Minor', text: 'Counts like one complaint. It fades.' },
        serious: { label: 'Serious', text: 'Slows down at once.' },
        gravest: {
          label: 'Gravest',
          text: 'Removes at once: phishing, malware, a broken-in device. A critical address is slowed down, and a person decides.',
        },
      },
      what: 'What did you see?',
      whatHint: 'Where and when, so that somebody else understands it later. The owners do not read it.',
      submit: 'Report abuse',
      done: {
        none: 'Noted. It is not enough for a step.',
        warned: 'Noted. The owners are warned.',
        throttled: 'Noted. The address is slowed down.',
        suspended: 'Noted. The address is suspended.',
        removed: 'Noted. The address is removed, and its sessions have ended.',
      } satisfies Record<LadderStep, string>,
      held: 'Noted. The fuse holds what would follow: decide it on its page.',
      ended: 'This entry is not live. There is nothing to act on.',
    },
    critical: {
      title: 'Critical',
      is: 'Nothing automatic takes it out of force: it is slowed down at most, and a person is called.',
      isNot: 'It is suspended, removed or expired by itself where the rules say so.',
      mark: {
        label: 'Mark as critical',
        title: 'Mark this address as critical',
        text: 'For a hospital’s and the like. Nothing automatic then takes it out of force: abuse slows it down at most, and you are called. The owners do not read it.',
      },
      unmark: {
        label: 'Unmark as critical',
        title: 'It is not critical any more',
        text: 'The next signal, re-check or silence takes it as far as any other address.',
      },
      done: { marked: 'It is critical now.', unmarked: 'It is critical no more.' },
    },
    evidence: {
      count: (count: number) => `${count.toLocaleString('en')} counted`,
      reporter: (domain: string) => `from ${domain}`,
      listed: (zones: string) => `on ${zones}`,
      filter: (name: string, score: number | null) =>
        score === null ? `by ${name}` : `by ${name}, score ${round(score)}`,
      weekly: (count: number) => `${count.toLocaleString('en')} messages that week`,
      ratio: (part: number, whole: number) => `${part.toLocaleString('en')} of ${whole.toLocaleString('en')}`,
    },
    appealOf: {
      title: 'An appeal against a removal',
      text: 'The address was removed for abuse, and its owner has answered. What was seen then:',
      link: 'Open what was removed',
      nothing: 'Nothing was counted: a person removed it.',
      approving: 'Approved, it begins slowed down. Rejected, the owner cannot appeal a second time.',
    },
  },
  reports: {
    title: 'Reports that wait',
    lead: 'What could not be weighed by itself: malformed, not to be mapped for certain, or from somebody whom the policy does not name.',
    caption: 'Reports that wait for a person, oldest first',
    received: 'Received',
    about: 'About',
    reporter: 'Reporter',
    why: 'Why it waits',
    noSource: 'No address',
    noReporter: 'Not named',
    noType: 'No type',
    emptyTitle: 'No report waits',
    empty:
      'Reports come in with POST /api/v1/abuse-reports. What is well formed, certain and from a configured reporter is weighed without anybody.',
    reasons: {
      malformed: 'It is malformed',
      not_configured: 'Its reporter is not configured',
      not_mapped: 'Nobody can tell for certain which entry it is about',
      doubtful: 'Our signature in it may be copied from another message',
      unknown_type: 'Its type says nothing that the ladder knows',
    },
    problemsTitle: 'What is wrong with it',
    notMapped: 'Why that is not certain',
    settle: {
      title: 'Nothing follows',
      hint: 'Stands in the log.',
      submit: 'Settle it',
      done: 'Settled.',
    },
    assign: {
      title: 'It is about an address here',
      lead: 'You vouch for it: it weighs like a complaint that our own signature maps.',
      address: 'Address',
      addressHint: 'The live entry that covers it.',
      grade: 'What is it?',
      grades: { complaint: 'A complaint', grave_complaint: 'Fraud, phishing or malware' },
      submit: 'Assign and weigh',
      noLiveEntry: {
        message: 'No live entry covers this address.',
        nextStep: 'Look it up under Entries. What has ended already needs nothing more.',
      },
      done: (step: string) => `Assigned. The address stands at: ${step.toLowerCase()}.`,
    },
    reason: 'Reason',
    settled: (person: string | null, reason: string) =>
      `Settled by ${person ?? 'somebody who has left'}, nothing follows: “${reason}”`,
    assigned: (person: string | null, reason: string) =>
      `Assigned by ${person ?? 'somebody who has left'}: “${reason}”`,
    raw: 'The report as it came',
    rawGone: 'The raw text was deleted when its time was over.',
    rawCut: 'Only the beginning is shown.',
    facts: {
      type: 'Type',
      received: 'Received',
      arrival: 'Message arrived',
      source: 'Source-IP',
      reporter: 'Reporter',
      agent: 'Sent by',
      configured: 'Configured',
      octets: 'Size',
      sample: 'Message',
      entry: 'Entry',
    },
    yes: 'Yes',
    no: 'No',
    bytes: (count: number) => `${count.toLocaleString('en')} bytes`,
  },
  fuse: {
    title: 'The fuse',
    lead: 'Nothing automatic takes many addresses out of force at once. What would have is held here until a person decides.',
    causes: {
      ladder: 'The abuse ladder',
      drift: 'Evidence that has changed',
      feed: 'The platform’s feed',
      idle: 'Addresses that are no longer used',
    } satisfies Record<FuseCause, string>,
    effects: {
      out_of_force: 'would take addresses out of force',
      throttled: 'would slow addresses down',
      warned: 'would warn owners',
    } satisfies Record<FuseEffect, string>,
    held: (items: number, entries: number) =>
      `${counted(items, 'change', 'changes')} held, ${counted(entries, 'address', 'addresses')} concerned`,
    had: {
      out_of_force: 'gone out of force',
      throttled: 'been slowed down',
      warned: 'been warned about',
    } satisfies Record<FuseEffect, string>,
    why: (effect: FuseEffect, gone: number, most: number, total: number, minutes: number) =>
      `${counted(gone, 'address', 'addresses')} had ${abuse.fuse.had[effect]} within ${minutes} minutes. Of ${total.toLocaleString('en')} in force before, at most ${most.toLocaleString('en')} may.`,
    since: 'Tripped',
    caption: 'What is held, in the order in which it came',
    choose: 'Decide this one',
    pick: (name: string) => `Decide ${name}`,
    subject: 'About',
    action: 'What would happen',
    heldAt: 'Held',
    shown: (shown: number, total: number) => `The first ${shown} of ${total} are shown.`,
    which: 'What do you decide about?',
    all: (count: number) => `All of it: ${counted(count, 'change', 'changes')}`,
    ticked: 'Only what is ticked',
    nothingTicked: 'Nothing is ticked.',
    nothingTickedNext: 'Tick what you mean, or choose all of it.',
    reason: 'Reason',
    reasonHint: 'Stands in the log with your name.',
    apply: 'Apply',
    discard: 'Discard',
    follows: [
      'Applied, it is done within seconds, one after the other, and the owners are told.',
      'Discarded, it never happens, and the signals that called for it count no more.',
    ],
    applied: (decided: number) => `${counted(decided, 'change', 'changes')} let through. The jobs do it now.`,
    discarded: (decided: number) => `${counted(decided, 'change', 'changes')} discarded.`,
    actions: {
      ladder: { warned: 'Warn', throttled: 'Slow down', suspended: 'Suspend', removed: 'Remove' },
      suspend_server: (removals: number, days: number) =>
        `Suspend the server: ${removals} removals in ${days} days`,
      drift: 'Suspend: what we find out about it has changed for the worse',
      attest: 'Ask the owners to attest anew',
      expire: 'End it: it was not used for too long',
      domain: 'End a sender domain: its TXT record is missing',
      server: (said: string) => `Feed of the server: ${said}`,
      account: (status: string) => `Feed of the account: ${status}`,
      entries: (count: number) => counted(count, 'address', 'addresses'),
    },
    feedParts: {
      status: (value: string) => `status ${value}`,
      plan: (value: string) => `plan ${value}`,
      subscription: (value: string) => `subscription ${value}`,
    },
    emptyTitle: 'The fuse is whole',
    empty:
      'Nothing is held. It trips when more addresses would go in a few minutes than the policy lets through.',
    beforeTitle: 'Decided before',
    before: {
      applied: 'Applied',
      discarded: 'Discarded',
      no_longer: 'Over: nothing called for it any more',
    },
    beforeCaption: 'Trips that were decided or are over, newest first',
    tripped: 'Tripped',
    cause: 'Cause',
    decision: 'Decision',
    by: (person: string | null) => `by ${person ?? 'somebody who has left'}`,
  },
  proposals: {
    title: 'What is proposed about accounts',
    lead: 'Suspending an account is one person’s decision. Cancelling takes two members of staff, and the platform is told of both by an event.',
    kinds: { suspend_account: 'Suspend the account', cancel_account: 'Cancel the account' },
    system: 'Repeated removals',
    removals: (removals: number, days: number) => `${removals} removals for abuse in ${days} days`,
    by: (person: string | null) => `Proposed by ${person ?? 'the system'}`,
    reason: 'Reason',
    do: { suspend_account: 'Suspend it', cancel_account: 'Cancel it, as the second person' },
    dismiss: 'Dismiss',
    follows: {
      suspend_account:
        'Suspended, all of its addresses and SMTP credentials are out of force on every node at once. The owners read the reason.',
      cancel_account:
        'Cancelled, all of its addresses end for good, its SMTP credentials no longer work, and the platform is told. The owners read the reason.',
    },
    done: { suspend_account: 'The account is suspended.', cancel_account: 'The account is cancelled.' },
    dismissed: 'Dismissed. Nothing has happened.',
    samePerson: {
      message: 'You have proposed it yourself.',
      nextStep: 'Another member of staff has to be the second person.',
    },
    proposerGone: {
      message: 'Whoever proposed it is no longer of staff, or belongs to the account by now.',
      nextStep: 'Dismiss it, and propose it yourself: another person has to follow.',
    },
    emptyTitle: 'Nothing is proposed',
    empty:
      'The third removal for abuse in 90 days suspends a server. Further ones propose to suspend its account, here.',
    beforeTitle: 'Decided before',
    before: { done: 'Done', dismissed: 'Dismissed' },
    decidedBy: (person: string | null) => `by ${person ?? 'somebody who has left'}`,
  },
  incident: {
    title: 'In an incident',
    lead: 'What stops something at once. The command line does the same, also when the portal is down.',
    adminOnly: 'Only an admin does this. Call one.',
    freeze: {
      title: 'Approvals',
      open: 'Requests are approved as usual.',
      frozen: 'Nothing is approved, restored or widened. What is in force stays in force.',
      since: 'Frozen',
      freeze: 'Freeze approvals',
      unfreeze: 'Open approvals again',
      reason: 'Reason',
      reasonHint: 'Every reviewer reads it who tries to approve.',
      done: { true: 'Approvals are frozen.', false: 'Approvals are open again.' },
      command: (wish: 'on' | 'off') => `npm run postern -- freeze approvals ${wish} --reason "…"`,
    },
    close: {
      title: 'Close an account',
      text: 'Cancels it and ends every address and SMTP credential of it at once. The owners read the reason. Outside an incident, two members of staff cancel an account on its page.',
      slug: 'Account',
      slugHint: 'Its slug, as in the address of its page.',
      reason: 'Reason',
      submit: 'Close the account',
      confirmTitle: (name: string) => `Close ${name}`,
      notFound: {
        message: 'There is no account of that name.',
        nextStep: 'Look it up under Accounts.',
      },
      done: (removed: number, rejected: number) =>
        `Closed. ${counted(removed, 'address', 'addresses')} removed, ${counted(rejected, 'request', 'requests')} rejected.`,
      command: 'npm run postern -- account close SLUG --reason "…"',
    },
    decisions: {
      title: 'What somebody decided',
      text: 'If a reviewer’s sign-in was stolen, or a whole network is wrong: everything that this person approved or rejected, everything that lies in this network. Each is opened and decided by itself.',
      submit: 'List them',
      command: 'npm run postern -- entry list --decided-by EMAIL --network CIDR',
    },
    commandLine: 'On the command line',
  },
  account: {
    title: 'Sanctions',
    suspendedForAbuse: 'Suspended for abuse',
    lift: 'Lift the suspension',
    liftTitle: (name: string) => `Lift the suspension of ${name}`,
    liftText: 'What else stands against it stays. The owners are told, with the reason.',
    liftDone: 'The suspension is lifted.',
    propose: 'Propose to cancel',
    proposeTitle: (name: string) => `Propose to cancel ${name}`,
    proposeText:
      'Another member of staff has to confirm it. Then every address of the account ends for good, its SMTP credentials no longer work, and the platform is told.',
    proposeDone: 'Proposed. Another member of staff has to confirm it under Abuse, Accounts.',
    proposedAlready: {
      message: 'That is proposed already.',
      nextStep: 'A second member of staff confirms it under Abuse, Accounts.',
    },
    reason: 'Reason',
    open: (what: string) => `Proposed: ${what.toLowerCase()}`,
    openLink: 'Decide it',
    none: 'Nothing stands against this account.',
    cancelled: 'It is cancelled already.',
    closed: 'Closed by staff. What the platform feeds does not open it.',
    reopen: 'Reopen the account',
    reopenTitle: (name: string) => `Reopen ${name}`,
    reopenText:
      'It is then what the platform says of it, and what else stands against it stays. SMTP credentials work again; addresses have ended and are asked for anew. The owners are told, with the reason, and the platform.',
    reopenDone: 'The account is open again.',
    exportAudit: 'Export the log',
  },
};

/** Weights have one digit where it tells something. */
export function round(value: number): string {
  return (Math.round(value * 10) / 10).toLocaleString('en');
}
