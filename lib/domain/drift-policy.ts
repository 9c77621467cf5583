export type DriftPolicy = {
  /** Days in which the owners attest anew, or the entry runs out. */
  attestDays: number;
  /** A change counts when it is seen again this many days later; once may be a bad hour of somebody's name servers. */
  confirmDays: number;
  /** Changes (`requirement:reason`) that take an entry out of force until somebody looks, in place of asking. */
  suspendOn: readonly string[];
};

export const defaultDriftPolicy: DriftPolicy = {
  attestDays: 30,
  confirmDays: 1,
  suspendOn: ['not_shared:shared_egress'],
};
