import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';

/** Short statements: nothing else waits long for what one of them holds. */
const BATCH = 5000;
export const batch = sql.raw(`limit ${BATCH}`);

/** Runs a statement that ends with `batch` what it picks, until nothing is left. */
export async function inBatches(database: Database, statement: SQL): Promise<void> {
  for (;;) {
    const { rowCount } = await database.execute(statement);
    if ((rowCount ?? 0) < BATCH) return;
  }
}
