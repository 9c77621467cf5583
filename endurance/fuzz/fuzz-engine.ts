import { seedOf } from '../support/dice.ts';
import { type Played, playToEngine } from './play-engine.ts';
import { cuts, recut } from './recut.ts';
import { newScript, type Script, sessionStates } from './script.ts';
import { describeScript, shrink } from './shrink.ts';

export type EngineFuzz = {
  sessions: number;
  handedOn: number;
  accepted: number;
  /** messages handed on by the state in which the fuzz began */
  byState: Record<string, number>;
};

/** Plays so many sessions. @throws Error with the smallest conversation that shows what went wrong */
export function fuzzEngine(sessions: number, run: number, progress?: (done: number) => void): EngineFuzz {
  const counts: EngineFuzz = { sessions, handedOn: 0, accepted: 0, byState: {} };
  for (let session = 0; session < sessions; session += 1) {
    const script = newScript(seedOf(run, session), sessionStates[session % sessionStates.length]);
    const { handed } = playStrictly(script);
    for (const { finished, accepted } of handed) {
      if (finished) counts.handedOn += 1;
      if (!accepted) continue;
      counts.accepted += 1;
      counts.byState[script.state] = (counts.byState[script.state] ?? 0) + 1;
    }
    if (session % 10_000 === 9_999) progress?.(session + 1);
  }
  return counts;
}

function playStrictly(script: Script): Played {
  const played = playToEngine(script);
  const problem = played.problem ?? differsInPieces(script, played);
  if (problem === null) return played;
  const goesWrong = (smaller: Script) => sameKind(problemOf(smaller), problem);
  const smallest = shrink(script, goesWrong);
  const { said } = playToEngine(smallest);
  throw new Error(`${problem}\n${describeScript(smallest)}\nsaid:\n${said}`);
}

function problemOf(script: Script): string | null {
  const played = playToEngine(script);
  return played.problem ?? differsInPieces(script, played);
}

/** Octets in a session up to which it is always played octet by octet where that is its turn. */
const shortOctets = 1000;

/** The same octets in other pieces must be the same conversation; every second one is tried, one way or the other. */
function differsInPieces(script: Script, whole: Played): string | null {
  if (script.seed % 2 === 0) return null;
  const turn = script.seed >>> 1;
  const wanted = cuts[turn % cuts.length] ?? 'in other pieces';
  const takesLong = wanted === 'octet by octet' && turn % 16 !== 0 && octetsOf(script) > shortOctets;
  const cut = takesLong ? 'in other pieces' : wanted;
  const pieces = playToEngine(recut(script, cut));
  if (pieces.problem !== null) return `${cut}: ${pieces.problem}`;
  // What is cut short while something is under way is cut short in another place.
  if (script.leavesAtOnce || interrupted(script)) return null;
  if (pieces.said !== whole.said) return `${cut}: other replies`;
  if (pieces.effects.join('\n') !== whole.effects.join('\n')) return `${cut}: other effects`;
  const finished = ({ handed }: Played) => JSON.stringify(handed.filter((message) => message.finished));
  return finished(pieces) === finished(whole) ? null : `${cut}: another message`;
}

function octetsOf({ steps }: Script): number {
  return steps.reduce((sum, step) => sum + ('octets' in step ? step.octets.length : 0), 0);
}

function interrupted({ steps }: Script): boolean {
  return steps.some((step, index) => {
    const before = steps[index - 1];
    // It ends the session with the header section, or with what is bad behind that in the same piece.
    if ('event' in step && step.event === 'passed_on') return true;
    return 'event' in step && before !== undefined && 'octets' in before && !before.settled;
  });
}

function sameKind(one: string | null, other: string): boolean {
  return one?.slice(0, 30) === other.slice(0, 30);
}
