import { type PolicyNumber, retentionKinds } from '../../lib/domain/policy-limits.ts';
import type { PolicySectionKey } from '../../lib/web/messages/policy.ts';

export type PolicySection = { key: PolicySectionKey; numbers: readonly PolicyNumber[] };

/** The numbers of the policy by what they are about, in the order in which they are read. */
export const policySections: readonly PolicySection[] = [
  { key: 'subscription', numbers: ['graceDays', 'cancelledDays'] },
  { key: 'proof', numbers: ['proofDays', 'awaitDays'] },
  {
    key: 'evidence',
    numbers: [
      'recheckDays',
      'evidenceDays',
      'steadyDays',
      'mostUsers',
      'dynamicBelowScore',
      'staticFromScore',
    ],
  },
  { key: 'drift', numbers: ['drift.attestDays', 'drift.confirmDays'] },
  {
    key: 'review',
    numbers: [
      'reviewMonths',
      'lateRenewalDays',
      'idleFlagDays',
      'idleDays',
      'sponsorDays',
      'takeoverDays',
      'inheritedDays',
    ],
  },
  { key: 'second', numbers: ['secondPersonWiderThanV4', 'secondPersonWiderThanV6'] },
  { key: 'abuse', numbers: ['coolDownDays'] },
  { key: 'retention', numbers: retentionKinds.map((kind) => `retention.${kind}` as const) },
];
