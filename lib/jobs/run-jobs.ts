import { createDatabase } from '../../db/client.ts';
import { type JobContext, jobs } from './job-table.ts';
import { listenForNudges } from './listen-for-nudges.ts';
import { createBoss } from './queues.ts';

const POLL_SECONDS = 2;
const DRAIN_MS = 15_000;

export type JobsLog = {
  ran: (job: string, milliseconds: number) => void;
  failed: (error: unknown, what: string) => void;
};

/** Works on the queues that `installQueues` has made, until it is stopped; what runs then may finish. */
export async function runJobs(databaseUrl: string, log: JobsLog): Promise<{ stop: () => Promise<void> }> {
  const connection = createDatabase(databaseUrl, { applicationName: 'postern jobs', max: jobs.length });
  const context: JobContext = { database: connection.database, now: () => new Date(), onFailure: log.failed };
  const boss = createBoss(databaseUrl, { migrate: false, createSchema: false });
  boss.on('error', (error) => log.failed(error, 'the queues'));
  await boss.start();
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
  const nudges = await listenForNudges({
    databaseUrl,
    channels: [...new Set(jobs.flatMap((job) => job.nudgedBy))],
    onNudge: (channel) => {
      for (const job of jobs.filter(({ nudgedBy }) => nudgedBy.some((each) => each === channel))) {
        boss.send(job.name).catch((error) => log.failed(error, job.name));
      }
    },
    onError: (error) => log.failed(error, 'the nudges'),
  });
  return {
    stop: async () => {
      await nudges.stop();
      await boss.stop({ graceful: true, timeout: DRAIN_MS });
      await connection.close();
    },
  };
}
