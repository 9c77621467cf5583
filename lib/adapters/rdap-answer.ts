import { z } from 'zod';
import {
  type AddressRange,
  addressRange,
  parseRangeText,
  rangeContains,
  rangeNetworks,
  rangeSize,
} from '../domain/address-range.ts';
import type { RdapFacts } from '../domain/evidence.ts';
import { formatNetwork, type Network } from '../domain/network.ts';
import { visibleLine } from '../domain/one-line.ts';

// Registries' answers are untidy: what a field holds is taken where it makes sense and left out where it does not, so
// that one odd member never costs the whole answer (RFC 9083 section 2.1: ignore what you do not understand).

const LONGEST_TEXT = 300;
const MOST_LINES = 12;
const MOST_NETWORKS = 16;
const MOST_HOLDERS = 6;
const DEEPEST_ENTITY = 3;

const text = z.string().transform(cleaned).nullable().catch(null);
const texts = z.array(z.unknown()).transform(strings).catch([]);

const remark = z.object({
  title: text,
  description: z.preprocess((input) => (typeof input === 'string' ? [input] : input), texts),
});
const event = z.object({ eventAction: text, eventDate: text });
const link = z.object({ rel: text, type: text, href: text });
const block = z.object({ v4prefix: text, v6prefix: text, length: z.number().nullable().catch(null) });

/** Each member of a list by itself: one that is no object is left out, the others stay. */
function each<Item>(item: z.ZodType<Item>): z.ZodType<Item[]> {
  return z
    .array(z.unknown())
    .transform((members) =>
      members.flatMap((member) => {
        const parsed = item.safeParse(member);
        return parsed.success ? [parsed.data] : [];
      }),
    )
    .catch([]) as unknown as z.ZodType<Item[]>;
}

const answer = z.object({
  objectClassName: text,
  handle: text,
  name: text,
  type: text,
  country: text,
  parentHandle: text,
  startAddress: text,
  endAddress: text,
  status: texts,
  cidr0_cidrs: each(block),
  entities: z.array(z.unknown()).catch([]),
  remarks: each(remark),
  events: each(event),
  links: each(link),
});
type Answer = z.infer<typeof answer>;

const rdapEntity = z.object({
  handle: text,
  roles: texts,
  vcardArray: z.unknown().optional(),
  entities: z.array(z.unknown()).catch([]),
});

export type RdapAnswer = {
  facts: RdapFacts;
  /** Where the server says that more is known about the same network (a national registry, a transfer). */
  referral: string | null;
};

/**
 * Reads the answer to a query for `asked` (RFC 9083 section 5.4).
 * @returns undefined where it is no IP network or speaks of another network than the one asked for
 */
export function readRdapAnswer(input: unknown, asked: Network, server: string): RdapAnswer | undefined {
  const parsed = answer.safeParse(input);
  if (!parsed.success) return undefined;
  const found = parsed.data;
  // Some servers leave the class out; what says that it is something else is believed.
  if (found.objectClassName !== null && found.objectClassName !== 'ip network') return undefined;
  const ranges = registeredRanges(found);
  const covering = ranges
    .filter((range) => rangeContains(range, asked))
    .sort((one, other) => (rangeSize(one) < rangeSize(other) ? -1 : 1))[0];
  if (covering === undefined && ranges.some((range) => rangeSize(range) > 1n)) return undefined;
  if (covering === undefined && found.handle === null && found.name === null) return undefined;
  return {
    facts: {
      networks:
        covering === undefined ? [] : rangeNetworks(covering).slice(0, MOST_NETWORKS).map(formatNetwork),
      handle: found.handle,
      name: found.name,
      type: found.type,
      country: found.country,
      parentHandle: found.parentHandle,
      status: found.status,
      holders: holders(found),
      remarks: found.remarks
        .flatMap((one) => one.description)
        .filter((line) => /\p{L}/u.test(line))
        .slice(0, MOST_LINES),
      registeredAt: found.events.find((one) => one.eventAction === 'registration')?.eventDate ?? null,
      server,
    },
    referral: referral(found),
  };
}

