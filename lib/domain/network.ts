import { type Address, formatAddress, isIpv4Mapped, parseAddress, unwrapMapped } from './ip.ts';

/** A CIDR network in canonical form: the bits of `address` behind `prefix` are zero. */
export type Network = { readonly family: 4 | 6; readonly address: bigint; readonly prefix: number };

/** Why a text is not taken as a network. */
export type NetworkRefusal =
  | 'empty'
  | 'surrounding_space'
  | 'zone'
  | 'leading_zero'
  | 'not_an_address'
  | 'bad_prefix'
  | 'host_bits_set'
  | 'ipv4_mapped';

/** `suggestions` are texts that would be taken, the likeliest first; empty where no repair is plain. */
export type ParsedNetwork =
  | { readonly ok: true; readonly network: Network }
  | { readonly ok: false; readonly code: NetworkRefusal; readonly suggestions: readonly string[] };

/** The number of bits in an address of the family. */
export function addressBits(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128;
}

function hostMask(family: 4 | 6, prefix: number): bigint {
  return (1n << BigInt(addressBits(family) - prefix)) - 1n;
}

/**
 * Parses an address or a CIDR network, strictly: the address as `parseAddress`, the prefix length in decimal without
 * sign or leading zero, host bits zero (RFC 4632 section 3.1). IPv4-mapped text is refused: it is an IPv4 address in
 * disguise, and one device must not be listed under two spellings. Spaces around it are refused as well; a form trims
 * what people paste before it asks.
 * @returns the network, or a stable code and the spellings that would be taken.
 */
export function parseNetwork(text: string): ParsedNetwork {
  const trimmed = text.trim();
  if (trimmed === '') return refused('empty');
  if (trimmed !== text) return refused('surrounding_space', acceptable(trimmed));
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (address === undefined) return notAnAddress(text, addressText);
  const bits = addressBits(address.family);
  const prefix = slash < 0 ? bits : parsePrefix(text.slice(slash + 1), bits);
  if (prefix === undefined) return refused('bad_prefix', repairedPrefix(address, text.slice(slash + 1)));
  if (isIpv4Mapped(address)) return refused('ipv4_mapped', unmapped(address, prefix));
  const network = enclosingNetwork(address, prefix);
  if (network.address === address.value) return { ok: true, network };
  return refused('host_bits_set', [formatNetwork(network), formatAddress(address)]);
}

function refused(code: NetworkRefusal, suggestions: readonly string[] = []): ParsedNetwork {
  return { ok: false, code, suggestions };
}

/** The canonical text of something that would be taken, or its own suggestions. */
function acceptable(text: string): readonly string[] {
  const parsed = parseNetwork(text);
  return parsed.ok ? [formatNetwork(parsed.network)] : parsed.suggestions;
}

function parsePrefix(text: string, widest: number): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= widest ? prefix : undefined;
}

function notAnAddress(text: string, addressText: string): ParsedNetwork {
  if (addressText.includes('%')) return refused('zone');
  // No repair is offered: whoever writes 010.0.0.1 may mean 8.0.0.1 (octal) or 10.0.0.1.
  if (/^[0-9]+(?:\.[0-9]+){3}$/.test(addressText) && /(?:^|\.)0[0-9]/.test(addressText)) {
    return refused('leading_zero');
  }
  const bracketed = /^\[([0-9a-fA-F:.]+)\](\/[0-9]+)?$/.exec(text);
  return refused('not_an_address', bracketed ? acceptable(`${bracketed[1]}${bracketed[2] ?? ''}`) : []);
}

/** A prefix length with leading zeros or as an IPv4 netmask says plainly what is meant. */
function repairedPrefix(address: Address, text: string): readonly string[] {
  if (/^0+[1-9][0-9]*$/.test(text)) return acceptable(`${formatAddress(address)}/${Number(text)}`);
  const mask = parseAddress(text);
  if (address.family !== 4 || mask?.family !== 4) return [];
  const ones = mask.value.toString(2).padStart(32, '0').indexOf('0');
  const prefix = ones < 0 ? 32 : ones;
  if (mask.value !== 0xffffffffn - hostMask(4, prefix)) return [];
  return acceptable(`${formatAddress(address)}/${prefix}`);
}

