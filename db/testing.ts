import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createDatabase, type Database } from './client.ts';
import { databaseUrl, runOnCluster } from './testing-cluster.ts';

const OBJECT_IN_USE = '55006';

export type TestDatabase = {
  url: string;
  database: Database;
  pool: pg.Pool;
  /** Call it in `afterAll`: fails where the test file has left a connection open. */
  close: () => Promise<void>;
};

/** What `db/testing-setup.ts` hands to every test file. */
declare module 'vitest' {
  interface ProvidedContext {
    testClusterUrl: string;
    testTemplate: string;
  }
}

/** A database of its own for one test file: a copy of the migrated, empty template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const clusterUrl = inject('testClusterUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOnCluster(clusterUrl, (client) =>
    client.query(`create database ${name} template ${inject('testTemplate')}`),
  );
  const url = databaseUrl(clusterUrl, name);
  const connection = createDatabase(url, { applicationName: name });
  const close = async () => {
    await connection.close();
    await runOnCluster(clusterUrl, (client) => dropDatabase(client, name));
  };
  return { url, database: connection.database, pool: connection.pool, close };
}

/** How many connections to the test's database wait for a lock: what is under way stands where the test wants it. */
export async function waitingForLock({ pool }: TestDatabase): Promise<number> {
  const { rowCount } = await pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rowCount ?? 0;
}

/** PostgreSQL gives closing connections five seconds to go: whoever is there after that was never closed. */
async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query(`drop database ${name}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== OBJECT_IN_USE) throw error;
    const { rows } = await client.query<{ what: string }>(
      `select application_name || ': ' || left(query, 80) as what from pg_stat_activity where datname = $1`,
      [name],
    );
    await client.query(`drop database ${name} with (force)`);
    throw new Error(`Connections left open by this test file: ${rows.map((row) => row.what).join(', ')}`);
  }
}
