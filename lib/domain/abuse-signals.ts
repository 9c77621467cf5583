/** What may be seen of abuse, one kind each. What a kind weighs is policy (`ladder-policy.ts`). */
export const signalKinds = [
  /** A recipient complained, and the message carries our own signature of who sent it. */
  'complaint',
  /** The same, for a message that the reporter calls fraud or a virus. */
  'grave_complaint',
  /** A recipient complained; only the address and the time say who sent it. */
  'complaint_by_address',
  /** A message that a content filter on the node calls spam. */
  'spam',
  /** A message that a content filter calls malware or phishing. */
  'malware',
  /** Many recipients that do not exist. */
  'unknown_recipients',
  /** The next hop refuses much of what comes from there. */
  'next_hop_refusals',
  /** Far more messages than ever. */
  'volume',
  /** A list of spam senders names the address. */
  'listed',
  /** Staff saw something, in three grades. */
  'report_minor',
  'report_serious',
  'report_gravest',
] as const;
export type SignalKind = (typeof signalKinds)[number];

export function isSignalKind(text: string): text is SignalKind {
  return (signalKinds as readonly string[]).includes(text);
}

/** How mail to owners sums the kinds up. */
export const signalWhat = {
  complaint: 'complaint',
  grave_complaint: 'complaint',
  complaint_by_address: 'complaint',
  spam: 'spam',
  malware: 'spam',
  unknown_recipients: 'unknown_recipients',
  next_hop_refusals: 'unknown_recipients',
  volume: 'volume',
  listed: 'listed',
  report_minor: 'report',
  report_serious: 'report',
  report_gravest: 'report',
} as const satisfies Record<SignalKind, string>;
export type SignalWhat = (typeof signalWhat)[SignalKind];

/** The grades that staff chooses from for a report of its own. */
export const reportGrades = {
  minor: 'report_minor',
  serious: 'report_serious',
  gravest: 'report_gravest',
} as const;
export type ReportGrade = keyof typeof reportGrades;

/**
 * What one complaint or one spam message says of a sender with this much traffic: one in a thousand is the same
 * whether it is one of a thousand or a hundred of a hundred thousand. Of a sender with less than a thousand a week, one
 * counts as one.
 * @param weekly messages taken in the seven days before
 */
export function shareOfTraffic(weekly: number): number {
  return 1 / Math.max(1, weekly / 1000);
}
