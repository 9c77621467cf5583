import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { bodyOpened, drained, finished } from './body.ts';
import { countRefusal } from './patience.ts';
import {
  composeRefusal,
  flushReplies,
  keepPromise,
  type ReplySlot,
  refusedByNextHop,
  say,
} from './replies.ts';
import { goOn, type Session } from './session.ts';
import { noteRefusedRecipient, type Transaction } from './transaction.ts';
import type { HandOver, HandOverAnswer, HandOverEvents } from './types.ts';

// What a recipient is answered, at once by us or later by the next hop.

/** Who sends too much at once is to send the rest later (RFC 5321 4.5.3.1.10), with what was accepted as it is. */
const isForLater: ReadonlySet<SmtpRefusal> = new Set(['too_many_recipients', 'rate_exceeded']);

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

export function openHandOver(session: Session, transaction: Transaction): HandOver {
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

export function answerRecipient(session: Session, slot: ReplySlot, text: string): undefined {
  keepPromise(session, slot, text);
  repliesKnown(session);
}

function repliesKnown(session: Session): undefined {
  if (session.waitsFor === 'recipients' && session.replies.slots.length === 0) goOn(session);
  else if (!session.taking) flushReplies(session);
}
