import type {
  Envelope,
  HandOver,
  HandOverAnswer,
  HandOverEvents,
} from '../../smtp-worker/src/session/types.ts';
import type { Turns } from './turns.ts';
import { require } from './violation.ts';
import type { Handed } from './wire.ts';

/** What the session is asked and told about one message, looked at as it passes. */
export type Watch = {
  readonly open: (envelope: Envelope, events: HandOverEvents) => HandOver;
  readonly turns: Turns;
  /** Whether the client may still relay; `what` it now asks for. */
  readonly inForce: (what: string) => boolean;
  /** Every write is to be waited for. */
  readonly slow: boolean;
};

export type Watched = {
  readonly handOver: HandOver;
  readonly message: Handed;
  /** neither answered to its end nor given up */
  readonly isOpen: () => boolean;
  /** something was asked and not answered */
  readonly waits: () => boolean;
  readonly drain: () => void;
};

export function watchHandOver(
  { open, turns, inForce, slow }: Watch,
  envelope: Envelope,
  events: HandOverEvents,
): Watched {
  const message: Handed = {
    sender: envelope.sender,
    recipients: [],
    octets: '',
    finished: false,
    accepted: false,
    abandoned: false,
  };
  const asked: string[] = [];
  let bodyOpen = false;
  let bodyAsked = false;
  let bodyAnswered = false;
  let answered = false;
  let draining = false;
  /** within a call that asks */
  let asking = false;

  const inner = open(envelope, {
    recipientAnswered: (answer) =>
      answerTo('RCPT', answer, (taken) => {
        const path = asked.shift();
        require(path !== undefined, 'an answer to no recipient');
        if (taken && path !== undefined) message.recipients.push(path);
        events.recipientAnswered(answer);
      }),
    bodyOpened: (answer) =>
      answerTo('DATA', answer, (taken) => {
        require(bodyAsked && !bodyAnswered, 'an answer to no DATA');
        bodyAnswered = true;
        bodyOpen = taken;
        events.bodyOpened(answer);
      }),
    finished: (answer) =>
      answerTo('a dot', answer, (taken) => {
        require(message.finished && !answered, 'an answer to no dot');
        answered = true;
        message.accepted = taken;
        events.finished(answer);
      }),
    drained: () => turns.guard(() => events.drained()),
  });

  function answerTo(what: string, { kind }: HandOverAnswer, pass: (taken: boolean) => void): void {
    turns.guard(() => {
      require(!message.abandoned, () => `an answer to ${what} of a message that was given up`);
      require(!asking, () => `an answer to ${what} within the call that asks`);
      pass(kind === 'accepted');
    });
  }

  function ask(what: string, act: () => void): void {
    require(!message.abandoned && !message.finished, () => `${what} after the message was over`);
    require(inForce(what), () => `${what} for a client that is no longer in force`);
    asking = true;
    act();
    asking = false;
  }

  function drain(): void {
    if (!draining) return;
    draining = false;
    if (!message.abandoned) events.drained();
  }

  const handOver: HandOver = {
    recipient: (path) =>
      ask('RCPT', () => {
        require(!/[\r\n\0<>]/.test(path), () => `a path that is none: ${JSON.stringify(path)}`);
        require(!bodyAsked, 'RCPT after DATA');
        asked.push(path);
        inner.recipient(path);
      }),
    openBody: () =>
      ask('DATA', () => {
        require(message.recipients.length > 0, 'a body without a recipient');
        require(asked.length === 0 && !bodyAsked, 'DATA before all recipients were answered');
        bodyAsked = true;
        inner.openBody();
      }),
    write: (octets) => {
      let follows = true;
      ask('a body', () => {
        require(bodyOpen, 'a body before 354');
        message.octets += octets.toString('latin1');
        follows = inner.write(octets);
      });
      if (!slow) return follows;
      draining = true;
      turns.later(drain);
      return false;
    },
    finish: (octets) =>
      ask('a dot', () => {
        require(bodyOpen, 'a dot before 354');
        message.octets += octets.toString('latin1');
        message.finished = true;
        inner.finish(octets);
      }),
    abandon: () => {
      message.abandoned = true;
      inner.abandon();
    },
  };
  const isOpen = () => !answered && !message.abandoned;
  const waits = () =>
    isOpen() && (asked.length > 0 || (bodyAsked && !bodyAnswered) || draining || message.finished);
  return { handOver, message, isOpen, waits, drain };
}
