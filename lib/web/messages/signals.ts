import type { SignalKind } from '../../domain/abuse-signals.ts';
import type { MailSignal } from '../../domain/mail-values.ts';

// What was seen of abuse, in the words of pages. The words of mail stand with the mail.

const counted = (count: number, one: string, many: string) =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;

/** Summed up by what it was. */
export const signalWords = {
  complaint: (count) => counted(count, 'complaint', 'complaints'),
  spam: (count) => counted(count, 'message that is spam', 'messages that are spam'),
  unknown_recipients: (count) =>
    counted(count, 'recipient that does not exist', 'recipients that do not exist'),
  volume: (count) => `${count.toLocaleString('en')} messages in an hour`,
  listed: (count) => counted(count, 'listing', 'listings'),
  report: (count) => counted(count, 'report to support', 'reports to support'),
} satisfies Record<MailSignal['what'], (count: number) => string>;

/** One signal, by its kind. */
export const signalKindWords = {
  complaint: 'Complaint, signed by us',
  grave_complaint: 'Complaint of fraud or a virus',
  complaint_by_address: 'Complaint, by address alone',
  spam: 'Spam',
  malware: 'Malware or phishing',
  unknown_recipients: 'Unknown recipients',
  next_hop_refusals: 'Refused by the next hop',
  volume: 'Far more than usual',
  listed: 'On a list of spam senders',
  report_minor: 'Report of staff, minor',
  report_serious: 'Report of staff, serious',
  report_gravest: 'Report of staff, gravest',
} satisfies Record<SignalKind, string>;
