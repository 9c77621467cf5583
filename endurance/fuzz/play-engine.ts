import { domainToASCII } from 'node:url';
import type { RelayScope } from '../../lib/domain/smtp-decision.ts';
import { openNextHopPool } from '../../smtp-worker/src/next-hop/pool.ts';
import { credentialsChecked } from '../../smtp-worker/src/session/auth.ts';
import {
  clientLeft,
  denied,
  entryEnded,
  recheckLogin,
  shutDown,
  timedOut,
} from '../../smtp-worker/src/session/endings.ts';
import { proofAnswered } from '../../smtp-worker/src/session/proof.ts';
import {
  clientHasRead,
  createSession,
  openSession,
  receive,
  type Session,
  tlsStarted,
} from '../../smtp-worker/src/session/session.ts';
import type {
  AddressStanding,
  EntryTerms,
  ProofAnswer,
  SessionFacts,
  SessionHost,
} from '../../smtp-worker/src/session/types.ts';
import { hop, narrower, settings, usualScope } from './engine-settings.ts';
import { password, username } from './grammar.ts';
import { judgeHandedOn, judgeReplies, judgeWire } from './judge-session.ts';
import { newPlayedHop, type PlayedHop } from './played-hop.ts';
import type { Script, Step } from './script.ts';
import { newTurns, type Turns } from './turns.ts';
import { require, Violation } from './violation.ts';
import { type Watched, watchHandOver } from './watched-hand-over.ts';
import type { Handed } from './wire.ts';

// Plays a script to the session engine and to the connections to the next hop behind it, with everything around them in
// memory, and looks over their shoulders: what must never happen is checked as it would happen, by rules of their own.

/** What came of a script. `problem`: what must never happen and did. */
export type Played = {
  readonly problem: string | null;
  /** everything the client was told */
  readonly said: string;
  readonly handed: readonly Handed[];
  /** what was counted, written to the log and taken back, in order */
  readonly effects: readonly string[];
};

const log = { info: () => {}, warn: () => {} };

export function playToEngine(script: Script): Played {
  const handed: Handed[] = [];
  const effects: string[] = [];
  let said = '';
  const turns = newTurns();
  const { queueMicrotask: usual } = globalThis;
  globalThis.queueMicrotask = turns.putOff;
  try {
    const nextHop = newPlayedHop(script.hop, script.seed, turns);
    const stage = openStage(script, { turns, nextHop, handed, effects }, (text) => {
      said += text;
    });
    const prelude = script.prelude.map((octets) => ({ octets, settled: true }));
    for (const step of [...prelude, ...script.steps]) {
      stage.take(step);
      if ('octets' in step && step.settled) turns.settle();
      // One thing at a time in some that are not played again in other pieces; in those nothing happens between pieces.
      else if (script.seed % 4 === 2) turns.step();
    }
    stage.leave();
    judgeReplies(said);
    judgeHandedOn(handed, said, () => sentBy(script), usualScope.messageBytes);
    judgeWire(nextHop.messages, handed);
  } catch (error) {
    const problem = error instanceof Violation ? error.message : `it threw ${String(error)}`;
    return { problem, said, handed, effects };
  } finally {
    globalThis.queueMicrotask = usual;
  }
  return { problem: null, said, handed, effects };
}

function sentBy({ prelude, steps }: Script): string {
  return [...prelude, ...steps.map((step) => ('octets' in step ? step.octets : ''))].join('');
}

type Stage = { take: (step: Step) => void; leave: () => void };
type Props = { turns: Turns; nextHop: PlayedHop; handed: Handed[]; effects: string[] };

