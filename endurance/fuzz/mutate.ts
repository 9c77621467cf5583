import type { Dice } from '../support/dice.ts';

const splinters = [
  ...[
    '\0',
    '\n',
    '\r',
    '\r\n',
    '.',
    '\r\n.\r\n',
    '\n.\n',
    '\r.\r',
    ' ',
    '\t',
    '<',
    '>',
    '@',
    ':',
    '"',
    '\\',
    ',',
  ],
  ...[
    '\u00ff',
    '\u00c3',
    '\u00e2\u0080\u00a8',
    '%',
    '!',
    '=',
    'DATA\r\n',
    'RSET\r\n',
    'STARTTLS\r\n',
    'QUIT\r\n',
  ],
];

/** Changes a few octets, as line noise and fuzzers do. */
export function mutate(dice: Dice, text: string): string {
  let octets = text;
  for (let more = 1 + dice.number(3); more > 0; more -= 1) octets = mutateOnce(dice, octets);
  return octets;
}

function mutateOnce(dice: Dice, text: string): string {
  const at = dice.number(text.length + 1);
  const length = Math.min(1 + dice.number(8), text.length - at);
  const [before, some, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (dice.number(7)) {
    case 0:
      return before + after;
    case 1:
      return before + some + some + after;
    case 2:
      return before + dice.pick(splinters) + some + after;
    case 3:
      return before + dice.pick(splinters) + after;
    case 4:
      return before + String.fromCharCode(dice.number(256)) + some.slice(1) + after;
    case 5:
      return before + some.toLowerCase() + after;
    default:
      return some + before + after;
  }
}
