import { TransactionRollbackError } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import type { HeldAction } from '../domain/fuse.ts';
import { type FeedWords, mergeWords, wordsLeft } from './feed-words.ts';
import { askFuse, endHeld, type FuseAnswer, heldItems, holdAction, keepHeld } from './fuse-passage.ts';
import type { ForceStanding } from './notify-force.ts';

export type FeedChange<T> = {
  /** What the feed is about, as `holdAction` names it. */
  subject: string;
  /** What it says that may take entries out of force. */
  words: FeedWords;
  /** What is held if these words may not be done. */
  action: (words: FeedWords) => HeldAction;
  before: ReadonlyMap<string, ForceStanding>;
  standings: (transaction: Database) => Promise<Map<string, ForceStanding>>;
  /** Everything that the feed says, with these words. */
  whole: (transaction: Database, words: FeedWords) => Promise<T>;
  /** What it says besides: nothing that takes an entry out of force. */
  rest: (transaction: Database) => Promise<T>;
  now: Date;
};

type Tried<T> = { done: true; result: T } | { done: false; trip: TripFacts; entryIds: string[] };
type TripFacts = (FuseAnswer & { held: true })['trip'];

/**
 * Does what a feed says, unless that would take more entries out of force than the fuse lets through: then it does only
 * the rest, and a person decides about what is held. Words that are held already are said with those that come now, since
 * what a feed does not name stays as it was. How many would go is not guessed: it is done, counted, and taken back. The
 * transaction has begun with `lockFuse`.
 */
export async function throughFuse<T>(
  transaction: Database,
  change: FeedChange<T>,
): Promise<{ result: T; held: boolean }> {
  const { subject, words, now } = change;
  const waiting = await heldWords(transaction, subject);
  const all = waiting === null ? words : mergeWords(waiting, words);
  const tried = await attempt(transaction, change, all);
  if (tried.done) {
    await settleHeld(transaction, subject, all, now);
    return { result: tried.result, held: false };
  }
  // What waits for a person does not hold up what takes nothing by itself.
  const alone = waiting === null ? tried : await attempt(transaction, change, words);
  if (alone.done) {
    await settleHeld(transaction, subject, words, now);
    return { result: alone.result, held: false };
  }
  const result = await change.rest(transaction);
  const { trip, entryIds } = tried;
  const passage = { cause: 'feed', effect: 'out_of_force', entryIds } as const;
  await holdAction(transaction, { ...passage, subject, action: change.action(all), trip }, now);
  return { result, held: true };
}

async function attempt<T>(
  transaction: Database,
  { before, standings, whole, now }: FeedChange<T>,
  words: FeedWords,
): Promise<Tried<T>> {
  const { abuse: policy } = await currentPolicy(transaction);
  let refused: (Tried<T> & { done: false }) | null = null;
  try {
    return await transaction.transaction(async (within) => {
      const result = await whole(within, words);
      const after = await standings(within);
      const entryIds = [...before]
        .filter(([id, then]) => then.cause === null && after.get(id)?.cause !== null)
        .map(([id]) => id);
      const answer = await askFuse(within, policy, { cause: 'feed', effect: 'out_of_force', entryIds }, now);
      if (answer.held) {
        refused = { done: false, trip: answer.trip, entryIds };
        within.rollback();
      }
      return { done: true as const, result };
    });
  } catch (error) {
    if (refused !== null && error instanceof TransactionRollbackError) return refused;
    throw error;
  }
}

/** What a person has still to decide about. */
async function heldWords(transaction: Database, subject: string): Promise<FeedWords | null> {
  const undecided = (await heldItems(transaction, subject)).filter((item) => item.releasedAt === null);
  const words = undecided.flatMap(({ action }) => ('feed' in action ? [action.feed] : []));
  return words.length === 0 ? null : words.reduce(mergeWords);
}

/** Of what is held only that is left which was not said now, also of what a person has let through just before. */
async function settleHeld(transaction: Database, subject: string, said: FeedWords, now: Date): Promise<void> {
  for (const { id, action } of await heldItems(transaction, subject)) {
    if (!('feed' in action)) continue;
    const feed = wordsLeft(action.feed, said);
    if (Object.keys(feed).length === 0) await endHeld(transaction, [id], 'replaced', now);
    else await keepHeld(transaction, id, { ...action, feed });
  }
}
