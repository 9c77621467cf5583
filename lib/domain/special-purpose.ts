import { parseAddress } from './ip.ts';
import { containsNetwork, type Network, overlaps, parseNetwork, singleAddress } from './network.ts';

/** Coarse kinds of special-purpose space; `overlaps-special` is a network that reaches into some from outside. */
export type SpecialClass =
  | 'this-network'
  | 'private'
  | 'cgnat'
  | 'loopback'
  | 'link-local'
  | 'ietf-protocol'
  | 'documentation'
  | 'as112'
  | 'amt'
  | '6to4-relay-deprecated'
  | 'benchmarking'
  | 'multicast'
  | 'reserved'
  | 'broadcast'
  | 'unspecified'
  | 'ipv4-compatible-deprecated'
  | 'ipv4-mapped'
  | 'nat64'
  | 'nat64-local'
  | 'discard'
  | 'dummy-prefix'
  | 'teredo'
  | 'orchid-deprecated'
  | 'orchidv2'
  | 'drone-remote-id'
  | '6to4'
  | 'srv6-sids'
  | 'ula'
  | 'site-local-deprecated'
  | 'unallocated'
  | 'overlaps-special';

/** One row of the registries. */
export type SpecialBlock = {
  /** Canonical CIDR text. */
  readonly network: string;
  readonly class: SpecialClass;
  /** The registry's own name for the block. */
  readonly name: string;
  /** The document that set it apart, with its section where the registry names one. */
  readonly source: string;
  /** The registry's *Globally Reachable*; null where it says N/A or the allocation has ended. */
  readonly globallyReachable: boolean | null;
};

/**
 * What a network is: public, or the special-purpose block that it lies in or, for the class `overlaps-special`, the
 * first one that it reaches into.
 */
export type NetworkClass =
  | { readonly global: true; readonly class: 'global' }
  | { readonly global: false; readonly class: SpecialClass; readonly block: SpecialBlock };

type Row = readonly [
  network: string,
  kind: SpecialClass,
  name: string,
  source: string,
  globallyReachable: boolean | null,
];

// IANA IPv4 Special-Purpose Address Registry (RFC 6890, RFC 8190), state of July 2026, and multicast from the IANA
// IPv4 address space. A block that is reachable by the registry is still no place that a customer sends mail from:
// anycast services and translators live there, shared by everyone.
const ipv4: readonly Row[] = [
  ['0.0.0.0/8', 'this-network', 'This network', 'RFC 791 section 3.2', false],
  ['0.0.0.0/32', 'this-network', 'This host on this network', 'RFC 1122 section 3.2.1.3', false],
  ['10.0.0.0/8', 'private', 'Private-Use', 'RFC 1918', false],
  ['100.64.0.0/10', 'cgnat', 'Shared Address Space', 'RFC 6598', false],
  ['127.0.0.0/8', 'loopback', 'Loopback', 'RFC 1122 section 3.2.1.3', false],
  ['169.254.0.0/16', 'link-local', 'Link Local', 'RFC 3927', false],
  ['172.16.0.0/12', 'private', 'Private-Use', 'RFC 1918', false],
  ['192.0.0.0/24', 'ietf-protocol', 'IETF Protocol Assignments', 'RFC 6890 section 2.1', false],
  ['192.0.0.0/29', 'ietf-protocol', 'IPv4 Service Continuity Prefix', 'RFC 7335', false],
  ['192.0.0.8/32', 'ietf-protocol', 'IPv4 dummy address', 'RFC 7600', false],
  ['192.0.0.9/32', 'ietf-protocol', 'Port Control Protocol Anycast', 'RFC 7723', true],
  ['192.0.0.10/32', 'ietf-protocol', 'Traversal Using Relays around NAT Anycast', 'RFC 8155', true],
  ['192.0.0.170/32', 'ietf-protocol', 'NAT64/DNS64 Discovery', 'RFC 8880, RFC 7050 section 2.2', false],
  ['192.0.0.171/32', 'ietf-protocol', 'NAT64/DNS64 Discovery', 'RFC 8880, RFC 7050 section 2.2', false],
  ['192.0.2.0/24', 'documentation', 'Documentation (TEST-NET-1)', 'RFC 5737', false],
  ['192.31.196.0/24', 'as112', 'AS112-v4', 'RFC 7535', true],
  ['192.52.193.0/24', 'amt', 'AMT', 'RFC 7450', true],
  ['192.88.99.0/24', '6to4-relay-deprecated', 'Deprecated (6to4 Relay Anycast)', 'RFC 7526', null],
  ['192.88.99.2/32', '6to4-relay-deprecated', '6a44-relay anycast address', 'RFC 6751', false],
  ['192.168.0.0/16', 'private', 'Private-Use', 'RFC 1918', false],
  ['192.175.48.0/24', 'as112', 'Direct Delegation AS112 Service', 'RFC 7534', true],
  ['198.18.0.0/15', 'benchmarking', 'Benchmarking', 'RFC 2544', false],
  ['198.51.100.0/24', 'documentation', 'Documentation (TEST-NET-2)', 'RFC 5737', false],
  ['203.0.113.0/24', 'documentation', 'Documentation (TEST-NET-3)', 'RFC 5737', false],
  ['224.0.0.0/4', 'multicast', 'Multicast', 'RFC 5771', null],
  ['240.0.0.0/4', 'reserved', 'Reserved', 'RFC 1112 section 4', false],
  ['255.255.255.255/32', 'broadcast', 'Limited Broadcast', 'RFC 8190, RFC 919 section 7', false],
];

