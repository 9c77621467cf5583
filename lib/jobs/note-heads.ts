import type { Database } from '../../db/client.ts';
import { chainHeads, movedHeads } from '../../db/queries/audit.ts';

/** Twice the time between two runs: one that is late leaves nothing out. */
const MOVED_MS = 2 * 3_600_000;

/**
 * Notes the heads of the event chains outside the database: whoever can write to it can make every hash in it fit, but not
 * the ones in a log elsewhere. Each hour those of the chains that have grown; all of them in the first hour of a day (UTC),
 * so that a log that is kept for a day has each.
 */
export async function noteHeads(
  database: Database,
  now: Date,
  onNote: (what: string, values: object) => void,
): Promise<void> {
  const all = now.getUTCHours() === 0;
  const heads = all
    ? await chainHeads(database)
    : await movedHeads(database, new Date(now.getTime() - MOVED_MS));
  for (const { chain, seq, hash } of heads) {
    onNote('the head of an event chain', { chain, seq, hash: hash.toString('hex') });
  }
}
