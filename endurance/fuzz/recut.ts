import { type Dice, newDice } from '../support/dice.ts';
import type { Script, Step } from './script.ts';

/** How the same octets can come. */
export const cuts = ['in one piece', 'octet by octet', 'in other pieces'] as const;
export type Cut = (typeof cuts)[number];

/**
 * The same octets in other pieces. Between a DATA or STARTTLS and what follows nothing is cut or put together: whether
 * anything stands there before their reply is what those replies rest on.
 */
export function recut(script: Script, cut: Cut): Script {
  const dice = newDice(script.seed ^ 0x5bd1e995);
  const steps: Step[] = [];
  /** what has come of the line that the next octets go on with */
  let line = '';
  for (const step of script.steps) {
    const last = steps.at(-1);
    if ('event' in step) steps.push(step);
    else if (cut !== 'in one piece') {
      steps.push(...cutStep(step, line, cut === 'octet by octet' ? null : dice));
    } else if (last !== undefined && 'octets' in last && !last.settled && !waitsBehind(line)) {
      steps[steps.length - 1] = { octets: last.octets + step.octets, settled: step.settled };
    } else steps.push(step);
    if ('octets' in step) line = lastLine(line + step.octets);
  }
  return { ...script, steps };
}

/** The octets since the last line began that is not whole, or the last one that is where nothing follows it. */
function lastLine(octets: string): string {
  return octets.slice(octets.lastIndexOf('\n', octets.length - 2) + 1);
}

/** Whether these octets end with a command behind which nothing may stand. */
function waitsBehind(octets: string): boolean {
  return octets.endsWith('\n') && /^(?:DATA|STARTTLS)[ \r]/i.test(lastLine(octets));
}

/** @param dice null: between any two octets */
function cutStep(
  { octets, settled }: Extract<Step, { octets: string }>,
  line: string,
  dice: Dice | null,
): Step[] {
  const pieces: string[] = [];
  let from = 0;
  const cutAt = (at: number) => {
    if (at >= octets.length || (octets[at - 1] === '\n' && waitsBehind(line + octets.slice(0, at)))) return;
    pieces.push(octets.slice(from, at));
    from = at;
  };
  if (dice === null) for (let at = 1; at < octets.length; at += 1) cutAt(at);
  else {
    for (let more = dice.number(4); more > 0; more -= 1) {
      cutAt(from + 1 + dice.number(Math.max(1, octets.length - from)));
    }
  }
  pieces.push(octets.slice(from));
  return pieces.map((piece, index) => ({ octets: piece, settled: settled && index === pieces.length - 1 }));
}
