import { type SmtpRefusal, smtpRefusals } from '../../../lib/domain/smtp-replies.ts';
import type { SaidRefusal } from './replies.ts';

/**
 * What of one message was refused, in numbers: the log keeps the first few refused recipients in words, whoever counts
 * needs all of them.
 */
export type Tally = {
  /** told to come back later: recipients, or the message */
  deferred: number;
  /** recipients that the next hop says do not exist */
  unknownRecipients: number;
  /** refused for good by the next hop, as a whole or for a recipient, for another reason */
  nextHopRefused: boolean;
  /** refused by us, for now or for good, by rule: recipients, or the message */
  readonly refused: Map<SmtpRefusal, number>;
};

/** One message that has come to its end, whatever end. */
export type MailCount = {
  readonly client: string | null;
  /** the entry that it rested on, null where it rested on none */
  readonly entry: string | null;
  /** the client had signed in: whose address it is does not matter then */
  readonly signedIn: boolean;
  /** domain of the reverse-path, null for the null reverse-path */
  readonly senderDomain: string | null;
  /** the next hop has taken it */
  readonly accepted: boolean;
  /** that were accepted */
  readonly recipients: number;
  /** as they came over the wire, without the closing dot line */
  readonly octets: number;
  /** null: nothing was refused */
  readonly tally: Tally | null;
};

/** RFC 3463: bad destination mailbox, bad destination domain, mailbox has moved; RFC 7505: a domain that takes no mail. */
const nobodyThere: ReadonlySet<string> = new Set(['5.1.1', '5.1.2', '5.1.6', '5.1.10']);

/**
 * RFC 3463 and RFC 6531: it cannot carry such a message, or such an address. That is how the platform's own mail systems
 * are set up, and says nothing of the sender.
 */
const cannotCarry: ReadonlySet<string> = new Set(['5.6.3', '5.6.7']);

export type Tallied = { tally: Tally | null };

/** Counts one refusal of the message, or of one of its recipients. */
export function tallyRefusal(of: Tallied, said: Pick<SaidRefusal, 'rule' | 'code' | 'enhanced'>): undefined {
  of.tally ??= { deferred: 0, unknownRecipients: 0, nextHopRefused: false, refused: new Map() };
  const { tally } = of;
  if (said.code < 500) tally.deferred += 1;
  if (said.rule === 'next_hop_refused') {
    if (said.code < 500 || cannotCarry.has(said.enhanced)) return;
    if (nobodyThere.has(said.enhanced)) tally.unknownRecipients += 1;
    else tally.nextHopRefused = true;
  } else tally.refused.set(said.rule, (tally.refused.get(said.rule) ?? 0) + 1);
}

/** The same where nothing is said that belongs to the message: the connection as a whole is refused. */
export function tallyRule(of: Tallied, rule: SmtpRefusal): undefined {
  const { code, enhanced } = smtpRefusals[rule];
  tallyRefusal(of, { rule, code, enhanced });
}
