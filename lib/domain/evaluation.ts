import type { GatheredEvidence } from './evidence.ts';
import type { ProofKind } from './policy.ts';
import type { SubscriptionStatus } from './sanctions.ts';

// What is judged of an entry, on which facts, and what comes of it. `requirements.ts` and `evidence-rules.ts` judge.

/** The rules of the policy, in the order in which pages name them; the words for customers stand in the message catalogue. */
export const requirements = [
  'paid_subscription',
  'valid_network',
  'public_address',
  'static',
  'not_residential',
  'dedicated',
  'not_shared',
  'control',
  'responsibility',
  'no_abuse_history',
  'reputation',
] as const;
export type Requirement = (typeof requirements)[number];
export type Verdict = 'pass' | 'fail' | 'unknown';

export type FactValue = string | number | boolean | null | string[];

export type Evaluation = {
  requirement: Requirement;
  verdict: Verdict;
  /** Stable machine reason; with `requirement` the key of the sentence a customer reads. */
  reason: string;
  /** A certain fail refuses at once; any other is for a person to weigh. */
  certain: boolean;
  /** The decisive values, to be set apart in the sentence. Nothing here may name another organisation. */
  facts: Record<string, FactValue>;
  /** Where the decisive value came from, and when (null: from our own tables, now). */
  source: string;
  at: Date | null;
  /** Rests on what another organisation did: support reads it, customers read `forCustomer`. */
  staffOnly?: boolean;
  /** With `staffOnly`: what it would be if the other organisation did not exist. */
  withoutOthers?: Evaluation;
};

export type EntryFacts = {
  network: { text: string; family: 4 | 6; prefix: number };
  /** The special-purpose block that the network touches, if any. */
  specialPurpose: { name: string; source: string } | null;
  blockedPrefix: { network: string; reason: string } | null;
  subscription: {
    planName: string;
    entitled: boolean;
    widestPrefixV4: number;
    widestPrefixV6: number;
    mostEntries: number;
    status: SubscriptionStatus;
    paidUntil: Date | null;
    /** Since when it is `past_due`. */
    pastDueSince?: Date | null;
  } | null;
  /** Open and live entries of the same server, this one left out. */
  otherEntries: number;
  /** Whether this one is over, and takes no place any more. */
  ended?: boolean;
  /** A live entry of the same account that overlaps. */
  ownOverlap: string | null;
  /** Live entries and open requests of other organisations that overlap: for staff alone. */
  foreignOverlaps: number;
  attestedStatic: boolean;
  attestedDedicated: boolean;
  responsibility: { acceptedAt: Date; termsVersion: string } | null;
  /** Taken over from a list that was kept by hand: what was never asked for is not known, rather than missing. */
  inherited?: boolean;
  proofs: Proof[];
  /** When mail in scope was last taken from an active entry. */
  lastTraffic?: Date | null;
  /** Addresses that a proof must come from; see `provingAddressesNeeded`. */
  usableAddresses: number;
  abuseRemovals: { at: Date; ownAccount: boolean }[];
  /**
   * Whether an earlier entry with these addresses ended on the ladder, suspended by somebody else than its owner, or with an
   * account or a server that staff took out of service: whoever removes it themselves and asks again has not answered what it
   * was taken out of force for. Also where one of what a customer is usually given beside it was removed for abuse.
   */
  endedUnderSuspicion?: boolean;
  /** Whether this request is the owner's answer to such a removal. */
  appeals?: boolean;
  /** Organisations that signed in from the network lately, on our own nodes. */
  sightings: { ownDays: number; otherOrganisations: number };
  /** Sender domains that came from the network lately and are not the account's, taken or refused, most mail first. */
  strangeSenders?: readonly string[];
  /** The account, as it is compared with what registries and names say. Domains: its verified ones, lower case. */
  organisation: { name: string; domains: readonly string[] };
  /** When the lease of the address ends, as the account says. */
  leaseEnd: Date | null;
  /** The known shared egress that the network touches. */
  sharedEgress: { operator: string; kind: string } | null;
  evidence: GatheredEvidence;
};

export type Proof = {
  method: ProofKind;
  address: string;
  seenAt: Date;
  ehlo: string | null;
  tls: string | null;
  withdrawnAt: Date | null;
};
