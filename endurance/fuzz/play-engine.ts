import { domainToASCII } from 'node:url';
import type { RelayScope } from '../../lib/domain/smtp-decision.ts';
import { credentialsChecked } from '../../smtp-worker/src/session/auth.ts';
import { clientLeft, denied, entryEnded, shutDown, timedOut } from '../../smtp-worker/src/session/endings.ts';
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
  HandOver,
  HandOverAnswer,
  HandOverEvents,
  ProofAnswer,
  SessionFacts,
  SessionHost,
} from '../../smtp-worker/src/session/types.ts';
import { ownDomain, password, username } from './grammar.ts';
import type { Script, Step } from './script.ts';
import { type Handed, judgeHeader, judgeOctets } from './wire.ts';

// Plays a script to the session engine with everything around it in memory, and looks over its shoulder: what must never
// happen is checked as it would happen, by rules of their own.

/** What came of a script. `problem`: what must never happen and did. */
export type Played = {
  readonly problem: string | null;
  /** everything the client was told */
  readonly said: string;
  readonly handed: readonly Handed[];
};

class Violation extends Error {}

const usualScope: RelayScope = {
  needs: 'either',
  senderDomains: new Set([ownDomain]),
  recipientDomains: null,
  tls: 'offered',
  messagesPerHour: 100,
  recipientsPerMessage: 5,
  messageBytes: 3000,
  sandboxUntil: null,
};

const settings = {
  publicName: 'mx.postern.example',
  portalUrl: 'https://portal.example',
  proofDomain: 'proof.example',
  tlsAvailable: true,
  messageBytes: 5000,
};

export function playToEngine(script: Script): Played {
  const handed: Handed[] = [];
  let said = '';
  try {
    const stage = openStage(script, handed, (text) => {
      said += text;
    });
    for (const octets of script.prelude) stage.take({ octets, settled: true });
    for (const step of script.steps) stage.take(step);
    stage.leave();
    const sent = [...script.prelude, ...script.steps.map((step) => ('octets' in step ? step.octets : ''))];
    judgeReplies(said);
    judgeHandedOn(handed, said, sent.join(''));
  } catch (error) {
    const problem = error instanceof Violation ? error.message : `it threw ${String(error)}`;
    return { problem, said, handed };
  }
  return { problem: null, said, handed };
}

function require(holds: boolean, problem: string): undefined {
  if (!holds) throw new Violation(problem);
}

type Stage = { take: (step: Step) => void; leave: () => void };

