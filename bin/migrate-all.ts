import { migrate } from '../db/migrate.ts';
import { installQueues } from '../lib/jobs/queues.ts';

/** Brings tables, roles and queues to the newest form; harmless to repeat, also by several starters at once. */
export async function migrateAll(databaseUrl: string): Promise<void> {
  await migrate(databaseUrl);
  await installQueues(databaseUrl);
}
