import type { EntryFacts, Evaluation, FactValue } from './evaluation.ts';
import { assigned, policyListing, type Reading, read, type Sign } from './evidence-reading.ts';
import { certainFail, signs, unknown, weigh } from './evidence-weighing.ts';
import type { Policy } from './policy.ts';

// The requirements that evidence speaks to: which signs speak for each, which against, and what outweighs the rest.

/** Evaluates the five requirements that rest on evidence, in the policy's order. */
export function evidenceEvaluations(
  facts: EntryFacts,
  policy: Policy,
  now: Date,
): Record<'static' | 'not_residential' | 'dedicated' | 'not_shared' | 'reputation', Evaluation> {
  const reading = read(facts, policy, now);
  return {
    static: facts.attestedStatic ? isStatic(facts, reading, policy, now) : notAttested('static'),
    not_residential: notResidential(reading),
    dedicated: facts.attestedDedicated ? dedicated(reading, policy) : notAttested('dedicated'),
    not_shared: notShared(facts, reading),
    reputation: reputation(reading),
  };
}

function isStatic(facts: EntryFacts, reading: Reading, policy: Policy, now: Date): Evaluation {
  const { ptr, rdap, intelligence, steady, others } = reading;
  const own = ptr?.own ?? null;
  const pool = ptr?.pool ?? null;
  const score = intelligence?.staticIpScore ?? null;
  const scored = (code: string): Sign => ({
    code,
    facts: { score },
    source: 'MaxMind',
    at: intelligence?.at ?? null,
  });
  const leaseEnded: Sign | null =
    facts.leaseEnd !== null && facts.leaseEnd <= now
      ? { code: 'lease_ended', facts: { until: facts.leaseEnd.toISOString() }, source: 'account', at: null }
      : null;
  return weigh(reading, {
    requirement: 'static',
    sources: ['ptr', 'dnsbl', 'rdap', 'ip_insights'],
    against: signs(
      others,
      leaseEnded,
      pool,
      policyListing(reading),
      score !== null && score <= policy.dynamicBelowScore ? scored('low_static_score') : null,
    ),
    speaksFor: signs(
      own,
      ptr?.static ?? null,
      assigned(rdap),
      score !== null && score >= policy.staticFromScore ? scored('high_static_score') : null,
    ),
    decisive: others !== null || leaseEnded !== null ? null : (steady ?? (pool === null ? own : null)),
    otherwise: null,
  });
}

function notResidential(reading: Reading): Evaluation {
  const { ptr, rdap, lists, intelligence, complete } = reading;
  const used = (code: string, type: string): Sign => ({
    code,
    facts: { type },
    source: 'MaxMind',
    at: intelligence?.at ?? null,
  });
  const pool = ptr?.pool ?? null;
  const everybody =
    complete.has('ptr') && complete.has('rdap') && lists !== null && lists.policyZones.length > 0;
  return weigh(reading, {
    requirement: 'not_residential',
    sources: ['ptr', 'dnsbl', 'rdap', 'ip_database', 'ip_insights'],
    against: signs(
      policyListing(reading),
      rdap?.pool == null
        ? null
        : { code: 'access_network', facts: { text: rdap.pool }, source: rdap.source, at: rdap.at },
      intelligence?.home == null ? null : used('home_users', intelligence.home),
    ),
    speaksFor: signs(
      ptr?.own ?? null,
      ptr?.company ?? null,
      assigned(rdap),
      intelligence?.company == null ? null : used('company_users', intelligence.company),
    ),
    decisive: null,
    // A pool's name is a dynamic one first of all; a company's line may have it too, so it only keeps us from passing.
    doubt: pool,
    otherwise: everybody ? { code: 'no_sign', facts: {}, source: 'reverse DNS', at: ptr?.at ?? null } : null,
  });
}

