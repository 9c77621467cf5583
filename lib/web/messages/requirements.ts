import type { FactValue, Requirement, Verdict } from '../../domain/evaluation.ts';
import { time } from './time.ts';

export type Facts = Readonly<Record<string, FactValue | undefined>>;

/** What we saw (with the decisive value set apart) and what to do. The rule itself is the requirement's `rule`. */
export type Sentence = { saw: string; value?: string; next?: string };

type SentenceOf = (facts: Facts) => Sentence;

type RequirementWords = {
  name: string;
  /** The rule in one sentence, as the policy states it. */
  rule: string;
  /** Where no reason code below fits. */
  otherwise: Readonly<Record<Verdict, SentenceOf>>;
  /** By stable reason code. */
  reasons: Readonly<Record<string, SentenceOf>>;
};

function said(value: FactValue | undefined, otherwise = ''): string {
  if (value === null || value === undefined || value === '') return otherwise;
  return Array.isArray(value) ? value.join(', ') : String(value);
}

const apart = (value: FactValue | undefined) => said(value) || undefined;

function day(value: FactValue | undefined): string {
  const moment = new Date(said(value));
  if (Number.isNaN(moment.getTime())) return said(value);
  return `${moment.getUTCDate()} ${time.months[moment.getUTCMonth()]} ${moment.getUTCFullYear()}`;
}

const always =
  (sentence: Sentence): SentenceOf =>
  () =>
    sentence;

const supportLooks = always({ saw: 'Not known yet. Support looks at it.' });
const notChecked = always({ saw: 'No lookup has answered yet. Support looks at it.' });
const attestedOnly = always({ saw: 'You say so. No lookup has answered yet, so support looks at it.' });
const withPassword = 'or send with the SMTP user and password of the server.';

/** Sources of evidence by their machine names. */
const sourceNames: Readonly<Record<string, string>> = {
  ptr: 'reverse DNS',
  dnsbl: 'the DNS lists',
  rdap: 'the registry',
  ip_database: 'the address databases',
  ip_insights: 'MaxMind',
};

