import type { ForceCause } from '../../../lib/domain/mail-values.ts';

type CauseWords = {
  /** What follows "… is out of force: ". */
  short: string;
  /** What happened. */
  saw: string;
  /** What to do. */
  next: string;
};

const payAgain = 'Pay what is open and they are in force again at once, on every node.';

/** Why addresses are out of force, and how they come back. */
export const forceCauseWords: Record<ForceCause, CauseWords> = {
  subscription_lapsed: {
    short: 'the subscription has lapsed',
    saw: 'The subscription of the server has lapsed. Only servers with a paid subscription may have whitelisted addresses.',
    next: payAgain,
  },
  subscription_unpaid: {
    short: 'the subscription is not paid',
    saw: 'The subscription of the server was not paid in time, and the days of grace are over.',
    next: payAgain,
  },
  subscription_cancelled: {
    short: 'the subscription is cancelled',
    saw: 'The subscription of the server is cancelled. With it, its whitelisted addresses end.',
    next: 'Devices can go on sending with the SMTP user and password of another server.',
  },
  plan_not_entitled: {
    short: 'the plan does not include it',
    saw: 'The plan of the server does not include whitelisting any more.',
    next: 'Change to a plan that includes it and they are in force again at once.',
  },
  server_paused: {
    short: 'the server is paused',
    saw: 'The server is paused.',
    next: 'Resume it and they are in force again at once.',
  },
  server_suspended: {
    short: 'the server is suspended',
    saw: 'The platform has suspended the server.',
    next: 'Answer this mail and ask what is needed.',
  },
  server_cancelled: {
    short: 'the server is cancelled',
    saw: 'The server is cancelled. With it, its whitelisted addresses end.',
    next: 'Devices can go on sending with the SMTP user and password of another server.',
  },
  account_suspended: {
    short: 'the account is suspended',
    saw: 'The platform has suspended the account.',
    next: 'Answer this mail and ask what is needed.',
  },
  account_cancelled: {
    short: 'the account is cancelled',
    saw: 'The account is cancelled. With it, its whitelisted addresses end.',
    next: 'If you did not expect this, answer this mail.',
  },
  renewal_overdue: {
    short: 'renewal is overdue',
    saw: 'The date by which it was to be confirmed has passed.',
    next: 'Renew and mail is taken again at once. That takes a minute.',
  },
  owner: {
    short: 'paused',
    saw: 'An owner of the account paused it.',
    next: 'Resume it on its page when the device is to send again.',
  },
  staff: {
    short: 'suspended by support',
    saw: 'Support has suspended it.',
    next: 'Answer this mail if the reason does not hold, or when it no longer does.',
  },
  abuse: {
    short: 'suspended for abuse',
    saw: 'Complaints about mail from it came in, so it is suspended.',
    next: 'Find and stop what sends it, then tell support what you did.',
  },
  drift: {
    short: 'the evidence has changed',
    saw: 'What is known about the address has changed, so that it may no longer be yours alone.',
    next: 'Open it to see what changed. Support looks at it: answer this mail with what shows that it is still yours.',
  },
};

export const addressCount = (count: number) =>
  count === 1 ? '1 address' : `${count.toLocaleString('en-GB')} addresses`;