function dedicated(reading: Reading, policy: Policy): Evaluation {
  const { ptr, rdap, intelligence, steady, others, strangers } = reading;
  const users = intelligence?.userCount ?? null;
  const own = ptr?.own ?? null;
  const another = ptr?.another ?? null;
  return weigh(reading, {
    requirement: 'dedicated',
    sources: ['ptr', 'rdap', 'ip_database', 'ip_insights'],
    against: signs(
      others,
      strangers,
      another,
      users !== null && users > policy.mostUsers
        ? { code: 'many_users', facts: { users }, source: 'MaxMind', at: intelligence?.at ?? null }
        : null,
      ptr?.hosting ?? null,
      intelligence?.hosting == null
        ? null
        : {
            code: 'hosting_range',
            facts: { type: intelligence.hosting },
            source: 'MaxMind',
            at: intelligence.at,
          },
    ),
    speaksFor: signs(own, assigned(rdap)),
    decisive: others === null && strangers === null ? (steady ?? (another === null ? own : null)) : null,
    otherwise: null,
  });
}

function notShared(facts: EntryFacts, reading: Reading): Evaluation {
  const { ptr, rdap, intelligence, steady, others, complete } = reading;
  const known = facts.sharedEgress;
  if (known !== null) {
    return certainFail('not_shared', {
      code: 'shared_egress',
      facts: { operator: known.operator, kind: known.kind },
      source: 'known shared addresses',
      at: null,
    });
  }
  if (ptr?.egress != null) return certainFail('not_shared', ptr.egress);
  const answered = complete.has('ptr') && complete.has('rdap');
  return weigh(reading, {
    requirement: 'not_shared',
    sources: ['ptr', 'rdap', 'ip_database', 'ip_insights'],
    against: signs(
      others,
      ptr?.translated ?? null,
      rdap?.sharing == null
        ? null
        : { code: 'sharing_network', facts: { ...rdap.sharing }, source: rdap.source, at: rdap.at },
      intelligence?.sharing == null
        ? null
        : {
            code: 'anonymiser',
            facts: { kind: intelligence.sharing },
            source: 'MaxMind',
            at: intelligence.at,
          },
    ),
    // Not decisive: one customer of ours at a large gateway is alone on our nodes too.
    speaksFor: signs(steady, assigned(rdap)),
    decisive: null,
    otherwise: answered
      ? { code: 'not_known_shared', facts: {}, source: 'reverse DNS', at: ptr?.at ?? null }
      : null,
  });
}

/** Only what a list that works has said counts, for and against: RFC 5782 section 5. */
function reputation(reading: Reading): Evaluation {
  const { lists, evidence } = reading;
  const [listed] = lists?.reputation ?? [];
  const [unclear] = lists?.unclear ?? [];
  const [zone] = lists?.reputationZones ?? [];
  const sign = (code: string, source: string, facts: Record<string, FactValue>): Sign => ({
    code,
    facts,
    source,
    at: lists?.at ?? null,
  });
  if (lists !== null && listed !== undefined) {
    const { meaning, address, text } = listed;
    const addresses = new Set(lists.reputation.map((one) => one.address)).size;
    const facts = { list: meaning.toUpperCase(), zone: listed.zone, address, addresses, text };
    return certainFail('reputation', sign('listed', listed.zone, facts));
  }
  if (evidence.progress.length > 0 && !evidence.progress.some((run) => run.source === 'dnsbl')) {
    return unknown('reputation', { code: 'not_configured', facts: {}, source: '', at: null });
  }
  return weigh(reading, {
    requirement: 'reputation',
    sources: ['dnsbl'],
    against: [],
    speaksFor: [],
    decisive: null,
    doubt:
      unclear === undefined
        ? null
        : sign('listed_unclear', unclear.zone, {
            zone: unclear.zone,
            address: unclear.address,
            text: unclear.text,
          }),
    otherwise:
      lists === null || zone === undefined
        ? null
        : sign('not_listed', zone, { zones: lists.reputationZones }),
  });
}

/** What the requester declares is necessary, never sufficient. */
function notAttested(requirement: 'static' | 'dedicated'): Evaluation {
  return certainFail(requirement, { code: 'not_attested', facts: {}, source: 'account', at: null });
}
