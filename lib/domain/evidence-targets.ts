import { type Address, formatAddress, parseAddress } from './ip.ts';
import { containsAddress, type Network, usableAddresses, usableCount } from './network.ts';

/** Up to this many addresses (a /29 and narrower) each is asked for. */
const MOST_TARGETS = 8;

export type EvidenceTargets = {
  addresses: Address[];
  /** How many addresses there are where only some are asked for. */
  sampledFrom: string | null;
};

/**
 * The addresses of a network that are looked up: all usable ones of a small network; of a wider one those that are
 * known to be used, the first, the last, and some spread evenly between.
 * @param known addresses that proved or signed in, in canonical text; those outside the network are left out
 */
export function evidenceTargets(network: Network, known: readonly string[]): EvidenceTargets {
  const count = usableCount(network);
  if (count <= BigInt(MOST_TARGETS)) return { addresses: [...usableAddresses(network)], sampledFrom: null };
  const chosen = new Map<string, Address>();
  for (const text of known) {
    const address = parseAddress(text);
    if (address === undefined || !containsAddress(network, address)) continue;
    if (chosen.size < MOST_TARGETS / 2) chosen.set(formatAddress(address), address);
  }
  const first = network.address + 1n;
  const steps = BigInt(MOST_TARGETS - 1 - chosen.size);
  for (let step = 0n; step <= steps; step += 1n) {
    const address: Address = { family: network.family, value: first + ((count - 1n) * step) / steps };
    chosen.set(formatAddress(address), address);
  }
  return { addresses: [...chosen.values()].slice(0, MOST_TARGETS), sampledFrom: count.toString() };
}