function openStage(script: Script, handed: Handed[], say: (text: string) => void): Stage {
  const scope = { ...usualScope, needs: script.needs };
  const terms = { number: 7, entryId: '0198c1d2-0000-7000-8000-000000000001', serverSlug: 'acme', scope };
  const due: (() => void)[] = [];
  const openHandOvers = new Set<Handed>();
  let live = script.client === 'listed';
  let lapsed = false;
  let signedIn = false;
  let closed = false;
  let gone = false;
  let restsOn: number | null = null;
  let held = 0;
  let transactions = 0;
  let logged = 0;
  let answers = 0;
  let draining: (() => void) | null = null;

  const mayRelay = () => (script.needs === 'both' ? live && signedIn : live || signedIn);
  const inForce = (): AddressStanding =>
    live ? { standing: 'in_force', terms } : { standing: 'none', terms: null };

  const facts: SessionFacts = {
    nowMs: () => 0,
    copyTooOld: () => false,
    load: () => 'calm',
    standing: inForce,
    loginStanding: () => ({ standing: 'in_force', serverSlug: 'acme', scope }),
    heldByNode: () => false,
    takeRate: () => {
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
      if (/^354 /m.test(text)) {
        require(mayRelay() || session.transaction?.basis === null, '354 for a client that is not in force');
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
      const ok = name === username && secret === password;
      later(() => {
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
    withdrawProof: () => {},
    countMail: () => {},
    openHandOver: (envelope, events) => {
      require(mayRelay(), `a hand-over for a client that is ${script.client}`);
      return receiveHandOver(envelope.sender, events);
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
    logTransaction: () => {
      logged += 1;
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
    due.push(() => {
      if (!gone) act();
    });
  }

  /** Refusals come by count and not by chance, so that a script is the same however its octets are cut. */
  function nextAnswer(): HandOverAnswer {
    answers += 1;
    const { refusalsIn } = script;
    if (refusalsIn === 0 || answers % refusalsIn !== 0) return { kind: 'accepted', text: '250 Ok' };
    return answers % 2 === 0
      ? { kind: 'refused', code: 451, enhanced: '4.3.0', text: 'not now' }
      : { kind: 'away', reason: 'gone' };
  }

  function receiveHandOver(sender: string, events: HandOverEvents): HandOver {
    const message: Handed = {
      sender,
      recipients: [],
      octets: '',
      finished: false,
      accepted: false,
      abandoned: false,
    };
    handed.push(message);
    openHandOvers.add(message);
    let bodyOpen = false;
    const usable = (what: string) => {
      require(!message.abandoned && !message.finished, `${what} after the message was over`);
      // What ends by the clock alone is seen at the next command.
      const inForceStill = mayRelay() || (lapsed && what !== 'RCPT');
      require(inForceStill, `${what} for a client that is no longer in force`);
    };
    const answer = (tell: (given: HandOverAnswer) => void) => {
      const given = nextAnswer();
      due.push(() => {
        if (!message.abandoned) tell(given);
      });
    };
    return {
      recipient: (path) => {
        usable('RCPT');
        require(!/[\r\n\0<>]/.test(path), `a path that is none: ${JSON.stringify(path)}`);
        answer((given) => {
          if (given.kind === 'accepted') message.recipients.push(path);
          events.recipientAnswered(given);
        });
      },
      openBody: () => {
        usable('DATA');
        require(message.recipients.length > 0, 'a body without a recipient');
        answer((given) => {
          bodyOpen = given.kind === 'accepted';
          events.bodyOpened(given);
        });
      },
      write: (octets) => {
        usable('a body');
        require(bodyOpen, 'a body before 354');
        message.octets += octets.toString('latin1');
        if (script.seed % 3 !== 0) return true;
        draining = () => events.drained();
        due.push(() => {
          draining = null;
          if (!message.abandoned) events.drained();
        });
        return false;
      },
      finish: (octets) => {
        usable('a dot');
        require(bodyOpen, 'a dot before 354');
        message.octets += octets.toString('latin1');
        message.finished = true;
        answer((given) => {
          openHandOvers.delete(message);
          message.accepted = given.kind === 'accepted';
          events.finished(given);
        });
      },
      abandon: () => {
        message.abandoned = true;
        openHandOvers.delete(message);
      },
    };
  }

  function settle(): void {
    for (let next = due.shift(); next !== undefined; next = due.shift()) next();
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
    denied: () => denied(session),
    timed_out: () => timedOut(session),
    shut_down: () => shutDown(session),
    drained: () => draining?.(),
  };

  return {
    take: (step) => {
      if ('event' in step) return happenings[step.event]();
      receive(session, Buffer.from(step.octets, 'latin1'));
      if (step.settled) settle();
    },
    leave: () => {
      if (!script.leavesAtOnce) settle();
      clientLeft(session);
      gone = true;
      settle();
      require(openHandOvers.size === 0, 'a hand-over was left open');
      require(restsOn === null, 'it still rests on its entry');
      require(session.transaction === null, 'a transaction was left open');
      require(logged === transactions, `${transactions} transactions and ${logged} lines of the log`);
      const kept = handed.filter(({ accepted }) => accepted).length;
      require(held >= 0 && held <= kept, `${held} messages counted for the rate, ${kept} accepted`);
    },
  };
}

const replyLine = /^[2-5][0-9]{2}[ -][\x20-\x7e]*$/;
const refusalLine = /^[45][0-9]{2} [45]\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)/;

function judgeReplies(said: string): undefined {
  require(said.endsWith('\r\n'), 'half a reply');
  for (const line of said.slice(0, -2).split('\r\n')) {
    require(replyLine.test(line) && line.length <= 510, `a reply that is none: ${JSON.stringify(line)}`);
    require(!/^[45]/.test(line) || refusalLine.test(line), `a refusal without its codes: ${line}`);
  }
}

function judgeHandedOn(handed: readonly Handed[], said: string, sent: string): undefined {
  const doors = said.match(/^354 /gm)?.length ?? 0;
  const told = said.match(/^250 2\.0\.0 Accepted as /gm)?.length ?? 0;
  const finished = handed.filter((message) => message.finished);
  const accepted = finished.filter((message) => message.accepted);
  require(finished.length <= doors, `${finished.length} messages handed on for ${doors} times 354`);
  require(told <= accepted.length, `${told} times 250 for ${accepted.length} accepted messages`);
  require(accepted.length - told <= 1, `${accepted.length} accepted messages for ${told} times 250`);
  for (const message of handed) {
    const problem = judgeOctets(message) ?? (message.finished ? judgeHeader(message, ownDomain) : null);
    require(problem === null, problem ?? '');
    if (!message.finished || /postern-attribution/i.test(sent)) continue;
    // Behind our two fields, octet for octet what came.
    const trace = message.octets.indexOf('Postern-Attribution: v=1; server=acme\r\n');
    const rest = message.octets.slice(message.octets.indexOf('\r\n', trace) + 2);
    require(sent.includes(rest), 'a message was handed on in other octets than it came');
  }
}
