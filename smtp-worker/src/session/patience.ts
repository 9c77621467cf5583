import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import type { Load } from '../load.ts';
import { refuse } from './replies.ts';
import { endSession, type Session } from './session.ts';
import { abandonTransaction } from './transaction.ts';

/** What a client may cost before its connection is ended. */
export type Patience = {
  /** wrong commands and refused recipients */
  readonly errors: number;
  /** commands that bring no message nearer, since the last one */
  readonly idleCommands: number;
  /** milliseconds between commands */
  readonly idleMs: number;
};

/** RFC 5321 4.5.3.2.7 asks for five minutes between commands; under attack that is a gift to the attacker. */
const minuteMs = 60_000;

/** Of strangers, by how busy the node is. */
const ofStrangers: Readonly<Record<Load, Patience>> = {
  calm: { errors: 100, idleCommands: 100, idleMs: 5 * minuteMs },
  busy: { errors: 20, idleCommands: 20, idleMs: minuteMs },
  full: { errors: 5, idleCommands: 10, idleMs: 15_000 },
  spent: { errors: 2, idleCommands: 5, idleMs: 5_000 },
};

/**
 * Of whoever is in force or has signed in, always. Gateways keep a connection open for weeks and say NOOP to it, and a
 * library may say RSET before each message that is refused: what is meant here is who goes on for the sake of it.
 */
const ofKnown: Patience = { errors: 100, idleCommands: 30_000, idleMs: 5 * minuteMs };

export function patienceWith({ login, entry, facts }: Session): Patience {
  return login !== null || entry !== null ? ofKnown : ofStrangers[facts.load()];
}

/** @returns whether that was one too many, and the connection is ended */
export function wastesTime(session: Session): boolean {
  session.idleCommands += 1;
  if (session.idleCommands <= patienceWith(session).idleCommands) return false;
  abandonTransaction(session, 'too many commands');
  refuse(session, 'too_many_commands', `${session.idleCommands} commands without a message`);
  endSession(session);
  return true;
}

/** Refuses a command, and the connection where that happens too often. */
export function countError(session: Session, rule: SmtpRefusal, reason: string): undefined {
  refuse(session, rule, reason);
  countRefusal(session);
}

/** Refused recipients count as well as wrong commands: signs of a probe. */
export function countRefusal(session: Session): undefined {
  session.errors += 1;
  if (session.errors < patienceWith(session).errors || session.phase === 'over') return;
  abandonTransaction(session, 'too many errors');
  refuse(session, 'too_many_errors', `${session.errors} errors`);
  endSession(session);
}
