import { addDays } from './days.ts';
import { type CodeMeanings, spamhausMeanings } from './dnsbl.ts';
import { type DriftPolicy, defaultDriftPolicy } from './drift-policy.ts';
import { defaultLadder, type LadderPolicy } from './ladder-policy.ts';
import { defaultRetention, type Retention } from './retention.ts';

/** The ways to show that one controls an address. */
export const proofKinds = ['sending', 'sign_in', 'http', 'dns'] as const;
export type ProofKind = (typeof proofKinds)[number];

/** The platform's thresholds as data. A version of it is frozen with every decision. */
export type Policy = {
  version: number;
  /** Days that unpaid or silent subscriptions stay in force after `paid_until`. */
  graceDays: number;
  /** Months until an entry is to be attested again, unless its lease ends earlier. */
  reviewMonths: number;
  /** Days after the review date in which a late renewal is taken. */
  lateRenewalDays: number;
  /** Days until an entry is to be attested again whose owner has left the account. */
  sponsorDays: number;
  /** Days after which the entries of a cancelled account or server end for good. */
  cancelledDays: number;
  /** Days that the holder of an address which was given to somebody else has to answer. */
  takeoverDays: number;
  /** Days without a message after which an entry is flagged, and after which it ends. */
  idleFlagDays: number;
  idleDays: number;
  /** Days over which the first attestations of an imported list are spread. */
  inheritedDays: number;
  /** Days that a proof or an answer is awaited. */
  awaitDays: number;
  /** Days for which a removal for abuse blocks a new request of that account. */
  coolDownDays: number;
  /** Days after which a control proof no longer counts at approval. */
  proofDays: number;
  /** The ways of proving control that are taken. */
  proofKinds: readonly ProofKind[];
  /** Whether a request that meets every requirement with proof is approved without a person. */
  automaticApproval: boolean;
  /** A second person approves what is wider than these prefixes, and overrides. */
  secondPersonWiderThanV4: number;
  secondPersonWiderThanV6: number;
  /** Days between two looks at the evidence of an entry. */
  recheckDays: number;
  /** Days after which what a source said no longer counts. */
  evidenceDays: number;
  /** Days of the last 90 on which one organisation alone signed in from an address that is then taken to be its own. */
  steadyDays: number;
  /** MaxMind's static IP score, 0 to 99.99: at most this is a sign against, at least that is a sign for a static address. */
  dynamicBelowScore: number;
  staticFromScore: number;
  /** People behind one address, as MaxMind estimates them, above which it is hardly one organisation's. */
  mostUsers: number;
  /** DNS lists that are asked, and count. Null: those that the environment names. */
  listZones: readonly string[] | null;
  /** What the answers of DNS lists mean. */
  listCodes: CodeMeanings;
  /** What follows when an address has changed since it was approved. */
  drift: DriftPolicy;
  /** What signals of abuse weigh, and what weight does. */
  abuse: LadderPolicy;
  /** How long what is kept is kept. */
  retention: Retention;
};

export const defaultPolicy: Policy = {
  version: 1,
  graceDays: 14,
  reviewMonths: 12,
  lateRenewalDays: 30,
  sponsorDays: 30,
  cancelledDays: 30,
  takeoverDays: 7,
  idleFlagDays: 90,
  idleDays: 180,
  inheritedDays: 90,
  awaitDays: 14,
  coolDownDays: 90,
  proofDays: 30,
  proofKinds,
  automaticApproval: false,
  secondPersonWiderThanV4: 30,
  secondPersonWiderThanV6: 64,
  recheckDays: 7,
  evidenceDays: 21,
  steadyDays: 20,
  dynamicBelowScore: 2,
  staticFromScore: 20,
  mostUsers: 100,
  listZones: null,
  listCodes: spamhausMeanings,
  drift: defaultDriftPolicy,
  abuse: defaultLadder,
  retention: defaultRetention,
};

export const termsVersion = '2026-11';

/**
 * Whether one person's approval is not enough.
 * @param overrides the failed requirements that the approval names
 * @param circumstances what makes the approval a grave one whatever the evidence says
 */
export function needsSecondPerson(
  policy: Policy,
  network: { family: 4 | 6; prefix: number },
  overrides: readonly string[],
  circumstances: { takeover?: boolean; abuseHistory?: boolean } = {},
): boolean {
  if (circumstances.takeover === true || circumstances.abuseHistory === true) return true;
  const limit = network.family === 4 ? policy.secondPersonWiderThanV4 : policy.secondPersonWiderThanV6;
  return network.prefix < limit || overrides.length > 0;
}

/** Days before which no owner has to have attested what was taken over from an earlier list. */
const INHERITED_NOTICE_DAYS = 30;

/**
 * The date by which an entry of a taken-over list is to be attested: spread over the policy's days, so that they do not
 * all come at once, and none within the first thirty.
 * @param index its place among `count`, from 0
 */
export function inheritedReviewDate(policy: Policy, from: Date, index: number, count: number): Date {
  const notice = Math.min(INHERITED_NOTICE_DAYS, policy.inheritedDays / 2);
  return addDays(from, notice + ((policy.inheritedDays - notice) * (index + 1)) / count);
}

/** The date by which an entry is to be attested again: the earlier of lease end and the policy's months. */
export function reviewDate(policy: Policy, from: Date, leaseEnd: Date | null): Date {
  const due = new Date(from);
  due.setUTCMonth(due.getUTCMonth() + policy.reviewMonths);
  return leaseEnd !== null && leaseEnd < due ? leaseEnd : due;
}
