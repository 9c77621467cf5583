import { isMapped, readAddress } from './address-words.ts';

/** One address: its family and its value as an unsigned number of 32 or 128 bits. */
export type Address = { readonly family: 4 | 6; readonly value: bigint };

const mappedPrefix = 0xffffn;
/** No address is longer: six groups and a dotted quad. */
const longestText = 45;

/**
 * Parses one address, strictly: a dotted quad without leading zeros, or an RFC 4291 section 2.2 form without a
 * zone. IPv4-mapped text is an IPv6 address here; who may not have it asks `isIpv4Mapped`.
 * @returns undefined where the text is not exactly one address (spaces and brackets included).
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > longestText) return undefined;
  const words = new Uint32Array(4);
  const family = readAddress(text, 0, text.length, words);
  if (family === 0) return undefined;
  if (family === 4) return { family: 4, value: BigInt(words[0] as number) };
  let value = 0n;
  for (const word of words) value = (value << 32n) | BigInt(word);
  return { family: 6, value };
}

/** Formats an IPv4 address as a dotted quad and an IPv6 address by RFC 5952 (section 5 for IPv4-mapped). */
export function formatAddress(address: Address): string {
  if (address.family === 4) return formatQuad(Number(address.value));
  if (isIpv4Mapped(address)) return `::ffff:${formatQuad(Number(address.value & 0xffffffffn))}`;
  const groups = Array.from({ length: 8 }, (_, position) =>
    Number((address.value >> BigInt(112 - 16 * position)) & 0xffffn),
  );
  const run = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((value) => value.toString(16)).join(':');
  if (run.length < 2) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function formatQuad(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** RFC 5952 section 4.2: the longest run of zero groups is shortened, the first of several equal ones. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [position, value] of groups.entries()) {
    if (value !== 0) start = position + 1;
    else if (position + 1 - start > best.length) best = { start, length: position + 1 - start };
  }
  return best;
}

/** Whether the address is `::ffff:a.b.c.d`: IPv4 traffic as an IPv6 socket shows it (RFC 4291 section 2.5.5.2). */
export function isIpv4Mapped(address: Address): boolean {
  return address.family === 6 && address.value >> 32n === mappedPrefix;
}

/** The IPv4 address inside an IPv4-mapped one; every other address as it is. */
export function unwrapMapped(address: Address): Address {
  return isIpv4Mapped(address) ? { family: 4, value: address.value & 0xffffffffn } : address;
}

/** Whether two addresses are the same address of the same family. */
export function sameAddress(one: Address, other: Address): boolean {
  return one.family === other.family && one.value === other.value;
}

/**
 * Canonical text of a peer as a socket gives it (`net.Socket.remoteAddress`, a PROXY header): IPv4-mapped unwrapped,
 * a zone such as `%eth0` dropped, RFC 5952 otherwise. Called once, at accept; nothing behind it normalises again.
 * @returns undefined for a peer without an address (closed socket, Unix socket) or with text that is none.
 */
export function normalisePeer(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const zone = text.indexOf('%');
  if (zone >= 0 && zone === text.length - 1) return undefined;
  const bare = zone < 0 ? text : text.slice(0, zone);
  if (bare.length > longestText) return undefined;
  const words = new Uint32Array(4);
  const family = readAddress(bare, 0, bare.length, words);
  if (family === 0 || (family === 4 && zone >= 0)) return undefined;
  // Strict dotted quads have only one spelling, so an IPv4 peer is its own canonical text.
  if (family === 4) return bare;
  if (isMapped(words)) return formatQuad(words[3] as number);
  const address = parseAddress(bare);
  return address && formatAddress(address);
}
