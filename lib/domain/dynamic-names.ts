import { type HostName, parseHostName } from './host-name-parts.ts';
import { gatewayWords, vagueBusinessWords } from './host-name-words.ts';
import { parseAddress } from './ip.ts';
import { gatherSigns, type NameSigns, type WordCode } from './name-signs.ts';

/**
 * What a reverse-DNS name says of its address. `dynamic`: a pool or a home line; `static`: one holder, for long;
 * `generic_hosting`: a rented machine or a mail cloud; `unknown`: it says neither, or both.
 */
export type NameVerdict = 'dynamic' | 'static' | 'generic_hosting' | 'unknown';

export type NameReasonCode =
  | WordCode
  | 'own_domain'
  | 'convention'
  | 'hosting_provider'
  | 'mail_provider'
  | 'business_provider'
  | 'access_provider'
  | 'provider_like_domain'
  | 'address_in_name'
  | 'hardware_address'
  | 'serial_number'
  | 'institution'
  | 'given_name'
  | 'not_a_host_name';

/** One thing that was seen, with the part of the name that shows it and what it counts: above zero for a pool. */
export type NameReason = { readonly code: NameReasonCode; readonly text: string; readonly points: number };

export type NameClassification = {
  readonly verdict: NameVerdict;
  /** The sum of the points; `poolScore` and more is a pool, unless a word or a convention decides by itself. */
  readonly score: number;
  /** What decided stands first. */
  readonly reasons: readonly NameReason[];
};

/** From this score on, a name that nothing else explains is a pool's. */
const poolScore = 3;

/** The points of each kind of sign. A word that decides by itself has more than all others together. */
const points = {
  deciding: 10,
  addressInName: { 4: 3, 3: 3, 2: 2, 1: 1 } as Readonly<Record<number, number>>,
  hardwareAddress: 4,
  poolWord: 2,
  accessWord: 2,
  customerWord: 1.5,
  countedWord: 0.5,
  accessProvider: 2,
  providerLikeDomain: 0.5,
  institution: -2,
  roleWord: -2.5,
  roleWordBesideAddress: -1,
  /** `gw-203-0-113-7` counts gateways by the thousand. */
  gatewayBesideAddress: 0,
  /** A number that may count a company's own machines is never enough for a pool. */
  mostOfCountedMachine: 2,
} as const;

/**
 * Judges a reverse-DNS name. The labels say what the name supports, not how the address is used: whoever needs
 * certainty asks for more evidence.
 * @param text the PTR name, with or without the final dot; anything that is no host name is `unknown`
 * @param address the address it names, in text, where known: octets are then recognised in any order and radix
 * @param ownDomains domains of the organisation that asks, lower case; a name in one of them is its own choice, and
 *   `unknown` only where it says a pool all the same
 */
export function classifyHostName(
  text: string,
  address?: string,
  ownDomains: readonly string[] = [],
): NameClassification {
  const parsed = parseHostName(text);
  if (parsed === undefined) return decided('unknown', [reason('not_a_host_name', text.slice(0, 80), 0)]);
  const own = ownDomains.find((domain) => parsed.name === domain || parsed.name.endsWith(`.${domain}`));
  const known = address === undefined ? undefined : parseAddress(address);
  const signs = gatherSigns(parsed, known);
  return own === undefined ? decide(parsed, signs) : decideOwn(own, signs);
}

function reason(code: NameReasonCode, text: string, count: number): NameReason {
  return { code, text, points: count };
}

function decided(verdict: NameVerdict, reasons: readonly NameReason[]): NameClassification {
  return { verdict, score: reasons.reduce((sum, one) => sum + one.points, 0), reasons };
}

/** Whoever sells lines has pools in a domain of their own, and says so in their names. */
function decideOwn(own: string, { words }: NameSigns): NameClassification {
  const mine = reason('own_domain', own, -points.deciding);
  const dynamic = words.has('static_word') ? undefined : words.get('dynamic_word');
  if (dynamic === undefined) return decided('static', [mine]);
  return decided('unknown', [mine, reason('dynamic_word', dynamic, points.deciding)]);
}

function decide(parsed: HostName, signs: NameSigns): NameClassification {
  const { words, provider, convention } = signs;
  const word = (code: WordCode, count: number): NameReason[] => {
    const text = words.get(code);
    return text === undefined ? [] : [reason(code, text, count)];
  };
  const pool = poolReasons(signs, word);
  if (convention !== undefined) {
    const count = convention === 'dynamic' ? points.deciding : -points.deciding;
    return decided(convention, [reason('convention', parsed.name, count), ...pool]);
  }
  const fixed = word('static_word', -points.deciding);
  if (fixed.length > 0) {
    const kind = provider?.kind === 'hosting' || words.has('hosting_word') ? 'generic_hosting' : 'static';
    return decided(kind, [...fixed, ...pool]);
  }
  const dynamic = word('dynamic_word', points.deciding);
  const company = word('business_word', -points.deciding);
  const isVague = vagueBusinessWords.has(company[0]?.text ?? '');
  if (dynamic.length > 0 && company.length > 0 && !isVague)
    return decided('unknown', [...dynamic, ...company, ...pool]);
  if (dynamic.length > 0) return decided('dynamic', [...dynamic, ...pool]);
  if (provider?.kind === 'hosting' || provider?.kind === 'mail') {
    const code = provider.kind === 'hosting' ? 'hosting_provider' : 'mail_provider';
    return decided('generic_hosting', [reason(code, provider.domain, -points.deciding), ...pool]);
  }
  if (company.length > 0) return decided('static', [...company, ...pool]);
  if (provider?.kind === 'business') {
    // Such providers have had a few home lines as well, and then said what kind.
    const verdict = words.has('access_word') || words.has('pool_word') ? 'unknown' : 'static';
    return decided(verdict, [reason('business_provider', provider.domain, -points.deciding), ...pool]);
  }
  const rented = word('hosting_word', -points.deciding);
  if (rented.length > 0 && !words.has('access_word')) return decided('generic_hosting', [...rented, ...pool]);
  const score = pool.reduce((sum, one) => sum + one.points, 0);
  if (score >= poolScore) return { verdict: 'dynamic', score, reasons: pool };
  return { ...named(parsed, signs, pool), score };
}

