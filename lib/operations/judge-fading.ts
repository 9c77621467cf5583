import type { Database } from '../../db/client.ts';
import { fadingEntries } from '../../db/queries/abuse.ts';
import { judgeEntry, lockForJudging } from './judge-entry.ts';

const BATCH = 200;

/**
 * Looks again at entries that are warned or slowed down: what was seen of them fades, and then they are as before.
 * @param onFailure told of an entry that could not be judged; the others go on
 * @returns how many were looked at: call again until it is none
 */
export async function judgeFading(
  database: Database,
  now: Date,
  onFailure: (error: unknown, entryId: string) => void,
): Promise<number> {
  let judged = 0;
  for (const id of await fadingEntries(database, now, BATCH)) {
    try {
      await database.transaction(async (transaction) => {
        await lockForJudging(transaction, id);
        await judgeEntry(transaction, id, now);
      });
      judged += 1;
    } catch (error) {
      onFailure(error, id);
    }
  }
  return judged;
}
