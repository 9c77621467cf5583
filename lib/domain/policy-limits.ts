/** Inside these limits a number of the policy still means something. Fields of a part are written `part.field`. */
export type NumberLimits = { least: number; most: number; fraction?: true };

export const policyNumbers = {
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
  'retention.rawAbuseReports': { least: 1, most: 3650 },
  'retention.abuseReports': { least: 30, most: 3650 },
  'retention.signals': { least: 90, most: 3650 },
  'retention.trafficMinutes': { least: 2, most: 365 },
  'retention.trafficHours': { least: 30, most: 3650 },
  'retention.trafficDays': { least: 90, most: 3650 },
  'retention.rawEvidence': { least: 1, most: 3650 },
  // What counts as first-party evidence are the sightings of 90 days.
  'retention.sightings': { least: 90, most: 3650 },
  'retention.eventAddresses': { least: 1, most: 3650 },
  'retention.mail': { least: 1, most: 3650 },
} as const satisfies Record<string, NumberLimits>;
export type PolicyNumber = keyof typeof policyNumbers;

export function isPolicyNumber(field: string): field is PolicyNumber {
  return Object.hasOwn(policyNumbers, field);
}

/** More lists than these make a request wait for the slowest of many. */
export const MOST_LIST_ZONES = 20;