function unmapped(address: Address, prefix: number): readonly string[] {
  return prefix < 96 ? [] : acceptable(`${formatAddress(unwrapMapped(address))}/${prefix - 96}`);
}

/** The network of `prefix` bits around an address; its host bits are cleared. */
export function enclosingNetwork(address: Address, prefix: number): Network {
  const mask = hostMask(address.family, prefix);
  return { family: address.family, address: address.value & ~mask, prefix };
}

/** The network that holds this one address alone. */
export function singleAddress(address: Address): Network {
  return { family: address.family, address: address.value, prefix: addressBits(address.family) };
}

/** Canonical text: RFC 5952 and a decimal prefix length; a single address without `/32` or `/128`. */
export function formatNetwork(network: Network): string {
  const text = formatAddress({ family: network.family, value: network.address });
  return network.prefix === addressBits(network.family) ? text : `${text}/${network.prefix}`;
}

/** The lowest address of a network (IPv4: the network address, IPv6: the subnet-router anycast address). */
export function firstAddress(network: Network): Address {
  return { family: network.family, value: network.address };
}

/** The highest address of a network (IPv4: the broadcast address). */
export function lastAddress(network: Network): Address {
  return { family: network.family, value: network.address | hostMask(network.family, network.prefix) };
}

/** How many addresses a network spans. */
export function networkSize(network: Network): bigint {
  return hostMask(network.family, network.prefix) + 1n;
}

/** Whether an address lies in a network. Families never mix: unwrap IPv4-mapped addresses first. */
export function containsAddress(network: Network, address: Address): boolean {
  if (network.family !== address.family) return false;
  return (address.value & ~hostMask(network.family, network.prefix)) === network.address;
}

/** Whether `inner` lies wholly in `outer` (a network lies in itself). */
export function containsNetwork(outer: Network, inner: Network): boolean {
  return inner.prefix >= outer.prefix && containsAddress(outer, firstAddress(inner));
}

/** Whether two networks share an address. CIDR networks overlap only by one lying in the other. */
export function overlaps(one: Network, other: Network): boolean {
  return containsNetwork(one, other) || containsNetwork(other, one);
}

/** Whether two networks are the same. */
export function sameNetwork(one: Network, other: Network): boolean {
  return one.family === other.family && one.prefix === other.prefix && one.address === other.address;
}

/** Order for lists: IPv4 first, then by address, the wider network first. Negative, zero or positive. */
export function compareNetworks(one: Network, other: Network): number {
  if (one.family !== other.family) return one.family - other.family;
  if (one.address !== other.address) return one.address < other.address ? -1 : 1;
  return one.prefix - other.prefix;
}

/** How many addresses at the start and at the end of a network no host can have. */
function reservedEnds(network: Network): { first: bigint; last: bigint } {
  // Point-to-point links and single addresses use every address: RFC 3021 (/31), RFC 6164 (/127).
  if (network.prefix >= addressBits(network.family) - 1) return { first: 0n, last: 0n };
  // IPv4: network and broadcast address. IPv6: subnet-router anycast, RFC 4291 section 2.6.1.
  return { first: 1n, last: network.family === 4 ? 1n : 0n };
}

/** How many addresses of a network a host can have: without network and broadcast, or subnet-router anycast. */
export function usableCount(network: Network): bigint {
  const ends = reservedEnds(network);
  return networkSize(network) - ends.first - ends.last;
}

/** Whether a host of the network can have this address; false for one outside it. */
export function isUsableAddress(network: Network, address: Address): boolean {
  if (!containsAddress(network, address)) return false;
  const ends = reservedEnds(network);
  return (
    address.value >= network.address + ends.first && address.value <= lastAddress(network).value - ends.last
  );
}

/** The usable addresses in ascending order, one at a time: a /64 has 2^64, so take no more than you need. */
export function* usableAddresses(network: Network): Generator<Address, void, undefined> {
  const ends = reservedEnds(network);
  const last = lastAddress(network).value - ends.last;
  for (let value = network.address + ends.first; value <= last; value += 1n) {
    yield { family: network.family, value };
  }
}
