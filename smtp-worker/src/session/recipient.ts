import { decideRecipient, isSandboxed } from '../../../lib/domain/smtp-decision.ts';
import { type Mailbox, needsUtf8, parseSmtpPath, type SmtpPath } from '../../../lib/domain/smtp-path.ts';
import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { basisOf, type CurrentBasis } from './basis.ts';
import { bodyOpened, drained, finished } from './body.ts';
import { countError, countRefusal } from './patience.ts';
import { askForProof } from './proof.ts';
import {
  composePassedOn,
  composeRefusal,
  flushReplies,
  keepPromise,
  promiseReply,
  type ReplySlot,
  type SaidRefusal,
  say,
} from './replies.ts';
import { goOn, restOnEntry, type Session } from './session.ts';
import { noteRefusedRecipient, type Transaction } from './transaction.ts';
import type { HandOver, HandOverAnswer, HandOverEvents } from './types.ts';

/** RCPT decides. Whoever is not in force learns that before anything else, whatever the recipient looks like. */
export function addRecipient(session: Session, argument: string): undefined {
  const { transaction, facts } = session;
  if (transaction === null) return countError(session, 'command_order', 'RCPT before MAIL');
  const text = /^to *:(.*)$/i.exec(argument.trim())?.[1];
  const path = text === undefined ? undefined : parseSmtpPath(text, facts.toAscii);
  const recipient = path?.mailbox ?? null;
  const isProof = recipient?.domain === session.settings.proofDomain && path?.parameters.length === 0;
  if (recipient !== null && isProof) return askForProof(session, transaction, recipient);
  const basis = basisOf(session);
  const refusal = decide(session, transaction, basis, recipient) ?? checkSyntax(transaction, path);
  if (refusal !== null) {
    return refuseRecipient(session, transaction, recipient?.text ?? argument, refusal.rule, refusal.reason);
  }
  accept(session, transaction, basis, (recipient as Mailbox).text);
}

/** Who sends too much at once is to send the rest later (RFC 5321 4.5.3.1.10), with what was accepted as it is. */
const isForLater: ReadonlySet<SmtpRefusal> = new Set(['too_many_recipients', 'rate_exceeded']);

type Refusal = { readonly rule: SmtpRefusal; readonly reason: string };

/** Stands in where a recipient cannot be read: who is refused anyway need not know that. */
const unreadable: Mailbox = { text: '', localPart: '', domain: '' };

function decide(
  session: Session,
  transaction: Transaction,
  basis: CurrentBasis,
  recipient: Mailbox | null,
): Refusal | null {
  const rule = decideRecipient({
    standing: basis.standing,
    scope: basis.scope,
    copyTooOld: session.facts.copyTooOld(),
    encrypted: session.tls !== null,
    sender: transaction.sender,
    recipient: recipient ?? unreadable,
    accepted: transaction.recipients.length + transaction.unanswered.length,
  });
  if (rule === null || (recipient === null && rule === 'recipient_out_of_scope')) return null;
  return { rule, reason: `${basis.by}: ${basis.standing}` };
}

function checkSyntax(transaction: Transaction, path: SmtpPath | undefined): Refusal | null {
  if (path === undefined || path.mailbox === null) return { rule: 'recipient_syntax', reason: 'RCPT path' };
  const [parameter] = path.parameters;
  if (parameter !== undefined) return { rule: 'parameter_unknown', reason: `RCPT ${parameter.slice(0, 40)}` };
  if (!needsUtf8(path.mailbox) || transaction.utf8) return null;
  return { rule: 'recipient_syntax', reason: 'beyond ASCII without SMTPUTF8' };
}

export function refuseRecipient(
  session: Session,
  transaction: Transaction,
  to: string,
  rule: SmtpRefusal,
  reason: string,
): undefined {
  const said = composeRefusal(session, rule, reason);
  noteRefusedRecipient(transaction, to.slice(0, 256), said);
  say(session, said.text);
  if (!isForLater.has(rule)) countRefusal(session);
}

