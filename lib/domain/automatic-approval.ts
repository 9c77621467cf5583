import {
  type EntryFacts,
  type Evaluation,
  type Proof,
  type Requirement,
  requirements,
} from './evaluation.ts';
import type { Policy } from './policy.ts';

/** Why a request is left to a person. */
export type AutomaticBlock =
  | 'switched_off'
  | 'too_wide'
  | 'takeover'
  | 'abuse_history'
  | 'other_claim'
  | 'person_involved'
  | 'rests_on_likeness'
  | 'rests_on_sample'
  | 'evidence_incomplete'
  | 'proof_settling'
  | `not_met:${Requirement}`;

/** Never wider than this without a person, whatever the policy says of a second one. */
const WIDEST = { 4: 30, 6: 64 } as const;

/**
 * A proof by sending counts from its RCPT on, and is taken back should the header of the message say that it is
 * automatic or list mail. Longer than a message of a device takes until then.
 */
export const PROOF_SETTLES_MS = 10 * 60_000;

export type AutomaticCase = {
  facts: EntryFacts;
  evaluations: readonly Evaluation[];
  policy: Policy;
  /** The request would take what another organisation has in force, or has had until lately. */
  takeover: boolean;
  /** Somebody of support has asked, approved or written already: what a person has begun, a person ends. */
  personInvolved: boolean;
  now: Date;
};

/**
 * Whether a request may be approved without a person: only where the policy wants it, every requirement is met, control
 * is proven, and everybody who was asked has answered. What is unknown never approves (I8).
 * @returns null where it may; else the first thing that keeps it from that
 */
export function automaticBlock(one: AutomaticCase): AutomaticBlock | null {
  const { facts, evaluations, policy } = one;
  if (!policy.automaticApproval) return 'switched_off';
  const { family, prefix } = facts.network;
  const second = family === 4 ? policy.secondPersonWiderThanV4 : policy.secondPersonWiderThanV6;
  if (prefix < Math.max(WIDEST[family], second)) return 'too_wide';
  if (one.takeover) return 'takeover';
  const suspected = facts.abuseRemovals.length > 0 || facts.endedUnderSuspicion === true;
  if (suspected || facts.appeals === true) return 'abuse_history';
  if (facts.foreignOverlaps > 0 || facts.sightings.otherOrganisations > 0) return 'other_claim';
  if (one.personInvolved) return 'person_involved';
  const verdicts = new Map(evaluations.map((evaluation) => [evaluation.requirement, evaluation.verdict]));
  const notMet = requirements.find((requirement) => verdicts.get(requirement) !== 'pass');
  if (notMet !== undefined) return `not_met:${notMet}`;
  // Two names that are alike are for a person to compare: anybody can call an account like a provider.
  if (evaluations.some(restsOnLikeness)) return 'rests_on_likeness';
  // A host of a hoster has a name of its own in a /64 of many customers.
  if (isSampled(facts) && evaluations.some(restsOnName)) return 'rests_on_sample';
  const { progress } = facts.evidence;
  const isComplete = progress.every((run) => run.finishedAt !== null && run.outcome !== 'temporary_error');
  if (progress.length === 0 || !isComplete) return 'evidence_incomplete';
  return facts.proofs.some((proof) => isSettling(proof, one.now)) ? 'proof_settling' : null;
}

function isSettling({ method, seenAt, withdrawnAt }: Proof, now: Date): boolean {
  return method === 'sending' && withdrawnAt === null && seenAt.getTime() + PROOF_SETTLES_MS > now.getTime();
}

/** Not each address was asked for its name. */
function isSampled({ evidence }: EntryFacts): boolean {
  return (evidence.ptr?.facts?.sampledFrom ?? null) !== null;
}

function restsOnName({ requirement, reason }: Evaluation): boolean {
  return requirement === 'dedicated' && reason === 'own_name';
}

/** Without the likeness, `not_shared` would be met all the same where it is met. */
function restsOnLikeness({ requirement, reason }: Evaluation): boolean {
  return reason === 'assigned_to_you' && requirement !== 'not_shared';
}
