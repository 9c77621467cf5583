import { and, eq, ne } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { entries } from '../schema.ts';
import type { EntryRow } from './entries.ts';

/** The request by which a removal was appealed against, or undefined: one that was taken back does not count. */
export async function findAppeal(
  database: Database,
  removedId: string,
): Promise<{ id: string; status: EntryRow['status'] } | undefined> {
  const [row] = await database
    .select({ id: entries.id, status: entries.status })
    .from(entries)
    .where(and(eq(entries.appealOf, removedId), ne(entries.status, 'withdrawn')));
  return row;
}
