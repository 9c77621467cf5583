import { addDays } from './days.ts';
import type { EntryFacts, Evaluation, FactValue, Requirement } from './evaluation.ts';
import { evidenceEvaluations } from './evidence-rules.ts';
import type { Policy } from './policy.ts';
import { termsVersion } from './policy.ts';

// The rules of the policy, one function each.

const ours = { source: 'account', at: null } as const;

/** Every requirement, in the order of the list. `now` decides what is past; the policy gives the limits. */
export function evaluateRequirements(facts: EntryFacts, policy: Policy, now: Date): Evaluation[] {
  const evaluations = evaluateAll(facts, policy, now);
  if (evaluations.every((evaluation) => evaluation.staffOnly !== true)) return evaluations;
  const alone = evaluateAll(withoutOthers(facts), policy, now);
  return evaluations.map((evaluation, index) => {
    const instead = alone[index];
    return evaluation.staffOnly === true && instead !== undefined
      ? { ...evaluation, withoutOthers: instead }
      : evaluation;
  });
}

function evaluateAll(facts: EntryFacts, policy: Policy, now: Date): Evaluation[] {
  const evident = evidenceEvaluations(facts, policy, now);
  return [
    paidSubscription(facts, policy, now),
    validNetwork(facts),
    publicAddress(facts),
    evident.static,
    evident.not_residential,
    evident.dedicated,
    evident.not_shared.certain
      ? evident.not_shared
      : (notOverlapping(facts, policy, now) ?? evident.not_shared),
    control(facts, policy, now),
    responsibility(facts),
    noAbuseHistory(facts, policy, now),
    evident.reputation,
  ];
}

/** The facts as they would be if no other organisation existed. */
function withoutOthers(facts: EntryFacts): EntryFacts {
  return {
    ...facts,
    foreignOverlaps: 0,
    endedUnderSuspicion: false,
    abuseRemovals: facts.abuseRemovals.filter((removal) => removal.ownAccount),
    sightings: { ...facts.sightings, otherOrganisations: 0 },
    strangeSenders: [],
  };
}

/**
 * What the account itself may read: exactly what it would read if no other organisation existed. A sentence of its own
 * for such cases ("support looks at it") would already tell that there is another.
 */
export function forCustomer(evaluation: Evaluation): Evaluation {
  if (evaluation.staffOnly !== true) return evaluation;
  return evaluation.withoutOthers ?? unknown(evaluation.requirement, 'support_looks');
}

/** The first certain fail: what refuses a request at once. Control is asked for at approval, not at request. */
export function certainFailure(evaluations: readonly Evaluation[]): Evaluation | null {
  return (
    evaluations.find(
      (evaluation) =>
        evaluation.verdict === 'fail' &&
        evaluation.certain &&
        evaluation.requirement !== 'control' &&
        evaluation.reason !== 'needs_owner',
    ) ?? null
  );
}

/** Requirements whose certain fail no reviewer may override: what they say is a fact of ours, not a judgement. */
const notOverridable: readonly Requirement[] = [
  'paid_subscription',
  'valid_network',
  'public_address',
  'responsibility',
];

export type ApprovalBlock = { evaluation: Evaluation; overridable: boolean };

/** The failed requirements that an approval naming `overrides` would still pass over, in the list's order. */
export function approvalBlocks(
  evaluations: readonly Evaluation[],
  overrides: readonly string[],
): ApprovalBlock[] {
  return evaluations
    .filter((evaluation) => evaluation.verdict === 'fail')
    .map((evaluation) => ({ evaluation, overridable: !notOverridable.includes(evaluation.requirement) }))
    .filter((block) => !block.overridable || !overrides.includes(block.evaluation.requirement));
}

