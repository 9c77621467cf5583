import { decideRecipient, isSandboxed } from '../../../lib/domain/smtp-decision.ts';
import { type Mailbox, needsUtf8, parseSmtpPath, type SmtpPath } from '../../../lib/domain/smtp-path.ts';
import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { basisOf, type CurrentBasis } from './basis.ts';
import { countError } from './patience.ts';
import { askForProof } from './proof.ts';
import { openHandOver, refuseRecipient } from './recipient-answers.ts';
import { promiseReply, say } from './replies.ts';
import { restOnEntry, type Session } from './session.ts';
import type { Transaction } from './transaction.ts';

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
