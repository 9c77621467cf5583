import { type Dice, newDice } from '../support/dice.ts';
import type { Script, Step } from './script.ts';

/**
 * The same octets in other pieces. A cut right behind the end of a line would make another conversation of it: whether
 * anything follows DATA or STARTTLS before their reply is what those replies rest on.
 */
export function recut(script: Script): Script {
  const dice = newDice(script.seed ^ 0x5bd1e995);
  return {
    ...script,
    steps: script.steps.flatMap((step) => ('event' in step ? [step] : cutStep(dice, step))),
  };
}

function cutStep(dice: Dice, { octets, settled }: Extract<Step, { octets: string }>): Step[] {
  const pieces: string[] = [];
  let from = 0;
  for (let more = dice.number(4); more > 0; more -= 1) {
    const at = from + 1 + dice.number(Math.max(1, octets.length - from));
    if (at >= octets.length || octets[at - 1] === '\n') continue;
    pieces.push(octets.slice(from, at));
    from = at;
  }
  pieces.push(octets.slice(from));
  return pieces.map((piece, index) => ({ octets: piece, settled: settled && index === pieces.length - 1 }));
}
