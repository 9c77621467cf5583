import type { PtrAddress, PtrFacts, PtrName } from '../domain/evidence.ts';
import { evidenceTargets } from '../domain/evidence-targets.ts';
import { isHostName } from '../domain/host-name.ts';
import { type Address, formatAddress, parseAddress, sameAddress } from '../domain/ip.ts';
import { reverseName } from '../domain/reverse-name.ts';
import { type Gatherer, joinedOutcome } from './gathering.ts';
import type { Lookup, Resolver } from './resolver.ts';

const TIMEOUT_MS = 9000;
/** RFC 8601 section 3: a limit to how many names of one address are followed (RFC 7208 section 4.6.4 has ten). */
const MOST_NAMES = 10;
const LONGEST_SHOWN = 255;

/** Names of the addresses, and whether each name leads back (RFC 8601 section 3, FCrDNS). */
export function ptrGatherer(resolver: Resolver): Gatherer<'ptr'> {
  return {
    source: 'ptr',
    timeoutMs: TIMEOUT_MS,
    gather: async ({ network, known }) => {
      const { addresses, sampledFrom } = evidenceTargets(network, known);
      const asked = await Promise.all(addresses.map((address) => namesOf(resolver, address)));
      const facts: PtrFacts = { addresses: asked.map((one) => one.found), sampledFrom };
      return {
        outcome: joinedOutcome(asked.map((one) => one.found.outcome)),
        facts,
        raw: Object.fromEntries(asked.map((one) => [one.found.address, one.raw])),
      };
    },
  };
}

type Named = { found: PtrAddress; raw: unknown };

async function namesOf(resolver: Resolver, address: Address): Promise<Named> {
  const text = formatAddress(address);
  const lookup = await resolver.ptr(reverseName(address));
  if (lookup.outcome !== 'found') {
    return { found: { address: text, outcome: lookup.outcome, names: [] }, raw: lookup };
  }
  const names = await Promise.all(
    [...new Set(lookup.records.map((name) => name.toLowerCase()))]
      .sort()
      .slice(0, MOST_NAMES)
      .map((name) => confirm(resolver, name, address)),
  );
  const outcome = names.some((one) => one.confirmed === 'unknown') ? 'temporary_error' : 'found';
  return { found: { address: text, outcome, names }, raw: lookup };
}

async function confirm(resolver: Resolver, name: string, address: Address): Promise<PtrName> {
  if (!isHostName(name)) return { name: name.slice(0, LONGEST_SHOWN), valid: false, confirmed: 'no' };
  const forward = await (address.family === 4 ? resolver.a(name) : resolver.aaaa(name));
  return { name, valid: true, confirmed: leadsBack(forward, address) };
}

function leadsBack(forward: Lookup<string>, address: Address): PtrName['confirmed'] {
  if (forward.outcome === 'temporary_error') return 'unknown';
  if (forward.outcome === 'none') return 'no';
  const back = forward.records.some((record) => {
    const parsed = parseAddress(record);
    return parsed !== undefined && sameAddress(parsed, address);
  });
  return back ? 'yes' : 'no';
}
