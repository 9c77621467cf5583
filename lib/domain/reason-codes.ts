import type { Requirement, Verdict } from './evaluation.ts';
import type { NetworkRefusal } from './network.ts';

/** Codes that every requirement with evidence may answer with while it is not known. */
const notKnown = {
  not_checked: 'unknown',
  asking: 'unknown',
  lookup_failed: 'unknown',
  not_conclusive: 'unknown',
  signs_disagree: 'unknown',
} as const;

const networkRefusals = {
  empty: 'fail',
  surrounding_space: 'fail',
  not_an_address: 'fail',
  leading_zero: 'fail',
  zone: 'fail',
  bad_prefix: 'fail',
  host_bits_set: 'fail',
  ipv4_mapped: 'fail',
} as const satisfies Record<NetworkRefusal, Verdict>;

/**
 * Every reason that a requirement can have, and the verdict that it comes with. The codes are stable: pages, API
 * clients and stored decisions know them; each has its sentence in the message catalogue.
 */
export const reasonCodes = {
  paid_subscription: {
    plan_entitled: 'pass',
    plan_not_entitled: 'fail',
    nothing_paid: 'fail',
    account_cancelled: 'fail',
    server_cancelled: 'fail',
    too_many_entries: 'fail',
  },
  valid_network: { canonical: 'pass', too_wide: 'fail', own_overlap: 'fail', ...networkRefusals },
  public_address: { global: 'pass', special_purpose: 'fail', blocked_prefix: 'fail' },
  static: {
    ...notKnown,
    not_attested: 'fail',
    others_signed_in: 'fail',
    lease_ended: 'fail',
    pool_name: 'fail',
    policy_list: 'fail',
    low_static_score: 'fail',
    seen_steadily: 'pass',
    own_name: 'pass',
    static_name: 'pass',
    assigned_to_you: 'pass',
    high_static_score: 'pass',
  },
  not_residential: {
    ...notKnown,
    policy_list: 'fail',
    access_network: 'fail',
    home_users: 'fail',
    pool_name: 'unknown',
    own_name: 'pass',
    company_name: 'pass',
    assigned_to_you: 'pass',
    company_users: 'pass',
    no_sign: 'pass',
  },
  dedicated: {
    ...notKnown,
    not_attested: 'fail',
    others_signed_in: 'fail',
    strange_senders: 'fail',
    names_another: 'fail',
    many_users: 'fail',
    hosting_name: 'fail',
    hosting_range: 'fail',
    seen_steadily: 'pass',
    own_name: 'pass',
    assigned_to_you: 'pass',
  },
  not_shared: {
    ...notKnown,
    shared_egress: 'fail',
    others_signed_in: 'fail',
    translated_name: 'fail',
    anonymiser: 'fail',
    sharing_network: 'fail',
    overlaps_other: 'unknown',
    support_looks: 'unknown',
    seen_steadily: 'pass',
    assigned_to_you: 'pass',
    not_known_shared: 'pass',
  },
  control: {
    proven_by_sending: 'pass',
    proven_by_sign_in: 'pass',
    proven_by_http: 'pass',
    proven_by_dns: 'pass',
    proven_by_traffic: 'pass',
    not_proven: 'fail',
    more_addresses_needed: 'fail',
    proof_too_old: 'fail',
    proof_withdrawn: 'fail',
    proof_not_taken: 'fail',
    inherited: 'unknown',
  },
  responsibility: {
    accepted: 'pass',
    older_terms: 'unknown',
    inherited: 'unknown',
    needs_owner: 'fail',
    not_accepted: 'fail',
  },
  no_abuse_history: {
    clean: 'pass',
    cool_down: 'fail',
    removed_before: 'fail',
    appealed: 'unknown',
    ended_under_suspicion: 'unknown',
    support_looks: 'unknown',
  },
  reputation: {
    not_checked: 'unknown',
    asking: 'unknown',
    lookup_failed: 'unknown',
    not_configured: 'unknown',
    not_conclusive: 'unknown',
    listed_unclear: 'unknown',
    listed: 'fail',
    not_listed: 'pass',
  },
} as const satisfies Record<Requirement, Readonly<Record<string, Verdict>>>;
