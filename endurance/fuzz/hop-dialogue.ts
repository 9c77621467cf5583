import type { Asked, HopAnswer, HopManner } from './hop-manner.ts';

// One connection as the next hop sees it. Whoever speaks to it must keep to RFC 5321, and to RFC 2920 where several
// commands go out at once: judged by what it has been told, for of what is still on its way to it it knows nothing.

/** A message as it came over the wire. */
export type WireMessage = {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** latin1, the dot line included */
  octets: string;
  /** its dot has come */
  ended: boolean;
  accepted: boolean;
};

export type HopDialogue = {
  /** Octets from the client (latin1). */
  readonly take: (octets: string) => undefined;
  /** The oldest reply that was not heard is heard now. */
  readonly heard: () => undefined;
  /** The client has hung up. */
  readonly left: () => undefined;
};

export type HopDialogueOptions = {
  manner: Pick<HopManner, 'greets' | 'pipelining' | 'xforward' | 'eightBit' | 'utf8' | 'idle'>;
  decide: (asked: Asked, about: string) => HopAnswer;
  messages: WireMessage[];
  reply: (answer: HopAnswer) => undefined;
  /** Told of whatever a client that keeps to the protocol would not do. */
  wrong: (problem: string) => undefined;
  /** What is asked in a group (RFC 2920) may be on its way while a reply is: over sockets nobody sees which was first. */
  groupsCross?: boolean;
};

type Verb = Asked | 'banner' | 'EHLO' | 'HELO' | 'XFORWARD' | 'QUIT';

const shapes: readonly (readonly [Verb, RegExp])[] = [
  ['EHLO', /^EHLO [^ ]+$/],
  ['HELO', /^HELO [^ ]+$/],
  ['XFORWARD', /^XFORWARD(?: [A-Z]+=[!-~]+)+$/],
  ['MAIL', /^MAIL FROM:<[^<>]*>(?: [A-Z0-9]+(?:=[!-~]+)?)*$/],
  ['RCPT', /^RCPT TO:<[^<>]+>$/],
  ['DATA', /^DATA$/],
  ['RSET', /^RSET$/],
  ['QUIT', /^QUIT$/],
];

const ok: HopAnswer = { taken: true, text: '250 2.0.0 Ok', hangsUp: false };

