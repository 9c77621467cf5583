import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { knownMigrations } from './known-migrations.ts';

/** Any number will do as long as every Postern that ever migrates takes the same one. */
const MIGRATION_LOCK = 7_678_376_437;

/** The table as drizzle's own migrator makes it, which has made it so far. */
const MIGRATIONS_TABLE = `
  create schema if not exists drizzle;
  create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);`;

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
    await client.query('begin');
    await client.query(MIGRATIONS_TABLE);
    await runMissing(client);
    // Grants are named anew each time, so that a new table is given to a role on purpose and never by accident.
    await client.query(await readFile(rolesFile, 'utf8'));
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/**
 * Runs what the database has not had yet. Not only what is newer than the newest that it has had, which is where
 * drizzle's migrator begins: what was written side by side comes in another order, and would be left out for ever.
 */
async function runMissing(client: pg.Client): Promise<void> {
  const { rows } = await client.query('select created_at from drizzle.__drizzle_migrations');
  const had = new Set(rows.map((row) => Number(row.created_at)));
  for (const { tag, when } of await knownMigrations()) {
    if (had.has(when)) continue;
    const text = await readFile(new URL(`migrations/${tag}.sql`, import.meta.url), 'utf8');
    await client.query(text);
    const hash = createHash('sha256').update(text).digest('hex');
    await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      when,
    ]);
  }
}
