import { nextStep, type WeighedSignal } from './abuse-ladder.ts';
import { type LadderPolicy, type LadderStep, rank } from './ladder-policy.ts';

export type SimulatedEntry = { id: string; critical: boolean; signals: readonly WeighedSignal[] };
export type SimulatedMove = { entryId: string; at: Date; step: LadderStep; callPerson: boolean };

/**
 * What a policy would have done with what was seen: every step up, in the order of time. After a suspension or a
 * removal nothing more would have come from there, so an entry's story ends with it.
 * @param from steps before it only set the scene
 */
export function simulateLadder(
  policy: LadderPolicy,
  entries: readonly SimulatedEntry[],
  from: Date,
): SimulatedMove[] {
  const moves = entries.flatMap((entry) => simulateEntry(policy, entry, from));
  return moves.sort((one, other) => one.at.getTime() - other.at.getTime());
}

function simulateEntry(policy: LadderPolicy, entry: SimulatedEntry, from: Date): SimulatedMove[] {
  const signals = [...entry.signals].sort((one, other) => one.at.getTime() - other.at.getTime());
  const moves: SimulatedMove[] = [];
  let position = { step: 'none' as LadderStep, since: new Date(0), critical: entry.critical };
  let called = false;
  for (const [index, signal] of signals.entries()) {
    // What has faded by then goes first, as the job would have done.
    const before = nextStep(policy, position, signals.slice(0, index), signal.at);
    if (rank(before.step) < rank(position.step)) {
      position = { ...position, step: before.step, since: signal.at };
      called = false;
    }
    const move = nextStep(policy, position, signals.slice(0, index + 1), signal.at);
    const up = rank(move.step) > rank(position.step);
    if (up || (move.callPerson && !called)) {
      if (signal.at >= from) {
        moves.push({ entryId: entry.id, at: signal.at, step: move.step, callPerson: move.callPerson });
      }
      called ||= move.callPerson;
      if (up) position = { ...position, step: move.step, since: signal.at };
    }
    if (rank(position.step) >= rank('suspended')) break;
  }
  return moves;
}
