import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { clearedByStaffAt } from '../../db/queries/takeovers.ts';
import { entries } from '../../db/schema.ts';
import { liveStates } from '../domain/entry-lifecycle.ts';
import type { EntryFacts } from '../domain/evaluation.ts';
import type { Policy } from '../domain/policy.ts';
import type { Refusal } from './result.ts';

/** Undoes an approval that rests on what is not so any more. */
export class ChangedMeanwhile extends Error {
  /** What whoever approves is told; left out, that it has changed. */
  readonly refusal: Refusal | undefined;

  constructor(refusal?: Refusal) {
    super('changed meanwhile');
    this.refusal = refusal;
  }
}

export type Activation = {
  entry: EntryRow;
  facts: Pick<EntryFacts, 'subscription'>;
  policy: Policy;
  /** `clearedByStaffAt`, as whoever approves has read it. */
  clearedAt: Date | null;
};

/**
 * Looks again at what the request's revision does not hold, once its entry is active: every change of an entry waits for
 * the one before it, so what came in force or was removed in the same moment is there by now.
 * @throws ChangedMeanwhile where the plan has no place left, or staff have just removed who held it
 */
export async function confirmActivation(
  transaction: Database,
  { entry, facts, policy, clearedAt }: Activation,
): Promise<void> {
  const live = await transaction.$count(
    entries,
    and(eq(entries.serverId, entry.serverId), inArray(entries.status, [...liveStates])),
  );
  if (live > (facts.subscription?.mostEntries ?? 0)) throw new ChangedMeanwhile();
  const cleared = await clearedByStaffAt(transaction, entry, policy.takeoverDays);
  if (cleared?.getTime() !== clearedAt?.getTime()) throw new ChangedMeanwhile();
}
