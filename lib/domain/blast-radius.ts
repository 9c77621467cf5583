import { type CodeMeanings, summariseListings } from './dnsbl.ts';
import type { GatheredEvidence } from './evidence.ts';
import { addressBits, type Network, networkSize, usableCount } from './network.ts';

/** What an approval of a whole range would let in. */
export type BlastRadius = {
  /** Addresses, and those that a host can have. */
  addresses: bigint;
  hosts: bigint;
  /** How many were asked about; fewer than `addresses` where a range was sampled. Null: nothing has answered. */
  asked: number | null;
  /** Addresses with a name, in the order of the evidence. */
  named: { address: string; name: string }[];
  /** Addresses that a list knows, whatever it says of them. */
  listed: { address: string; zone: string; meaning: string }[];
  /** Addresses of which name or listing could not be found out. */
  unknown: number;
};

/** Null for a single address: there the requirements say it all. */
export function blastRadius(
  network: Network,
  evidence: Pick<GatheredEvidence, 'ptr' | 'dnsbl'>,
  meanings: CodeMeanings,
): BlastRadius | null {
  if (network.prefix === addressBits(network.family)) return null;
  const ptr = evidence.ptr?.facts ?? null;
  const lists = evidence.dnsbl?.facts ?? null;
  const summary = lists === null ? null : summariseListings(lists, meanings);
  const silent = new Set([
    ...(ptr?.addresses ?? []).filter((one) => one.outcome === 'temporary_error').map((one) => one.address),
    ...(summary?.unknowns ?? []).map((one) => one.address),
  ]);
  return {
    addresses: networkSize(network),
    hosts: usableCount(network),
    asked: ptr === null ? null : ptr.addresses.length,
    named: (ptr?.addresses ?? []).flatMap(({ address, names }) => {
      const [first] = names.filter((name) => name.valid);
      return first === undefined ? [] : [{ address, name: first.name }];
    }),
    listed: (summary?.listings ?? []).map(({ address, zone, meaning }) => ({ address, zone, meaning })),
    unknown: silent.size,
  };
}
