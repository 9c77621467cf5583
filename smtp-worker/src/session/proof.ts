import { standingRefusal } from '../../../lib/domain/smtp-decision.ts';
import type { Mailbox } from '../../../lib/domain/smtp-path.ts';
import { basisOf } from './basis.ts';
import { countRefusal } from './patience.ts';
import { answerRecipient, refuseRecipient } from './recipient-answers.ts';
import { composeRefusal, promiseReply } from './replies.ts';
import type { Session } from './session.ts';
import { noteRefusedRecipient, type Transaction } from './transaction.ts';
import type { ProofAnswer } from './types.ts';

/** Proofs in one message: a device has one, somebody who tries tokens has more. */
const mostProofs = 5;

/** A recipient at the proof domain: taken where it proves, and never handed on. */
export function askForProof(session: Session, transaction: Transaction, recipient: Mailbox): undefined {
  const { text: to, localPart: token } = recipient;
  if (session.facts.copyTooOld()) return refuseRecipient(session, transaction, to, 'copy_too_old', 'proof');
  if (session.client === null || transaction.proofs.length + transaction.askedProofs.length >= mostProofs) {
    return refuseRecipient(session, transaction, to, notLive(session), 'no address, or too many proofs');
  }
  transaction.askedProofs.push({ slot: promiseReply(session), to });
  const { client: address, ehlo, tls } = session;
  session.host.keepProof({ address, token, mailFrom: transaction.sender, ehlo, tls });
}

/** What a stranger hears of an address that proves nothing: the same as of any other recipient. */
function notLive(session: Session): NonNullable<ReturnType<typeof standingRefusal>> {
  return standingRefusal(basisOf(session).standing) ?? 'recipient_out_of_scope';
}

/** The RCPT itself proves: `250` says that the report is committed. */
export function proofAnswered(session: Session, answer: ProofAnswer): undefined {
  const { transaction } = session;
  const asked = transaction?.askedProofs.shift();
  if (session.phase === 'over' || transaction === null || asked === undefined) return;
  if (answer.ok) {
    transaction.proofs.push({ reportId: answer.reportId, entryId: answer.entryId });
    const seen = answer.entryId === null ? 'Address seen' : 'Proof received';
    return answerRecipient(session, asked.slot, `250 2.1.5 ${seen}, thank you`);
  }
  const rule = answer.rule === 'not_live' ? notLive(session) : answer.rule;
  const said = composeRefusal(session, rule, `proof: ${answer.reason}`);
  noteRefusedRecipient(transaction, asked.to, said);
  answerRecipient(session, asked.slot, said.text);
  countRefusal(session);
}
