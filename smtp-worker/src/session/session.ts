import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { entryOf } from './basis.ts';
import { type BodyState, takeBody } from './body.ts';
import { takeLine } from './command-line.ts';
import { flushReplies, hasRoomForReplies, newReplyQueue, type ReplyQueue, refuse, say } from './replies.ts';
import type { Transaction } from './transaction.ts';
import type { Login, MailOffers, SessionFacts, SessionHost, SessionSettings } from './types.ts';

export type Phase =
  | 'command'
  /** a continuation line of AUTH is awaited */
  | 'auth_plain'
  | 'auth_user'
  | 'auth_password'
  | 'body'
  /** the last reply has been said; whatever else comes is not looked at */
  | 'over';

export type Session = {
  readonly host: SessionHost;
  readonly facts: SessionFacts;
  readonly settings: SessionSettings;
  /** normalised once, at accept; null where a proxy gave none */
  readonly client: string | null;
  /** TCP port from which it has connected, null where that is not known */
  readonly clientPort: number | null;
  phase: Phase;
  /** Commands wait for this before the next one is looked at. */
  waitsFor: 'tls' | 'credentials' | 'recipients' | 'body_opened' | 'drain' | 'finish' | null;
  input: Buffer | null;
  /** where the unread octets begin */
  at: number;
  /** where the command being run began */
  lineStart: number;
  taking: boolean;
  paused: boolean;
  /** The client does not read what it is told, so it is not listened to either. */
  unread: boolean;
  readonly replies: ReplyQueue;
  /** protocol and cipher, null in clear text */
  tls: string | null;
  ehlo: string;
  greeted: 'no' | 'helo' | 'ehlo';
  /** what the last greeting told the client that it may send */
  offered: MailOffers;
  login: Login | null;
  /** number of the entry that the connection rests on */
  entry: number | null;
  /** user name of an AUTH LOGIN whose password is awaited */
  username: string;
  failedLogins: number;
  transaction: Transaction | null;
  body: BodyState | null;
  errors: number;
  /** commands since the last message that was taken which brought no other nearer */
  idleCommands: number;
  /** Said and done once what is under way has its reply. */
  endsWith: { rule: SmtpRefusal; reason: string } | null;
};

/** Unread octets beyond which the client is made to wait. */
const inputHighWater = 64 * 1024;

/** Before EHLO, and to whoever says HELO. */
export const nothingOffered: MailOffers = { eightBit: false, utf8: false };

export type SessionStart = {
  host: SessionHost;
  facts: SessionFacts;
  settings: SessionSettings;
  client: string | null;
  clientPort: number | null;
  /** protocol and cipher where TLS came first (implicit TLS) */
  tls: string | null;
};

export function createSession({ host, facts, settings, client, clientPort, tls }: SessionStart): Session {
  return {
    host,
    facts,
    settings,
    client,
    clientPort,
    phase: 'command',
    waitsFor: null,
    input: null,
    at: 0,
    lineStart: 0,
    taking: false,
    paused: false,
    unread: false,
    replies: newReplyQueue(),
    tls,
    ehlo: '',
    greeted: 'no',
    offered: nothingOffered,
    login: null,
    entry: null,
    username: '',
    failedLogins: 0,
    transaction: null,
    body: null,
    errors: 0,
    idleCommands: 0,
    endsWith: null,
  };
}

/** Says the banner, or refuses the connection as a whole. */
export function openSession(
  session: Session,
  refusal: { rule: SmtpRefusal; reason: string } | null,
): undefined {
  if (refusal !== null) {
    refuse(session, refusal.rule, refusal.reason);
    endSession(session);
    return;
  }
  restOnEntry(session);
  say(session, `220 ${session.settings.publicName} ESMTP Postern`);
  flushReplies(session);
}

/** Looks up the client's entry and says which one this connection now rests on. */
export function restOnEntry(session: Session): undefined {
  session.entry = entryOf(session);
  session.host.restsOn(session.entry);
}

/** Octets from the client. They are kept, not copied where that can be helped: nobody may write into them later. */
export function receive(session: Session, octets: Buffer): undefined {
  if (session.phase === 'over') return;
  const left = session.input === null ? 0 : session.input.length - session.at;
  session.input =
    left === 0 || session.input === null
      ? octets
      : Buffer.concat([session.input.subarray(session.at), octets]);
  session.at = 0;
  takeInput(session);
}

/**
 * Goes on with whatever may be done now: called after octets and after every event. A loop and no recursion, so that
 * thousands of commands in one write are as good as one.
 */
export function takeInput(session: Session): undefined {
  if (session.taking) return;
  session.taking = true;
  while (session.waitsFor === null && session.phase !== 'over' && !endsNow(session)) {
    if (session.input === null || !hasRoomForReplies(session)) break;
    const taken = session.phase === 'body' ? takeBody(session) : takeLine(session);
    if (session.input !== null && session.at >= session.input.length) session.input = null;
    if (!taken) break;
  }
  session.taking = false;
  flushReplies(session);
  holdBackClient(session);
}

/** Whether the session was to end once the message under way has its reply, and now has ended. */
function endsNow(session: Session): boolean {
  if (session.endsWith === null || session.transaction !== null) return false;
  refuse(session, session.endsWith.rule, session.endsWith.reason);
  endSession(session);
  return true;
}

function holdBackClient(session: Session): undefined {
  const unread = session.input === null ? 0 : session.input.length - session.at;
  const waits = session.waitsFor !== null && (unread >= inputHighWater || session.waitsFor === 'drain');
  const tooMuch = waits || session.unread;
  if (tooMuch === session.paused || session.phase === 'over') return;
  session.paused = tooMuch;
  if (tooMuch) session.host.pause();
  else session.host.resume();
}

/** The client has read all that it was told. */
export function clientHasRead(session: Session): undefined {
  if (!session.unread) return;
  session.unread = false;
  takeInput(session);
}

/** The session waited for something that has come. */
export function goOn(session: Session): undefined {
  if (session.phase === 'over') return;
  session.waitsFor = null;
  takeInput(session);
}

/**
 * Sends the last replies; nothing that comes after this is looked at.
 * @param asked the client said QUIT: it knows, and has nothing more to say
 */
export function endSession(session: Session, asked = false): undefined {
  if (session.phase === 'over') return;
  session.phase = 'over';
  const unread = session.input !== null && session.at < session.input.length;
  session.input = null;
  session.body = null;
  session.host.restsOn(null);
  flushReplies(session);
  session.host.close(asked && !unread);
}

/** The TLS handshake is done (RFC 3207 4.2): what was known before it is forgotten. */
export function tlsStarted(session: Session, tls: string): undefined {
  // Ended during the handshake: it rests on nothing any more.
  if (session.phase === 'over') return;
  session.tls = tls;
  // The handshake came behind all that was said in clear text, so that has been read.
  session.unread = false;
  session.greeted = 'no';
  session.offered = nothingOffered;
  session.ehlo = '';
  session.login = null;
  restOnEntry(session);
  goOn(session);
}
