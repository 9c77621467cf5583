import { automaticCause } from '../../../lib/domain/auto-submitted.ts';
import { readHeaderSection } from '../../../lib/domain/header-section.ts';
import { decideHeader } from '../../../lib/domain/message-header.ts';
import type { SmtpRefusal } from '../../../lib/domain/smtp-replies.ts';
import { entryEnded } from './endings.ts';
import {
  type HeldHeader,
  holdHeader,
  longestHeader,
  newHeldHeader,
  stuffedDotsOf,
  type WholeHeader,
} from './held-header.ts';
import { judgeAgain } from './judge-again.ts';
import { composeRefusal, refuse, refusedByNextHop, type SaidRefusal, say } from './replies.ts';
import { type BodyScan, dotLineOctets, newBodyScan, scanBody } from './scan-body.ts';
import { endSession, goOn, type Session, takeInput } from './session.ts';
import { tallyRule } from './tally.ts';
import { writeTrace } from './trace-header.ts';
import { abandonTransaction, endTransaction, type Transaction } from './transaction.ts';
import type { HandOverAnswer } from './types.ts';

export type BodyState = {
  readonly scan: BodyScan;
  /** octets; it may become less until the header section has been read */
  limit: number;
  /** `header`: nothing is handed on yet. `discarding`: nothing will be. */
  stage: 'header' | 'handing_on' | 'discarding';
  /** more has come than is allowed */
  oversized: boolean;
  held: HeldHeader;
  /** said after the dot, in place of `250` */
  refusal: SaidRefusal | null;
  /** what follows as soon as the next hop takes the body */
  first: { header: Buffer; rest: Buffer; ended: boolean } | null;
};

/** What a client may send beyond its limit before it has to hear of it. */
const patienceOctets = 64 * 1024 * 1024;

export function newBody(limit: number): BodyState {
  return {
    scan: newBodyScan(),
    limit,
    stage: 'header',
    oversized: false,
    held: newHeldHeader(),
    refusal: null,
    first: null,
  };
}

/** @returns false where nothing can be done until more has come */
export function takeBody(session: Session): boolean {
  const { body, transaction, input } = session;
  if (body === null || transaction === null || input === null) throw new Error('a body without its message');
  const { scan } = body;
  const bad = scanBody(scan, input, session.at) === 'bad';
  const octets = input.subarray(session.at, scan.judgedTo);
  if (bad) return refuseOctets(session, transaction, body, octets);
  session.at = scan.judgedTo;
  if (octets.length === 0) return false;
  transaction.bytes += octets.length;
  const ended = scan.status === 'end';
  if (transaction.bytes > body.limit && !checkSize(session, transaction, body)) return false;
  if (body.stage === 'header') takeHeader(session, transaction, body, octets, ended);
  else if (body.stage === 'handing_on') handOn(session, transaction, octets, ended);
  else if (ended) endDiscarded(session, transaction, body);
  return true;
}

/**
 * Nothing of it is interpreted, and the next hop never sees its dot. Only an automatic answer does not become a proof by
 * what stands behind its header section, in whatever pieces it comes.
 * @param octets what stands in front of the bad ones and was not looked at before
 */
function refuseOctets(session: Session, transaction: Transaction, body: BodyState, octets: Buffer): false {
  const reason = `${body.scan.problem} in the body`;
  if (body.stage === 'header' && transaction.proofs.length > 0) {
    const found = holdHeader(body.held, octets, false);
    if (typeof found === 'object' && messageOctets(found.header) <= body.limit) {
      withdrawBorrowedProofs(session, transaction, readHeaderSection(found.header.toString('latin1')).fields);
    }
  }
  tallyRule(transaction, 'body_bytes');
  abandonTransaction(session, reason);
  refuse(session, 'body_bytes', reason);
  endSession(session);
  return false;
}

/**
 * The limit is of the message alone, without the dots that SMTP adds (RFC 1870 section 4). A header section that is
 * whole is judged first, and a message that is too large is that, whatever the next hop says to the beginning of it: it
 * is answered the same in however many pieces it comes.
 */
function checkSize(session: Session, transaction: Transaction, body: BodyState): boolean {
  body.oversized = isOversized(transaction, body);
  const { refusal } = body;
  const ours = refusal !== null && refusal.rule !== 'next_hop_refused' && refusal.rule !== 'next_hop_away';
  if (body.oversized && body.stage !== 'header' && !ours) discardOversized(session, transaction, body);
  if (transaction.bytes <= body.limit + patienceOctets) return true;
  tallyRule(transaction, 'message_too_large');
  abandonTransaction(session, 'far too large');
  refuse(session, 'message_too_large', 'far too large');
  endSession(session);
  return false;
}

function isOversized({ bytes }: Transaction, { scan, limit }: BodyState): boolean {
  return bytes - scan.stuffedDots - (scan.status === 'end' ? dotLineOctets : 0) > limit;
}

/** A header section in octets of the message. */
function messageOctets(header: Buffer): number {
  return header.length - stuffedDotsOf(header);
}

/** The rest is read and thrown away, the refusal is said after the dot. */
function discard(
  session: Session,
  transaction: Transaction,
  body: BodyState,
  rule: SmtpRefusal,
  reason: string,
): undefined {
  body.refusal = composeRefusal(session, rule, reason);
  stopHandingOn(transaction, body);
}

function discardOversized(session: Session, transaction: Transaction, body: BodyState): undefined {
  discard(session, transaction, body, 'message_too_large', `more than ${body.limit} octets`);
}

