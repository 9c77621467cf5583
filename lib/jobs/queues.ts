import pg from 'pg';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { jobs } from './job-table.ts';

const SCHEMA = 'pgboss';
const CONNECTIONS = 4;
/** A run that takes longer is taken to be dead, and the next may begin. */
const EXPIRE_SECONDS = 600;
/** Runs are frequent and leave their traces elsewhere: what is over need not be kept long. */
const KEEP_SECONDS = 3600;

/** Two grants at once on one object fail in PostgreSQL, so starters take turns. */
const INSTALL_LOCK = 7_678_376_438;

const GRANTS = `
  grant usage on schema ${SCHEMA} to postern_app;
  grant select, insert, update, delete on all tables in schema ${SCHEMA} to postern_app;
  grant usage on all sequences in schema ${SCHEMA} to postern_app;
  grant execute on all functions in schema ${SCHEMA} to postern_app;`;

/** Background work lives in the same database, in a schema of its own. */
export function createBoss(databaseUrl: string, options: Partial<ConstructorOptions> = {}): PgBoss {
  return new PgBoss({
    connectionString: databaseUrl,
    application_name: 'postern jobs',
    schema: SCHEMA,
    max: CONNECTIONS,
    useListenNotify: true,
    ...options,
  });
}

/**
 * Makes the queues and their timetable, as the database's owner. Part of every migration, and harmless to repeat;
 * the jobs process then needs no right to make anything.
 */
export async function installQueues(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'postern migrate' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [INSTALL_LOCK]);
    await makeQueues(databaseUrl);
    await client.query(GRANTS);
  } finally {
    await client.end();
  }
}

async function makeQueues(databaseUrl: string): Promise<void> {
  const boss = createBoss(databaseUrl, { supervise: false, schedule: false, useListenNotify: false });
  boss.on('error', () => {});
  await boss.start();
  try {
    for (const job of jobs) {
      // One queued beside one running: nothing that happens during a run is missed, and no two runs meet.
      if ((await boss.getQueue(job.name)) === null) {
        await boss.createQueue(job.name, {
          policy: 'stately',
          notify: true,
          expireInSeconds: EXPIRE_SECONDS,
          deleteAfterSeconds: KEEP_SECONDS,
        });
      }
      await boss.schedule(job.name, job.cron);
    }
  } finally {
    await boss.stop();
  }
}
