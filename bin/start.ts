import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { createDatabase } from '../db/client.ts';
import { type DemoSummary, seedDemo } from '../db/seed/demo.ts';
import { type Environment, parseEnvironment } from '../lib/env.ts';
import { describeProblems } from '../lib/env-values.ts';
import { onStopRequest } from '../lib/stop-request.ts';
import { checkDatabase } from './check-database.ts';
import { ensureCertificate, ensureDemoSecrets, prepareDataDir } from './data-dir.ts';
import { dataDirOf } from './environment.ts';
import { findTakenPorts, wishedPorts } from './free-ports.ts';
import { type KeptDatabase, keepEmbedded } from './kept-database.ts';
import { migrateAll } from './migrate-all.ts';
import { ensurePortalBuild } from './portal-build.ts';
import { awaitPreviousStart, clearMark, markStart } from './previous-start.ts';
import { describeReadiness } from './readiness.ts';
import { buildSmtpNode } from './smtp-build.ts';
import { startProcesses } from './start-processes.ts';
import type { SupervisedProcess } from './supervised-process.ts';

// `npm start`, the whole product on one machine. The steps come one after the other, and each may refuse with one
// clear sentence. What runs is ended in order: the doors (SMTP, portal), the jobs, then the database.

type Outcome = { ok: true; text: string } | { ok: false; message: string };

const STOPPED: Outcome = { ok: false, message: 'Stopped before it was ready' };

const stopping = new AbortController();
const processes: SupervisedProcess[] = [];
let database: KeptDatabase | undefined;
/** Ours once no other start serves it. */
let dataDir: string | undefined;

const started = start().catch((error): Outcome => {
  // Nothing else is written to before the parts run, and the error itself does not say where.
  const where = error.code === 'ENOSPC' ? ` (${dataDirOf(process.env)})` : '';
  return { ok: false, message: `Postern could not start: ${error.message}${where}` };
});
onStopRequest(
  async () => {
    stopping.abort();
    report('Stopping');
    if (dataDir !== undefined) await markStart(dataDir, true);
    await stopProcesses();
    // A start under way notices at its next step.
    await started;
    await stopAll();
    report('Stopped');
  },
  // Each part is waited for by itself, and killed where it does not end.
  { script: 'start', limitMs: null },
);
const outcome = await started;
if (outcome.ok) console.log(`\n${outcome.text}`);
if (!outcome.ok && !stopping.signal.aborted) {
  await stopAll();
  console.error(outcome.message);
  process.exit(1);
}

async function start(): Promise<Outcome> {
  const isDemo = !process.env.DATABASE_URL;
  const wanted = dataDirOf(process.env);
  const settings: NodeJS.ProcessEnv = { ...process.env, POSTERN_DATA_DIR: wanted };
  const unusable = (await prepareDataDir(wanted)) ?? (await awaitPreviousStart(wanted, report));
  if (unusable !== null) return { ok: false, message: unusable };
  await markStart(wanted, false);
  dataDir = wanted;
  const checked = isDemo ? await prepareDemo(settings, dataDir) : parseEnvironment(settings);
  if (!checked.ok) return { ok: false, message: describeProblems(checked.problems) };
  const taken = await findTakenPorts(wishedPorts(settings));
  if (taken.length > 0) return { ok: false, message: taken.join('\n') };

  await mkdir(`${dataDir}/logs`, { recursive: true });
  if (isDemo) {
    const kept = await keepEmbedded({ dataDir, report });
    if (!kept.ok) return kept;
    database = kept.database;
    settings.DATABASE_URL = database.url;
  }
  const databaseUrl = settings.DATABASE_URL ?? '';
  const complaint = await checkDatabase(databaseUrl, false);
  if (complaint !== null) return { ok: false, message: complaint };
  if (stopping.signal.aborted) return STOPPED;
  report('Migrating the database');
  await migrateAll(databaseUrl);
  const demo = isDemo ? await seed(databaseUrl, settings.DEMO_PASSWORD ?? '') : null;

  if (stopping.signal.aborted) return STOPPED;
  for (const build of [await ensurePortalBuild(report, stopping.signal), await buildSmtpNode()]) {
    if (!build.ok) return build;
  }
  if (stopping.signal.aborted) return STOPPED;
  report('Starting jobs, portal and SMTP node');
  const environment: Environment = { ...checked.environment, databaseUrl };
  processes.push(...startProcesses({ environment, settings, report }));
  for (const { started } of processes) {
    const first = await started;
    if (!first.ok) return first;
  }
  return { ok: true, text: describeReadiness({ environment, settings, demo }) };
}

/** Fills in what only the demo has by itself, and keeps it for the next start. */
async function prepareDemo(settings: NodeJS.ProcessEnv, dataDir: string) {
  const secrets = await ensureDemoSecrets(dataDir, settings.DEMO_PASSWORD || undefined);
  settings.DEMO_PASSWORD = secrets.demoPassword;
  settings.AUTH_SECRET ||= secrets.authSecret;
  settings.SMTP_PROXY_PORT ||= '2526';
  settings.SMTP_TRUSTED_PROXIES ||= '127.0.0.0/8,::1/128';
  if (!settings.SMTP_TLS_CERT && !settings.SMTP_TLS_KEY) {
    const name = settings.SMTP_PUBLIC_NAME || hostname();
    const files = await ensureCertificate(dataDir, [...new Set([name, 'localhost', '127.0.0.1'])]);
    settings.SMTP_TLS_CERT = files.certificate;
    settings.SMTP_TLS_KEY = files.key;
  }
  // The database's address is known once it runs.
  return parseEnvironment({ ...settings, DATABASE_URL: 'postgresql://embedded' });
}

async function seed(databaseUrl: string, password: string): Promise<DemoSummary & { password: string }> {
  const connection = createDatabase(databaseUrl, { max: 1, applicationName: 'postern seed' });
  try {
    const summary = await seedDemo(connection.database, {
      password,
      hashPassword: (text) => hash(text),
      verifyPassword: (stored, text) => verify(stored, text),
      now: new Date(),
    });
    return { ...summary, password };
  } finally {
    await connection.close();
  }
}

async function stopProcesses(): Promise<void> {
  for (const each of processes.splice(0)) await each.stop();
}

async function stopAll(): Promise<void> {
  await stopProcesses();
  await database?.stop();
  if (dataDir !== undefined) await clearMark(dataDir);
}

function report(message: string): void {
  console.log(`${process.uptime().toFixed(1).padStart(6)} s  ${message}`);
}
