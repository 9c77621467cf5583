import { createDatabase, LONGEST_SILENCE_MS } from '../../db/client.ts';
import { createResolver } from '../adapters/resolver.ts';
import { createGatherers, type EvidenceSettings } from './evidence-gatherers.ts';
import { type JobContext, jobs, workQueues } from './job-table.ts';
import { listenLastingly } from './listen-lastingly.ts';
import { type MailSettings, openMailOffice } from './mail-office.ts';
import { createBoss, forgetFutureClaims } from './queues.ts';
import { workOnQueue } from './work-on-queue.ts';

const POLL_SECONDS = 2;
const DRAIN_MS = 15_000;
/** How soon it is noticed that the database's clock was set back. */
const CLOCK_MS = 60_000;
/** Lookups wait for the network, not for the database: fewer connections than workers will do. */
const CONNECTIONS_FOR_WORK = 6;

export type JobsLog = {
  ran: (job: string, milliseconds: number) => void;
  failed: (error: unknown, what: string) => void;
  /** What an operator keeps elsewhere; left out, it is kept nowhere. */
  noted?: (what: string, values: object) => void;
};

/** Works on the queues that `installQueues` has made, until it is stopped; what runs then may finish. */
export async function runJobs(
  databaseUrl: string,
  log: JobsLog,
  settings: EvidenceSettings & MailSettings,
): Promise<{ stop: () => Promise<void> }> {
  const connection = createDatabase(databaseUrl, {
    applicationName: 'postern jobs',
    max: jobs.length + CONNECTIONS_FOR_WORK,
    silenceMs: LONGEST_SILENCE_MS,
  });
  const now = () => new Date();
  const office = openMailOffice(settings);
  // pg-boss hands what it is given to its pool, which gives up a connection whose statement has this timeout.
  const patience = { query_timeout: LONGEST_SILENCE_MS };
  const boss = createBoss(databaseUrl, { migrate: false, createSchema: false, ...patience });
  const context: JobContext = {
    database: connection.database,
    now,
    onFailure: log.failed,
    onNote: (what, values) => log.noted?.(what, values),
    office,
    gatherers: {
      ofRequests: createGatherers(settings, connection.database, now),
      again: createGatherers(settings, connection.database, now),
    },
    resolver: createResolver({ servers: settings.dnsServers }),
    enqueue: async (queue, entryIds) => {
      // The queue takes an entry once, as long as it is waiting or worked on.
      const pieces = entryIds.map((entryId) => ({ data: { entryId }, singletonKey: entryId }));
      if (pieces.length > 0) await boss.insert(queue, pieces);
    },
  };
  boss.on('error', (error) => log.failed(error, 'reading the queues'));
  await forgetFutureClaims(connection.database);
  await boss.start();
  const claims = setInterval(() => {
    forgetFutureClaims(connection.database).catch((error) => log.failed(error, 'looking at the clock'));
  }, CLOCK_MS);
  for (const job of jobs) {
    await boss.work(job.name, { pollingIntervalSeconds: POLL_SECONDS }, async () => {
      const since = performance.now();
      await job.run(context).catch((error) => {
        log.failed(error, job.name);
        throw error;
      });
      log.ran(job.name, performance.now() - since);
    });
  }
  for (const queue of workQueues) {
    await workOnQueue(boss, queue, async ({ entryId }) => {
      const since = performance.now();
      await queue.run(context, entryId).catch((error) => {
        log.failed(error, queue.name);
        throw error;
      });
      log.ran(queue.name, performance.now() - since);
    });
  }
  const nudges = listenLastingly({
    databaseUrl,
    applicationName: 'postern jobs listen',
    channels: [...new Set(jobs.flatMap((job) => job.nudgedBy))],
    onNudge: (channel) => {
      for (const job of jobs.filter(({ nudgedBy }) => nudgedBy.some((each) => each === channel))) {
        boss.send(job.name).catch((error) => log.failed(error, job.name));
      }
    },
    onError: (error) => log.failed(error, 'listening for nudges'),
  });
  await nudges.listening;
  return {
    stop: async () => {
      clearInterval(claims);
      await nudges.close();
      await boss.stop({ graceful: true, timeout: DRAIN_MS });
      office.mailer.close();
      await connection.close();
    },
  };
}
