/**
 * How long what is kept is kept, in days, kind by kind: policy, enforced by a job. What decisions rest on (entries,
 * events, decisions) stays; what names people or was only needed for a while goes.
 */
export type Retention = {
  /** Raw text of abuse reports: it holds the mail of strangers. What was read from it stays for `abuseReports`. */
  rawAbuseReports: number;
  abuseReports: number;
  /** Signals that have long faded. Their events stay. */
  signals: number;
  trafficMinutes: number;
  trafficHours: number;
  trafficDays: number;
  /** Raw answers of registries and lists about an address. What was read from them stays. */
  rawEvidence: number;
  /** Who signed in from where on our nodes, by the day. */
  sightings: number;
  /** Which sender domains came from which address, by the day. */
  senderSightings: number;
  /** From which address somebody did something, in the erasable part of events. */
  eventAddresses: number;
  /** Names and texts in notification mail that was sent. */
  mail: number;
};

export const defaultRetention: Retention = {
  rawAbuseReports: 90,
  abuseReports: 730,
  signals: 400,
  trafficMinutes: 14,
  trafficHours: 400,
  trafficDays: 1100,
  rawEvidence: 180,
  sightings: 180,
  senderSightings: 180,
  eventAddresses: 400,
  mail: 30,
};
