import { type Address, parseAddress } from './ip.ts';
import { addressBits, type Network, parseNetwork } from './network.ts';

/** Addresses from `first` to `last`, both included, of one family. */
export type AddressRange = { readonly first: Address; readonly last: Address };

/**
 * Reads an address as registries write it: also with padded octets (`196.011.239.000`), padded groups or a prefix
 * length behind it, which their databases have and RFC 9083 does not. For answers of registries only, never for input
 * that decides what is whitelisted.
 */
function parseRegistryAddress(text: string): Address | undefined {
  const bare = text.trim().replace(/\/\d+$/, '');
  return parseAddress(bare.includes(':') ? bare : bare.replace(/\b0+(?=\d)/g, ''));
}

/** A range from its two ends; undefined where they are no addresses, of two families or the wrong way round. */
export function addressRange(first: string, last: string): AddressRange | undefined {
  const low = parseRegistryAddress(first);
  const high = parseRegistryAddress(last);
  if (low === undefined || high === undefined || low.family !== high.family) return undefined;
  return low.value <= high.value ? { first: low, last: high } : undefined;
}

/** `a - b` or CIDR text, as registries name a network by its range. */
export function parseRangeText(text: string): AddressRange | undefined {
  const ends = text.split('-');
  if (ends.length === 2) return addressRange(ends[0] ?? '', ends[1] ?? '');
  const slash = /^(.*)\/(\d{1,3})$/.exec(text.trim());
  const address = slash === null ? undefined : parseRegistryAddress(slash[1] ?? '');
  if (address === undefined) return undefined;
  const bits = addressBits(address.family);
  const prefix = Number(slash?.[2]);
  if (prefix > bits) return undefined;
  const mask = (1n << BigInt(bits - prefix)) - 1n;
  return {
    first: { family: address.family, value: address.value & ~mask },
    last: { family: address.family, value: address.value | mask },
  };
}

/** The fewest CIDR networks that cover exactly the range, in ascending order. */
export function rangeNetworks(range: AddressRange): Network[] {
  const { family } = range.first;
  const bits = addressBits(family);
  const networks: Network[] = [];
  let at = range.first.value;
  while (at <= range.last.value) {
    let free = 0;
    while (
      free < bits &&
      (at & ((1n << BigInt(free + 1)) - 1n)) === 0n &&
      at + (1n << BigInt(free + 1)) - 1n <= range.last.value
    ) {
      free += 1;
    }
    networks.push({ family, address: at, prefix: bits - free });
    at += 1n << BigInt(free);
  }
  return networks;
}

export function rangeContains(range: AddressRange, network: Network): boolean {
  const last = network.address | ((1n << BigInt(addressBits(network.family) - network.prefix)) - 1n);
  return (
    range.first.family === network.family && range.first.value <= network.address && last <= range.last.value
  );
}

export function rangeSize(range: AddressRange): bigint {
  return range.last.value - range.first.value + 1n;
}

/** Whether a canonical CIDR text names a network. */
export function networkOf(text: string): Network | undefined {
  const parsed = parseNetwork(text);
  return parsed.ok ? parsed.network : undefined;
}
