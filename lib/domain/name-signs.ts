// What can be seen in a host name, before anyone judges it.

import { type AddressInName, findAddressInName, findHardwareAddress } from './address-in-name.ts';
import type { HostName } from './host-name-parts.ts';
import {
  accessWords,
  beginningsOfTokens,
  businessWords,
  countedWords,
  customerWords,
  dynamicWords,
  endsOfTokens,
  hostingWords,
  innocentWords,
  partsOfTokens,
  poolWords,
  roleWords,
  staticWords,
  vagueBusinessWords,
} from './host-name-words.ts';
import type { Address } from './ip.ts';
import { type Convention, conventionOf, type ProviderKind, providerOf } from './provider-names.ts';

export type WordCode =
  | 'static_word'
  | 'dynamic_word'
  | 'pool_word'
  | 'business_word'
  | 'hosting_word'
  | 'access_word'
  | 'customer_word'
  | 'role_word'
  | 'counted_word';

/** Numbers that no person gave; `points` from 0.5 to 3 by how sure that is. */
export type Serial = {
  readonly text: string;
  readonly points: number;
  /** Directly below the domain, and either none of a known address or one short number: `rs6000`, `srv1204`. */
  readonly mayCountMachines: boolean;
};

/** The signs of one name. */
export type NameSigns = {
  readonly convention: Convention | undefined;
  readonly domainLabel: string;
  readonly providerLike: boolean;
  readonly institution: string | undefined;
  readonly provider: { readonly domain: string; readonly kind: ProviderKind } | undefined;
  readonly words: ReadonlyMap<WordCode, string>;
  readonly address: AddressInName | undefined;
  readonly hardware: string | undefined;
  readonly serial: Serial | undefined;
};

/** Looks for every sign in a name; the address makes octets sure that otherwise only look like some. */
export function gatherSigns(parsed: HostName, address: Address | undefined): NameSigns {
  const host = parsed.hostLabels.join('.') || parsed.name;
  const inName = findAddressInName(address === undefined ? host : parsed.name, address);
  return {
    convention: conventionOf(parsed.name),
    domainLabel: parsed.domainLabel,
    providerLike: isProviderLike(parsed),
    institution: institutionOf(parsed),
    provider: providerOf(parsed.name),
    words: findWords(parsed),
    address: inName,
    hardware: findHardwareAddress(host),
    serial: findSerial(parsed, address !== undefined && inName === undefined),
  };
}

/** `example.net.br`, `example.ne.jp`, `datanet`, `centertel`: who is called so sells lines more often than not. */
function isProviderLike(parsed: HostName): boolean {
  const second = parsed.name.split('.').at(-2) ?? '';
  return (
    second === 'net' ||
    second === 'ne' ||
    /(?:net|tele?com|telekom|tel|online|isp|link|tv)$/.test(parsed.domainLabel)
  );
}

/** Schools and public bodies number their machines too, but sell no lines. */
function institutionOf(parsed: HostName): string | undefined {
  return /\.((?:edu|gov|mil|ac|gob|gouv|gov|gv|k12)(?:\.[a-z]{2})*)$/.exec(parsed.name)?.[1];
}

const wordLists: readonly (readonly [ReadonlySet<string>, WordCode])[] = [
  [staticWords, 'static_word'],
  [dynamicWords, 'dynamic_word'],
  [poolWords, 'pool_word'],
  [businessWords, 'business_word'],
  [hostingWords, 'hosting_word'],
  [accessWords, 'access_word'],
  [customerWords, 'customer_word'],
  [roleWords, 'role_word'],
  [countedWords, 'counted_word'],
];

