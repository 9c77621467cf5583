import { dnsblQueryName, interpretListing } from '../domain/dnsbl.ts';
import type { DnsblFacts, ZoneAnswer, ZoneState } from '../domain/evidence.ts';
import { evidenceTargets } from '../domain/evidence-targets.ts';
import { type Address, formatAddress } from '../domain/ip.ts';
import { type Gatherer, joinedOutcome } from './gathering.ts';
import type { Lookup, Resolver } from './resolver.ts';

const TIMEOUT_MS = 9000;
/** A list that works and names nothing is not tested again for this long; one that does not is, sooner. */
const WORKS_FOR_MS = 3_600_000;
const BROKEN_FOR_MS = 60_000;
const LONGEST_SHOWN = 300;

/** RFC 5782 section 5: the entry that every list has, and the one that none may have. Their IPv6 forms are mapped ones. */
const testEntries = {
  4: { listed: { family: 4, value: 0x7f000002n }, notListed: { family: 4, value: 0x7f000001n } },
  6: { listed: { family: 6, value: 0xffff7f000002n }, notListed: { family: 6, value: 0xffff7f000001n } },
} as const satisfies Record<4 | 6, Record<'listed' | 'notListed', Address>>;

/**
 * Asks DNS lists (RFC 5782), each only after it has shown that it works as a list.
 * @param listZones which, looked up each time: they are policy
 */
export function dnsblGatherer(
  resolver: Resolver,
  listZones: () => Promise<readonly string[]>,
): Gatherer<'dnsbl'> {
  const probes = zoneProbes(resolver);
  return {
    source: 'dnsbl',
    timeoutMs: TIMEOUT_MS,
    isConfigured: async () => (await listZones()).length > 0,
    gather: async ({ network, known }) => {
      const { addresses, sampledFrom } = evidenceTargets(network, known);
      const zones = await listZones();
      const asked = await Promise.all(
        zones.map(async (zone) => {
          const [known, answers] = await Promise.all([
            probes(zone, network.family, 'kept'),
            Promise.all(addresses.map((address) => askZone(resolver, zone, address))),
          ]);
          // A listing refuses at once, and lists that are given up begin to list everything from one minute to the next.
          const names = answers.some(({ codes }) => codes.length > 0);
          const state = names && known === 'works' ? await probes(zone, network.family, 'anew') : known;
          return { zone, state, answers };
        }),
      );
      const facts: DnsblFacts = { zones: asked, sampledFrom };
      // A list that does not behave as one, or refuses us, has told nothing, whatever it answered.
      const outcomes = asked.flatMap(({ state, answers }) =>
        answers.map((answer) =>
          interpretListing(state, answer).outcome === 'unknown' ? 'temporary_error' : answer.outcome,
        ),
      );
      return { outcome: joinedOutcome(outcomes), facts, raw: asked };
    },
  };
}

async function askZone(resolver: Resolver, zone: string, address: Address): Promise<ZoneAnswer> {
  const name = dnsblQueryName(address, zone);
  const lookup = await resolver.a(name);
  const codes = lookup.outcome === 'found' ? [...lookup.records].sort() : [];
  const reason = codes.length > 0 ? await resolver.txt(name) : null;
  return {
    address: formatAddress(address),
    outcome: lookup.outcome,
    codes,
    text: reason?.outcome === 'found' ? reason.records.sort().join(' ').slice(0, LONGEST_SHOWN) : null,
  };
}

type Probe = { at: number; state: Promise<ZoneState>; keepMs: number };

function zoneProbes(
  resolver: Resolver,
): (zone: string, family: 4 | 6, which: 'kept' | 'anew') => Promise<ZoneState> {
  const kept = new Map<string, Probe>();
  return (zone, family, which) => {
    const key = `${family} ${zone}`;
    const known = kept.get(key);
    const now = performance.now();
    if (which === 'kept' && known !== undefined && now - known.at < known.keepMs) return known.state;
    const state = probeZone(resolver, zone, family).then((found) => {
      if (found === 'works') probe.keepMs = WORKS_FOR_MS;
      return found;
    });
    const probe: Probe = { at: now, state, keepMs: BROKEN_FOR_MS };
    kept.set(key, probe);
    return probe.state;
  };
}

async function probeZone(resolver: Resolver, zone: string, family: 4 | 6): Promise<ZoneState> {
  const [listed, notListed] = await Promise.all([
    resolver.a(dnsblQueryName(testEntries[family].listed, zone)),
    resolver.a(dnsblQueryName(testEntries[family].notListed, zone)),
  ]);
  if (refuses(listed) || refuses(notListed)) return 'temporary_error';
  if (notListed.outcome === 'found') return 'lists_everything';
  if (listed.outcome === 'temporary_error' || notListed.outcome === 'temporary_error')
    return 'temporary_error';
  return listed.outcome === 'found' ? 'works' : 'lists_nothing';
}

/** Spamhaus and others answer who may not ask from 127.255.255.0/24, whatever was asked. */
function refuses(lookup: Lookup<string>): boolean {
  return lookup.outcome === 'found' && lookup.records.some((record) => record.startsWith('127.255.255.'));
}
