import type { Verdict } from '../../domain/evaluation.ts';
import type { ProofKind } from '../../domain/policy.ts';
import type { PolicyValue } from '../../domain/policy-difference.ts';
import { isPolicyNumber, type NumberLimits, policyNumbers } from '../../domain/policy-limits.ts';
import { ladderFieldText, ladderValueText } from './ladder.ts';

/** The policy as data: what staff reads of it and administrators change. */

type FieldWords = { label: string; unit?: string; hint?: string };

const days = (label: string, hint?: string): FieldWords => ({
  label,
  unit: 'days',
  ...(hint === undefined ? {} : { hint }),
});

/** Every field by its path. What is not here is shown by its path. */
const fields: Readonly<Record<string, FieldWords>> = {
  graceDays: days(
    'Grace for what is unpaid',
    'After “paid until”, while nothing is heard or a payment is late.',
  ),
  cancelledDays: days(
    'Until entries of a cancelled account end',
    'Out of force at once; after this they end for good.',
  ),
  proofDays: days(
    'Age at which a proof no longer counts',
    'At approval. Mail in scope counts as a fresh proof.',
  ),
  awaitDays: days('Waiting for a proof or an answer', 'After this a request expires.'),
  proofKinds: { label: 'Ways of proving control' },
  recheckDays: days('Between two looks at the evidence'),
  evidenceDays: days('Age at which evidence no longer counts', 'More than the days between two looks.'),
  steadyDays: days(
    'Signing in alone that shows an own address',
    'Of the last 90 days. From here an address is taken to be the organisation’s own.',
  ),
  dynamicBelowScore: {
    label: 'MaxMind score that speaks against static',
    hint: 'At most this, of 0 to 100. Less than the next one.',
  },
  staticFromScore: { label: 'MaxMind score that speaks for static', hint: 'At least this.' },
  mostUsers: { label: 'Most people behind one address', unit: 'people', hint: 'As MaxMind estimates them.' },
  automaticApproval: {
    label: 'Approve without a person what meets every requirement, with proof',
    hint: 'What is not known for certain, a wide network, a takeover or abuse before still goes to a person.',
  },
  listZones: {
    label: 'DNS lists that are asked',
    hint: 'One a line, such as zen.spamhaus.org. Empty: those of the setting DNSBL_ZONES.',
  },
  listCodes: {
    label: 'What their answers mean',
    hint: 'One a line: the answer, then sbl, css, xbl or drop (a source of spam), pbl (an access pool) or other.',
  },
  'drift.attestDays': days('To confirm after a change'),
  'drift.confirmDays': days('Until a change is looked at again', 'A change counts when it is seen twice.'),
  'drift.suspendOn': {
    label: 'Changes that suspend at once',
    hint: 'One a line, as requirement:reason. Any other change asks the owners to confirm.',
  },
  reviewMonths: {
    label: 'Until an entry is confirmed again',
    unit: 'months',
    hint: 'Or at the end of its lease, if that is earlier.',
  },
  lateRenewalDays: days('For a late renewal', 'After the review date, out of force.'),
  sponsorDays: days('To confirm once its owner has left'),
  inheritedDays: days('To spread an imported list over'),
  idleFlagDays: days('Without a message until it is flagged'),
  idleDays: days('Without a message until it ends', 'Entries that rarely send are exempt.'),
  takeoverDays: days('For a holder to answer a takeover'),
  coolDownDays: days(
    'Cool-down after a removal for abuse',
    'No new request of the account meanwhile, but for an appeal.',
  ),
  secondPersonWiderThanV4: {
    label: 'Second person for IPv4 networks wider than',
    hint: 'A prefix length. 30: a /29 needs two persons.',
  },
  secondPersonWiderThanV6: {
    label: 'Second person for IPv6 networks wider than',
    hint: 'A prefix length. 64: a /56 needs two persons.',
  },
  'retention.rawAbuseReports': days('Raw abuse reports'),
  'retention.abuseReports': days('What was read from them'),
  'retention.signals': days('Signals of abuse'),
  'retention.trafficMinutes': days('Traffic by the minute'),
  'retention.trafficHours': days('Traffic by the hour'),
  'retention.trafficDays': days('Traffic by the day'),
  'retention.rawEvidence': days('Raw answers of registries and lists'),
  'retention.sightings': days('Who signed in from where'),
  'retention.senderSightings': days('Which domains sent from where'),
  'retention.eventAddresses': days('Addresses of people in the log'),
  'retention.mail': days('Texts of mail that was sent'),
};

