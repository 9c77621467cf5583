import {
  passedOnReply,
  type RefusalFacts,
  refusalReply,
  type SmtpRefusal,
  smtpRefusals,
} from '../../../lib/domain/smtp-replies.ts';
import type { Session } from './session.ts';
import type { HandOverAnswer } from './types.ts';

/** A reply whose words are not known yet; those behind it wait for it (RFC 2920 3.1: replies keep their order). */
export type ReplySlot = { text: string | null };

export type ReplyQueue = {
  /** ready to be sent, in one write */
  out: string;
  readonly slots: ReplySlot[];
};

export function newReplyQueue(): ReplyQueue {
  return { out: '', slots: [] };
}

/** One reply, its lines without the last CR LF. */
export function say(session: Session, text: string): undefined {
  const { replies } = session;
  if (replies.slots.length === 0) replies.out += `${text}\r\n`;
  else replies.slots.push({ text });
}

/** A place in the order of replies for one that is to come. */
export function promiseReply(session: Session): ReplySlot {
  const slot: ReplySlot = { text: null };
  session.replies.slots.push(slot);
  return slot;
}

export function keepPromise(session: Session, slot: ReplySlot, text: string): undefined {
  slot.text = text;
  const { replies } = session;
  let ready = 0;
  for (const { text: next } of replies.slots) {
    if (next === null) break;
    replies.out += `${next}\r\n`;
    ready += 1;
  }
  replies.slots.splice(0, ready);
}

/** Replies that are not known yet will never be said. */
export function breakPromises(session: Session): undefined {
  const { replies } = session;
  for (const slot of replies.slots.splice(0)) {
    if (slot.text !== null) replies.out += `${slot.text}\r\n`;
  }
}

export function flushReplies(session: Session): undefined {
  const { replies } = session;
  if (replies.out === '') return;
  const text = replies.out;
  replies.out = '';
  if (!session.host.send(text)) session.unread = true;
}

/** Replies that are gathered before they are sent, whatever a client sends in one go. */
export const mostGathered = 64 * 1024;

/** @returns whether there is room for another reply: a client that does not read is not looked at either */
export function hasRoomForReplies(session: Session): boolean {
  if (session.replies.out.length >= mostGathered) flushReplies(session);
  return !session.unread;
}

export type SaidRefusal = {
  readonly text: string;
  readonly rule: SmtpRefusal;
  readonly code: number;
  readonly enhanced: string;
  readonly reason: string;
  readonly reference: string;
};

/** The public text with its sealed reference; the reason stays private. */
export function composeRefusal(session: Session, rule: SmtpRefusal, reason: string): SaidRefusal {
  const facts = refusalFacts(session, rule);
  const { code, enhanced } = smtpRefusals[rule];
  return { text: refusalReply(rule, facts), rule, code, enhanced, reason, reference: facts.reference };
}

/** What the next hop has not taken: refused with its own code, or away. */
export function refusedByNextHop(
  session: Session,
  answer: Exclude<HandOverAnswer, { kind: 'accepted' }>,
): SaidRefusal {
  return answer.kind === 'refused'
    ? composePassedOn(session, answer)
    : composeRefusal(session, 'next_hop_away', answer.reason);
}

function composePassedOn(
  session: Session,
  answer: { code: number; enhanced: string | null; text: string },
): SaidRefusal {
  const rule = 'next_hop_refused';
  const facts = refusalFacts(session, rule);
  return {
    text: passedOnReply(answer.code, answer.enhanced, facts),
    rule,
    code: answer.code,
    enhanced: answer.enhanced ?? '',
    reason: `next hop: ${answer.code} ${answer.text}`,
    reference: facts.reference,
  };
}

function refusalFacts({ facts, client, settings }: Session, rule: SmtpRefusal): RefusalFacts {
  return { reference: facts.reference(rule, client), address: client, portalUrl: settings.portalUrl };
}

/** Refuses a command, outside of any recipient or message that has its own line in the log. */
export function refuse(session: Session, rule: SmtpRefusal, reason: string): undefined {
  const said = composeRefusal(session, rule, reason);
  say(session, said.text);
  logRefusal(session, said);
}

export function logRefusal(session: Session, { rule, reason, reference }: SaidRefusal): undefined {
  const { client, ehlo } = session;
  session.host.logRefusal({ client, ehlo, rule, reason, reference });
}
