import { sql } from 'drizzle-orm';
import pg from 'pg';
import { type ConstructorOptions, PgBoss, type Queue, type QueuePolicy } from 'pg-boss';
import type { Database } from '../../db/client.ts';
import { jobs, workQueues } from './job-table.ts';

const SCHEMA = 'pgboss';
const CONNECTIONS = 4;
/** A run that takes longer is taken to be dead, and the next may begin. */
const EXPIRE_SECONDS = 600;
/** A process that was killed is noticed this soon, and its work given to another. */
const HEARTBEAT_SECONDS = 10;
const MONITOR_SECONDS = 10;
/** Runs are frequent and leave their traces elsewhere: what is over need not be kept long. */
const KEEP_SECONDS = 3600;

/** Two grants at once on one object fail in PostgreSQL, so starters take turns. */
const INSTALL_LOCK = 7_678_376_438;

const GRANTS = `
  grant usage on schema ${SCHEMA} to postern_app;
  grant select, insert, update, delete on all tables in schema ${SCHEMA} to postern_app;
  grant usage on all sequences in schema ${SCHEMA} to postern_app;
  grant execute on all functions in schema ${SCHEMA} to postern_app;`;

/** pg-boss waits until a time of day: with the machine's clock it would wait as long as that is set back. */
const steadyClock: NonNullable<ConstructorOptions['clock']> = {
  now: () => performance.timeOrigin + performance.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  setInterval: (run, ms) => setInterval(run, ms),
  clearInterval: (timer) => clearInterval(timer as NodeJS.Timeout),
};

const CLAIMS = {
  version: ['cron_on', 'flow_on', 'reindex_on', 'bam_on'],
  queue: ['monitor_on', 'monitor_claim_on', 'maintain_on'],
};

/**
 * Where the database's own clock was set back, what was done last is still to come, and nothing would be done again
 * until then.
 */
export async function forgetFutureClaims(database: Database): Promise<void> {
  for (const [table, columns] of Object.entries(CLAIMS)) {
    const past = columns.map((column) => `${column} = least(${column}, now())`).join(', ');
    await database.execute(
      sql.raw(`update ${SCHEMA}.${table} set ${past} where greatest(${columns.join(', ')}) > now()`),
    );
  }
}

/** Background work lives in the same database, in a schema of its own. */
export function createBoss(databaseUrl: string, options: Partial<ConstructorOptions> = {}): PgBoss {
  return new PgBoss({
    connectionString: databaseUrl,
    application_name: 'postern jobs',
    schema: SCHEMA,
    max: CONNECTIONS,
    useListenNotify: true,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    clock: steadyClock,
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
      await installQueue(boss, job.name, 'stately', {
        notify: true,
        expireInSeconds: EXPIRE_SECONDS,
        heartbeatSeconds: HEARTBEAT_SECONDS,
        deleteAfterSeconds: KEEP_SECONDS,
      });
      await boss.schedule(job.name, job.cron);
    }
    for (const queue of workQueues) await installQueue(boss, queue.name, 'exclusive', pieceOfWork);
  } finally {
    await boss.stop();
  }
}

type QueueSettings = Omit<Queue, 'name' | 'policy' | 'partition' | 'deadLetter' | 'retryDelayMax'>;

/** One entry's piece of work: short, tried again with growing pauses, forgotten soon. */
const pieceOfWork: QueueSettings = {
  notify: true,
  expireInSeconds: 120,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  retryLimit: 5,
  retryDelay: 1,
  retryBackoff: true,
  deleteAfterSeconds: 60,
};

async function installQueue(
  boss: PgBoss,
  name: string,
  policy: QueuePolicy,
  options: QueueSettings,
): Promise<void> {
  if ((await boss.getQueue(name)) === null) await boss.createQueue(name, { policy, ...options });
  else await boss.updateQueue(name, options);
}