export function newHopDialogue({
  manner,
  decide,
  messages,
  reply,
  wrong,
  groupsCross = false,
}: HopDialogueOptions): HopDialogue {
  let rest = '';
  let greeted = false;
  let mail: 'none' | 'taken' | 'refused' = 'none';
  let sender = '';
  let recipients: string[] = [];
  let body: WireMessage | null = null;
  let carried = 0;
  /** the client's own name for the message, where it says one */
  let ident = '';
  /** No more is said: after this nothing is read. */
  let over = false;
  /** what the client has no reply to, oldest first */
  const unheard: { verb: Verb; last: boolean }[] = [];
  let endedBy: Verb | null = null;

  answer('banner', greeting());
  return { take, heard, left };

  function greeting(): HopAnswer {
    if (manner.greets === 'not_at_all')
      return { taken: false, text: '554 5.3.2 nobody is in', hangsUp: true };
    return { taken: true, text: '220 hop ESMTP', hangsUp: false };
  }

  function answer(verb: Verb, given: HopAnswer): undefined {
    over ||= given.hangsUp;
    // Who asks for more after the dot (RFC 5321 4.2.1: 3yz) takes the next command for more of the message.
    const last = given.hangsUp || (verb === '.' && given.text.startsWith('3'));
    if (given.text !== '') unheard.push({ verb, last });
    reply(given);
  }

  function heard(): undefined {
    const reply = unheard.shift();
    if (reply?.last) endedBy = reply.verb;
  }

  function left(): undefined {
    if (unheard.some(({ verb }) => verb === '.')) wrong('it hung up before the reply to its dot');
  }

  function take(octets: string): undefined {
    if (endedBy !== null) return wrong(`after the last reply, to ${endedBy}: ${JSON.stringify(octets)}`);
    rest += octets;
    while (!over && (body === null ? takeLine() : takeBody(body)));
  }

  function takeBody(message: WireMessage): boolean {
    if (rest === '') return false;
    if (unheard.length > 0) wrong('a body before 354 was heard');
    message.octets += rest;
    rest = '';
    const end = /(?:^|\r\n)\.\r\n/.exec(message.octets);
    if (end === null) return false;
    const length = end.index + end[0].length;
    rest = message.octets.slice(length);
    message.octets = message.octets.slice(0, length);
    message.ended = true;
    body = null;
    mail = 'none';
    carried += 1;
    const given = decide('.', `${ident} ${sender} ${recipients.join(' ')}`);
    message.accepted = given.taken;
    answer('.', given);
    restBetween(given);
    return true;
  }

  /** What a connection does between two messages. */
  function restBetween({ hangsUp }: HopAnswer): undefined {
    if (manner.idle !== 'closes' || hangsUp) return;
    over = true;
    reply({ taken: false, text: '', hangsUp: true });
  }

  function takeLine(): boolean {
    const end = rest.indexOf('\r\n');
    if (end < 0) return false;
    const line = rest.slice(0, end);
    rest = rest.slice(end + 2);
    const verb = shapes.find(([, shape]) => shape.test(line))?.[0];
    if (verb === undefined) wrong(`no command: ${JSON.stringify(line)}`);
    else if (isStale(verb)) {
      over = true;
      reply({ taken: false, text: '', hangsUp: true });
    } else {
      const problem = judge(verb) ?? judgeParameters(verb, line);
      if (problem !== null) wrong(problem);
      else command(verb, line);
    }
    return true;
  }

  function isStale(verb: Verb): boolean {
    return manner.idle === 'stale' && carried > 0 && mail === 'none' && verb !== 'QUIT';
  }

  /** @returns what is wrong with saying this now, null for nothing */
  function judge(verb: Verb): string | null {
    const waits = unheard.map(({ verb: asked }) => asked);
    if (waits.length > 0 && !manner.pipelining) return `${verb} before the reply to ${waits.join(', ')}`;
    if (waits.some((asked) => asked === '.' || asked === 'DATA' || asked === 'RSET' || asked === 'banner')) {
      return `${verb} before the reply to ${waits.join(', ')}`;
    }
    if (verb !== 'EHLO' && verb !== 'HELO' && verb !== 'QUIT' && !greeted) return `${verb} before EHLO`;
    switch (verb) {
      case 'XFORWARD':
        if (!manner.xforward) return 'XFORWARD where it is not offered';
        return mail === 'taken' || waits.length > 0 ? 'XFORWARD inside a transaction' : null;
      case 'MAIL':
        return mail === 'taken' || waits.includes('MAIL') ? 'MAIL inside a transaction' : null;
      case 'RCPT':
        if (mail === 'none') return 'RCPT before MAIL';
        if (mail !== 'refused' || waits.includes('MAIL')) return null;
        return manner.pipelining && groupsCross ? null : 'RCPT after MAIL was refused';
      case 'DATA':
        if (waits.length > 0) return `DATA before the reply to ${waits.join(', ')}`;
        return recipients.length === 0 ? 'DATA without an accepted recipient' : null;
      default:
        return null;
    }
  }

  function judgeParameters(verb: Verb, line: string): string | null {
    if (verb !== 'MAIL') return null;
    if (!manner.eightBit && / BODY=8BITMIME(?: |$)/.test(line)) return '8BITMIME where it is not offered';
    return !manner.utf8 && / SMTPUTF8(?: |$)/.test(line) ? 'SMTPUTF8 where it is not offered' : null;
  }

  function command(verb: Verb, line: string): undefined {
    const path = /<(.*)>/.exec(line)?.[1] ?? '';
    switch (verb) {
      case 'EHLO':
        return greet();
      case 'HELO':
        greeted = true;
        return answer(verb, ok);
      case 'XFORWARD':
        ident = / IDENT=([^ ]+)/.exec(line)?.[1] ?? '';
        return answer(verb, ok);
      case 'MAIL': {
        const given = decide('MAIL', `${ident} ${path}`);
        mail = given.taken ? 'taken' : 'refused';
        sender = path;
        recipients = [];
        return answer(verb, given);
      }
      case 'RCPT':
        return takeRecipient(path);
      case 'DATA': {
        const given = decide('DATA', `${ident} ${sender}`);
        if (given.taken) {
          body = { sender, recipients, octets: '', ended: false, accepted: false };
          messages.push(body);
        }
        return answer(verb, given);
      }
      case 'RSET': {
        const given = decide('RSET', `${ident} ${sender}`);
        if (given.taken) forget();
        answer(verb, given);
        return restBetween(given);
      }
      default:
        return answer(verb, { taken: true, text: '221 2.0.0 Bye', hangsUp: true });
    }
  }

  function greet(): undefined {
    if (manner.greets === 'helo')
      return answer('EHLO', { taken: false, text: '502 5.5.1 no', hangsUp: false });
    greeted = true;
    const lines = ['hop', 'SIZE 50000000'];
    if (manner.eightBit) lines.push('8BITMIME');
    if (manner.utf8) lines.push('SMTPUTF8');
    if (manner.pipelining) lines.push('PIPELINING');
    if (manner.xforward) lines.push('XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE');
    const text = lines.map((each, at) => `250${at === lines.length - 1 ? ' ' : '-'}${each}`).join('\r\n');
    answer('EHLO', { taken: true, text, hangsUp: false });
  }

  function takeRecipient(path: string): undefined {
    if (mail !== 'taken') return answer('RCPT', { taken: false, text: '503 5.5.1 no MAIL', hangsUp: false });
    const given = decide('RCPT', `${ident} ${sender} ${path}`);
    if (given.taken) recipients.push(path);
    answer('RCPT', given);
  }

  function forget(): undefined {
    mail = 'none';
    recipients = [];
    carried += 1;
  }
}
