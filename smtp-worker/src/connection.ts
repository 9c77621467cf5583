import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { SmtpRefusal } from '../../lib/domain/smtp-replies.ts';
import type { NodeServices } from './node-services.ts';
import { credentialsChecked } from './session/auth.ts';
import {
  clientLeft,
  denied,
  entryEnded,
  failed,
  recheckLogin,
  shutDown,
  timedOut,
} from './session/endings.ts';
import { patienceWith } from './session/patience.ts';
import { proofAnswered } from './session/proof.ts';
import {
  clientHasRead,
  createSession,
  openSession,
  receive,
  restOnEntry,
  type Session,
  tlsStarted,
} from './session/session.ts';
import type { HandOverAnswer, HandOverEvents, SessionHost } from './session/types.ts';
import { describeTls } from './tls-context.ts';

/** One client and its socket. */
export type Connection = {
  readonly client: string | null;
  readonly entryEnded: () => void;
  /** Whether it still rests on anything, asked anew. */
  readonly recheck: () => void;
  readonly denied: () => void;
  readonly shutDown: () => void;
  /** Called about every second. */
  readonly sweep: (elapsedMs: number) => void;
  readonly destroy: () => void;
};

export type ConnectionStart = {
  socket: Socket;
  client: string | null;
  /** from where it has connected, null where that is not known */
  clientPort: number | null;
  /** octets that came before the session was there */
  early: Buffer | null;
  /** TLS comes before anything else */
  implicitTls: boolean;
  refusal: { rule: SmtpRefusal; reason: string } | null;
  ended: (connection: Connection) => void;
};

/** A whole command, from its first octet. */
const commandMs = 60_000;
const handshakeMs = 30_000;
/** After the last reply: for the client to read it and to hang up. */
const drainMs = 5_000;
/** Each minute of a body must bring this much, as long as it is the client who is waited for. */
const bodyMinuteMs = 60_000;
const leastOctetsInMinute = 6_000;
/** For a client to read its replies, while it is not listened to. */
const readMs = 60_000;

/** What the next hop says is caught like what the client says: one object a message, and no closures. */
class GuardedEvents implements HandOverEvents {
  readonly events: HandOverEvents;
  readonly hasFailed: (error: unknown) => void;

  constructor(events: HandOverEvents, hasFailed: (error: unknown) => void) {
    this.events = events;
    this.hasFailed = hasFailed;
  }

  recipientAnswered(answer: HandOverAnswer): void {
    try {
      this.events.recipientAnswered(answer);
    } catch (error) {
      this.hasFailed(error);
    }
  }

  bodyOpened(answer: HandOverAnswer): void {
    try {
      this.events.bodyOpened(answer);
    } catch (error) {
      this.hasFailed(error);
    }
  }

  drained(): void {
    try {
      this.events.drained();
    } catch (error) {
      this.hasFailed(error);
    }
  }

  finished(answer: HandOverAnswer): void {
    try {
      this.events.finished(answer);
    } catch (error) {
      this.hasFailed(error);
    }
  }
}