/** Everything that speaks for a pool, and a machine's role against it; the strongest first. */
function poolReasons(
  signs: NameSigns,
  word: (code: WordCode, count: number) => NameReason[],
): readonly NameReason[] {
  const inName = signs.address === undefined ? 0 : (points.addressInName[signs.address.parts] ?? 0);
  const reasons: NameReason[] = [];
  if (signs.address !== undefined) reasons.push(reason('address_in_name', signs.address.text, inName));
  if (signs.hardware !== undefined) {
    reasons.push(reason('hardware_address', signs.hardware, points.hardwareAddress));
  }
  reasons.push(
    ...word('pool_word', points.poolWord),
    ...word('access_word', points.accessWord),
    ...word('customer_word', points.customerWord),
  );
  if (signs.serial !== undefined) {
    // The same digits count once: as an address, or as a number.
    const most = signs.serial.mayCountMachines ? points.mostOfCountedMachine : signs.serial.points;
    const rest = Math.max(0, Math.min(signs.serial.points, most) - inName);
    if (rest > 0) reasons.push(reason('serial_number', signs.serial.text, rest));
  }
  const numbered = reasons.some((one) => one.code !== 'customer_word');
  if (numbered && signs.provider?.kind === 'access') {
    reasons.push(reason('access_provider', signs.provider.domain, points.accessProvider));
  } else if (numbered && signs.providerLike) {
    reasons.push(reason('provider_like_domain', signs.domainLabel, points.providerLikeDomain));
  }
  if (numbered) reasons.push(...word('counted_word', points.countedWord));
  reasons.sort((one, other) => other.points - one.points);
  const isGateway = gatewayWords.has(signs.words.get('role_word') ?? '');
  const beside = isGateway ? points.gatewayBesideAddress : points.roleWordBesideAddress;
  const role = signs.address?.parts === 4 ? beside : points.roleWord;
  const institution =
    signs.institution === undefined ? [] : [reason('institution', signs.institution, points.institution)];
  return [...reasons, ...institution, ...word('role_word', role)];
}

/** A name that is no pool's: chosen by a person, or not telling. */
function named(
  parsed: HostName,
  signs: NameSigns,
  pool: readonly NameReason[],
): Omit<NameClassification, 'score'> {
  const first = parsed.hostLabels[0] ?? parsed.name;
  const role = signs.words.get('role_word');
  // A role beside the whole address is a provider's or a mailer's scheme: nobody chose that name.
  if (role !== undefined && signs.address?.parts === 4) return { verdict: 'unknown', reasons: pool };
  if (role !== undefined) return { verdict: 'static', reasons: [...pool].reverse() };
  const digits = first.replace(/[^0-9]/g, '').length;
  const line = (['pool_word', 'access_word', 'customer_word'] as const).some((code) => signs.words.has(code));
  const speaking = /[a-z]{3}/.test(first) && digits <= 2 && !line;
  if (speaking && signs.address === undefined) {
    return { verdict: 'static', reasons: [reason('given_name', first, 0), ...pool] };
  }
  return { verdict: 'unknown', reasons: pool };
}

const phrases: Readonly<Record<NameReasonCode, string>> = {
  own_domain: 'it lies in the own domain',
  convention: 'its provider is known to name such lines so',
  dynamic_word: 'it says',
  pool_word: 'it says',
  static_word: 'it says',
  business_word: 'it says',
  hosting_word: 'it says',
  access_word: 'it says',
  customer_word: 'it says',
  counted_word: 'it says',
  role_word: 'it says what the machine is for:',
  hosting_provider: 'it belongs to a hoster,',
  mail_provider: 'it belongs to a mail cloud,',
  business_provider: 'it belongs to a provider for companies,',
  access_provider: 'it belongs to an access provider,',
  provider_like_domain: 'its domain is called like a provider,',
  address_in_name: 'it contains the address,',
  hardware_address: 'it contains a hardware address,',
  serial_number: 'it is numbered,',
  institution: 'it belongs to a school or a public body,',
  given_name: 'a person seems to have chosen it,',
  not_a_host_name: 'it is no host name:',
};

/** The reasons as half a sentence for logs and staff: "it contains the address, `203-0-113-7`; it says `dyn`". */
export function explainName(classification: NameClassification): string {
  return classification.reasons.map(({ code, text }) => `${phrases[code]} \`${text}\``).join('; ');
}