/** All the ways in which an answer says its range. They contradict each other: an end may be equal to the start. */
function registeredRanges(found: Answer): AddressRange[] {
  const blocks = found.cidr0_cidrs.flatMap((one) => {
    const prefix = one.v4prefix ?? one.v6prefix;
    const range =
      prefix === null || one.length === null ? undefined : parseRangeText(`${prefix}/${one.length}`);
    return range === undefined ? [] : [range];
  });
  const ends =
    found.startAddress === null || found.endAddress === null
      ? undefined
      : addressRange(found.startAddress, found.endAddress);
  const handle = found.handle === null ? undefined : parseRangeText(found.handle);
  return [...blocks, joined(blocks), ends, handle].filter((range) => range !== undefined);
}

/** One range may be written as several CIDR networks: together they are what is registered. */
function joined(blocks: readonly AddressRange[]): AddressRange | undefined {
  const sorted = [...blocks].sort((one, other) => (one.first.value < other.first.value ? -1 : 1));
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined || first.first.family !== last.first.family) return undefined;
  const gapless = sorted.every(
    (range, index) => index === 0 || range.first.value === (sorted[index - 1]?.last.value ?? 0n) + 1n,
  );
  return gapless ? { first: first.first, last: last.last } : undefined;
}

type Party = { name: string; registrant: boolean; organisation: boolean };

/**
 * Who holds the network: registrants first, then organisations; where no entity says it, the description that RIPE and
 * APNIC keep in a remark.
 */
function holders(found: Answer): string[] {
  const parties = found.entities.flatMap((entity) => readParties(entity, 1));
  const named = [
    ...parties.filter((party) => party.registrant && party.organisation),
    ...parties.filter((party) => party.registrant && !party.organisation),
    ...parties.filter((party) => !party.registrant && party.organisation),
  ].map((party) => party.name);
  const description = found.remarks.find((one) => one.title === null || /^descr/i.test(one.title))
    ?.description[0];
  const all = description === undefined ? named : [...named, description];
  return [...new Set(all)].slice(0, MOST_HOLDERS);
}

function readParties(input: unknown, depth: number): Party[] {
  const parsed = rdapEntity.safeParse(input);
  if (!parsed.success) return [];
  const { handle, roles, vcardArray, entities } = parsed.data;
  const card = readCard(vcardArray);
  const inner = depth < DEEPEST_ENTITY ? entities.flatMap((one) => readParties(one, depth + 1)) : [];
  // A handle in the place of a name is nobody's name.
  const name = card.organisation ?? (card.name === handle ? null : card.name);
  if (name === null) return inner;
  const party: Party = {
    name,
    registrant: roles.includes('registrant'),
    organisation: card.kind === 'org' || card.organisation !== null,
  };
  return [party, ...inner];
}

type Card = { name: string | null; organisation: string | null; kind: string | null };

/** RFC 7095: `["vcard", [[name, parameters, type, value…]…]]`. Values may be null, lists, or missing. */
function readCard(input: unknown): Card {
  const properties = Array.isArray(input) && Array.isArray(input[1]) ? (input[1] as unknown[]) : [];
  const value = (wanted: string): string | null => {
    const property = properties.find(
      (one) => Array.isArray(one) && typeof one[0] === 'string' && one[0].toLowerCase() === wanted,
    ) as unknown[] | undefined;
    const first = Array.isArray(property?.[3]) ? property?.[3][0] : property?.[3];
    return typeof first === 'string' ? cleaned(first) : null;
  };
  return { name: value('fn'), organisation: value('org'), kind: value('kind')?.toLowerCase() ?? null };
}

function referral(found: Answer): string | null {
  const related = found.links.find(
    (one) => one.rel === 'related' && one.type === 'application/rdap+json' && one.href?.includes('/ip/'),
  );
  return related?.href ?? null;
}

function strings(members: readonly unknown[]): string[] {
  return members
    .filter((member) => typeof member === 'string')
    .map(cleaned)
    .filter((member) => member !== null);
}

/** One line without control characters, not endless; null for nothing. */
function cleaned(input: string): string | null {
  const line = visibleLine(input).slice(0, LONGEST_TEXT);
  return line === '' ? null : line;
}