/** Puts a session onto a socket: octets in, replies and effects out. */
export function startConnection(services: NodeServices, start: ConnectionStart): Connection {
  const { client, clientPort } = start;
  const { elapsedMs, log } = services;
  let socket = start.socket;
  let session: Session | null = null;
  let entry: number | null = null;
  let deadline = elapsedMs() + handshakeMs;
  /** when the client was last heard of, or we had last kept it waiting */
  let restsSince = elapsedMs();
  let commandSince = 0;
  let body: { since: number; octets: number } | null = null;
  let proofs: Promise<void> = Promise.resolve();
  let left = false;

  function open(tls: string | null): void {
    guard(() => {
      const { facts, settings } = services;
      session = createSession({ host, facts, settings, client, clientPort, tls });
      listen();
      openSession(session, start.refusal);
      if (start.early !== null) take(start.early);
    });
  }

  function listen(): void {
    restsSince = elapsedMs();
    socket.on('data', take);
    socket.on('drain', hasRead);
  }

  function hasRead(): void {
    guard(() => {
      if (session === null || !session.unread) return;
      clientHasRead(session);
      watchPace(session);
    });
  }

  function take(octets: Buffer): void {
    if (session === null) return;
    try {
      if (body !== null) body.octets += octets.length;
      receive(session, octets);
      watchPace(session);
    } catch (error) {
      hasFailed(error);
    }
  }

  /** Notes since when a command is incomplete, or a body is coming. */
  function watchPace(of: Session): void {
    const now = elapsedMs();
    restsSince = now;
    const inBody = of.phase === 'body';
    if (inBody && body === null) body = { since: now, octets: 0 };
    if (!inBody) body = null;
    const partial = !inBody && of.waitsFor === null && !of.unread && of.input !== null;
    if (!partial) commandSince = 0;
    else if (commandSince === 0) commandSince = now;
  }

  function guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      hasFailed(error);
    }
  }

  /** A bug in a session ends that session, says nothing of itself, and goes to the log. */
  function hasFailed(error: unknown): void {
    log.error({ err: error, client }, 'a session has failed');
    services.metrics.failures.inc();
    try {
      if (session !== null) failed(session);
    } catch {
      socket.destroy();
    }
  }

  function encrypt(done: (tls: string) => void, withinMs = handshakeMs): void {
    const tls = services.tls;
    if (tls === null) throw new Error('TLS without a certificate');
    deadline = elapsedMs() + withinMs;
    socket.removeAllListeners('data');
    socket.removeListener('drain', hasRead);
    const plain = socket;
    const encrypted = new TLSSocket(plain, { isServer: true, secureContext: tls.current() });
    socket = encrypted;
    encrypted.on('error', () => encrypted.destroy());
    encrypted.once('close', leave);
    encrypted.on('_tlsError', (error: Error) => {
      log.debug({ client, reason: error.message }, 'a TLS handshake has failed');
      plain.destroy();
    });
    encrypted.once('secure', () => {
      // A client that is gone already has no cipher to speak of.
      if (!encrypted.destroyed) done(describeTls(encrypted));
    });
  }

  /** Told by the socket, and by the encrypted one on top of it. */
  function leave(): void {
    if (left) return;
    left = true;
    guard(() => {
      if (session !== null) clientLeft(session);
    });
    start.ended(connection);
  }

  const host: SessionHost = {
    send: (text) => socket.write(text, 'latin1'),
    startTls: () =>
      encrypt((tls) =>
        guard(() => {
          if (session === null) return;
          listen();
          tlsStarted(session, tls);
        }),
      ),
    checkCredentials: (username, password) => {
      services
        .checkCredentials(username, password, client)
        .then((result) => {
          if (session === null || session.phase === 'over') return;
          credentialsChecked(session, result);
          const { ehlo, tls, login } = session;
          if (result.ok && login !== null && client !== null)
            services.signedIn({ login, address: client, ehlo, tls });
        })
        .catch(hasFailed);
    },
    keepProof: (request) => {
      proofs = Promise.all([services.keepProof(request), proofs])
        .then(([answer]) => guard(() => session && proofAnswered(session, answer)))
        .catch(hasFailed);
    },
    withdrawProof: services.withdrawProof,
    openHandOver: (envelope, events) => services.openHandOver(envelope, new GuardedEvents(events, hasFailed)),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: (atOnce) => {
      // Without a handshake of farewells, which costs more than the reply. TLS has one of its own.
      if (atOnce && socket === start.socket && socket.writableLength === 0) return void socket.destroy();
      deadline = elapsedMs() + drainMs;
      services.thereafter(() => {
        socket.end();
        socket.resume();
      });
    },
    restsOn: (next) => {
      if (next === entry) return;
      if (entry !== null) services.restsNoMore(entry, connection);
      entry = next;
      if (next !== null) services.rests(next, connection);
    },
    logTransaction: services.logTransaction,
    countMail: services.countMail,
    logRefusal: services.logRefusal,
  };

  function sweep(now: number): void {
    if (session?.phase === 'over') {
      if (now > deadline) socket.destroy();
      return;
    }
    if (session === null || session.waitsFor === 'tls') {
      if (now > deadline) socket.destroy();
      return;
    }
    if (session.waitsFor !== null) {
      // While the client waits for us, it is not the one who is late.
      restsSince = now;
      if (body !== null) body = { since: now, octets: 0 };
    } else if (
      now - restsSince > (session.unread ? readMs : patienceWith(session).idleMs) ||
      (commandSince > 0 && now - commandSince > commandMs) ||
      tooSlow(now)
    ) {
      timedOut(session);
    }
    // What ends by the clock alone is told by nobody.
    recheck();
  }

  function tooSlow(now: number): boolean {
    // A body that has ended is noticed with the next octets, and a client may take its time until then.
    if (body === null || session?.phase !== 'body' || now - body.since < bodyMinuteMs) return false;
    const { octets } = body;
    body = { since: now, octets: 0 };
    return octets < leastOctetsInMinute;
  }

  function recheck(): void {
    if (session === null) return;
    recheckLogin(session);
    if (client === null || entry === null) return;
    if (services.facts.standing(client).terms === null) entryEnded(session);
    else restOnEntry(session);
  }

  const connection: Connection = {
    client,
    entryEnded: () => guard(() => session && entryEnded(session)),
    recheck: () => guard(recheck),
    // In the handshake of implicit TLS there is no session yet, and none may begin.
    denied: () => guard(() => (session === null ? socket.destroy() : denied(session))),
    shutDown: () => guard(() => (session === null ? socket.destroy() : shutDown(session))),
    sweep: (now) => guard(() => sweep(now)),
    destroy: () => socket.destroy(),
  };

  socket.on('error', () => {});
  socket.once('close', leave);
  // Who is turned away anyway is not waited for as long.
  if (start.implicitTls) encrypt(open, start.refusal === null ? handshakeMs : drainMs);
  else open(null);
  return connection;
}
