import { countError, wastesTime } from './patience.ts';
import { flushReplies, refuse, say } from './replies.ts';
import { endSession, type Session } from './session.ts';
import { abandonTransaction } from './transaction.ts';

/** STARTTLS, RFC 3207. */
export function startTls(session: Session, argument: string): undefined {
  if (refuseStuffedOctets(session, 'STARTTLS')) return;
  if (argument.trim() !== '') return countError(session, 'command_syntax', 'STARTTLS with an argument');
  if (session.tls !== null) return countError(session, 'command_order', 'STARTTLS under TLS');
  if (!session.settings.tlsAvailable) {
    return wastesTime(session) ? undefined : refuse(session, 'tls_not_available', 'no certificate');
  }
  abandonTransaction(session, 'STARTTLS');
  session.waitsFor = 'tls';
  say(session, '220 2.0.0 Ready to start TLS');
  flushReplies(session);
  session.host.startTls();
}

/**
 * STARTTLS and DATA end a group of commands (RFC 2920 3.1, RFC 3207 section 4): what comes behind them before their
 * reply was sent by somebody who did not wait for it, in clear text or as a second message inside the first.
 */
export function refuseStuffedOctets(session: Session, command: string): boolean {
  const behind = session.input === null ? 0 : session.input.length - session.at;
  if (behind === 0) return false;
  const reason = `${behind} octets behind ${command}`;
  abandonTransaction(session, reason);
  refuse(session, 'stuffed_bytes', reason);
  endSession(session);
  return true;
}
