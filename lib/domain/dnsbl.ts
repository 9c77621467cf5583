import type { DnsblFacts, ZoneAnswer, ZoneState } from './evidence.ts';
import type { Address } from './ip.ts';
import { reversedLabels } from './reverse-name.ts';

/**
 * What a listing says. `sbl`: spam source or spam support; `css`: snowshoe and compromised senders; `xbl`: exploited
 * machine; `drop`: hijacked or criminal network; `pbl`: the holder of the range or Spamhaus says that no mail server
 * should send from it directly; `other`: a code that nobody gave a meaning.
 */
export type ListMeaning = 'sbl' | 'css' | 'xbl' | 'drop' | 'pbl' | 'other';

/** Why an answer tells nothing. None of these is ever a listing, and none a clean bill. */
export type UnknownListing =
  /** No answer in time, or a name server that fails. */
  | 'temporary_error'
  /** 127.255.255.0/24: the list does not answer us (a wrong zone, a public resolver, too many questions). */
  | 'refused'
  /** An address outside 127.0.0.0/8: a parked domain or a lying resolver (RFC 5782 section 2.1). */
  | 'not_an_answer'
  /** The list fails its own test entries (RFC 5782 section 5): everything is listed, or nothing. */
  | 'lists_everything'
  | 'lists_nothing';

/** What one list says of one address. */
export type Listing =
  | { readonly outcome: 'listed'; readonly meanings: readonly ListMeaning[] }
  | { readonly outcome: 'not_listed' }
  | { readonly outcome: 'unknown'; readonly reason: UnknownListing };

/** The meaning of each answer of a list, by its text. */
export type CodeMeanings = Readonly<Record<string, ListMeaning>>;

/** Return codes of Spamhaus ZEN and of the lists in it. 127.0.0.4 to .7 are all XBL. */
export const spamhausMeanings: CodeMeanings = {
  '127.0.0.2': 'sbl',
  '127.0.0.3': 'css',
  '127.0.0.4': 'xbl',
  '127.0.0.5': 'xbl',
  '127.0.0.6': 'xbl',
  '127.0.0.7': 'xbl',
  '127.0.0.9': 'drop',
  '127.0.0.10': 'pbl',
  '127.0.0.11': 'pbl',
};

/** The name to ask a list for an address: reversed octets (RFC 5782 section 2.1) or nibbles (section 2.4). */
export function dnsblQueryName(address: Address, zone: string): string {
  return `${reversedLabels(address)}.${zone}`;
}

/** No list is called so: it is the key of a customer of the list, as in Spamhaus' DQS and at Abusix. */
const accountKey = /^[a-z0-9]{20,63}\.(?=[^.]+\.[^.])/i;

/** The zone without the key that pays for asking it: customers read which list it was, and nobody else may use the key. */
export function zoneWithoutKey(zone: string): string {
  return zone.replace(accountKey, '');
}

/** What a list says of an address, from its state and its answer. A code without a meaning is listed as `other`. */
export function interpretListing(
  state: ZoneState,
  answer: Pick<ZoneAnswer, 'outcome' | 'codes'>,
  meanings: CodeMeanings = spamhausMeanings,
): Listing {
  if (state !== 'works') return { outcome: 'unknown', reason: state };
  if (answer.outcome === 'temporary_error') return { outcome: 'unknown', reason: 'temporary_error' };
  if (answer.outcome === 'none') return { outcome: 'not_listed' };
  if (answer.codes.some((code) => code.startsWith('127.255.255.'))) {
    return { outcome: 'unknown', reason: 'refused' };
  }
  const codes = answer.codes.filter((code) => code.startsWith('127.'));
  if (codes.length === 0 || codes.length < answer.codes.length) {
    return { outcome: 'unknown', reason: 'not_an_answer' };
  }
  const known = codes.map((code) => (Object.hasOwn(meanings, code) ? meanings[code] : undefined) ?? 'other');
  return { outcome: 'listed', meanings: [...new Set(known)] };
}

/** Whether something is listed; `unknown` where a list told nothing, or none was asked. */
export type ListingVerdict = 'listed' | 'clean' | 'unknown';

export type ListingSummary = {
  /** SBL, CSS, XBL or DROP: certain for the reputation of the address. */
  readonly reputation: ListingVerdict;
  /** PBL: a strong hint of an access pool, no more, as static offices stand on it too. */
  readonly policy: ListingVerdict;
  readonly listings: readonly { zone: string; address: string; meaning: ListMeaning; text: string | null }[];
  readonly unknowns: readonly { zone: string; address: string; reason: UnknownListing }[];
};

const reputationMeanings: ReadonlySet<ListMeaning> = new Set(['sbl', 'css', 'xbl', 'drop']);

/**
 * Sums up what all lists said of all addresses that were asked for. A listing is one even where other lists told
 * nothing; without one, anything unknown leaves the whole unknown, and so does a code without a meaning.
 */
export function summariseListings(
  facts: DnsblFacts,
  meanings: CodeMeanings = spamhausMeanings,
): ListingSummary {
  const seen = facts.zones.flatMap(({ zone, state, answers }) =>
    answers.map((answer) => ({ zone, answer, listing: interpretListing(state, answer, meanings) })),
  );
  const listings = seen.flatMap(({ zone, answer, listing }) =>
    listing.outcome === 'listed'
      ? listing.meanings.map((meaning) => ({ zone, address: answer.address, meaning, text: answer.text }))
      : [],
  );
  const unknowns = seen.flatMap(({ zone, answer, listing }) =>
    listing.outcome === 'unknown' ? [{ zone, address: answer.address, reason: listing.reason }] : [],
  );
  const open =
    seen.length === 0 || unknowns.length > 0 || listings.some((listing) => listing.meaning === 'other');
  const verdict = (counts: (meaning: ListMeaning) => boolean): ListingVerdict => {
    if (listings.some((listing) => counts(listing.meaning))) return 'listed';
    return open ? 'unknown' : 'clean';
  };
  return {
    reputation: verdict((meaning) => reputationMeanings.has(meaning)),
    policy: verdict((meaning) => meaning === 'pbl'),
    listings,
    unknowns,
  };
}
