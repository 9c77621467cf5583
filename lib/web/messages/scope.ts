import type { ScopeWish } from '../../domain/entry-scope.ts';

const KILOBYTE = 1024;
const MEGABYTE = KILOBYTE * KILOBYTE;

/** "25 MB". Whole units of 1024, as devices and mail servers count. */
export function sizeText(bytes: number): string {
  if (bytes >= MEGABYTE) return `${Number((bytes / MEGABYTE).toFixed(1))} MB`;
  return `${Math.round(bytes / KILOBYTE)} KB`;
}

const tlsModes = { required: 'required', offered: 'offered', hidden: 'hidden' } as const;

/** The words of what an entry may send: in its form, in the wish that waits, and in what happened. */
export const scope = {
  change: 'Change',
  lead: 'What takes away holds at once. What gives more is looked at by support first.',
  leadOpen: 'It is not decided yet: whoever reviews the request reads what you choose here.',
  senders: 'Senders',
  allSenders: 'Every verified domain of the server, also later ones',
  someSenders: 'Only these',
  senderDomains: 'Domains it may send as',
  recipients: 'Recipient domains',
  recipientsHint: 'One on each line. Empty: it may write to anyone.',
  tls: 'Encryption (TLS)',
  rate: 'Messages an hour',
  rateHint: (plan: number) => `Empty: what the plan gives, now ${plan.toLocaleString('en')}.`,
  perMessage: 'Recipients of one message',
  size: 'Largest message',
  rarely: 'It rarely sends, like an alarm panel or a power supply.',
  rarelyHint: 'Then it does not expire when nothing comes from it for long.',
  save: 'Save',
  pending: 'Saving',
  done: 'Saved. It holds on every node.',
  toReview: 'Saved. What is narrower holds at once; support looks at what is wider.',
  noDomain: 'This server has no verified sender domain yet.',
  addDomain: 'Add one',
  waitingTitle: 'Support looks at this wish',
  waiting: (wish: string) => `${wish}.`,
  sandboxOn: 'Sandbox for 24 hours',
  sandboxOff: 'End the sandbox',
  sandboxIsOn: 'The sandbox is on for 24 hours: mail is taken and not delivered.',
  sandboxIsOff: 'The sandbox is over: mail is delivered.',
  ownersOnly: 'Only an owner of the account can use the sandbox.',
  viewersLook: 'You may view this entry. An owner or a member can change it.',
  refusals: {
    not_a_domain: 'One of these is not a domain name. Write each in its ASCII form, such as partner.example.',
    not_a_number: 'This is not a whole number.',
    too_many: 'The most is 1,000.',
    not_verified: {
      message: 'A domain here is not verified for this server.',
      nextStep: 'Verify it on the page of the server’s domains first.',
    },
    no_verified_domain: {
      message: 'This server has no verified sender domain yet.',
      nextStep: 'Add one on the page of the server’s domains.',
    },
    empty: { message: 'No domain is chosen.', nextStep: 'Choose at least one, or every verified domain.' },
    over_plan: {
      message: 'This is more than the plan of the server gives.',
      nextStep: 'Choose a lower rate, or change the plan.',
    },
  },
  /** For support. */
  wish: {
    title: 'A wider scope is asked for',
    what: 'What',
    now: 'Now',
    wanted: 'Wanted',
    reason: 'Why you grant or refuse it',
    grant: 'Grant',
    refuse: 'Refuse',
    granted: 'Granted. It holds on every node.',
    refused: 'Refused. The owner is told why.',
    nothing: {
      message: 'Nothing wider is asked for any more.',
      nextStep: 'Read the entry again: it was taken back or decided.',
    },
  },
  /** One field as text. Null is what the server or the plan gives. */
  values: {
    senderDomains: (domains: readonly string[] | null) => domains?.join(', ') ?? 'every verified domain',
    recipientDomains: (domains: readonly string[] | null) => domains?.join(', ') ?? 'anyone',
    tls: (mode: keyof typeof tlsModes) => tlsModes[mode],
    messagesPerHour: (count: number | null) =>
      count === null ? 'what the plan gives' : `${count.toLocaleString('en')} an hour`,
    recipientsPerMessage: (count: number) => count.toLocaleString('en'),
    messageBytes: sizeText,
    rarelySends: (rarely: boolean) => (rarely ? 'yes' : 'no'),
  },
  names: {
    senderDomains: 'Senders',
    recipientDomains: 'Recipients',
    tls: 'TLS',
    messagesPerHour: 'Rate',
    recipientsPerMessage: 'Recipients of a message',
    messageBytes: 'Largest message',
    rarelySends: 'Rarely sends',
  },
};

export type ScopeField = keyof typeof scope.names;

export function scopeValueText(field: ScopeField, value: unknown): string {
  return (scope.values[field] as (value: unknown) => string)(value);
}

/** Every field that is named, as "TLS: required; Largest message: 50 MB". */
export function scopeText(wish: ScopeWish): string {
  const fields = Object.keys(scope.names) as ScopeField[];
  return fields
    .filter((field) => wish[field] !== undefined)
    .map((field) => `${scope.names[field]}: ${scopeValueText(field, wish[field])}`)
    .join('; ');
}
