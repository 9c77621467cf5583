import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  type Binaries,
  canWriteIn,
  exists,
  findBinaries,
  findServerUser,
  giveTo,
  type ServerUser,
  SHARED_PLACE,
  serverEnvironment,
} from './embedded-binaries.ts';
import { findServer, startServer, waitForEnd } from './embedded-server.ts';
import { findProcess, identifyProcess, isAlive } from './process-identity.ts';

const run = promisify(execFile);

const SUPERUSER = 'postgres';
const DATABASE = 'postern';
const ORPHAN_MS = 20_000;

/**
 * `<data>/database.json` (mode 600): what a later start, and the command line beside a running one, must know.
 * `directory` is relative to the data directory, or absolute where PostgreSQL's user could not reach that.
 */
type ClusterRecord = { directory: string; password: string; port: number | null; owner: string | null };

export type EmbeddedDatabase = {
  url: string;
  /** Where the cluster lies. */
  directory: string;
  /** Resolves with a sentence once the server has ended, whoever wanted it. */
  ended: Promise<string>;
  stop: () => Promise<void>;
};

export type EmbeddedOutcome =
  | { ok: true; database: EmbeddedDatabase }
  | {
      ok: false;
      code: 'already_running' | 'other_major' | 'cluster_gone';
      message: string;
    };

export type EmbeddedOptions = {
  dataDir: string;
  /** False only for tests: no fsync, so that nothing survives a power cut. */
  durable?: boolean;
  /** One sentence for each thing that takes a while. */
  progress?: (message: string) => void;
  /** The server's own log. */
  log?: (line: string) => void;
};

/**
 * Starts the PostgreSQL that comes from npm on this data directory, made at the first start. It listens on a loopback
 * port that is kept from start to start. Runs as root too, see `docs/operations.md`, Embedded database.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedOutcome> {
  const { progress = () => {}, log = () => {}, durable = true } = options;
  const user = await findServerUser();
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const binaries = await findBinaries(user);
  const known = await readRecord(dataDir);
  const record = known ?? (await newRecord(dataDir, user));
  const cluster = path.resolve(dataDir, record.directory);
  const serverUser = await ownerOf(cluster, user);

  if (known !== null && path.isAbsolute(known.directory) && !(await exists(cluster))) {
    return {
      ok: false,
      code: 'cluster_gone',
      message: `The database of ${dataDir} was kept in ${cluster}, which is gone: bring it back, or delete ${recordFile(dataDir)} to begin anew.`,
    };
  }
  const server = await findServer(cluster);
  if (server !== null) {
    const owner = record.owner === null ? null : await findProcess(record.owner);
    if (owner !== null && owner !== process.pid) {
      return {
        ok: false,
        code: 'already_running',
        message: alreadyRunning(dataDir, owner),
      };
    }
    progress('Waiting for the database of a start that was killed');
    await endOrphan(cluster, server.pid);
  }
  if (!(await exists(path.join(cluster, 'PG_VERSION')))) {
    progress(`Creating a PostgreSQL ${binaries.major} database in ${cluster}`);
    await createCluster({ cluster, password: record.password, binaries, user: serverUser, durable });
  }
  const major = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (major !== binaries.major) {
    return {
      ok: false,
      code: 'other_major',
      message: `The database in ${cluster} was made by PostgreSQL ${major}, and this Postern brings PostgreSQL ${binaries.major}: dump it with the old version, or set another POSTERN_DATA_DIR.`,
    };
  }
  await dropForeignLock(cluster);

  progress(`Starting PostgreSQL ${binaries.version}`);
  const running = await startServer({
    programs: binaries.directory,
    cluster,
    user: serverUser,
    preferredPort: record.port,
    settings: durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
    log,
  });
  await writeRecord(dataDir, { ...record, port: running.port, owner: await identifyProcess(process.pid) });
  await createDatabaseOnce(urlOf(record.password, running.port, 'postgres'));
  const url = urlOf(record.password, running.port, DATABASE);
  return { ok: true, database: { url, directory: cluster, ended: running.ended, stop: running.stop } };
}

/** One sentence for a second start on the same data directory. */
export function alreadyRunning(dataDir: string, pid: number): string {
  return `Postern already runs with the data directory ${dataDir} (process ${pid}): stop that one first, or set another POSTERN_DATA_DIR.`;
}

/** Whether an embedded database was ever made for this data directory. */
export async function hasEmbedded(dataDir: string): Promise<boolean> {
  return (await readRecord(dataDir)) !== null;
}