function accept(session: Session, transaction: Transaction, current: CurrentBasis, to: string): undefined {
  const { facts } = session;
  const { scope, terms } = current;
  if (scope === null) throw new Error('a recipient was allowed without a scope');
  if (terms !== null && facts.heldByNode(terms)) {
    return refuseRecipient(session, transaction, to, 'held_by_node', 'a brake of this node');
  }
  if (terms !== null && !transaction.rateTaken) {
    if (!facts.takeRate(terms)) return refuseRecipient(session, transaction, to, 'rate_exceeded', 'rate');
    transaction.rateTaken = true;
  }
  transaction.basis ??= {
    by: current.by,
    serverSlug: current.serverSlug,
    terms,
    scope,
    sandboxed: isSandboxed(scope, facts.nowMs()),
  };
  // The server may need both since the client has signed in.
  if (terms !== null && session.entry !== terms.number) restOnEntry(session);
  if (transaction.basis.sandboxed) {
    transaction.recipients.push(to);
    return say(session, '250 2.1.5 Recipient noted; sandbox: not delivered');
  }
  transaction.handOver ??= openHandOver(session, transaction);
  transaction.unanswered.push({ slot: promiseReply(session), to });
  transaction.handOver.recipient(to);
}

/** Answers that come after the message has been given up belong to nothing any more. */
class AnswersToMessage implements HandOverEvents {
  readonly session: Session;
  readonly transaction: Transaction;

  constructor(session: Session, transaction: Transaction) {
    this.session = session;
    this.transaction = transaction;
  }

  recipientAnswered(answer: HandOverAnswer): void {
    if (this.isCurrent()) recipientAnswered(this.session, this.transaction, answer);
  }

  bodyOpened(answer: HandOverAnswer): void {
    if (this.isCurrent()) bodyOpened(this.session, this.transaction, answer);
  }

  drained(): void {
    if (this.isCurrent()) drained(this.session);
  }

  finished(answer: HandOverAnswer): void {
    if (this.isCurrent()) finished(this.session, this.transaction, answer);
  }

  isCurrent(): boolean {
    return this.session.transaction === this.transaction;
  }
}

function openHandOver(session: Session, transaction: Transaction): HandOver {
  return session.host.openHandOver(
    {
      transactionId: transaction.id,
      entryId: transaction.basis?.terms?.entryId ?? null,
      server: transaction.basis?.serverSlug ?? '',
      sender: transaction.sender?.text ?? '',
      declaredSize: transaction.declaredSize,
      eightBit: transaction.eightBit,
      utf8: transaction.utf8,
      offered: session.offered,
      client: {
        address: session.client,
        port: session.clientPort,
        ehlo: session.ehlo,
        protocol: session.greeted === 'helo' ? 'SMTP' : 'ESMTP',
        login: session.login?.username ?? null,
      },
    },
    new AnswersToMessage(session, transaction),
  );
}

function recipientAnswered(session: Session, transaction: Transaction, answer: HandOverAnswer): undefined {
  const asked = transaction.unanswered.shift();
  if (asked === undefined) throw new Error('an answer to no recipient');
  if (answer.kind === 'accepted') {
    transaction.recipients.push(asked.to);
    return answerRecipient(session, asked.slot, '250 2.1.5 Recipient accepted');
  }
  const said = refusedByNextHop(session, answer);
  noteRefusedRecipient(transaction, asked.to, said);
  keepPromise(session, asked.slot, said.text);
  // Whoever tries names on the next hop is no other than whoever tries them here.
  if (said.code >= 500) countRefusal(session);
  repliesKnown(session);
}

export function refusedByNextHop(
  session: Session,
  answer: Exclude<HandOverAnswer, { kind: 'accepted' }>,
): SaidRefusal {
  return answer.kind === 'refused'
    ? composePassedOn(session, answer)
    : composeRefusal(session, 'next_hop_away', answer.reason);
}

export function answerRecipient(session: Session, slot: ReplySlot, text: string): undefined {
  keepPromise(session, slot, text);
  repliesKnown(session);
}

function repliesKnown(session: Session): undefined {
  if (session.waitsFor === 'recipients' && session.replies.slots.length === 0) goOn(session);
  else if (!session.taking) flushReplies(session);
}