/** Of all requirements the one that can be said of a server before anybody asks for an address. */
export function paidSubscription(
  facts: Pick<EntryFacts, 'subscription' | 'otherEntries' | 'ended'>,
  policy: Pick<Policy, 'graceDays'>,
  now: Date,
): Evaluation {
  const subscription = facts.subscription;
  const fail = (reason: string, values: Record<string, FactValue> = {}): Evaluation => ({
    requirement: 'paid_subscription',
    verdict: 'fail',
    reason,
    certain: true,
    facts: values,
    ...ours,
  });
  if (subscription === null) return fail('nothing_paid');
  if (!subscription.entitled) return fail('plan_not_entitled', { plan: subscription.planName });
  if (subscription.status === 'lapsed' || subscription.status === 'cancelled') return fail('nothing_paid');
  // As the nodes' view has it: where nobody says until when it is paid, the grace begins with being past due.
  const { status, paidUntil, pastDueSince = null } = subscription;
  const graceFrom = paidUntil ?? (status === 'past_due' ? pastDueSince : null);
  if (graceFrom !== null && addDays(graceFrom, policy.graceDays) <= now) return fail('nothing_paid');
  if (facts.otherEntries >= subscription.mostEntries) {
    return fail('too_many_entries', { plan: subscription.planName, most: subscription.mostEntries });
  }
  return pass('paid_subscription', 'plan_entitled', {
    plan: subscription.planName,
    used: facts.otherEntries + (facts.ended ? 0 : 1),
    most: subscription.mostEntries,
  });
}

function validNetwork(facts: EntryFacts): Evaluation {
  const { network, subscription } = facts;
  const fail = (reason: string, values: Record<string, FactValue>): Evaluation => ({
    requirement: 'valid_network',
    verdict: 'fail',
    reason,
    certain: true,
    facts: values,
    ...ours,
  });
  if (subscription !== null) {
    const widest = network.family === 4 ? subscription.widestPrefixV4 : subscription.widestPrefixV6;
    if (network.prefix < widest) return fail('too_wide', { network: network.text, widest });
  }
  if (facts.ownOverlap !== null)
    return fail('own_overlap', { network: network.text, overlaps: facts.ownOverlap });
  return pass('valid_network', 'canonical', { network: network.text });
}

function publicAddress(facts: EntryFacts): Evaluation {
  if (facts.specialPurpose !== null) {
    return {
      requirement: 'public_address',
      verdict: 'fail',
      reason: 'special_purpose',
      certain: true,
      facts: { block: facts.specialPurpose.name, document: facts.specialPurpose.source },
      source: 'IANA registries',
      at: null,
    };
  }
  if (facts.blockedPrefix !== null) {
    return {
      requirement: 'public_address',
      verdict: 'fail',
      reason: 'blocked_prefix',
      certain: true,
      facts: { reason: facts.blockedPrefix.reason },
      ...ours,
    };
  }
  return { ...pass('public_address', 'global', {}), source: 'IANA registries' };
}

/**
 * A takeover or a mistake, for staff to see. Evaluated only once control is proven, so that asking does not probe for
 * others; what is certain or rests on more goes before it.
 */
function notOverlapping(facts: EntryFacts, policy: Policy, now: Date): Evaluation | null {
  if (facts.foreignOverlaps === 0 || facts.sightings.otherOrganisations > 0) return null;
  if (control(facts, policy, now).verdict !== 'pass') return null;
  return { ...unknown('not_shared', 'overlaps_other'), staffOnly: true, source: 'whitelist' };
}

