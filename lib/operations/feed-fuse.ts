import { TransactionRollbackError } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import type { HeldAction } from '../domain/fuse.ts';
import { askFuse, dropHeld, type FuseAnswer, holdAction } from './fuse-passage.ts';
import type { ForceStanding } from './notify-force.ts';

export type FeedChange<T> = {
  /** What the feed is about, as `holdAction` names it. */
  subject: string;
  /** What is held if it may not be done. */
  action: HeldAction;
  before: ReadonlyMap<string, ForceStanding>;
  standings: (transaction: Database) => Promise<Map<string, ForceStanding>>;
  /** Everything that the feed says. */
  whole: (transaction: Database) => Promise<T>;
  /** What it says besides: nothing that takes an entry out of force. */
  rest: (transaction: Database) => Promise<T>;
  now: Date;
};

/**
 * Does what a feed says, unless that would take more entries out of force than the fuse lets through: then it does only
 * the rest, and a person decides about what is held. How many would go is not guessed: it is done, counted, and taken
 * back. The transaction has begun with `lockFuse`.
 */
export async function throughFuse<T>(
  transaction: Database,
  change: FeedChange<T>,
): Promise<{ result: T; held: boolean }> {
  const { subject, action, before, now } = change;
  const { abuse: policy } = await currentPolicy(transaction);
  let held: (FuseAnswer & { held: true }) | null = null;
  let entryIds: string[] = [];
  const tried = await transaction
    .transaction(async (attempt) => {
      const result = await change.whole(attempt);
      const after = await change.standings(attempt);
      entryIds = [...before]
        .filter(([id, then]) => then.cause === null && after.get(id)?.cause !== null)
        .map(([id]) => id);
      const answer = await askFuse(attempt, policy, { cause: 'feed', effect: 'out_of_force', entryIds }, now);
      if (answer.held) {
        held = answer;
        attempt.rollback();
      }
      return { result };
    })
    .catch((error: unknown) => {
      if (held !== null && error instanceof TransactionRollbackError) return null;
      throw error;
    });
  if (tried !== null) {
    await dropHeld(transaction, subject, 'replaced', now);
    return { result: tried.result, held: false };
  }
  const result = await change.rest(transaction);
  const { trip } = held as unknown as FuseAnswer & { held: true };
  await holdAction(
    transaction,
    { cause: 'feed', effect: 'out_of_force', entryIds, subject, action, trip },
    now,
  );
  return { result, held: true };
}