function openStage(
  script: Script,
  { turns, nextHop, handed, effects }: Props,
  say: (text: string) => void,
): Stage {
  let scope: RelayScope = { ...usualScope, needs: script.needs };
  let terms: EntryTerms = {
    number: 7,
    entryId: '0198c1d2-0000-7000-8000-000000000001',
    serverSlug: 'acme',
    scope,
  };
  const pool = openNextHopPool({
    hops: [hop],
    publicName: settings.publicName,
    log,
    elapsedMs: () => 0,
    dial: nextHop.dial,
  });
  const handOvers: Watched[] = [];
  let live = script.client === 'listed';
  let lapsed = false;
  let narrowed = false;
  let signedIn = false;
  let credentialEnded = false;
  let copyOld = false;
  let heldBack = false;
  let rateFull = false;
  let closed = false;
  let gone = false;
  let restsOn: number | null = null;
  let held = 0;
  let transactions = 0;
  let logged = 0;

  const mayRelay = () => (script.needs === 'both' ? live && signedIn : live || signedIn);
  /** What only new mail is stopped by; an entry's brake and rate are nothing to whoever has signed in. */
  const mayBegin = (entryId: string | null) => mayRelay() && !copyOld && (entryId === null || !heldBack);
  /** What ends by the clock alone, or is narrowed, is seen at the next command, and by a header that is read. */
  const mayStillRelay = (what: string, entryId: string | null) => {
    const another = entryId !== null && entryId !== terms.entryId;
    if (what === 'DATA') return mayBegin(entryId) && !narrowed && !another;
    return what === 'RCPT' ? mayBegin(entryId) : mayRelay() || lapsed;
  };
  const inForce = (): AddressStanding =>
    live ? { standing: 'in_force', terms } : { standing: 'none', terms: null };

  const facts: SessionFacts = {
    nowMs: () => 0,
    elapsedMs: () => 0,
    copyTooOld: () => copyOld,
    offers: pool.offers,
    load: () => 'calm',
    standing: inForce,
    loginStanding: () =>
      credentialEnded ? { standing: 'none' } : { standing: 'in_force', serverSlug: 'acme', scope },
    heldByNode: () => heldBack,
    takeRate: () => {
      if (rateFull) return false;
      held += 1;
      return true;
    },
    returnRate: () => {
      held -= 1;
    },
    reference: () => 'PX-FUZZ',
    newTransactionId: () => {
      transactions += 1;
      return `T${transactions}`;
    },
    attribution: () => 'v=1; server=acme',
    toAscii: (domain) => domainToASCII(domain) || null,
  };

  const host: SessionHost = {
    send: (text) => {
      require(!closed, 'something was said after the end');
      say(text);
      if (text.includes('354 ') && /^354 /m.test(text)) {
        const entryId = session.transaction?.basis?.terms?.entryId ?? null;
        const proofsOnly = session.transaction?.basis === null;
        require(proofsOnly || mayBegin(entryId), '354 for a client that is not in force');
        require(nothingUnread() && session.transaction?.bytes === 0, 'octets were taken before 354');
      }
      // Reads late in some that are not played again in other pieces, which would come at other moments.
      if (script.seed % 10 !== 4) return true;
      later(() => clientHasRead(session));
      return false;
    },
    startTls: () => {
      require(nothingUnread(), 'octets were kept from before TLS');
      later(() => tlsStarted(session, 'TLSv1.3 X'));
    },
    checkCredentials: (name, secret) => {
      require(session.tls !== null, 'a password was taken in clear text');
      later(() => {
        const ok = name === username && secret === password && !credentialEnded;
        signedIn ||= ok;
        credentialsChecked(
          session,
          ok
            ? { ok: true, login: { credentialId: 'c', username } }
            : { ok: false, rule: 'credentials_wrong', reason: 'wrong' },
        );
      });
    },
    keepProof: () => {
      const answer: ProofAnswer =
        script.seed % 3 === 0
          ? { ok: false, rule: 'not_live', reason: 'no entry' }
          : { ok: true, reportId: 'r', entryId: terms.entryId };
      later(() => proofAnswered(session, answer));
    },
    withdrawProof: (_, cause) => {
      effects.push(`withdrawn: ${cause}`);
    },
    countMail: ({ accepted, recipients, tally }) => {
      const refused = tally === null ? '' : [...tally.refused].join(' ');
      effects.push(
        `counted: ${accepted} ${recipients} ${tally?.deferred} ${tally?.nextHopRefused} ${refused}`,
      );
    },
    openHandOver: (envelope, events) => {
      const { entryId } = envelope;
      require(mayBegin(entryId), `a hand-over for a client that is ${script.client}`);
      require(entryId === null || !rateFull, 'a hand-over beyond the rate');
      const inForce = (what: string) => mayStillRelay(what, entryId);
      const watch = { open: pool.open, turns, inForce, slow: script.seed % 3 === 0 };
      const watched = watchHandOver(watch, envelope, events);
      handOvers.push(watched);
      handed.push(watched.message);
      return watched.handOver;
    },
    pause: () => {},
    resume: () => {},
    close: () => {
      require(!closed, 'closed twice');
      closed = true;
    },
    restsOn: (entry) => {
      require(entry === null || !closed, 'it rests on an entry after its end');
      restsOn = entry;
    },
    logTransaction: ({ outcome, rule, reply, from, to, refused, proofs }) => {
      logged += 1;
      effects.push(
        [outcome, rule, reply, from, to, refused.map((each) => each.rule), proofs.length].join('|'),
      );
    },
    logRefusal: () => {},
  };

  const session: Session = createSession({
    host,
    facts,
    settings,
    client: script.client === 'nobody' ? null : '203.0.113.5',
    clientPort: null,
    tls: null,
  });
  openSession(session, null);

  function nothingUnread(): boolean {
    return session.input === null || session.at >= session.input.length;
  }

  function later(act: () => void): void {
    turns.later(() => {
      if (!gone) act();
    });
  }

  const happenings: Readonly<Record<Extract<Step, { event: string }>['event'], () => void>> = {
    entry_ended: () => {
      if (!live) return;
      live = false;
      entryEnded(session);
    },
    lapsed: () => {
      lapsed ||= live;
      live = false;
    },
    // Whatever to, the next hop is to hear of no DATA.
    narrowed: () => {
      narrowed = true;
      scope = { ...scope, ...narrower[script.seed % narrower.length] };
      terms = { ...terms, scope };
    },
    // Its end is not heard of yet.
    passed_on: () => {
      terms = { ...terms, number: 8, entryId: '0198c1d2-0000-7000-8000-000000000002' };
    },
    rate_full: () => {
      rateFull = true;
    },
    held: () => {
      heldBack = true;
    },
    copy_old: () => {
      copyOld = true;
    },
    credential_ended: () => {
      credentialEnded = true;
      signedIn = false;
      recheckLogin(session);
    },
    denied: () => denied(session),
    timed_out: () => timedOut(session),
    shut_down: () => shutDown(session),
    drained: () => handOvers.at(-1)?.drain(),
    next_hop_lost: nextHop.loseAll,
  };

  return {
    take: (step) => {
      if ('event' in step) happenings[step.event]();
      else receive(session, Buffer.from(step.octets, 'latin1'));
    },
    leave: () => {
      if (!script.leavesAtOnce) {
        turns.settle();
        require(!handOvers.some(({ waits }) =>
          waits(),
        ), 'the next hop has left a question without an answer');
        require(closed || session.waitsFor === null, `it waits for ${session.waitsFor} for ever`);
      }
      clientLeft(session);
      gone = true;
      pool.close();
      turns.settle();
      require(!handOvers.some(({ isOpen }) => isOpen()), 'a hand-over was left open');
      require(nextHop.open() === 0, 'a connection to the next hop was left open');
      const { busy, opening, waiting } = pool.statistics();
      require(busy + opening + waiting === 0, 'the pool holds what nobody uses');
      require(restsOn === null, 'it still rests on its entry');
      require(session.transaction === null, 'a transaction was left open');
      require(logged === transactions, `${transactions} transactions and ${logged} lines of the log`);
      const kept = handed.filter(({ accepted }) => accepted).length;
      require(held >= 0 && held <= kept, `${held} messages counted for the rate, ${kept} accepted`);
    },
  };
}