function control(facts: EntryFacts, policy: Policy, now: Date): Evaluation {
  const standing = facts.proofs.filter((proof) => proof.withdrawnAt === null);
  const valid = standing.filter((proof) => policy.proofKinds.includes(proof.method));
  const fresh = valid.filter((proof) => addDays(proof.seenAt, policy.proofDays) > now);
  const needed = provingAddressesNeeded(facts.network, facts.usableAddresses);
  const seen = new Set(fresh.map((proof) => proof.address)).size;
  const last = fresh.at(-1);
  if (seen >= needed && last !== undefined) {
    return {
      requirement: 'control',
      verdict: 'pass',
      reason: `proven_by_${last.method}`,
      certain: false,
      facts: { address: last.address, ehlo: last.ehlo, tls: last.tls },
      source: 'our nodes',
      at: last.seenAt,
    };
  }
  // Never a first proof: it keeps fresh what was proven once.
  const { lastTraffic = null } = facts;
  const proven = new Set(valid.map((proof) => proof.address)).size >= needed;
  if (proven && lastTraffic !== null && addDays(lastTraffic, policy.proofDays) > now) {
    return {
      requirement: 'control',
      verdict: 'pass',
      reason: 'proven_by_traffic',
      certain: false,
      facts: {},
      source: 'our nodes',
      at: lastTraffic,
    };
  }
  if (seen > 0) {
    return {
      requirement: 'control',
      verdict: 'fail',
      reason: 'more_addresses_needed',
      certain: true,
      facts: { seen, needed },
      source: 'our nodes',
      at: last?.seenAt ?? null,
    };
  }
  if (valid.length > 0) {
    return {
      requirement: 'control',
      verdict: 'fail',
      reason: 'proof_too_old',
      certain: false,
      facts: { days: policy.proofDays },
      source: 'our nodes',
      at: valid.at(-1)?.seenAt ?? null,
    };
  }
  if (facts.inherited === true && facts.proofs.length === 0) return unknown('control', 'inherited');
  return {
    requirement: 'control',
    verdict: 'fail',
    reason:
      standing.length > 0 ? 'proof_not_taken' : facts.proofs.length > 0 ? 'proof_withdrawn' : 'not_proven',
    certain: true,
    facts: {},
    source: 'our nodes',
    at: null,
  };
}

/**
 * How many different addresses must prove: a single address and both of a /31 or /127 each; a /64 by any one in it
 * (hosts number themselves there); anything else by two usable ones.
 */
export function provingAddressesNeeded(
  network: { family: 4 | 6; prefix: number },
  usableAddresses: number,
): number {
  if (network.family === 6 && network.prefix === 64) return 1;
  return Math.min(2, usableAddresses);
}

function responsibility(facts: EntryFacts): Evaluation {
  if (facts.responsibility === null) {
    if (facts.inherited === true) return unknown('responsibility', 'inherited');
    return { ...pass('responsibility', 'needs_owner', {}), verdict: 'fail', certain: true };
  }
  if (facts.responsibility.termsVersion !== termsVersion) {
    return {
      ...pass('responsibility', 'older_terms', { version: facts.responsibility.termsVersion }),
      verdict: 'unknown',
      at: facts.responsibility.acceptedAt,
    };
  }
  return {
    ...pass('responsibility', 'accepted', { version: facts.responsibility.termsVersion }),
    at: facts.responsibility.acceptedAt,
  };
}

function noAbuseHistory(facts: EntryFacts, policy: Policy, now: Date): Evaluation {
  const own = facts.abuseRemovals.filter((removal) => removal.ownAccount);
  const blocking = own.find((removal) => addDays(removal.at, policy.coolDownDays) > now);
  // An appeal does not wait, and is no pass either: a person weighs what was seen against what the owner says.
  if (facts.appeals === true) {
    return { ...unknown('no_abuse_history', 'appealed'), source: 'whitelist history' };
  }
  if (blocking !== undefined) {
    return {
      requirement: 'no_abuse_history',
      verdict: 'fail',
      reason: 'cool_down',
      certain: true,
      facts: { until: addDays(blocking.at, policy.coolDownDays).toISOString() },
      ...ours,
    };
  }
  if (facts.abuseRemovals.length > 0) {
    return {
      ...pass('no_abuse_history', 'removed_before', { ofAccount: own.length > 0 }),
      verdict: 'fail',
      source: 'whitelist history',
      staffOnly: own.length === 0,
    };
  }
  // It may have been anybody's: the account reads what it would without them.
  if (facts.endedUnderSuspicion === true) {
    const suspected = unknown('no_abuse_history', 'ended_under_suspicion');
    return { ...suspected, source: 'whitelist history', staffOnly: true };
  }
  return { ...pass('no_abuse_history', 'clean', {}), source: 'whitelist history' };
}

function pass(requirement: Requirement, reason: string, facts: Record<string, FactValue>): Evaluation {
  return { requirement, verdict: 'pass', reason, certain: false, facts, ...ours };
}

function unknown(requirement: Requirement, reason: string): Evaluation {
  return { requirement, verdict: 'unknown', reason, certain: false, facts: {}, ...ours };
}