/** The address of the embedded database that a start beside this process runs on this data directory, if one does. */
export async function findRunningEmbedded(dataDir: string): Promise<string | null> {
  const record = await readRecord(dataDir);
  if (record === null) return null;
  const cluster = path.resolve(await realpath(dataDir), record.directory);
  const server = await findServer(cluster);
  return server?.ready ? urlOf(record.password, server.port, DATABASE) : null;
}

function urlOf(password: string, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Root goes on with a cluster that an ordinary user has made as that user: nobody else may open it. */
async function ownerOf(cluster: string, user: ServerUser): Promise<ServerUser> {
  if (user.uid === undefined || !(await exists(cluster))) return user;
  const { uid, gid } = await stat(cluster);
  return uid === 0 ? user : { uid, gid };
}

function recordFile(dataDir: string): string {
  return path.join(dataDir, 'database.json');
}

async function readRecord(dataDir: string): Promise<ClusterRecord | null> {
  const text = await readFile(recordFile(dataDir), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : (JSON.parse(text) as ClusterRecord);
}

async function writeRecord(dataDir: string, record: ClusterRecord): Promise<void> {
  const halfway = `${recordFile(dataDir)}.${process.pid}`;
  await writeFile(halfway, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(halfway, recordFile(dataDir));
}

/** Decides once where the cluster lies: in the data directory, or where root's stand-in can reach it. */
async function newRecord(dataDir: string, user: ServerUser): Promise<ClusterRecord> {
  const inside = path.join(dataDir, 'postgres');
  await mkdir(inside, { recursive: true, mode: 0o700 });
  await giveTo(user, inside);
  let directory = 'postgres';
  if (!(await canWriteIn(inside, user))) {
    await rm(inside, { recursive: true });
    // A random name and not one made from the path: a folder that was moved or copied must not meet another's data.
    const place = path.join(SHARED_PLACE, randomBytes(8).toString('hex'));
    await mkdir(place, { recursive: true });
    await Promise.all([chmod(SHARED_PLACE, 0o755), chmod(place, 0o711)]);
    await writeFile(
      path.join(place, 'README'),
      `The embedded database of Postern's data directory ${dataDir}\n`,
    );
    directory = path.join(place, 'postgres');
    await mkdir(directory, { mode: 0o700 });
    await giveTo(user, directory);
  }
  const record: ClusterRecord = {
    directory,
    password: randomBytes(24).toString('hex'),
    port: null,
    owner: null,
  };
  await writeRecord(dataDir, record);
  return record;
}

async function createCluster(options: {
  cluster: string;
  password: string;
  binaries: Binaries;
  user: ServerUser;
  durable: boolean;
}): Promise<void> {
  const { cluster, user } = options;
  // Made aside and put in place whole, so that a start that is killed here leaves nothing half-made behind.
  const halfway = `${cluster}.new`;
  await rm(halfway, { recursive: true, force: true });
  await mkdir(halfway, { mode: 0o700 });
  await giveTo(user, halfway);
  const passwordFile = `${cluster}.password`;
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  await giveTo(user, passwordFile);
  try {
    await run(
      path.join(options.binaries.directory, 'bin', 'initdb'),
      [
        ...[
          '--pgdata',
          halfway,
          '--username',
          SUPERUSER,
          '--pwfile',
          passwordFile,
          '--auth',
          'scram-sha-256',
        ],
        // The built-in provider sorts and folds the same on every machine, whatever its libc.
        ...[
          '--encoding',
          'UTF8',
          '--no-locale',
          '--locale-provider',
          'builtin',
          '--builtin-locale',
          'C.UTF-8',
        ],
        ...(options.durable ? [] : ['--no-sync']),
      ],
      { ...user, cwd: '/', env: serverEnvironment },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  // An empty directory made by `newRecord` gives way.
  await rename(halfway, cluster);
}

async function createDatabaseOnce(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Whoever started that server is gone: its guard is ending it, and if the guard is gone as well we do. */
async function endOrphan(cluster: string, pid: number): Promise<void> {
  if (await waitForEnd(cluster, ORPHAN_MS / 4)) return;
  process.kill(pid, 'SIGINT');
  if (await waitForEnd(cluster, ORPHAN_MS)) return;
  throw new Error(`The database of an earlier start (process ${pid}) does not end`);
}

/**
 * A `postmaster.pid` that survived a SIGKILL and whose number now belongs to some other process would stop the server
 * from starting: PostgreSQL asks only whether that number lives.
 */
async function dropForeignLock(cluster: string): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null || !(await exists('/proc/self/cwd'))) return;
  const pid = Number(text.split('\n', 1)[0]);
  if (isAlive(pid) && (await findServer(cluster)) === null) await rm(file);
}
