import {
  decideRecipient,
  isSandboxed,
  type RelayScope,
  standingRefusal,
} from '../../../lib/domain/smtp-decision.ts';
import { parseMailbox } from '../../../lib/domain/smtp-path.ts';
import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { basisOf } from './basis.ts';
import { restOnEntry, type Session } from './session.ts';
import type { Basis, Transaction } from './transaction.ts';

/**
 * What lets a message in may have been narrowed, or have run out, since its recipients were accepted. Until its header
 * section has been read the next hop knows only its envelope, so it is judged by what is known by then. Only what was
 * announced as *not delivered* stays that.
 * @returns `other_entry` where the address has passed to another entry, which the message does not rest on
 */
export function judgeAgain(session: Session, transaction: Transaction): SmtpRefusal | 'other_entry' | null {
  const { basis } = transaction;
  const { facts } = session;
  if (basis === null) return null;
  if (basis.terms !== null && facts.heldByNode(basis.terms)) return 'held_by_node';
  if (facts.copyTooOld()) return 'copy_too_old';
  const current = basisOf(session);
  const { scope, terms } = current;
  if (scope === null) return standingRefusal(current.standing);
  const entryId = terms?.entryId ?? null;
  const before = basis.terms?.entryId ?? null;
  // A scope is never changed but replaced, so this is all there is to it for nearly every message.
  if (scope === basis.scope && entryId === before) return null;
  if (entryId !== null && before !== null && entryId !== before) return 'other_entry';
  const rule = decide(session, transaction, scope) ?? decideSize(session, transaction, scope);
  if (rule !== null) return rule;
  if (terms !== null && !countAgain(session, transaction, basis, terms)) return 'rate_exceeded';
  transaction.basis = {
    by: current.by,
    serverSlug: current.serverSlug,
    terms: terms ?? basis.terms,
    scope,
    sandboxed: basis.sandboxed || isSandboxed(scope, facts.nowMs()),
  };
  if (terms !== null && session.entry !== terms.number) restOnEntry(session);
  return null;
}

function decide(session: Session, transaction: Transaction, scope: RelayScope): SmtpRefusal | null {
  for (const [accepted, text] of transaction.recipients.entries()) {
    const recipient = parseMailbox(text, session.facts.toAscii);
    if (recipient === undefined) throw new Error('an accepted recipient that is no mailbox');
    const rule = decideRecipient({
      standing: 'in_force',
      scope,
      copyTooOld: false,
      encrypted: session.tls !== null,
      sender: transaction.sender,
      recipient,
      accepted,
    });
    if (rule !== null) return rule;
  }
  return null;
}

function decideSize(
  { settings }: Session,
  { declaredSize }: Transaction,
  { messageBytes }: RelayScope,
): SmtpRefusal | null {
  const limit = Math.min(messageBytes, settings.messageBytes);
  return declaredSize !== null && declaredSize > limit ? 'message_too_large' : null;
}

/** Counted under the rate that was in force with the first recipient, and now under another one. */
function countAgain(
  { facts }: Session,
  transaction: Transaction,
  basis: Basis,
  terms: NonNullable<Basis['terms']>,
): boolean {
  if (transaction.rateTaken && terms.scope.messagesPerHour === basis.scope.messagesPerHour) return true;
  if (transaction.rateTaken) facts.returnRate(terms);
  transaction.rateTaken = facts.takeRate(terms);
  return transaction.rateTaken;
}
