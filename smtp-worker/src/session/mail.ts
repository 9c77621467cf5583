import { type Mailbox, needsUtf8, parseSmtpPath } from '../../../lib/domain/smtp-path.ts';
import { parseMailParameters } from './mail-parameters.ts';
import { countError, wastesTime } from './patience.ts';
import { refuse, say } from './replies.ts';
import type { Session } from './session.ts';
import { type Tallied, tallyRule } from './tally.ts';

/**
 * MAIL is taken without commitment: only with the recipient is it known whether this is a proof, a message that an
 * entry covers, or a stranger's. Only what no recipient could change is refused here.
 */
export function startMail(session: Session, argument: string): undefined {
  if (session.greeted === 'no') return countError(session, 'command_order', 'MAIL before EHLO');
  if (session.transaction !== null) return countError(session, 'command_order', 'MAIL within a transaction');
  const text = /^from *:(.*)$/i.exec(argument.trim())?.[1];
  const path = text === undefined ? undefined : parseSmtpPath(text, session.facts.toAscii);
  if (path === undefined) return countError(session, 'sender_syntax', 'MAIL path');
  const parsed = parseMailParameters(path.parameters);
  if (!parsed.ok) return countError(session, parsed.rule, `MAIL parameter ${parsed.parameter.slice(0, 40)}`);
  const { parameters } = parsed;
  const { mailbox } = path;
  if (mailbox !== null && (mailbox.domain === '' || (needsUtf8(mailbox) && !parameters.utf8))) {
    return countError(session, 'sender_syntax', 'MAIL path without domain, or beyond ASCII without SMTPUTF8');
  }
  if (parameters.size !== null && parameters.size > sizeLimit(session)) {
    countTooLarge(session, mailbox);
    if (wastesTime(session)) return;
    return refuse(session, 'message_too_large', `SIZE=${parameters.size}`);
  }
  session.transaction = {
    id: session.facts.newTransactionId(),
    startedMs: session.facts.elapsedMs(),
    sender: mailbox,
    declaredSize: parameters.size,
    eightBit: parameters.eightBit,
    utf8: parameters.utf8,
    basis: null,
    handOver: null,
    recipients: [],
    unanswered: [],
    askedProofs: [],
    proofs: [],
    refused: [],
    rateTaken: false,
    bytes: 0,
    tally: null,
  };
  say(session, '250 2.1.0 Sender noted');
}

/** What the greeting announced: a stranger learns of the refusal at RCPT, not of our limits here. */
function sizeLimit({ client, login, facts, settings }: Session): number {
  const terms = client === null || login !== null ? null : facts.standing(client).terms;
  return Math.min(terms?.scope.messageBytes ?? settings.messageBytes, settings.messageBytes);
}

/** A message that never begins is one that was refused all the same. */
function countTooLarge({ client, login, facts, host }: Session, sender: Mailbox | null): undefined {
  const refused: Tallied = { tally: null };
  tallyRule(refused, 'message_too_large');
  const terms = client === null || login !== null ? null : facts.standing(client).terms;
  host.countMail({
    client,
    entry: terms?.entryId ?? null,
    signedIn: login !== null,
    senderDomain: sender?.domain ?? null,
    accepted: false,
    recipients: 0,
    octets: 0,
    tally: refused.tally,
  });
}
