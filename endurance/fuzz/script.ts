import type { Dice } from '../support/dice.ts';
import { newDice } from '../support/dice.ts';
import { commandLine, envelope, lineEnd, message, ownDomain, rightPlain } from './grammar.ts';
import { type HopManner, newManner } from './hop-manner.ts';
import { mutate } from './mutate.ts';

/** Where in its life a session is when the fuzz begins. */
export const sessionStates = [
  'connected',
  'greeted',
  'under_tls',
  'signed_in',
  'after_mail',
  'after_recipient',
  'in_data',
  'in_body',
] as const;
export type SessionState = (typeof sessionStates)[number];

export type Standing = 'listed' | 'unlisted' | 'nobody';

/** Something that happens to a session besides what it is sent. */
export const events = [
  ...([
    'entry_ended',
    'lapsed',
    'narrowed',
    'passed_on',
    'denied',
    'timed_out',
    'shut_down',
    'drained',
  ] as const),
  ...(['rate_full', 'held', 'copy_old', 'credential_ended', 'next_hop_lost'] as const),
] as const;

export type Step =
  | { readonly octets: string /** all answers that are due are given after it */; readonly settled: boolean }
  | { readonly event: (typeof events)[number] };

/** One whole session as data: it can be played again, and made smaller. */
export type Script = {
  readonly seed: number;
  readonly state: SessionState;
  readonly client: Standing;
  /** what the client's server asks for: an address or a sign-in, or both together */
  readonly needs: 'either' | 'both';
  /** well-formed, each waits for its replies */
  readonly prelude: readonly string[];
  readonly steps: readonly Step[];
  readonly hop: HopManner;
  /** the client hangs up without waiting for what is under way */
  readonly leavesAtOnce: boolean;
};

const greeting = 'EHLO client.example\r\n';
const startTls = 'STARTTLS\r\n';
const mail = `MAIL FROM:<a@${ownDomain}>\r\n`;
const recipient = 'RCPT TO:<b@elsewhere.example>\r\n';

const preludes: Readonly<Record<SessionState, readonly string[]>> = {
  connected: [],
  greeted: [greeting],
  under_tls: [greeting, startTls, greeting],
  signed_in: [greeting, startTls, greeting, `AUTH PLAIN ${rightPlain}\r\n`],
  after_mail: [greeting, mail],
  after_recipient: [greeting, mail, recipient],
  in_data: [greeting, mail, recipient, 'DATA\r\n'],
  in_body: [greeting, mail, recipient, 'DATA\r\n', `From: a@${ownDomain}\r\n\r\nfirst line\r\n`],
};

/** A place where a client that behaves waits for the reply. */
const waitMark = '\u0001';

/** Makes a session from a seed. Only a client in force comes as far as a body. */
export function newScript(seed: number, only?: SessionState): Script {
  const dice = newDice(seed);
  const state = only ?? dice.pick(sessionStates);
  const inForce = state === 'in_data' || state === 'in_body' || state === 'after_recipient';
  const client = inForce ? 'listed' : dice.pick(['listed', 'listed', 'unlisted', 'nobody'] as const);
  const octets = speech(dice, state);
  return {
    seed,
    state,
    client,
    needs: dice.chance(0.15) ? 'both' : 'either',
    prelude: preludes[state],
    steps: cut(dice, octets),
    hop: newManner(dice),
    leavesAtOnce: dice.chance(0.3),
  };
}

function speech(dice: Dice, state: SessionState): string {
  let text = state === 'in_data' || state === 'in_body' ? message(dice) : '';
  for (let more = 1 + dice.number(12); more > 0; more -= 1) text += utterance(dice);
  return dice.chance(0.5) ? mutate(dice, text) : text;
}

/** One command, or a whole message with its envelope: alone, hardly any three commands would fit together. */
function utterance(dice: Dice): string {
  if (dice.chance(0.6)) return `${commandLine(dice)}${lineEnd(dice)}`;
  if (dice.chance(0.2)) return `${startTls}${waitMark}${greeting}${waitMark}`;
  const start = dice.chance(0.5) ? greeting : 'RSET\r\n';
  return `${start}${envelope(dice)}DATA\r\n${waitMark}${message(dice)}`;
}

function cut(dice: Dice, text: string): Step[] {
  const steps: Step[] = [];
  const parts = text.split(waitMark);
  for (const [index, part] of parts.entries()) {
    const pieces = dice.chance(0.5) ? [part] : shred(dice, part);
    for (const octets of pieces) {
      if (octets !== '') steps.push({ octets, settled: dice.chance(0.7) });
      if (dice.chance(0.04)) steps.push({ event: dice.pick(events) });
    }
    const last = steps.at(-1);
    if (index < parts.length - 1 && last !== undefined && 'octets' in last && dice.chance(0.9)) {
      steps[steps.length - 1] = { octets: last.octets, settled: true };
    }
  }
  return steps;
}

function shred(dice: Dice, text: string): string[] {
  const longest = dice.pick([1, 5, 30, 100, 300, 300]);
  // Octet by octet only where that does not take all day.
  const most = text.length > 300 && longest < 30 ? 50 : longest;
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + dice.number(most);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