/** The first word of each kind; a vague one gives way to a later one that is not. */
function findWords(parsed: HostName): ReadonlyMap<WordCode, string> {
  const found = new Map<WordCode, string>();
  const note = (code: WordCode, word: string): void => {
    if (!found.has(code) || vagueBusinessWords.has(found.get(code) ?? '')) found.set(code, word);
  };
  for (const text of parsed.tokens) {
    if (innocentWords.has(text)) continue;
    const lists = wordLists.filter(([list]) => list.has(text));
    for (const [, code] of lists) note(code, text);
    if (lists.length > 0) continue;
    const part = partsOfTokens.find(([fragment]) => text.includes(fragment));
    const beginning = beginningsOfTokens.find((fragment) => text.startsWith(fragment));
    const end = endsOfTokens.find((fragment) => text.startsWith(fragment) || text.endsWith(fragment));
    if (part !== undefined) note(`${part[1]}_word`, part[0]);
    else if (beginning !== undefined) note('pool_word', beginning);
    else if (end !== undefined) note('role_word', end);
  }
  // A company's name says less: a provider that is called after its product sells that product.
  const company = /business|empresa|corporat|biz$/.exec(parsed.domainLabel)?.[0];
  if (company !== undefined) note('business_word', company);
  const line = ['dsl', 'cable', 'broadband', 'dialup', 'wireless'].find((part) =>
    parsed.domainLabel.includes(part),
  );
  if (line !== undefined) note('access_word', line);
  if (/pppool|ippool|dialpool/.test(parsed.domainLabel)) note('dynamic_word', parsed.domainLabel);
  if (/host(?:ing|er)?(?:$|-)|server|vps|cloud|datacenter|plesk|cpanel|colo$/.test(parsed.domainLabel)) {
    note('hosting_word', parsed.domainLabel);
  }
  if (/(?:^|-)mail|smtp|newsletter|deliver/.test(parsed.domainLabel)) note('role_word', parsed.domainLabel);
  return found;
}

/**
 * Numbers that no person gave: a label of digits, long ones, pairs, several of them. Where the address is known and
 * the numbers are none of its octets (`isForeign`), they may as well count a company's machines or name a model.
 */
function findSerial(parsed: HostName, isForeign: boolean): Serial | undefined {
  const labels = parsed.hostLabels;
  const first = labels[0] ?? '';
  const runs = labels.flatMap((label) => [...label.matchAll(/[0-9]+/g)].map((match) => match[0]));
  if (runs.length === 0) return undefined;
  const longest = Math.max(...runs.map((run) => run.length));
  let count = longest >= 9 ? 3 : longest >= 5 ? 2 : longest === 4 ? 1.5 : longest === 3 ? 1 : 0.5;
  if (/^[0-9]+$/.test(first)) count += 1.5;
  else if (/^[a-z]{1,2}[0-9]{4,}$/.test(first)) count += 1;
  // `bgp542174bgs`, `h116n2fls32o1111`: nobody could say such a name on the telephone.
  if (/^[a-z]+[0-9]{5,}[a-z]+$/.test(first) || /^(?:[a-z]+[0-9]+){3,}$/.test(first)) count += 1;
  if (runs.length >= 3) count += 1;
  else if (runs.length === 2) count += 0.5;
  const points = Math.min(!isForeign && isPair(labels) ? 3 : count, 3);
  const few = runs.length === 1 && longest <= 4;
  return { text: first, points, mayCountMachines: (isForeign || few) && labels.length === 1 };
}

function isRole(word: string): boolean {
  return roleWords.has(word) || (word.length >= 4 && endsOfTokens.some((end) => word.endsWith(end)));
}

/** Two octets and next to nothing else: `31-3`, `host-27-55`, `c12-16`, `20.17`, `host230.net163`. */
function isPair(labels: readonly string[]): boolean {
  const pair = /^((?:[a-z]+-)*[a-z]*)-?([0-9]{1,3})[-.x]([a-z]*)-?([0-9]{1,3})(?:\.|$)/.exec(
    labels.join('.'),
  );
  if (pair === null) return false;
  const [, prefix = '', one = '', middle = '', other = ''] = pair;
  const before = prefix.split('-').filter((word) => word !== '');
  const isCounted = (word: string): boolean => countedWords.has(word) || customerWords.has(word);
  return (
    (before.every(isCounted) || (prefix.length <= 4 && other.length >= 2)) &&
    (middle === '' || isCounted(middle)) &&
    !before.some(isRole) &&
    (one + other).length >= 3 &&
    Number(one) <= 255 &&
    Number(other) <= 255
  );
}