const verdicts = {
  pass: 'met',
  fail: 'not met',
  unknown: 'not known',
} as const satisfies Record<Verdict, string>;

export type PolicySectionKey =
  | 'subscription'
  | 'proof'
  | 'evidence'
  | 'drift'
  | 'review'
  | 'second'
  | 'abuse'
  | 'retention';

/** `link`: the word after the text that leads to where it is set. */
const sections: Readonly<Record<PolicySectionKey, { title: string; text?: string; link?: string }>> = {
  subscription: { title: 'Subscription' },
  proof: { title: 'Proof of control' },
  evidence: { title: 'Evidence' },
  drift: { title: 'Change of the evidence' },
  review: { title: 'Review and idleness' },
  second: {
    title: 'Who approves',
    text: 'Overrides, takeovers and addresses with abuse before always need two persons. That is not for choosing.',
  },
  abuse: {
    title: 'Abuse',
    text: 'What signals weigh and what weight does is set under Abuse, Ladder.',
  },
  retention: { title: 'How long things are kept' },
};

export const policy = {
  title: 'Policy',
  tabs: { values: 'Values', blocked: 'Blocked networks', history: 'History' },
  tabsLabel: 'Parts of the policy',
  version: (version: number) => `Version ${version}`,
  since: 'since',
  by: (name: string) => `by ${name}`,
  byInstallation: 'made by the installation',
  lead: 'Every decision is made under the version of its moment and keeps it.',
  adminsOnly: 'Only an administrator changes the policy.',
  fields,
  sections,
  proofKinds: {
    sending: 'By sending a message',
    sign_in: 'By signing in',
    http: 'On the proof page',
    dns: 'By a DNS record',
  } as const satisfies Record<ProofKind, string>,
  listCode: (code: string) => `Meaning of ${code} from a DNS list`,
  toPreview: 'See what it would change',
  pending: 'One moment',
  previewHint: 'Nothing is saved yet: the next page shows which entries would be judged otherwise.',
  refusals: {
    number: ({ least, most, fraction }: NumberLimits) =>
      `Type a ${fraction ? '' : 'whole '}number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    proofKinds: 'Tick at least one: without any nothing can be approved.',
    listZones: 'Each line is the name of one list, such as zen.spamhaus.org, 20 at most.',
    listCodes: 'Each line is an answer within 127.0.0.0/8 and one meaning, such as “127.0.0.2 sbl”.',
    suspendOn: 'Each line is a requirement and one of its reasons, such as “not_shared:shared_egress”.',
    not_above_recheck: 'This has to be more than the days between two looks.',
    not_below_static: 'This has to be less than the score that speaks for static.',
    not_above_flag: 'This has to be more than the days until it is flagged.',
    longer_than_reports: 'Raw reports cannot be kept longer than what was read from them.',
    nothing: { message: 'Nothing is different from the policy as it is.', nextStep: 'Change a value first.' },
    version: { message: 'This version of the policy does not exist.', nextStep: 'Open the policy again.' },
    draft: {
      message: 'This change cannot be taken as it is.',
      nextStep: 'Open the policy and change the values there.',
    },
    changedMeanwhile: {
      message: 'The policy has been changed since you opened it.',
      nextStep: 'Above stands what changed. Save again if yours is still right.',
    },
  },
  preview: {
    title: 'Change the policy',
    lead: 'Nothing is changed yet. This is what would be.',
    what: 'What changes',
    field: 'Field',
    now: 'Now',
    wanted: 'Then',
    meanwhile: (version: number) => `The policy was changed meanwhile: version ${version}`,
    both: 'changed by both',
    entries: 'Entries that would be judged otherwise',
    looking: 'Looking at the open and live entries. This takes 20 seconds at most.',
    none: (looked: number) =>
      looked === 1
        ? 'None: the one open or live entry is judged as before.'
        : `None: all ${looked.toLocaleString('en')} open and live entries are judged as before.`,
    count: (entries: number, looked: number) =>
      `${entries.toLocaleString('en')} of ${looked.toLocaleString('en')} open and live entries.`,
    incomplete: (looked: number, total: number) =>
      `${looked.toLocaleString('en')} of ${total.toLocaleString('en')} were looked at, picked at random. The numbers are of these.`,
    stays:
      'Saving moves no entry by itself. What is in force stays in force until somebody decides, or the next look at its evidence finds it worse.',
    live: 'whitelisted',
    open: 'requested',
    address: 'Address',
    account: 'Account',
    requirement: 'Requirement',
    before: 'Now',
    after: 'Then',
    tally: 'Summary',
    reason: 'Reason',
    reasonHint: 'For everybody who asks later why the policy is as it is.',
    save: (version: number) => `Save as version ${version}`,
    edit: 'Change the values',
  },
  verdicts,
  history: {
    caption: 'Versions of the policy, the newest first',
    version: 'Version',
    when: 'When',
    by: 'By',
    why: 'Why',
    changes: 'Changes',
    changed: (count: number) => (count === 0 ? 'None' : count === 1 ? '1 field' : `${count} fields`),
    first: 'The first policy.',
    whatChanged: 'What it changed',
    values: 'All its values',
    nothing: 'It changed nothing of what is shown here.',
    inForce: 'In force now',
    installation: 'The installation',
  },
  blocked: {
    lead: 'New requests that reach into one of these are refused at once. Entries in force stay until somebody decides.',
    caption: 'Blocked networks',
    network: 'Network',
    reason: 'Reason',
    expires: 'Until',
    until: 'Until it is lifted',
    entries: 'Entries inside',
    by: 'By',
    end: 'End',
    endTitle: (network: string) => `End the block of ${network}?`,
    endText: 'New requests for it are taken again. What was refused before stays refused.',
    endReason: 'Why it ends',
    ended: 'It is no longer blocked.',
    emptyTitle: 'No network is blocked',
    empty: 'Special-purpose networks are refused everywhere and need no block.',
    earlier: 'Ended',
    add: 'Block a network',
    networkHint: 'An address or a network, such as 203.0.113.0/24.',
    reasonHint: 'For staff. A customer reads only that no request for it is taken.',
    expiresLabel: 'Last day',
    expiresHint: 'Empty: until somebody lifts it.',
    submit: 'Block it',
    done: 'It is blocked. New requests for it are refused.',
    missing: 'Type the network that is to be blocked.',
    reasonMissing: 'Say in a sentence why.',
    refusals: {
      too_wide: 'This is too wide: a /8 of IPv4 or a /16 of IPv6 is the most.',
      past: 'This day is over. Choose a day to come, or leave it empty.',
      host_bits_set: 'This is an address inside a network, not the network. Clear its last bits.',
      otherwise: 'This is not an address or a network. Type it as in 203.0.113.7 or 2001:db8::/64.',
    },
  },
} as const;

/** A value as a person reads it. */
function policyValueText(value: PolicyValue | undefined): string {
  if (value === undefined) return 'not there';
  if (value === null) return 'as the environment says';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(partText).join(', ');
  return typeof value === 'number' ? value.toLocaleString('en') : String(value);
}

function partText(part: unknown): string {
  const text = String(part);
  if (!Object.hasOwn(policy.proofKinds, text)) return text;
  // The first letter alone: "by a DNS record".
  const words = policy.proofKinds[text as ProofKind];
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

/** The name of a field; a code of a list by itself, anything without words by its path. */
export function policyFieldText(field: string): string {
  if (field.startsWith('listCodes.')) return policy.listCode(field.slice('listCodes.'.length));
  const ladder = field.startsWith('abuse.') ? ladderFieldText(field.slice('abuse.'.length)) : undefined;
  return ladder ?? (Object.hasOwn(fields, field) ? (fields[field]?.label ?? field) : field);
}

const one: Readonly<Record<string, string>> = { days: 'day', months: 'month', people: 'person' };

/** A value with its unit. */
export function policyFieldValueText(field: string, value: PolicyValue | undefined): string {
  const unit = Object.hasOwn(fields, field) ? fields[field]?.unit : undefined;
  if (field.startsWith('secondPersonWiderThan')) return `/${value}`;
  const ladder = field.startsWith('abuse.')
    ? ladderValueText(field.slice('abuse.'.length), value)
    : undefined;
  const text = ladder ?? policyValueText(value);
  if (unit === undefined || typeof value !== 'number') return text;
  return `${text} ${value === 1 ? (one[unit] ?? unit) : unit}`;
}

/** What is wrong with a field, from the code of the refusal. */
export function policyRefusalText(field: string, reason: string): string {
  const { refusals } = policy;
  if (reason === 'not_above_recheck' || reason === 'not_below_static') return refusals[reason];
  if (reason === 'not_above_flag' || reason === 'longer_than_reports') return refusals[reason];
  if (isPolicyNumber(field)) return refusals.number(policyNumbers[field]);
  const [name = ''] = field.split('.');
  if (name === 'proofKinds' || name === 'listZones' || name === 'listCodes') return refusals[name];
  if (field.startsWith('drift.suspendOn')) return refusals.suspendOn;
  return refusals.draft.message;
}
