import { migrate } from '../db/migrate.ts';
import { installQueues } from '../lib/jobs/queues.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Brings tables, roles and queues to the newest form; harmless to repeat, also by several starters at once.
 * @throws Error with a sentence for the operator where the login may not
 */
export async function migrateAll(databaseUrl: string): Promise<void> {
  try {
    await migrate(databaseUrl);
    await installQueues(databaseUrl);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new Error(
      `the login of DATABASE_URL may not migrate (${message}): take the owner of the database, who may make roles.`,
    );
  }
}
