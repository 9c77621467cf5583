import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';

/**
 * Two feeds of the same thing in one moment would both decide on what was there before: the second waits for the
 * first here, and is then judged by its own `as_of`. First thing in the transaction, so always before the clock.
 */
export async function lockFeed(transaction: Database, kind: 'account' | 'server' | 'person', name: string) {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${kind}:${name}`}, 1))`);
}
