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
export type Serial = { readonly text: string; readonly points: number };

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
  return {
    convention: conventionOf(parsed.name),
    domainLabel: parsed.domainLabel,
    providerLike: isProviderLike(parsed),
    institution: institutionOf(parsed),
    provider: providerOf(parsed.name),
    words: findWords(parsed),
    address: findAddressInName(address === undefined ? host : parsed.name, address),
    hardware: findHardwareAddress(host),
    serial: findSerial(parsed),
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

/** The first word of each kind. */
function findWords(parsed: HostName): ReadonlyMap<WordCode, string> {
  const found = new Map<WordCode, string>();
  const note = (code: WordCode, word: string): void => {
    if (!found.has(code)) found.set(code, word);
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
  if (/hosting|server|vps|cloud|datacenter|colo$/.test(parsed.domainLabel)) {
    note('hosting_word', parsed.domainLabel);
  }
  return found;
}

/** Numbers that no person gave: a label of digits, long ones, pairs, several of them. */
function findSerial(parsed: HostName): Serial | undefined {
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
  return { text: first, points: Math.min(isPair(labels) ? 3 : count, 3) };
}

/** Two octets and next to nothing else: `31-3`, `host-27-55`, `c12-16`, `20.17`. */
function isPair(labels: readonly string[]): boolean {
  const pair = /^([a-z]*)-?([0-9]{1,3})[-.x]([0-9]{1,3})(?:\.|$)/.exec(labels.join('.'));
  if (pair === null) return false;
  const [, prefix = '', one = '', other = ''] = pair;
  const counted = prefix.length <= 4 || countedWords.has(prefix) || customerWords.has(prefix);
  return (
    counted &&
    !roleWords.has(prefix) &&
    (one + other).length >= 3 &&
    Number(one) <= 255 &&
    Number(other) <= 255
  );
}
