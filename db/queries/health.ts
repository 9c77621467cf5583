import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** Asks the database for nothing but an answer; throws where there is none. */
export async function ping(database: Database): Promise<void> {
  await database.execute(sql`select 1`);
}
