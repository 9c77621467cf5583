import { addDays } from './days.ts';
import type { EntryFacts, FactValue } from './evaluation.ts';
import type { DnsblFacts, EvidenceSource, GatheredEvidence, IntelligenceFacts } from './evidence.ts';
import {
  accessPoolText,
  because,
  intelligenceSigns,
  isOwnName,
  listingSigns,
  namedEgress,
  nameSigns,
  namesAnother,
  registeredToOwn,
  saysPool,
  saysStatic,
  saysTranslated,
  sharingNetwork,
} from './evidence-signs.ts';
import type { Policy } from './policy.ts';

/** One thing that was found out, as it stands in an evaluation: reason code, decisive values, source and time. */
export type Sign = {
  code: string;
  facts: Record<string, FactValue>;
  source: string;
  at: Date | null;
  staffOnly?: boolean;
};

/** Evidence that is fresh enough to count, with what can be read from it. */
export type Reading = {
  evidence: GatheredEvidence;
  ptr: ReturnType<typeof readPtr> | null;
  rdap: {
    own: string | null;
    pool: string | null;
    sharing: ReturnType<typeof sharingNetwork>;
    source: string;
    at: Date;
  } | null;
  lists: (ReturnType<typeof listingSigns> & { at: Date }) | null;
  intelligence: (ReturnType<typeof intelligenceSigns> & { at: Date }) | null;
  steady: Sign | null;
  others: Sign | null;
  /** Mail of several sender domains that are not the account's. */
  strangers: Sign | null;
  /** Sources that told all they were asked, lately enough. */
  complete: ReadonlySet<EvidenceSource>;
};

/** Reads what is fresh enough of the evidence, source by source. */
export function read(facts: EntryFacts, policy: Policy, now: Date): Reading {
  const { evidence, organisation, sightings } = facts;
  const fresh = <Source extends EvidenceSource>(source: Source): GatheredEvidence[Source] => {
    const found = evidence[source];
    return found !== null && addDays(found.at, policy.evidenceDays) > now ? found : null;
  };
  const ptr = fresh('ptr');
  const dnsbl = fresh('dnsbl');
  const rdap = fresh('rdap');
  const records: { facts: IntelligenceFacts; at: Date }[] = [];
  for (const found of [fresh('ip_insights'), fresh('ip_database')]) {
    if (found !== null && found.facts !== null) records.push({ facts: found.facts, at: found.at });
  }
  const lists =
    dnsbl === null || dnsbl.facts === null
      ? null
      : { ...listingSigns(counted(dnsbl.facts, policy), policy.listCodes), at: dnsbl.at };
  const complete = new Set(
    evidence.progress
      .map((run) => run.source)
      .filter((source) => (fresh(source)?.outcome ?? 'temporary_error') !== 'temporary_error'),
  );
  // A list that answers nonsense has told nothing, though it has answered.
  if (lists === null || !lists.complete) complete.delete('dnsbl');
  const nodes = { source: 'our nodes', at: null };
  const alone = sightings.otherOrganisations === 0 && sightings.ownDays >= policy.steadyDays;
  return {
    evidence,
    ptr: ptr === null || ptr.facts === null ? null : readPtr(nameSigns(ptr.facts, organisation), ptr.at),
    rdap:
      rdap === null || rdap.facts === null
        ? null
        : {
            own: registeredToOwn(rdap.facts, organisation),
            pool: accessPoolText(rdap.facts),
            sharing: sharingNetwork(rdap.facts),
            source: rdap.facts.server,
            at: rdap.at,
          },
    lists,
    intelligence:
      records[0] === undefined
        ? null
        : { ...intelligenceSigns(records.map((record) => record.facts)), at: records[0].at },
    steady: alone ? { code: 'seen_steadily', facts: { days: sightings.ownDays }, ...nodes } : null,
    others:
      sightings.otherOrganisations > 0
        ? { code: 'others_signed_in', facts: {}, ...nodes, staffOnly: true }
        : null,
    strangers: strangers(facts.strangeSenders ?? []),
    complete,
  };
}

/** What a list said that the policy has dropped since does not count. One that is new is asked at the next look. */
function counted(dnsbl: DnsblFacts, { listZones }: Policy): DnsblFacts {
  if (listZones === null) return dnsbl;
  return { ...dnsbl, zones: dnsbl.zones.filter(({ zone }) => listZones.includes(zone)) };
}

/** A misspelt sender or two is any device's. */
const FEW_SENDERS = 2;
const NAMED_SENDERS = 3;

/** Whose mail it is may be somebody else's affair, so it is for staff alone. */
function strangers(domains: readonly string[]): Sign | null {
  if (domains.length <= FEW_SENDERS) return null;
  return {
    code: 'strange_senders',
    facts: { count: domains.length, domains: domains.slice(0, NAMED_SENDERS) },
    source: 'our nodes',
    at: null,
    staffOnly: true,
  };
}

function readPtr(names: ReturnType<typeof nameSigns>, at: Date) {
  const sign = (code: string, found: (typeof names)[number] | undefined): Sign | null =>
    found === undefined
      ? null
      : {
          code,
          facts: { name: found.name, address: found.address, because: because(found.says) },
          source: 'reverse DNS',
          at,
        };
  const egress = namedEgress(names);
  return {
    at,
    own: sign('own_name', names.find(isOwnName)),
    pool: sign('pool_name', names.find(saysPool)),
    static: sign('static_name', names.find(saysStatic)),
    company: sign(
      'company_name',
      names.find(
        (one) => saysStatic(one) && one.says.reasons.some((reason) => /^business/.test(reason.code)),
      ),
    ),
    another: sign('names_another', names.find(namesAnother)),
    hosting: sign(
      'hosting_name',
      names.find((one) => one.says.verdict === 'generic_hosting'),
    ),
    translated: sign('translated_name', names.find(saysTranslated)),
    egress:
      egress === null
        ? null
        : {
            code: 'shared_egress',
            facts: { operator: egress.egress.operator, kind: egress.egress.kind, name: egress.sign.name },
            source: 'reverse DNS',
            at,
          },
  };
}

/** A policy list says: no mail from here but through a smarthost, which is what we are. Static offices are on it too. */
export function policyListing({ lists }: Reading): Sign | null {
  const [listing] = lists?.policy ?? [];
  if (lists === null || listing === undefined) return null;
  const { zone, address, meaning } = listing;
  return {
    code: 'policy_list',
    facts: { list: meaning.toUpperCase(), zone, address },
    source: zone,
    at: lists.at,
  };
}

/** The registry says that the range is the organisation's own. */
export function assigned(rdap: Reading['rdap']): Sign | null {
  if (rdap === null || rdap.own === null) return null;
  return { code: 'assigned_to_you', facts: { holder: rdap.own }, source: rdap.source, at: rdap.at };
}
