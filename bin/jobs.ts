import './run-tsx.ts';
import { pino } from 'pino';
import { runJobs } from '../lib/jobs/run-jobs.ts';
import { checkDatabase } from './check-database.ts';
import { loadEnvironment } from './environment.ts';
import { onStopRequest, refuseToStart } from './lifecycle.ts';

// `npm run jobs`: everything that happens in the background.

const log = pino({ name: 'jobs' });
const environment = await loadEnvironment();
const complaint = await checkDatabase(environment.databaseUrl, true);
if (complaint !== null) refuseToStart(complaint);

const running = await runJobs(
  environment.databaseUrl,
  {
    ran: (job, milliseconds) => log.debug({ job, milliseconds }, 'done'),
    noted: (what, values) => log.info(values, what),
    failed: (error, what) => log.error(error instanceof Error ? error : { error }, `${what} has failed`),
  },
  environment,
);
onStopRequest(async (reason) => {
  log.info({ reason }, 'stopping');
  await running.stop();
});
log.info('working');
process.send?.({ ready: true });
