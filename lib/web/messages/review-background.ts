import type { Requirement } from '../../domain/evaluation.ts';

/** What a reviewer reads beside the evidence, and the texts that a decision may begin with. */
export const reviewBackground = {
  history: {
    title: 'This address before, and abuse beside it',
    none: 'Nobody has asked for it or for a part of it before, and nothing beside it was removed for abuse.',
  },
  account: {
    title: 'Other addresses of the account',
    none: 'It has asked for no other address.',
  },
  states: {
    pending: 'waits for proof',
    in_review: 'in review',
    waiting: 'waits for an answer',
    active: 'active',
    suspended: 'suspended',
    rejected: 'rejected',
    withdrawn: 'withdrawn',
    removed: 'removed',
    expired: 'expired',
  },
  causes: {
    abuse: 'for abuse',
    owner: 'by its owner',
    staff: 'by support',
    takeover: 'given to somebody else',
    account_closed: 'the account was closed',
    server_closed: 'the server was closed',
    requirement: 'by the evidence',
    no_proof: 'no proof came',
    no_answer: 'no answer came',
    not_renewed: 'not renewed',
    idle: 'it sent nothing',
  } as Readonly<Record<string, string>>,
  asked: 'Asked for',
  sightings: {
    title: 'Signed in from here',
    none: 'Nobody has signed in from it on our nodes in the last 90 days.',
    other: 'another organisation',
    days: (count: number) => (count === 1 ? 'on 1 day, last on' : `on ${count} days, last on`),
  },
  answers: {
    title: 'What each source answered',
    nothing: 'No source has answered.',
    raw: 'As it came',
    gone: 'The answer as it came is not kept.',
    outcomes: { found: 'found something', none: 'found nothing', temporary_error: 'did not answer' },
  },
  decisions: {
    title: 'Decisions',
    approve: (by: string) => `Approved by ${by}`,
    reject: (by: string) => `Rejected by ${by}`,
    system: 'the system',
    under: (version: number) => `under policy version ${version}`,
    although: (names: readonly string[]) => `Although not met: ${names.join(', ')}.`,
    frozen: 'The evidence as it was then',
  },
  range: {
    title: 'What the range would let in',
    addresses: (addresses: string, hosts: string) => `${addresses} addresses, ${hosts} that a host can have.`,
    asked: (asked: number) => `Names and lists were asked about ${asked.toLocaleString('en')} of them.`,
    notAsked: 'No lookup has answered yet.',
    named: 'With a name',
    noneNamed: 'None',
    listed: 'On a list',
    noneListed: 'None',
    unknown: (count: number) => (count === 1 ? 'Of 1 nobody knows.' : `Of ${count} nobody knows.`),
    more: (count: number) => `and ${count.toLocaleString('en')} more`,
  },
  templates: {
    label: 'Begin with',
    none: 'Nothing',
    general: [
      {
        id: 'static_proof',
        label: 'Ask for the contract',
        text: 'Your provider’s contract or a bill would help: one that names this address as static and you as its holder. You may leave out prices.',
      },
      {
        id: 'which_device',
        label: 'Ask which device',
        text: 'Which device sends from this address, and could it send with a user and a password instead?',
      },
      {
        id: 'good',
        label: 'Approve: all is met',
        text: 'Static business line, proven, and held by the account.',
      },
    ],
    /** Where this requirement is not met or not known. */
    byRequirement: {
      static: {
        label: 'Static: ask',
        text: 'The name of this address looks like one from a pool. Is it static, and does your provider confirm that?',
      },
      not_residential: {
        label: 'Not residential: ask',
        text: 'This address lies in a range for private customers. Is it a business line? A line of the contract that says so is enough.',
      },
      dedicated: {
        label: 'Dedicated: ask',
        text: 'This address seems to belong to somebody else. What is your relation to its holder, and who else sends from it?',
      },
      not_shared: {
        label: 'Not shared: reject',
        text: 'Several organisations use this address, so whitelisting it would let others send as you. Send with the SMTP user and password instead.',
      },
      control: {
        label: 'Control: ask for proof',
        text: 'Send one message from the device to the proof address on this page, then we go on.',
      },
      reputation: {
        label: 'Reputation: ask',
        text: 'This address is on a list of spam senders. What was the cause, and what has changed since?',
      },
      no_abuse_history: {
        label: 'Abuse before: ask',
        text: 'Abuse came from this address before. What was the cause, and what has changed since?',
      },
    } as Readonly<Partial<Record<Requirement, { label: string; text: string }>>>,
  },
};
