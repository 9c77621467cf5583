import './run-tsx.ts';
import { pino } from 'pino';
import { sendsPasswordUnverified, unverifiedPasswordWarning } from '../lib/domain/unverified-password.ts';
import { boundFailures } from '../lib/jobs/bound-failures.ts';
import { runJobs } from '../lib/jobs/run-jobs.ts';
import { onStopRequest } from '../lib/stop-request.ts';
import { checkDatabase } from './check-database.ts';
import { loadEnvironment } from './environment.ts';
import { refuseToStart } from './lifecycle.ts';

// `npm run jobs`: everything that happens in the background.

const log = pino({ name: 'jobs', timestamp: pino.stdTimeFunctions.isoTime });
const environment = await loadEnvironment();
const complaint = await checkDatabase(environment.databaseUrl, true);
if (complaint !== null) refuseToStart(complaint);

for (const nextHop of environment.smtpNextHop) {
  const { host, hostname, password, searchParams } = new URL(nextHop);
  const facts = {
    host: hostname.replace(/^\[|\]$/g, ''),
    password: password !== '',
    tlsRequired: searchParams.get('tls') === 'required',
  };
  if (sendsPasswordUnverified(facts)) log.warn({ nextHop: host }, unverifiedPasswordWarning);
}

const running = await runJobs(
  environment.databaseUrl,
  {
    ran: (job, milliseconds) => log.debug({ job, milliseconds }, 'done'),
    noted: (what, values) => log.info(values, what),
    failed: boundFailures(
      (error, what, times) => log.error({ err: error, times }, `${what} has failed`),
      () => performance.now(),
    ),
  },
  environment,
).catch((error) =>
  refuseToStart(
    `The jobs cannot start: ${(error.cause ?? error).message}. If a migration was interrupted, repeat "npm run postern -- migrate".`,
  ),
);
onStopRequest(
  async (reason) => {
    log.info({ reason }, 'stopping');
    await running.stop();
  },
  { script: 'jobs' },
);
const { portalUrl, proofDomain, smtpNextHop } = environment;
const handsOnTo =
  smtpNextHop.length > 0 ? smtpNextHop.map((url) => new URL(url).host) : 'maildir-notifications';
log.info({ portalUrl, proofDomain, handsOnTo }, 'working');
process.send?.({ ready: true });