// IANA IPv6 Special-Purpose Address Registry, state of July 2026, and what RFC 4291 sets apart beside it.
const ipv6: readonly Row[] = [
  ['::/128', 'unspecified', 'Unspecified Address', 'RFC 4291', false],
  ['::1/128', 'loopback', 'Loopback Address', 'RFC 4291', false],
  ['::/96', 'ipv4-compatible-deprecated', 'IPv4-compatible Address', 'RFC 4291 section 2.5.5.1', null],
  ['::ffff:0.0.0.0/96', 'ipv4-mapped', 'IPv4-mapped Address', 'RFC 4291 section 2.5.5.2', false],
  ['64:ff9b::/96', 'nat64', 'IPv4-IPv6 Translation', 'RFC 6052', true],
  ['64:ff9b:1::/48', 'nat64-local', 'IPv4-IPv6 Translation (local use)', 'RFC 8215', false],
  ['100::/64', 'discard', 'Discard-Only Address Block', 'RFC 6666', false],
  ['100:0:0:1::/64', 'dummy-prefix', 'Dummy IPv6 Prefix', 'RFC 9780', false],
  ['2001::/23', 'ietf-protocol', 'IETF Protocol Assignments', 'RFC 2928', false],
  ['2001::/32', 'teredo', 'TEREDO', 'RFC 4380, RFC 8190', null],
  ['2001:1::1/128', 'ietf-protocol', 'Port Control Protocol Anycast', 'RFC 7723', true],
  ['2001:1::2/128', 'ietf-protocol', 'Traversal Using Relays around NAT Anycast', 'RFC 8155', true],
  ['2001:1::3/128', 'ietf-protocol', 'DNS-SD Service Registration Protocol Anycast', 'RFC 9665', true],
  ['2001:2::/48', 'benchmarking', 'Benchmarking', 'RFC 5180', false],
  ['2001:3::/32', 'amt', 'AMT', 'RFC 7450', true],
  ['2001:4:112::/48', 'as112', 'AS112-v6', 'RFC 7535', true],
  ['2001:10::/28', 'orchid-deprecated', 'Deprecated (previously ORCHID)', 'RFC 4843', null],
  ['2001:20::/28', 'orchidv2', 'ORCHIDv2', 'RFC 7343', true],
  ['2001:30::/28', 'drone-remote-id', 'Drone Remote ID Protocol Entity Tags (DETs) Prefix', 'RFC 9374', true],
  ['2001:db8::/32', 'documentation', 'Documentation', 'RFC 3849', false],
  ['2002::/16', '6to4', '6to4', 'RFC 3056', null],
  ['2620:4f:8000::/48', 'as112', 'Direct Delegation AS112 Service', 'RFC 7534', true],
  ['3fff::/20', 'documentation', 'Documentation', 'RFC 9637', false],
  ['5f00::/16', 'srv6-sids', 'Segment Routing (SRv6) SIDs', 'RFC 9602', false],
  ['fc00::/7', 'ula', 'Unique-Local', 'RFC 4193, RFC 8190', false],
  ['fe80::/10', 'link-local', 'Link-Local Unicast', 'RFC 4291', false],
  ['fec0::/10', 'site-local-deprecated', 'Site-Local Unicast (deprecated)', 'RFC 3879', null],
  ['ff00::/8', 'multicast', 'Multicast', 'RFC 4291 section 2.7', null],
];

// Outside 2000::/3 nothing is allocated but the blocks above (IANA IPv6 address space, RFC 4291 section 2.4).
const unallocated: readonly Row[] = ['::/3', '4000::/2', '8000::/1'].map((network) => [
  network,
  'unallocated',
  'Reserved by IETF',
  'RFC 4291 section 2.4',
  null,
]);

function block([network, kind, name, source, globallyReachable]: Row): SpecialBlock {
  return { network, class: kind, name, source, globallyReachable };
}

/** Every special-purpose block, IPv4 first; nested ones stand beside the block that holds them. */
export const specialBlocks: readonly SpecialBlock[] = [...ipv4, ...ipv6].map(block);

type Compiled = { readonly block: SpecialBlock; readonly network: Network };

/** The narrowest block first, so that a search for the block a network lies in may take the first hit. */
function compile(blocks: readonly SpecialBlock[]): readonly Compiled[] {
  return blocks
    .map((one) => ({ block: one, network: knownNetwork(one.network) }))
    .sort((one, other) => other.network.prefix - one.network.prefix);
}

/** The registry names the mapped block in the one spelling that nobody may type. */
function knownNetwork(text: string): Network {
  if (text === '::ffff:0.0.0.0/96') return { family: 6, address: 0xffffn << 32n, prefix: 96 };
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(`not a network in the table of special-purpose blocks: ${text}`);
  return parsed.network;
}

const registered = compile(specialBlocks);
const outside = compile(unallocated.map(block));

/**
 * Says whether a network is public address space. It is not where it lies in a special-purpose block (the narrowest
 * one is named), where it merely reaches into one (also by holding it), or, for IPv6, where nothing is allocated.
 * Sources: the IANA special-purpose registries (RFC 6890 and updates) and address space registries.
 */
export function classifyNetwork(network: Network): NetworkClass {
  const around = registered.find((entry) => containsNetwork(entry.network, network));
  if (around !== undefined) return { global: false, class: around.block.class, block: around.block };
  const touched = registered.find((entry) => overlaps(entry.network, network));
  if (touched !== undefined) return { global: false, class: 'overlaps-special', block: touched.block };
  const beyond = outside.find((entry) => overlaps(entry.network, network));
  if (beyond !== undefined) return { global: false, class: 'unallocated', block: beyond.block };
  return { global: true, class: 'global' };
}

/** Whether a client at this address (canonical text) could be whitelisted as far as the registries say. */
export function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && classifyNetwork(singleAddress(address)).global;
}
