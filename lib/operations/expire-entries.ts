import { and, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { liveStates } from '../domain/entry-lifecycle.ts';
import { type ExpiryCause, expireEntry } from './expire-entry.ts';

const BATCH = 200;

/** When support asked, which is when the waiting began: any change of the row moves `updated_at`. */
const askedAt = sql<Date>`(select max(m.created_at) from thread_messages m
  where m.entry_id = ${entries.id} and m.side = 'support')`.mapWith(entries.createdAt);

/**
 * Ends what nobody followed up: requests whose proof or answer never came, and entries that were not renewed within
 * the time for a late renewal. Returns how many ended; call again while it returns a full batch.
 */
export async function expireEntries(database: Database, now: Date): Promise<number> {
  const policy = await currentPolicy(database);
  const awaited = addDays(now, -policy.awaitDays);
  const due = await database
    .select()
    .from(entries)
    .where(
      or(
        and(eq(entries.status, 'pending'), isNull(entries.provenAt), lt(entries.createdAt, awaited)),
        and(eq(entries.status, 'waiting'), lt(askedAt, awaited)),
        and(
          inArray(entries.status, [...liveStates]),
          lt(entries.reviewBy, addDays(now, -policy.lateRenewalDays)),
        ),
      ),
    )
    .limit(BATCH);
  let ended = 0;
  for (const entry of due) {
    const cause = causes[entry.status] ?? 'not_renewed';
    if (await database.transaction((transaction) => expireEntry(transaction, entry, cause, now))) ended += 1;
  }
  return ended;
}

const causes: Partial<Record<EntryRow['status'], ExpiryCause>> = {
  pending: 'no_proof',
  waiting: 'no_answer',
  active: 'not_renewed',
  suspended: 'not_renewed',
};
