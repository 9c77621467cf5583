import { defaultRetention, type Retention } from './retention.ts';

/** Inside these limits a number of the policy still means something. Fields of a part are written `part.field`. */
export type NumberLimits = { least: number; most: number; fraction?: true };

const ownNumbers = {
  graceDays: { least: 0, most: 90 },
  reviewMonths: { least: 1, most: 36 },
  lateRenewalDays: { least: 0, most: 90 },
  sponsorDays: { least: 1, most: 180 },
  cancelledDays: { least: 0, most: 365 },
  takeoverDays: { least: 1, most: 60 },
  idleFlagDays: { least: 7, most: 730 },
  idleDays: { least: 30, most: 1095 },
  inheritedDays: { least: 1, most: 365 },
  awaitDays: { least: 1, most: 90 },
  coolDownDays: { least: 0, most: 3650 },
  proofDays: { least: 1, most: 365 },
  secondPersonWiderThanV4: { least: 8, most: 32 },
  secondPersonWiderThanV6: { least: 16, most: 128 },
  recheckDays: { least: 1, most: 60 },
  evidenceDays: { least: 1, most: 180 },
  steadyDays: { least: 1, most: 90 },
  dynamicBelowScore: { least: 0, most: 100, fraction: true },
  staticFromScore: { least: 0, most: 100, fraction: true },
  mostUsers: { least: 1, most: 1_000_000 },
  'drift.attestDays': { least: 1, most: 180 },
  'drift.confirmDays': { least: 0, most: 30, fraction: true },
} as const satisfies Record<string, NumberLimits>;

/** For how long something can be kept that has no limits of its own here. */
const KEPT: NumberLimits = { least: 1, most: 3650 };

const kept: Readonly<Partial<Record<keyof Retention, NumberLimits>>> = {
  abuseReports: { least: 30, most: 3650 },
  signals: { least: 90, most: 3650 },
  trafficMinutes: { least: 2, most: 365 },
  trafficHours: { least: 30, most: 3650 },
  trafficDays: { least: 90, most: 3650 },
  // What counts as first-party evidence are the sightings of 90 days.
  sightings: { least: 90, most: 3650 },
  senderSightings: { least: 90, most: 3650 },
};

export const retentionKinds = Object.keys(defaultRetention) as (keyof Retention)[];

export type PolicyNumber = keyof typeof ownNumbers | `retention.${keyof Retention}`;

/** Every number of the policy that an administrator may set. */
export const policyNumbers: Readonly<Record<PolicyNumber, NumberLimits>> = {
  ...ownNumbers,
  ...(Object.fromEntries(retentionKinds.map((kind) => [`retention.${kind}`, kept[kind] ?? KEPT])) as Record<
    `retention.${keyof Retention}`,
    NumberLimits
  >),
};

export function isPolicyNumber(field: string): field is PolicyNumber {
  return Object.hasOwn(policyNumbers, field);
}

/** More lists than these make a request wait for the slowest of many. */
export const MOST_LIST_ZONES = 20;
