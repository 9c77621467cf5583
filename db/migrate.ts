import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Any number will do as long as every Postern that ever migrates takes the same one. */
const MIGRATION_LOCK = 7_678_376_437;

const migrationsFolder = fileURLToPath(new URL('migrations', import.meta.url));
const rolesFile = new URL('roles.sql', import.meta.url);

/**
 * Brings the database at `databaseUrl` to the newest schema, in one transaction, and gives the roles their rights.
 * Migrating twice is harmless, and so are two starters at once: the second waits for the first and then finds
 * nothing to do.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'postern migrate' });
  // A connection that breaks is reported by the query in flight; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    // The lock belongs to the session, so it also ends with a starter that is killed half-way.
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runMigrations(drizzle(client), { migrationsFolder });
    // Grants are named anew each time, so that a new table is given to a role on purpose and never by accident.
    await client.query(await readFile(rolesFile, 'utf8'));
  } finally {
    await client.end();
  }
}
