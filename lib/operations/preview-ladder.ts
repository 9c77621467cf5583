import type { Database } from '../../db/client.ts';
import { seenEntries, stepsTaken } from '../../db/queries/ladder-history.ts';
import { addDays } from '../domain/days.ts';
import { type LadderPolicy, type Rung, rank } from '../domain/ladder-policy.ts';
import { type SimulatedMove, simulateLadder } from '../domain/ladder-simulation.ts';
import { checkLadder } from './ladder-changes.ts';
import { mayChangePolicy } from './new-policy-version.ts';
import type { Actor, Result } from './result.ts';

/** How far back a ladder is tried, in days. */
const PREVIEW_DAYS = 30;
/** A preview is read by a person who waits for it. */
const MOST_ENTRIES = 1000;
const MOST_SIGNALS = 200;
/** Others are served between so many entries. */
const AT_ONCE = 20;

export type PreviewedEntry = {
  entryId: string;
  network: string;
  account: string;
  server: string;
  critical: boolean;
  signals: number;
  /** Each step up that this ladder would have taken, oldest first. */
  would: { step: Rung | 'none'; at: Date; callPerson: boolean }[];
  /** What was done, by the ladder of that time or by staff. */
  did: { step: Rung; at: Date }[];
};

export type LadderPreview = {
  ladder: LadderPolicy;
  from: Date;
  /** How many entries something was seen of, and whether these are all. Of each, the newest 200 signals count. */
  looked: number;
  complete: boolean;
  /** Those that either of the two would touch: the ones that end otherwise first. */
  entries: PreviewedEntry[];
};

/**
 * What a ladder would have done with what was seen in the last thirty days, beside what was done. Changes nothing. It
 * knows no fuse, and nobody who would have stepped in.
 */
export async function previewLadder(operation: {
  database: Database;
  actor: Actor;
  ladder: unknown;
  now: Date;
}): Promise<Result<LadderPreview>> {
  const { database, actor, now } = operation;
  const refused = mayChangePolicy(actor);
  if (refused !== null) return refused;
  const checked = checkLadder(operation.ladder);
  if (!checked.ok) return { ok: false, code: 'invalid', field: checked.field, reason: checked.reason };
  const { ladder } = checked;
  const from = addDays(now, -PREVIEW_DAYS);
  const seen = await seenEntries(database, {
    from,
    since: addDays(from, -ladder.forgetDays),
    most: MOST_ENTRIES + 1,
    mostSignals: MOST_SIGNALS,
  });
  const looked = seen.slice(0, MOST_ENTRIES);
  const moves: SimulatedMove[] = [];
  for (let start = 0; start < looked.length; start += AT_ONCE) {
    moves.push(...simulateLadder(ladder, looked.slice(start, start + AT_ONCE), from));
    await new Promise((resolve) => setTimeout(resolve));
  }
  const steps = await stepsTaken(
    database,
    looked.map(({ id }) => id),
    from,
  );
  const entries = looked
    .map(({ id, signals, ...entry }) => ({
      ...entry,
      entryId: id,
      signals: signals.filter(({ at }) => at >= from).length,
      would: moves.filter(({ entryId }) => entryId === id).map(moveOf),
      did: steps.filter(({ entryId }) => entryId === id).map(({ step, at }) => ({ step, at })),
    }))
    .filter(({ would, did }) => would.length > 0 || did.length > 0)
    .sort((one, other) => Number(endsOtherwise(other)) - Number(endsOtherwise(one)));
  return { ok: true, ladder, from, looked: looked.length, complete: seen.length <= MOST_ENTRIES, entries };
}

function moveOf({ step, at, callPerson }: SimulatedMove) {
  return { step, at, callPerson };
}

/** Whether the highest step is another than the one that was taken. */
export function endsOtherwise({ would, did }: Pick<PreviewedEntry, 'would' | 'did'>): boolean {
  const height = (steps: readonly { step: Rung | 'none' }[]) =>
    Math.max(0, ...steps.map(({ step }) => rank(step)));
  return height(would) !== height(did);
}