export const force = {
  out: {
    subject: (what: string, count: number, cause: ForceCause) =>
      `${what} ${count === 1 ? 'is' : 'are'} out of force: ${forceCauseWords[cause].short}`,
    preview: 'Mail from there needs a password until then.',
    status: 'Out of force',
    title: (count: number) =>
      `${count === 1 ? 'This address is' : `${addressCount(count)} are`} out of force`,
    /** As the nodes answer: what is suspended hears 550, everything else 451. */
    meanwhile: {
      later: 'Until then devices at these addresses are told to come back later.',
      refused:
        'Until then mail from there is refused, and a device does not send it again by itself. Meanwhile send with the SMTP user and password of the server.',
    },
    nothingAnew: 'Nothing has to be asked for again.',
    renewUntil: (day: string) => `After ${day} what is not renewed expires and has to be asked for anew.`,
    action: 'See what is needed',
    renew: 'Renew',
  },
  back: {
    subject: (what: string, count: number) => `${what} ${count === 1 ? 'is' : 'are'} in force again`,
    preview: 'Mail is taken without a password.',
    status: 'In force',
    title: (count: number) =>
      `${count === 1 ? 'This address is' : `${addressCount(count)} are`} in force again`,
    text: 'Mail from there is taken without a password again, on every node. There is nothing to do.',
    was: (cause: ForceCause) => `What had closed it is over: ${forceCauseWords[cause].short}.`,
  },
  lapseSoon: {
    subject: (what: string, count: number, day: string) =>
      `${what} ${count === 1 ? 'goes' : 'go'} out of force on ${day}`,
    preview: (server: string) => `The subscription of ${server} is not paid.`,
    status: 'Subscription not paid',
    title: (day: string) => `In force until ${day}`,
    text: (server: string, when: string) =>
      `The subscription of ${server} is not paid. Its whitelisted addresses stay in force until ${when}; from then on mail from them needs a password.`,
    next: 'Pay what is open and nothing changes.',
  },
  removed: {
    subject: (network: string, abuse: boolean) =>
      abuse ? `${network} is removed for abuse` : `${network} is removed from the whitelist`,
    preview: (abuse: boolean) =>
      abuse ? 'What was seen, what to do, and how to appeal.' : 'Mail from it needs a password.',
    status: (abuse: boolean) => (abuse ? 'Removed for abuse' : 'Removed'),
    title: 'Mail from this address needs a password',
    saw: {
      owner: 'An owner of the account removed it.',
      staff: 'Support removed it.',
      abuse:
        'It was removed because of abuse that came from it. It is closed on every node, open sessions included.',
      account_closed: 'The account was closed, and its addresses with it.',
      takeover:
        'We asked whether the address is still yours. What is known says that your provider has given it away.',
    },
    stillYours:
      'If it is yours all the same, answer this mail with what shows it, a contract or a bill. Meanwhile send with the SMTP user and password of the server.',
    why: 'Why:',
    notYou: 'If nobody of you did this, answer this mail at once.',
    whatSeen: 'What was seen',
    samples: 'Three of the messages, shortened',
    samplesFew: 'Messages, shortened',
    whatToDo: 'What to do',
    steps: [
      'Find the device or program that sent it. Whoever can reach the internet through this address could have.',
      'Stop it, and change every password that it knew.',
      'Send with the SMTP user and password of the server meanwhile.',
    ],
    appeal: 'Appeal',
    appealText:
      'If it was not you, or once the cause is gone, appeal from the page of the address: say what it was and what you changed.',
    coolDown: (day: string) =>
      `A new request of the account, for whatever address, is taken from ${day} on. An appeal does not have to wait.`,
  },
  takeover: {
    subject: (network: string) => `Is ${network} still yours?`,
    preview: (day: string) => `Answer or prove it again by ${day}. After that it may be removed.`,
    status: 'Proof needed',
    title: 'Prove again that this address is yours',
    text: (when: string) =>
      `What is known about this address has changed: your provider may have given it to somebody else. It stays in force until ${when}. Prove it once more until then, or say on its page why it is still yours. Support reads both before anything is decided.`,
    notYours:
      'If it is no longer yours, remove it on its page. Mail in your name could come from it otherwise.',
    settled: {
      subject: (network: string) => `${network} stays yours`,
      preview: 'Nobody asks about it any more.',
      status: 'Settled',
      title: 'This address stays yours',
      text: 'We had asked whether this address is still yours. That is settled: it stays as it was, and you need not prove it again for that.',
    },
  },
  senderDomain: {
    subject: {
      missing: (domain: string, day: string) => `Publish the record of ${domain} by ${day}`,
      ended: (domain: string) => `${domain} is no longer a sender domain`,
      silent: (domain: string) => `The name servers of ${domain} do not answer`,
    },
    preview: {
      missing: 'The TXT record that shows it is yours is missing.',
      ended: 'Mail from it is refused without a password.',
      silent: 'Whether it is still yours cannot be seen. Nothing has changed yet.',
    },
    status: { missing: 'Record missing', ended: 'Ended', silent: 'Not to be seen' },
    title: {
      missing: (domain: string) => `The TXT record of ${domain} is missing`,
      ended: (domain: string) => `${domain} has ended`,
      silent: (domain: string) => `The name servers of ${domain} do not answer`,
    },
    text: {
      missing: (server: string, when: string) =>
        `By this record we know that the domain is yours, and it is not there any more. Whitelisted addresses of ${server} may send as the domain until ${when}. Publish the record again until then and nothing changes: its value stands on the page of sender domains.`,
      ended: (server: string) =>
        `The record by which we knew that the domain is yours was missing for too long. Whitelisted addresses of ${server} may not send as the domain any more. If it is still yours, add it again and publish its record.`,
      silent: (server: string) =>
        `By this record we know that the domain is yours, and for four days nobody has told us whether it is there. Whitelisted addresses of ${server} may still send as the domain, and our support knows of it. See to it that its name servers answer again.`,
    },
    notYours:
      'If it is no longer yours, remove it there. Mail in the name of its new owner could come from you otherwise.',
    record: 'Record',
    action: 'Open sender domains',
  },
  renew: {
    subject: (what: string, count: number, day: string) =>
      count === 1 ? `Renew ${what} by ${day}` : `Renew ${addressCount(count)}, the first by ${day}`,
    preview: 'Confirm that they are still yours. It takes a minute.',
    status: (days: number) => (days <= 1 ? 'Renew now' : 'Renew soon'),
    title: (count: number) =>
      count === 1 ? 'Is this address still yours?' : `Are these ${addressCount(count)} still yours?`,
    text: 'An owner confirms by the date of each address, and when a lease ends, that it is still static, dedicated and yours. Without it the address goes out of force on its date. Until it expires, some time later, renewing brings it back at once.',
    inherited: (count: number) =>
      `Mail from ${count === 1 ? 'it' : 'an address on this list'} has been taken without a password since before it was asked for here: it was taken over from an earlier list. An owner has to confirm it once.`,
    by: (day: string) => `by ${day}`,
    paused: 'paused: resume it to renew it',
    leaseEnds: (day: string) => `lease ends ${day}`,
    action: 'Renew',
  },
  idle: {
    subject: (network: string) => `${network} has not sent for long`,
    preview: (day: string) => `It expires on ${day} unless it sends.`,
    status: 'Silent',
    title: (days: number) => `No mail from this address for ${days} days`,
    text: (day: string) =>
      `An address that nobody uses is a door that nobody watches. It expires on ${day} unless it sends a message before.`,
    last: 'Last message',
    never: 'None yet',
    rarely:
      'If it sends only in an emergency, like an alarm panel or a power supply, open it and ask for the mark “rarely sends”.',
    remove: 'If you no longer need it, remove it.',
  },
} as const;
