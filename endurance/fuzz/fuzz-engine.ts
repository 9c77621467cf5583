import { seedOf } from '../support/dice.ts';
import { type Played, playToEngine } from './play-engine.ts';
import { recut } from './recut.ts';
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
export async function fuzzEngine(
  sessions: number,
  run: number,
  progress?: (done: number) => void,
): Promise<EngineFuzz> {
  const counts: EngineFuzz = { sessions, handedOn: 0, accepted: 0, byState: {} };
  for (let session = 0; session < sessions; session += 1) {
    const script = newScript(seedOf(run, session), sessionStates[session % sessionStates.length]);
    const { handed } = await playStrictly(script);
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

async function playStrictly(script: Script): Promise<Played> {
  const played = await playToEngine(script);
  const problem = played.problem ?? (await differsInPieces(script, played));
  if (problem === null) return played;
  const goesWrong = async (smaller: Script) => sameKind(await problemOf(smaller), problem);
  const smallest = await shrink(script, goesWrong);
  const { said } = await playToEngine(smallest);
  throw new Error(`${problem}\n${describeScript(smallest)}\nsaid:\n${said}`);
}

async function problemOf(script: Script): Promise<string | null> {
  const played = await playToEngine(script);
  return played.problem ?? (await differsInPieces(script, played));
}

/** The same octets in other pieces must be the same conversation; every second one is tried. */
async function differsInPieces(script: Script, whole: Played): Promise<string | null> {
  if (script.seed % 2 === 0) return null;
  const pieces = await playToEngine(recut(script));
  if (pieces.problem !== null) return `in other pieces: ${pieces.problem}`;
  // What is cut short while something is under way is cut short in another place.
  if (script.leavesAtOnce || interrupted(script)) return null;
  // What is too large in its first piece is refused as such before the next hop could refuse it for its own reasons.
  if (script.hop.refuses.DATA > 0 && /^552 5\.3\.4 /m.test(whole.said)) return null;
  if (pieces.said !== whole.said) return 'in other pieces: other replies';
  const finished = ({ handed }: Played) => JSON.stringify(handed.filter((message) => message.finished));
  return finished(pieces) === finished(whole) ? null : 'in other pieces: another message';
}

function interrupted({ steps }: Script): boolean {
  return steps.some((step, index) => {
    const before = steps[index - 1];
    return 'event' in step && before !== undefined && 'octets' in before && !before.settled;
  });
}

function sameKind(one: string | null, other: string): boolean {
  return one?.slice(0, 30) === other.slice(0, 30);
}
