/**
 * What nodes count and tell, as it travels in a row of their inbox. A node counts in memory, entry by entry and minute by
 * minute, and hands a batch over now and then; a batch that could not be written is written later, as it was.
 */

/** Payload of a report of kind `counters`. The report's id names the batch: the same one twice counts once. */
export type CountersPayload = {
  /** Each entry and minute at most once in a batch; at most `MOST_COUNTERS` of them. */
  counters: CounterRow[];
};

/** What a node saw of one entry within one minute. All numbers are whole and not negative; those left out are 0. */
export type CounterRow = {
  entry_id: string;
  /** Beginning of the minute, ISO 8601 in UTC. */
  minute: string;
  /** Messages that the next hop took. */
  accepted?: number;
  /** Recipients of those messages. */
  recipients?: number;
  /** Octets of those messages, as they came. */
  bytes?: number;
  /** Messages or recipients that were told to come back later, for whatever reason. */
  deferred?: number;
  /** Recipients that the next hop said do not exist (5.1.1 and its like). */
  unknown_recipients?: number;
  /** Messages that the next hop refused for good, for another reason. */
  next_hop_refused?: number;
  /**
   * What the node itself refused, for now (those are in `deferred` too) or for good, by the code of the rule
   * (`refusal-codes.ts`): recipients, or messages as a whole.
   */
  refused?: Record<string, number>;
};

export const MOST_COUNTERS = 5000;

/** Payload of a report of kind `senders`. The report's id names the batch: the same one twice counts once. */
export type SendersPayload = {
  /** At most `MOST_COUNTERS` of them. */
  senders: SenderRow[];
};

/** Mail of one sender domain that came from one address on one day. */
export type SenderRow = {
  address: string;
  /** Of the reverse-path, lower case, A-labels. */
  domain: string;
  /** `YYYY-MM-DD` in UTC. */
  day: string;
  /** Messages that the next hop took. */
  taken: number;
  /** Messages of which something was refused, and that were not taken. */
  refused: number;
};

/** `spam` for GTUBE and what the filter would reject; `malware` for viruses and phishing. */
export type SpamVerdict = 'spam' | 'malware';

/** Payload of a report of kind `spam_seen`: a content filter on the node has judged a message. */
export type SpamSeenPayload = {
  entry_id: string;
  /** Of the mail transaction, as in `Received:`. One message is told once. */
  transaction: string;
  at: string;
  verdict: SpamVerdict;
  /** Who said so: `gtube`, `rspamd`. */
  filter: string;
  score?: number | null;
  /** Names of the filter's rules that decided. */
  symbols?: readonly string[];
  /** What the node has done about the entry by itself, until the ladder has judged it. */
  braked?: 'throttled' | 'held' | null;
  /** What the owner is shown of it, in redacted form. Addresses without brackets; `subject` decoded. */
  sample?: { sender: string; recipient: string; subject: string } | null;
};

/** What was counted over some time. */
export type Traffic = {
  accepted: number;
  recipients: number;
  bytes: number;
  deferred: number;
  unknownRecipients: number;
  nextHopRefused: number;
  refused: Record<string, number>;
};
