import { scoreFor, type WeighedSignal } from './abuse-ladder.ts';
import { type LadderPolicy, type LadderStep, type Rung, rank, rungs } from './ladder-policy.ts';

export type Outlook = {
  /** The next step that may come of it. */
  rung: Rung;
  /** What counts for that step now, and from how much on it is taken. */
  score: number;
  threshold: number;
};

/**
 * How near an entry is to a higher step than the one it is on: the one of them that is nearest. Removal may be nearer
 * than suspension, since each counts only the signals that may lead to it.
 * @param calledFor a step that is called for and was not taken: then it is the next one
 * @returns null where it is on the highest
 */
export function outlook(
  policy: LadderPolicy,
  step: LadderStep,
  signals: readonly WeighedSignal[],
  now: Date,
  calledFor?: Rung,
): Outlook | null {
  const higher = rungs
    .filter((rung) => (calledFor === undefined ? rank(rung) > rank(step) : rung === calledFor))
    .map((rung) => ({
      rung,
      score: scoreFor(policy, rung, signals, now),
      threshold: policy.thresholds[rung],
    }));
  return higher.sort((one, other) => share(other) - share(one))[0] ?? null;
}

function share({ score, threshold }: Outlook): number {
  return score / threshold;
}
