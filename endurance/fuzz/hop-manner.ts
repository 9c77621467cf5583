import { type Dice, newDice } from '../support/dice.ts';

/** How a next hop behaves in one session. */
export type HopManner = {
  readonly greets: 'ehlo' | 'helo' | 'not_at_all';
  readonly pipelining: boolean;
  readonly xforward: boolean;
  readonly eightBit: boolean;
  readonly utf8: boolean;
  /** of a connection that waits for its next message; `stale`: it is found dead by that message */
  readonly idle: 'keeps' | 'closes' | 'stale';
  /** the share of each that it does not take */
  readonly refuses: Readonly<Record<Asked, number>>;
};

/** What a next hop may say no to; `.` ends a message. */
export type Asked = 'MAIL' | 'RCPT' | 'DATA' | '.' | 'RSET';

export type HopAnswer = {
  readonly taken: boolean;
  readonly text: string;
  /** without a word where there is no text */
  readonly hangsUp: boolean;
};

/** Most of them take everything: a fuzz that gets no message through would never see a wrong one. */
export function newManner(dice: Dice): HopManner {
  const willing = dice.chance(0.8);
  const share = (...shares: readonly number[]) => (willing ? 0 : dice.pick(shares));
  return {
    greets: willing || dice.chance(0.9) ? 'ehlo' : dice.pick(['helo', 'not_at_all'] as const),
    pipelining: dice.chance(0.7),
    xforward: dice.chance(0.7),
    eightBit: dice.chance(0.8),
    utf8: dice.chance(0.8),
    idle: dice.pick(['keeps', 'keeps', 'closes', 'stale'] as const),
    refuses: {
      MAIL: share(0, 0, 0, 0, 0.3, 1),
      RCPT: share(0, 0, 0.3, 0.6, 1),
      DATA: share(0, 0, 0.3, 0.6),
      '.': share(0, 0, 0.3, 0.6),
      RSET: share(0, 0, 0.3),
    },
  };
}

const taken: Readonly<Record<Asked, readonly string[]>> = {
  MAIL: ['250 2.1.0 Ok', '250 Ok'],
  RCPT: ['250 2.1.5 Ok', '250-2.1.5 Ok\r\n250 2.1.5 it is', '251 2.1.5 will be forwarded'],
  DATA: ['354 Go on'],
  '.': ['250 2.0.0 Ok: queued'],
  RSET: ['250 2.0.0 Ok'],
};

const refusals = [
  ...['451 4.3.0 not now', '450 busy', '452-4.5.3 too many\r\n452 4.5.3 of them'],
  ...['550 5.1.1 nobody here', '554 5.7.1 no', '503 5.5.1 no', '500 what?'],
];
const lastWords = ['421 4.3.2 closing', ''];
/** Neither a success nor a refusal of what it is said to. */
const odd: Readonly<Record<Asked, string>> = {
  MAIL: '354 odd',
  RCPT: '354 odd',
  DATA: '250 odd',
  '.': '354 odd',
  RSET: '354 odd',
};

/** By what is asked alone, and not by when: a script is the same however its octets are cut. */
export function answerOf({ refuses }: HopManner, seed: number, asked: Asked, about: string): HopAnswer {
  const dice = newDice(seed ^ hash(`${asked} ${about}`));
  if (!dice.chance(refuses[asked])) return { taken: true, text: dice.pick(taken[asked]), hangsUp: false };
  const hangsUp = dice.chance(0.25);
  const text = hangsUp ? dice.pick(lastWords) : dice.chance(0.05) ? odd[asked] : dice.pick(refusals);
  return { taken: false, text, hangsUp };
}

/** FNV-1a. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}
