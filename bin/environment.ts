import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { findRunningEmbedded, hasEmbedded, startEmbedded } from '../db/embedded.ts';
import { type Environment, parseEnvironment } from '../lib/env.ts';
import { describeProblems } from '../lib/env-values.ts';
import { prepareDataDir } from './data-dir.ts';
import { refuseToStart } from './lifecycle.ts';
import { resolveDnsServers } from './resolve-dns-servers.ts';

const DEFAULT_DATA_DIR = '.data';

const NO_DATABASE_URL = 'DATABASE_URL is not set';
const SET_IT = 'set DATABASE_URL in the environment or in the file .env (README.md)';

export const projectRoot = path.resolve(import.meta.dirname, '..');

export function dataDirOf(source: NodeJS.ProcessEnv): string {
  return path.resolve(projectRoot, source.POSTERN_DATA_DIR || DEFAULT_DATA_DIR);
}

/**
 * For a process that needs a database it was told of: what is wrong is said in full, and ends it. Name servers have
 * their addresses.
 */
export async function loadEnvironment(): Promise<Environment> {
  const result = parseEnvironment({ ...process.env, POSTERN_DATA_DIR: dataDirOf(process.env) });
  if (!result.ok) return refuseToStart(describeProblems(result.problems));
  const dnsServers = await resolveDnsServers(result.environment.dnsServers);
  if (!dnsServers.ok) return refuseToStart(dnsServers.message);
  return { ...result.environment, dnsServers: dnsServers.servers };
}

export type OperatorEnvironment = {
  ok: true;
  /** Nothing at the command line seals or signs, so that it works where `AUTH_SECRET` is not at hand. */
  environment: Omit<Environment, 'authSecret' | 'authSecretPrevious'>;
  /** Ends what had to be started for the occasion. */
  close: () => Promise<void>;
};

/** `code` is stable, as that of a command's own failure. */
export type OpenedEnvironment =
  | OperatorEnvironment
  | { ok: false; code: 'settings' | 'data_directory' | 'database'; message: string };

/**
 * For the command line: without `DATABASE_URL` the embedded database of the data directory, the one that `npm start`
 * runs beside us, or else started for as long as the command takes. One that is not there is made by `migrate` alone:
 * whoever has a PostgreSQL of their own and forgot to name it would work on an empty one.
 */
export async function openOperatorEnvironment(makesDatabase: boolean): Promise<OpenedEnvironment> {
  const dataDir = dataDirOf(process.env);
  const { DATABASE_URL: given } = process.env;
  if (given) return withDatabase(dataDir, given, async () => {});
  const complaint = await prepareDataDir(dataDir);
  if (complaint !== null) return { ok: false, code: 'data_directory', message: complaint };
  const running = await findRunningEmbedded(dataDir);
  if (running !== null) return withDatabase(dataDir, running, async () => {});
  if (!makesDatabase && !(await hasEmbedded(dataDir))) {
    return {
      ok: false,
      code: 'database',
      message: `${NO_DATABASE_URL}, and ${dataDir} has no embedded database: ${SET_IT}.`,
    };
  }
  console.error(`${NO_DATABASE_URL}: this is the embedded database in ${dataDir}. For another, ${SET_IT}.`);
  const started = await startEmbedded({ dataDir });
  if (!started.ok) return { ok: false, code: 'database', message: started.message };
  return withDatabase(dataDir, started.database.url, started.database.stop);
}

async function withDatabase(
  dataDir: string,
  databaseUrl: string,
  close: () => Promise<void>,
): Promise<OpenedEnvironment> {
  const result = parseEnvironment({
    ...process.env,
    POSTERN_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: randomBytes(32).toString('base64url'),
    AUTH_SECRET_PREVIOUS: undefined,
  });
  if (result.ok) {
    const { authSecret, authSecretPrevious, ...environment } = result.environment;
    return { ok: true, environment, close };
  }
  await close();
  return { ok: false, code: 'settings', message: describeProblems(result.problems) };
}
