import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type ServerUser, serverEnvironment } from './embedded-binaries.ts';
import { isAlive } from './process-identity.ts';

const HOST = '127.0.0.1';
const FAST_SHUTDOWN_MS = 30_000;
const POLL_MS = 50;
const KEPT_LOG_LINES = 20;

/**
 * PostgreSQL under a shell that reads a pipe from us and asks it for a fast shutdown once that pipe ends: however we
 * end, by SIGKILL too, the database is not left behind. Its own session keeps the terminal's Ctrl-C away from it.
 */
const GUARDED = `
exec 3<&0
"$@" 3<&- &
server=$!
( while read -r line; do :; done <&3; kill -INT $server ) &
guard=$!
wait $server
code=$?
kill $guard 2>/dev/null
exit $code`;

export type RunningServer = {
  port: number;
  /** Resolves with a sentence once the server has ended, whoever wanted it. */
  ended: Promise<string>;
  stop: () => Promise<void>;
};

export type ServerOptions = {
  programs: string;
  cluster: string;
  user: ServerUser;
  /** Taken if it is free, else any. */
  preferredPort: number | null;
  settings: Record<string, string>;
  log: (line: string) => void;
};

/** Starts PostgreSQL and resolves when it takes connections; a crash recovery before that takes as long as it takes. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const port = await choosePort(options.preferredPort);
  const settings = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = path.join(options.programs, 'bin', 'postgres');
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', server, '-D', options.cluster, ...flags], {
    ...options.user,
    cwd: '/',
    env: serverEnvironment,
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  child.stdin?.on('error', () => {});
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });

  const lines: string[] = [];
  const ready = new Promise<true>((resolve) => {
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      options.log(line);
      lines.push(line);
      if (lines.length > KEPT_LOG_LINES) lines.shift();
      if (line.includes('database system is ready to accept connections')) resolve(true);
    });
  });
  const outcome = await Promise.race([ready, ended]);
  if (outcome !== true) {
    // Somebody took the port between our choice and the server's start.
    if (lines.some((line) => line.includes('Address already in use'))) {
      return startServer({ ...options, preferredPort: null });
    }
    throw new Error(`PostgreSQL did not start, it ${outcome}:\n${lines.join('\n')}`);
  }
  return { port, ended, stop: () => stopServer(child, ended, options.cluster) };
}

async function stopServer(child: ChildProcess, ended: Promise<string>, cluster: string): Promise<void> {
  child.stdin?.end();
  const inTime = await Promise.race([ended, delay(FAST_SHUTDOWN_MS, null, { ref: false })]);
  if (inTime !== null) return;
  const server = await findServer(cluster);
  // SIGQUIT is the immediate shutdown: nothing committed is lost, the next start replays the log.
  if (server !== null) process.kill(server.pid, 'SIGQUIT');
  await ended;
}

/** The port that served before, so that addresses written down stay good, else a free one. */
async function choosePort(preferred: number | null): Promise<number> {
  return (
    (preferred === null ? null : await tryPort(preferred)) ?? (await tryPort(0)) ?? Promise.reject(noPort())
  );
}

function noPort(): Error {
  return new Error(`No free TCP port on ${HOST} for PostgreSQL`);
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(port, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** What `postmaster.pid` says of the server of this cluster, if that server is alive. */
export async function findServer(
  cluster: string,
): Promise<{ pid: number; port: number; ready: boolean } | null> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const [pidText = '', , , portText = '', , , , status = ''] = text.split('\n');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isServerOf(pid, cluster))) return null;
  return { pid, port: Number(portText), ready: status.trim() === 'ready' };
}

/** After a SIGKILL or a power cut the number in the file may belong to any process: a server sits in its cluster. */
async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const place = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  // Without /proc, or without the right to look: PostgreSQL itself decides whether the number is stale.
  return place === null || place === cluster;
}

/** Waits until the server of this cluster has ended by itself; false when it is still there at the deadline. */
export async function waitForEnd(cluster: string, timeoutMs: number): Promise<boolean> {
  for (let waited = 0; waited < timeoutMs; waited += POLL_MS) {
    if ((await findServer(cluster)) === null) return true;
    await delay(POLL_MS);
  }
  return (await findServer(cluster)) === null;
}
