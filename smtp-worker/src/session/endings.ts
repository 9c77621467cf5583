import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { composeRefusal, flushReplies, logRefusal, refuse, say } from './replies.ts';
import { endSession, type Session, takeInput } from './session.ts';
import { tallyRule } from './tally.ts';
import { abandonTransaction, dropHandOver } from './transaction.ts';

/**
 * The entry that this connection rests on is no longer in force. Idle: `421` at once. Body in flight: the next hop's
 * connection is dropped before its dot, then `421`. Dot already sent: its reply is relayed, then `421`.
 */
export function entryEnded(session: Session): undefined {
  if (session.entry === null) return;
  cutShort(session, 'removed_while_open', 'the entry has ended');
}

/** Asked after a change of credentials: a sign-in that is no longer good takes its connection with it. */
export function recheckLogin(session: Session): undefined {
  const { login, facts } = session;
  if (login === null || facts.loginStanding(login).standing !== 'none') return;
  cutShort(session, 'sign_in_ended', 'the credential has ended');
}

/** The network was put into the deny file. */
export function denied(session: Session): undefined {
  cutShort(session, 'denied_by_node', 'deny file');
}

export function timedOut(session: Session): undefined {
  cutShort(session, 'time_out', 'nothing came in time');
}

/** Something that cannot be has happened: the client hears that it may try again, and nothing of what it was. */
export function failed(session: Session): undefined {
  if (session.phase === 'over') return;
  abandonTransaction(session, 'internal error');
  refuse(session, 'internal_error', 'internal error');
  endSession(session);
}

function cutShort(session: Session, rule: SmtpRefusal, reason: string): undefined {
  if (session.phase === 'over') return;
  if (session.waitsFor === 'finish') {
    session.endsWith = { rule, reason };
    return;
  }
  const { waitsFor, transaction } = session;
  if (transaction !== null) tallyRule(transaction, rule);
  dropHandOver(session);
  // In the middle of a handshake there is no way to say anything.
  const said = waitsFor === 'tls' ? null : composeRefusal(session, rule, reason);
  if (said !== null) {
    say(session, said.text);
    flushReplies(session);
  }
  // The client does not wait for what is written down of it.
  abandonTransaction(session, reason);
  if (said !== null) logRefusal(session, said);
  endSession(session);
}

/** The node ends: what is under way is finished first. */
export function shutDown(session: Session): undefined {
  session.endsWith ??= { rule: 'shutting_down', reason: 'the node is stopping' };
  takeInput(session);
}

/** The client is gone. What it had not finished is forgotten; a dot already sent keeps its answer for the log. */
export function clientLeft(session: Session): undefined {
  const ended = session.phase === 'over';
  session.phase = 'over';
  session.input = null;
  if (!ended) session.host.restsOn(null);
  if (session.waitsFor !== 'finish') abandonTransaction(session, 'the client has left');
}
