import { ownDomain } from './grammar.ts';
import type { WireMessage } from './hop-dialogue.ts';
import { require } from './violation.ts';
import { type Handed, judgeHeader, judgeOctets } from './wire.ts';

// What a whole session has said and handed on, judged when it is over.

const replyLine = /^[2-5][0-9]{2}[ -][\x20-\x7e]*$/;
const refusalLine = /^[45][0-9]{2} [45]\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)/;

/** EHLO, HELO and STARTTLS: what was offered before counts no more. */
const endsOffers = /^(?:250-.* greets you|250 mx\.postern\.example|220 .*)$/;
/** What the next hop does not take is refused for good where the client was not told that it may send so, and only there. */
const refusedByOffer = [
  ['550 5.6.3 ', '8BITMIME', false],
  ['451 4.6.3 ', '8BITMIME', true],
  ['550 5.6.7 ', 'SMTPUTF8', false],
  ['451 4.6.7 ', 'SMTPUTF8', true],
] as const;

export function judgeReplies(said: string): undefined {
  require(said.endsWith('\r\n'), 'half a reply');
  let offered = '';
  for (const line of said.slice(0, -2).split('\r\n')) {
    const isReply = replyLine.test(line) && line.length <= 510;
    require(isReply, () => `a reply that is none: ${JSON.stringify(line)}`);
    const isRefusal = line[0] === '4' || line[0] === '5';
    require(!isRefusal || refusalLine.test(line), () => `a refusal without its codes: ${line}`);
    if (endsOffers.test(line)) offered = '';
    else if (line.startsWith('250-')) offered += line;
    for (const [codes, what, wasOffered] of refusedByOffer) {
      if (!line.startsWith(codes)) continue;
      require(offered.includes(what) === wasOffered, () =>
        `${what} was ${wasOffered ? 'not ' : ''}offered: ${line}`);
    }
  }
  for (let at = said.indexOf('354 '); at >= 0; at = said.indexOf('354 ', at + 1)) {
    if (said[at - 1] !== '\n') continue;
    const before = said.slice(0, at);
    const taken = before.lastIndexOf('\n250 2.1.5 ') > before.lastIndexOf('\n250 2.1.0 ');
    require(taken, '354 where no recipient was taken');
  }
}

export function judgeHandedOn(
  handed: readonly Handed[],
  said: string,
  sentBy: () => string,
  mostOctets: number,
): undefined {
  if (handed.length === 0) return require(!said.includes('\n250 2.0.0 Accepted as '), '250 for no message');
  const doors = said.match(/^354 /gm)?.length ?? 0;
  const told = said.match(/^250 2\.0\.0 Accepted as /gm)?.length ?? 0;
  const finished = handed.filter((message) => message.finished);
  const accepted = finished.filter((message) => message.accepted);
  require(finished.length <= doors, () => `${finished.length} messages handed on for ${doors} times 354`);
  require(told <= accepted.length, () => `${told} times 250 for ${accepted.length} accepted messages`);
  require(accepted.length - told <= 1, () => `${accepted.length} accepted messages for ${told} times 250`);
  for (const message of handed) {
    const problem = judgeOctets(message) ?? (message.finished ? judgeHeader(message, ownDomain) : null);
    require(problem === null, problem ?? '');
    if (!message.finished) continue;
    const sent = sentBy();
    if (/postern-attribution/i.test(sent)) continue;
    // Behind our two fields, octet for octet what came.
    const trace = message.octets.indexOf('Postern-Attribution: v=1; server=acme\r\n');
    const rest = message.octets.slice(message.octets.indexOf('\r\n', trace) + 2);
    require(sent.includes(rest), 'a message was handed on in other octets than it came');
    const octets = rest.replace(/^\./gm, '').length - '\r\n'.length;
    require(octets <= mostOctets, () => `a message of ${octets} octets was handed on`);
  }
}

/** The next hop has each message once, as the session has handed it over, and no other. */
export function judgeWire(wire: readonly WireMessage[], handed: readonly Handed[]): undefined {
  const left = handed.filter(({ finished }) => finished);
  for (const { ended, octets, sender, recipients, accepted } of wire) {
    if (!ended) {
      const begun = handed.some((message) => message.octets.startsWith(octets));
      require(begun, () => `the next hop got octets of no message: ${JSON.stringify(octets)}`);
      continue;
    }
    const place = left.findIndex((message) => message.octets === octets);
    const [message] = place < 0 ? [] : left.splice(place, 1);
    if (message === undefined) return require(false, `the next hop got a message too many: ${sender}`);
    require(message.sender === sender, () => `the next hop got another sender: ${sender}`);
    const same = JSON.stringify(message.recipients) === JSON.stringify(recipients);
    require(same, () => `the next hop got other recipients: ${recipients.join(', ')}`);
    require(accepted || !message.accepted, 'a message was taken which the next hop has refused');
  }
  require(!left.some(({ accepted }) => accepted), 'a message was taken that the next hop never got');
}