function stopHandingOn(transaction: Transaction, body: BodyState): undefined {
  body.stage = 'discarding';
  body.held = newHeldHeader();
  transaction.handOver?.abandon();
  transaction.handOver = null;
}

function takeHeader(
  session: Session,
  transaction: Transaction,
  body: BodyState,
  octets: Buffer,
  ended: boolean,
): undefined {
  const found = holdHeader(body.held, octets, ended);
  if (found === 'more') {
    // Of a header section that is too large by itself nobody waits for the end.
    if (body.oversized) discardOversized(session, transaction, body);
    return;
  }
  if (found === 'too_large') {
    // Where a whole message may not be as large as a header section, that is what it is too large for.
    if (body.limit <= longestHeader) discardOversized(session, transaction, body);
    else discard(session, transaction, body, 'header_too_large', 'header section');
  } else judgeHeader(session, transaction, body, found, ended);
  if (ended && body.stage === 'discarding') endDiscarded(session, transaction, body);
}

function judgeHeader(
  session: Session,
  transaction: Transaction,
  body: BodyState,
  { header, rest }: WholeHeader,
  ended: boolean,
): undefined {
  if (body.oversized && messageOctets(header) > body.limit) {
    return discardOversized(session, transaction, body);
  }
  const section = readHeaderSection(header.toString('latin1'));
  withdrawBorrowedProofs(session, transaction, section.fields);
  // A proof alone is thrown away whatever its header says, also where the next hop wanted none of the recipients.
  if (transaction.basis === null || transaction.recipients.length === 0) {
    return body.oversized ? discardOversized(session, transaction, body) : stopHandingOn(transaction, body);
  }
  const rule = judgeAgain(session, transaction);
  if (rule === 'other_entry') return entryEnded(session);
  if (rule !== null) return discard(session, transaction, body, rule, 'no longer allowed with the header');
  const { basis, handOver } = transaction;
  body.limit = basis.scope.messageBytes;
  body.oversized = isOversized(transaction, body);
  if (!section.ok) return discard(session, transaction, body, 'header_malformed', section.code);
  const refusal = decideHeader(section.fields, basis.scope.senderDomains, session.facts.toAscii);
  if (refusal !== null) return discard(session, transaction, body, refusal.rule, refusal.reason);
  if (body.oversized) return discardOversized(session, transaction, body);
  if (basis.sandboxed || handOver === null) return stopHandingOn(transaction, body);
  body.first = { header: writeTrace(session, transaction, basis, section.fields, header), rest, ended };
  body.held = newHeldHeader();
  session.waitsFor = 'body_opened';
  handOver.openBody();
}

/** An automatic answer proves only that somebody could provoke one. */
function withdrawBorrowedProofs(
  session: Session,
  transaction: Transaction,
  fields: Parameters<typeof automaticCause>[0],
): undefined {
  const cause = transaction.proofs.length === 0 ? null : automaticCause(fields);
  if (cause === null) return;
  for (const { reportId, entryId } of transaction.proofs) {
    // What was only looked for proves nothing that could be taken back.
    if (entryId !== null) session.host.withdrawProof({ reportId, entryId }, cause);
  }
}

export function bodyOpened(session: Session, transaction: Transaction, answer: HandOverAnswer): undefined {
  const { body } = session;
  if (body?.first == null) throw new Error('a body was opened that nobody wants to send');
  const { header, rest, ended } = body.first;
  body.first = null;
  session.waitsFor = null;
  if (answer.kind === 'accepted') {
    body.stage = 'handing_on';
    handOn(session, transaction, header, false);
    handOn(session, transaction, rest, ended);
  } else {
    body.refusal = refusedByNextHop(session, answer);
    stopHandingOn(transaction, body);
    if (ended) endDiscarded(session, transaction, body);
  }
  takeInput(session);
}

function handOn(session: Session, { handOver }: Transaction, octets: Buffer, ended: boolean): undefined {
  if (handOver === null) throw new Error('handing on to nobody');
  if (ended) {
    session.waitsFor = 'finish';
    handOver.finish(octets);
  } else if (!handOver.write(octets)) session.waitsFor = 'drain';
}

export function drained(session: Session): undefined {
  if (session.waitsFor === 'drain') goOn(session);
}

/** The next hop has answered the dot: only now may the client hear `250`. */
export function finished(session: Session, transaction: Transaction, answer: HandOverAnswer): undefined {
  if (answer.kind === 'accepted') {
    const reply = `250 2.0.0 Accepted as ${transaction.id}`;
    say(session, reply);
    endTransaction(session, transaction, { outcome: 'accepted', reply, refusal: null, reason: answer.text });
  } else {
    const refusal = refusedByNextHop(session, answer);
    say(session, refusal.text);
    endTransaction(session, transaction, { outcome: 'refused', reply: refusal.text, refusal });
  }
  goOn(session);
}

function endDiscarded(session: Session, transaction: Transaction, { refusal }: BodyState): undefined {
  const seen = transaction.proofs.some(({ entryId }) => entryId !== null) ? 'Proof received' : 'Address seen';
  const reply =
    refusal?.text ??
    (transaction.basis?.sandboxed
      ? `250 2.0.0 Sandbox: ${transaction.id} was checked and not delivered`
      : `250 2.0.0 ${seen}, the message itself is discarded`);
  say(session, reply);
  endTransaction(session, transaction, {
    outcome: refusal === null ? 'discarded' : 'refused',
    reply,
    refusal,
  });
}
