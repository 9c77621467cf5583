import pg from 'pg';
import { knownMigrations } from '../db/known-migrations.ts';
import { clocksDiffer } from '../lib/domain/clocks-differ.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const OLDEST_MAJOR = 15;

/**
 * Why this database will not do, in one sentence that never repeats the password; null where it will.
 * @param migrated also ask whether Postern's tables are there, and as new as this Postern needs; newer ones will do
 * @param writes false: of what is to be done some only reads, as a command that shows what is there
 */
export async function checkDatabase(
  databaseUrl: string,
  migrated: boolean,
  writes = true,
): Promise<string | null> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => {});
  const place = describePlace(databaseUrl);
  try {
    await client.connect();
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int / 10000 as major, to_regclass('whitelist_clock') as clock,
        current_user as login, has_table_privilege(to_regclass('accounts'), 'select') as reads,
        current_setting('transaction_read_only')::boolean as "readOnly", clock_timestamp() as now`,
    );
    const { major, clock, login, reads, readOnly, now } = rows[0];
    if (major < OLDEST_MAJOR)
      return `The database at ${place} is PostgreSQL ${major}: ${OLDEST_MAJOR} or newer is needed.`;
    if (writes && readOnly) {
      return `The database at ${place} can only be read, as a standby can: this takes the primary. Check DATABASE_URL.`;
    }
    if (writes && clocksDiffer(now, new Date())) {
      return `It is ${now.toISOString()} for the database at ${place}, and ${new Date().toISOString()} here: set the clock that is wrong.`;
    }
    if (migrated && clock === null) {
      return `The database at ${place} has no tables of Postern yet: run "npm run postern -- migrate" first.`;
    }
    if (migrated && !reads) {
      return `The login ${login} may not read the database at ${place}: this takes one in the role postern_app. Check DATABASE_URL.`;
    }
    if (migrated && !(await hasNewestSchema(client))) {
      return `The database at ${place} has an older schema than this Postern needs: run "npm run postern -- migrate" first.`;
    }
    return null;
  } catch (error) {
    return `The database at ${place} cannot be used: ${describeError(error)}. Check DATABASE_URL.`;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Every migration of this Postern was run, the newest and all before it. Whoever may not read what was migrated meets a
 * schema from before that was granted.
 */
async function hasNewestSchema(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_namespace where nspname = 'drizzle' and has_schema_privilege(oid, 'usage')`,
  );
  if (rows.length === 0) return false;
  const known = await knownMigrations();
  const missing = await client.query(
    'select unnest($1::bigint[]) except select created_at from drizzle.__drizzle_migrations',
    [known.map(({ when }) => when)],
  );
  return missing.rows.length === 0;
}

function describePlace(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname || 'the local socket'}:${port || 5432}${pathname}`;
}

function describeError(error: unknown): string {
  // Where a name has several addresses, each attempt has its own error.
  if (error instanceof AggregateError) return error.errors.map(describeError).join(', ');
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND') return 'that host name is not known';
  return message;
}
