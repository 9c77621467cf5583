import type { RelayScope } from '../../../lib/domain/smtp-decision.ts';
import type { Mailbox } from '../../../lib/domain/smtp-path.ts';
import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { breakPromises, type ReplySlot, type SaidRefusal } from './replies.ts';
import { dotLineOctets } from './scan-body.ts';
import type { Session } from './session.ts';
import { type Tally, tallyRefusal } from './tally.ts';
import type { EntryTerms, HandOver, RefusedRecipient, TransactionRecord } from './types.ts';

/**
 * What a message is allowed on: the client's address or its sign-in. Fixed with the first recipient, and judged again at
 * DATA and with the header section.
 */
export type Basis = {
  readonly by: 'ip' | 'login';
  readonly serverSlug: string;
  readonly terms: EntryTerms | null;
  readonly scope: RelayScope;
  /** the message is taken and thrown away */
  readonly sandboxed: boolean;
};

export type Transaction = {
  readonly id: string;
  /** by the clock that is never set */
  readonly startedMs: number;
  readonly sender: Mailbox | null;
  readonly declaredSize: number | null;
  readonly eightBit: boolean;
  readonly utf8: boolean;
  basis: Basis | null;
  handOver: HandOver | null;
  /** accepted by us, and by the next hop once it has answered */
  readonly recipients: string[];
  /** recipients that the next hop has not answered for */
  readonly unanswered: { readonly slot: ReplySlot; readonly to: string }[];
  /** proofs whose report is being written */
  readonly askedProofs: { readonly slot: ReplySlot; readonly to: string }[];
  readonly proofs: { readonly reportId: string; readonly entryId: string | null }[];
  readonly refused: RefusedRecipient[];
  rateTaken: boolean;
  bytes: number;
  tally: Tally | null;
};

/** Kept of refused recipients for the log, whatever their number. */
const mostRefusedKept = 20;

export function noteRefusedRecipient(transaction: Transaction, to: string, said: SaidRefusal): undefined {
  tallyRefusal(transaction, said);
  if (transaction.refused.length >= mostRefusedKept) return;
  const { rule, reason, reference } = said;
  transaction.refused.push({ to, rule, reason, reference });
}

/** Nothing of the message goes on: where it had begun at the next hop, that hears no dot. */
export function dropHandOver(session: Session): undefined {
  const { transaction } = session;
  if (transaction !== null) {
    transaction.handOver?.abandon();
    transaction.handOver = null;
  }
  breakPromises(session);
}

/** RSET, a new greeting, a lost client: nothing of the message remains anywhere. */
export function abandonTransaction(session: Session, reason: string): undefined {
  const { transaction } = session;
  if (transaction === null) return;
  dropHandOver(session);
  endTransaction(session, transaction, { outcome: 'abandoned', reply: null, refusal: null, reason });
}

export type TransactionEnd = {
  outcome: TransactionRecord['outcome'];
  reply: string | null;
  refusal: SaidRefusal | null;
  reason?: string;
};

/** Gives back what was only reserved, writes the one line of the log, and forgets the message. */
export function endTransaction(session: Session, transaction: Transaction, end: TransactionEnd): undefined {
  session.transaction = null;
  session.body = null;
  if (session.phase === 'body') session.phase = 'command';
  const { basis } = transaction;
  const handedOn = end.outcome === 'accepted';
  if (handedOn || end.outcome === 'discarded') {
    session.idleCommands = 0;
    session.errors = 0;
  }
  if (transaction.rateTaken && !handedOn && basis?.terms) session.facts.returnRate(basis.terms);
  const rule: SmtpRefusal | null = end.refusal?.rule ?? null;
  if (end.refusal !== null) tallyRefusal(transaction, end.refusal);
  session.host.countMail({
    client: session.client,
    entry: basis?.terms?.entryId ?? null,
    signedIn: session.login !== null,
    senderDomain: transaction.sender?.domain ?? null,
    accepted: handedOn,
    recipients: transaction.recipients.length,
    octets: Math.max(0, transaction.bytes - dotLineOctets),
    tally: transaction.tally,
  });
  session.host.logTransaction({
    transaction: transaction.id,
    client: session.client,
    ehlo: session.ehlo,
    tls: session.tls,
    login: session.login?.username ?? null,
    server: basis?.serverSlug ?? null,
    entry: basis?.terms?.entryId ?? null,
    from: transaction.sender?.text ?? '',
    to: transaction.recipients,
    refused: transaction.refused,
    proofs: transaction.proofs.flatMap(({ entryId }) => (entryId === null ? [] : [entryId])),
    bytes: transaction.bytes,
    outcome: end.outcome,
    reply: end.reply,
    rule,
    reason: end.refusal?.reason ?? end.reason ?? null,
    reference: end.refusal?.reference ?? null,
    milliseconds: Math.round(session.facts.elapsedMs() - transaction.startedMs),
  });
}