function named(value: FactValue | undefined): string {
  const list = Array.isArray(value) ? value : [said(value)];
  const names = list.map((one) => sourceNames[one] ?? one);
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const asking: SentenceOf = (facts) => ({ saw: `We are asking ${named(facts.sources)}.` });
const lookupFailed: SentenceOf = (facts) => ({
  saw: `Not known: ${named(facts.sources)} did not answer. Support looks at it.`,
});
const notConclusive = always({ saw: 'The lookups say neither yes nor no. Support looks at it.' });

/** Reasons that every requirement with evidence may have while it is not known. */
const notKnown = {
  not_checked: notChecked,
  asking,
  lookup_failed: lookupFailed,
  not_conclusive: notConclusive,
  signs_disagree: always({ saw: 'What we found points both ways. Support looks at it.' }),
} as const satisfies Record<string, SentenceOf>;

/** What a name shows, as the classifier says it in `code:text`. */
const nameSigns: Readonly<Record<string, (text: string) => string>> = {
  address_in_name: () => 'it contains the address',
  hardware_address: () => 'it contains a hardware address',
  serial_number: () => 'it counts machines by number',
  dynamic_word: (text) => `it contains “${text}”`,
  pool_word: (text) => `it contains “${text}”`,
  access_word: (text) => `it contains “${text}”`,
  customer_word: (text) => `it contains “${text}”`,
  static_word: (text) => `it contains “${text}”`,
  business_word: (text) => `it contains “${text}”`,
  hosting_word: (text) => `it contains “${text}”`,
  convention: () => 'this provider names such lines so',
  hosting_provider: (text) => `${text} rents out machines`,
  mail_provider: (text) => `${text} sends mail for many`,
  business_provider: (text) => `${text} sells lines to companies`,
  access_provider: (text) => `${text} is an access provider`,
};

function why(value: FactValue | undefined): string {
  const signs = (Array.isArray(value) ? value : []).flatMap((sign) => {
    const [code = '', ...rest] = sign.split(':');
    const words = Object.hasOwn(nameSigns, code) ? nameSigns[code] : undefined;
    return words === undefined ? [] : [words(rest.join(':'))];
  });
  const shown = [...new Set(signs)].slice(0, 2);
  return shown.length === 0 ? '' : ` (${shown.join(', ')})`;
}

const ownName: SentenceOf = (facts) => ({
  saw: 'It has a name in a domain of yours, which leads back to it.',
  value: apart(facts.name),
});
const assignedToYou: SentenceOf = (facts) => ({
  saw: 'The registry says that it is assigned to',
  value: apart(facts.holder),
});
const seenSteadily: SentenceOf = (facts) => ({
  saw: `You alone have signed in from it on ${said(facts.days)} of the last 90 days.`,
});
const othersSignedIn = always({
  saw: 'Another organisation has signed in from this address lately, on our own nodes.',
});
const policyList: SentenceOf = (facts) => ({
  saw: `It is on ${said(facts.list, 'a policy list')}, as a line that sends no mail itself:`,
  value: apart(facts.address),
  next: `If it is your office line, say so when support asks, ${withPassword}`,
});

const gatewayKinds: Readonly<Record<string, string>> = {
  mail_cloud: 'a mail service of many organisations',
  web_gateway: 'a web gateway of many organisations',
  privacy_relay: 'a privacy service of many people',
  tor_exit_node: 'an exit of the Tor network',
  anonymous_vpn: 'a VPN that many people use',
  public_proxy: 'an open proxy',
  residential_proxy: 'a proxy over home connections',
};
const gatewayKind = (value: FactValue | undefined) => gatewayKinds[said(value)] ?? 'a service of many people';

const notAnAddress: SentenceOf = (facts) => ({
  saw: 'This is not an IP address or a network.',
  value: apart(facts.input),
  next: 'Type an address such as 198.51.100.7, or a network such as 198.51.100.8/29.',
});

const notAccepted = always({
  saw: 'Nobody has accepted responsibility for mail from this address.',
  next: 'Tick the box that says so.',
});

const notProven = always({
  saw: 'Control is not proven: no message has come from this address yet.',
  next: 'Send one message from it to the proof address.',
});

const provenBy =
  (how: string): SentenceOf =>
  (facts) => ({
    saw: `Proven ${how}${facts.ehlo ? ` as ${said(facts.ehlo)}` : ''}${facts.tls === null ? ', no TLS' : ''}, from`,
    value: apart(facts.address),
  });

/** The eleven rules of the policy in a customer's words. */
export const requirements = {
  paid_subscription: {
    name: 'Paid subscription',
    rule: 'Only servers with a paid subscription may have whitelisted addresses.',
    otherwise: {
      pass: always({ saw: 'The subscription of this server is paid.' }),
      fail: always({
        saw: 'This server has no paid subscription.',
        next: `Pay the subscription, then ask again, ${withPassword}`,
      }),
      unknown: supportLooks,
    },
    reasons: {
      plan_entitled: (facts) => ({
        saw: `${said(facts.plan, 'Your')} plan, paid. ${said(facts.used)} of ${said(facts.most)} addresses used.`,
      }),
      plan_not_entitled: (facts) => ({
        saw: `The ${said(facts.plan, 'current')} plan of this server does not include whitelisting.`,
        next: `Change to a paid plan that includes it, ${withPassword}`,
      }),
      nothing_paid: always({
        saw: 'The subscription of this server is not paid.',
        next: `Pay what is open, then ask again, ${withPassword}`,
      }),
      account_cancelled: always({
        saw: 'The account is cancelled.',
        next: 'Ask support what is needed to open it again.',
      }),
      server_cancelled: always({
        saw: 'The server is cancelled.',
        next: 'Ask for the address on another server.',
      }),
      too_many_entries: (facts) => ({
        saw: `Your plan has ${said(facts.most)} whitelisted addresses for this server, and all are in use.`,
        next: 'Remove one that you no longer need, or change to a larger plan.',
      }),
    },
  },
  valid_network: {
    name: 'Valid network',
    rule: 'One address, or one network in its exact form, no wider than the plan allows.',
    otherwise: {
      pass: always({ saw: 'Exact, and no wider than the plan allows.' }),
      fail: notAnAddress,
      unknown: supportLooks,
    },
    reasons: {
      canonical: always({ saw: 'Exact, and no wider than the plan allows.' }),
      empty: always({
        saw: 'No address is given.',
        next: 'Type the public address that the device sends from.',
      }),
      not_an_address: notAnAddress,
      surrounding_space: always({
        saw: 'There is a space around the address.',
        next: 'Type it without spaces.',
      }),
      leading_zero: (facts) => ({
        saw: 'A number in this address begins with a zero, which systems read in different ways.',
        value: apart(facts.input),
        next: 'Type each number without zeros in front.',
      }),
      zone: (facts) => ({
        saw: 'The part after “%” names a network card, so this address holds on one machine only.',
        value: apart(facts.input),
        next: 'Type the public address that the outside world sees.',
      }),
      ipv4_mapped: (facts) => ({
        saw: 'This is an IPv4 address written as IPv6.',
        value: apart(facts.input),
        next: 'Type the IPv4 address itself.',
      }),
      host_bits_set: (facts) => ({
        saw: 'This network begins before the address that you typed.',
        value: apart(facts.input),
        next: 'Choose the whole network, or the one address.',
      }),
      bad_prefix: (facts) => ({
        saw: 'The number after the slash does not fit this kind of address.',
        value: apart(facts.input),
        next: 'Use up to /32 for IPv4 and up to /128 for IPv6.',
      }),
      too_wide: (facts) => ({
        saw: `This network is wider than /${said(facts.widest)}, the widest that your plan allows.`,
        value: apart(facts.network),
        next: 'Ask for the part that you really send from.',
      }),
      own_overlap: (facts) => ({
        saw: 'You have an entry already that shares addresses with this one.',
        value: apart(facts.overlaps),
        next: 'Open that entry. To cover more, remove it first and ask for the wider network.',
      }),
    },
  },
  public_address: {
    name: 'Public address',
    rule: 'The address is a public one, reachable over the internet.',
    otherwise: {
      pass: always({ saw: 'A public address.' }),
      fail: always({
        saw: 'This address is not a public one.',
        next: 'Type the public address that the outside world sees.',
      }),
      unknown: supportLooks,
    },
    reasons: {
      global: always({ saw: 'A public address.' }),
      special_purpose: (facts) => ({
        saw: 'This address never reaches us over the internet. It is reserved:',
        value: apart(facts.block),
        next: 'Type the public address that the outside world sees. The help page shows how to find it.',
      }),
      blocked_prefix: always({
        saw: 'We take no whitelisting requests for this network.',
        next: `Ask support, ${withPassword}`,
      }),
    },
  },
  static: {
    name: 'Static',
    rule: 'The address stays with one organisation for a long time. No provider hands it out anew.',
    otherwise: {
      pass: always({ saw: 'Nothing says that this address changes.' }),
      fail: always({
        saw: 'The name of this address says it is dynamic.',
        next: `Ask your provider for a static one, ${withPassword}`,
      }),
      unknown: notChecked,
    },
    reasons: {
      ...notKnown,
      not_attested: always({
        saw: 'You have not confirmed that the address is static.',
        next: `Tick the box if it is. If not, ask your provider for a static one, ${withPassword}`,
      }),
      attested_only: attestedOnly,
      pool_name: (facts) => ({
        saw: `The name of this address says it is dynamic${why(facts.because)}:`,
        value: apart(facts.name),
        next: `Ask your provider for a static address, ${withPassword}`,
      }),
      policy_list: policyList,
      lease_ended: (facts) => ({
        saw: `The lease that you named has ended on ${day(facts.until)}.`,
        next: 'Renew the lease and tell support the new end.',
      }),
      low_static_score: (facts) => ({
        saw: `MaxMind says that this address changes often (score ${said(facts.score)} of 100).`,
        next: `Ask your provider for a static address, ${withPassword}`,
      }),
      high_static_score: (facts) => ({
        saw: `MaxMind says that this address rarely changes (score ${said(facts.score)} of 100).`,
      }),
      seen_steadily: seenSteadily,
      own_name: ownName,
      static_name: (facts) => ({
        saw: `The name of this address says it is static${why(facts.because)}:`,
        value: apart(facts.name),
      }),
      assigned_to_you: assignedToYou,
      // For staff alone: it rests on what another organisation did.
      others_signed_in: othersSignedIn,
    },
  },
  not_residential: {
    name: 'Not residential',
    rule: 'The address is not from a pool that an access provider hands out to homes.',
    otherwise: {
      pass: always({ saw: 'Nothing says that homes are connected here.' }),
      fail: always({
        saw: 'This address belongs to a pool for home connections.',
        next: `Ask your provider for a business line with a static address, ${withPassword}`,
      }),
      unknown: notChecked,
    },
    reasons: {
      ...notKnown,
      policy_list: policyList,
      access_network: (facts) => ({
        saw: 'The registry describes this range as one for homes:',
        value: apart(facts.text),
        next: `Ask your provider for a business line with a static address, ${withPassword}`,
      }),
      home_users: (facts) => ({
        saw: `MaxMind says that this address serves private users (${said(facts.type)}).`,
        next: `Ask your provider for a business line with a static address, ${withPassword}`,
      }),
      pool_name: (facts) => ({
        saw: `The name of this address is that of an access line${why(facts.because)}. Support looks whose:`,
        value: apart(facts.name),
      }),
      own_name: ownName,
      company_name: (facts) => ({
        saw: `The name of this address says it is a company's line${why(facts.because)}:`,
        value: apart(facts.name),
      }),
      assigned_to_you: assignedToYou,
      company_users: (facts) => ({
        saw: `MaxMind says that organisations use this address (${said(facts.type)}).`,
      }),
      no_sign: always({ saw: 'No name, list or registry says that homes are connected here.' }),
    },
  },
  dedicated: {
    name: 'Dedicated',
    rule: 'Only your organisation sends mail from this address.',
    otherwise: {
      pass: always({ saw: 'Only you have been seen to send from here.' }),
      fail: always({
        saw: 'Others have been seen to send mail from this address.',
        next: `Ask your provider for an address of your own, ${withPassword}`,
      }),
      unknown: notChecked,
    },
    reasons: {
      ...notKnown,
      not_attested: always({
        saw: 'You have not confirmed that the address is dedicated to your organisation.',
        next: `Tick the box if it is. If not, ask your provider for one of your own, ${withPassword}`,
      }),
      attested_only: attestedOnly,
      names_another: (facts) => ({
        saw: 'The name of this address is not in a domain of yours:',
        value: apart(facts.name),
        next: `Ask your provider to give it a name of yours, or show us that the domain is yours too, ${withPassword}`,
      }),
      many_users: (facts) => ({
        saw: `MaxMind counts ${said(facts.users)} users behind this address.`,
        next: `Ask your provider for an address of your own, ${withPassword}`,
      }),
      hosting_name: (facts) => ({
        saw: `The name of this address is that of a rented machine or a mail service${why(facts.because)}:`,
        value: apart(facts.name),
        next: 'If the machine is yours alone, give its address a name in a domain of yours.',
      }),
      hosting_range: always({
        saw: 'MaxMind says that this address belongs to a hosting provider.',
        next: 'If the machine is yours alone, give its address a name in a domain of yours.',
      }),
      seen_steadily: seenSteadily,
      own_name: ownName,
      assigned_to_you: assignedToYou,
      // For staff alone: they rest on what another organisation did.
      others_signed_in: othersSignedIn,
      strange_senders: (facts) => ({
        saw: `Our nodes saw mail of ${said(facts.count)} sender domains from it that are not theirs, such as:`,
        value: apart(facts.domains),
      }),
    },
  },
  not_shared: {
    name: 'Not shared',
    rule: 'The address is not a gateway for the mail of several people or organisations.',
    otherwise: {
      pass: always({ saw: 'Nobody else uses this address. It is not a known gateway.' }),
      fail: always({
        saw: 'The mail of several organisations comes through this address.',
        next: `Use an address that only your organisation sends from, ${withPassword}`,
      }),
      unknown: notChecked,
    },
    reasons: {
      ...notKnown,
      shared_egress: (facts) => ({
        saw: `This address belongs to ${said(facts.operator)}, ${gatewayKind(facts.kind)}.${facts.name ? ' Its name says so:' : ''}`,
        value: apart(facts.name),
        next: 'Many senders come through it, so it cannot be whitelisted. Send with the SMTP user and password of the server.',
      }),
      translated_name: (facts) => ({
        saw: 'The name of this address says that many customers share it:',
        value: apart(facts.name),
        next: `Ask your provider for an address of your own, ${withPassword}`,
      }),
      sharing_network: (facts) => ({
        saw: `The registry calls this network ${gatewayKind(facts.kind)}:`,
        value: apart(facts.text),
        next: `Use an address that only your organisation sends from, ${withPassword}`,
      }),
      anonymiser: (facts) => ({
        saw: `MaxMind says that this address is ${gatewayKind(facts.kind)}.`,
        next: `Use an address that only your organisation sends from, ${withPassword}`,
      }),
      seen_steadily: seenSteadily,
      assigned_to_you: assignedToYou,
      not_known_shared: always({ saw: 'It is no gateway that we know of, by name or by registry.' }),
      support_looks: supportLooks,
      // The next two are for staff alone: they rest on what another organisation did.
      others_signed_in: othersSignedIn,
      overlaps_other: always({
        saw: 'Another organisation holds this address or asks for it: a takeover or a mistake. Ask before you approve.',
      }),
    },
  },
  control: {
    name: 'Control',
    rule: 'You show that you control the address, by sending or by signing in from it.',
    otherwise: {
      pass: always({ saw: 'Control is proven.' }),
      fail: notProven,
      unknown: notProven,
    },
    reasons: {
      proven_by_sending: provenBy('by sending'),
      proven_by_sign_in: provenBy('by signing in'),
      proven_by_http: (facts) => ({ saw: 'Proven on the proof page, from', value: apart(facts.address) }),
      proven_by_dns: always({ saw: 'Proven by a DNS record.' }),
      proven_by_traffic: always({ saw: 'Proven once, and mail as approved has come from it lately.' }),
      not_proven: notProven,
      more_addresses_needed: (facts) => ({
        saw: `Proven from ${said(facts.seen)} of the ${said(facts.needed)} addresses that a network needs.`,
        next: 'Send one message from a second address of the network.',
      }),
      proof_too_old: (facts) => ({
        saw: `The proof is older than ${said(facts.days)} days.`,
        next: 'Send one message from the address to the proof address again.',
      }),
      proof_not_taken: always({
        saw: 'It was proven in a way that is no longer taken.',
        next: 'Prove it once more, in one of the ways that this page names.',
      }),
      inherited: always({
        saw: 'Not known: it was taken over from an earlier list, for which nobody had to prove anything.',
        next: 'An owner confirms the address until the review date.',
      }),
      proof_withdrawn: always({
        saw: 'What came was an automatic reply or list mail, which proves nothing.',
        next: 'Send a fresh message from the device itself.',
      }),
    },
  },
  responsibility: {
    name: 'Responsible',
    rule: 'Your organisation is responsible for every message that comes from the address.',
    otherwise: {
      pass: always({ saw: 'Accepted by an owner.' }),
      fail: notAccepted,
      unknown: always({ saw: 'An owner of the account still has to accept responsibility.' }),
    },
    reasons: {
      accepted: (facts) => ({ saw: `Terms ${said(facts.version)} accepted by an owner.` }),
      older_terms: (facts) => ({
        saw: `An owner accepted terms ${said(facts.version)}, which are no longer the current ones.`,
        next: 'An owner opens this entry and accepts the current terms.',
      }),
      not_accepted: notAccepted,
      inherited: always({
        saw: 'Not known: it was taken over from an earlier list, and no owner has accepted responsibility here yet.',
        next: 'An owner opens this entry and confirms it.',
      }),
      needs_owner: always({
        saw: 'Only an owner of the account can accept responsibility.',
        next: 'An owner opens this request and accepts it.',
      }),
    },
  },
  no_abuse_history: {
    name: 'No abuse history',
    rule: 'The address was not removed for abuse before, and none of the account lately.',
    otherwise: {
      pass: always({ saw: 'Never removed for abuse.' }),
      fail: always({
        saw: 'Removed for abuse before: this address, or another one of the account.',
        next: 'Tell support what has changed since.',
      }),
      unknown: notChecked,
    },
    reasons: {
      clean: always({ saw: 'Never removed for abuse.' }),
      support_looks: supportLooks,
      removed_before: (facts) => ({
        saw: facts.ofAccount
          ? 'An address of this account was removed for abuse before.'
          : 'This address was removed for abuse before.',
        next: 'Tell support what has changed since.',
      }),
      appealed: always({ saw: 'Removed for abuse, and appealed. Support weighs what you say.' }),
      ended_under_suspicion: always({
        saw: 'Not known: an earlier entry of this address ended on the ladder, in a suspension that nobody had lifted, with its account or before complaints of it came, or one beside it was removed for abuse.',
        next: 'Read below what it was taken out of force for.',
      }),
      cool_down: (facts) => ({
        saw: 'An address of this account was removed for abuse lately.',
        next: `You can ask again after ${day(facts.until)}, or appeal from the removed entry.`,
      }),
    },
  },
  reputation: {
    name: 'Reputation',
    rule: 'The address is on no list of spam senders.',
    otherwise: {
      pass: always({ saw: 'On none of the lists that we ask.' }),
      fail: always({
        saw: 'This address is on a list of spam senders.',
        next: 'Stop the cause, have the list remove it, then ask us again.',
      }),
      unknown: notChecked,
    },
    reasons: {
      not_checked: notChecked,
      asking,
      lookup_failed: lookupFailed,
      not_conclusive: notConclusive,
      not_configured: always({
        saw: 'Not known: no list of spam senders is asked here. Support looks at it.',
      }),
      listed: (facts) => ({
        saw: `It is on ${said(facts.list, 'a list')} at ${said(facts.zone)}, as a source of spam:`,
        value: apart(facts.address),
        next: 'Stop the cause, have the list remove it, then ask us again.',
      }),
      listed_unclear: (facts) => ({
        saw: `It is listed at ${said(facts.zone)}, for a reason that we do not know. Support looks at it.`,
        value: apart(facts.text),
      }),
      not_listed: (facts) => ({ saw: `Not listed at ${said(facts.zones)}.` }),
    },
  },
} as const satisfies Record<Requirement, RequirementWords>;

/** The sentence for an evaluation: by its reason code where there is one, else by its verdict. */
export function requirementSentence(evaluation: {
  requirement: Requirement;
  verdict: Verdict;
  reason: string;
  facts: Facts;
}): Sentence {
  const words: RequirementWords = requirements[evaluation.requirement];
  const byReason = Object.hasOwn(words.reasons, evaluation.reason)
    ? words.reasons[evaluation.reason]
    : undefined;
  return (byReason ?? words.otherwise[evaluation.verdict])(evaluation.facts);
}

/** Where a decisive value came from, in a customer's words. */
export const sources: Readonly<Record<string, string>> = {
  account: 'Account',
  'our nodes': 'Our nodes',
  whitelist: 'Whitelist',
  'whitelist history': 'Our records',
  'IANA registries': 'IANA',
  'reverse DNS': 'Reverse DNS',
  'known shared addresses': 'Known shared addresses',
};
