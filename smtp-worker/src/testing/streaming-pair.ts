import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { requireProgram } from '../../../bin/find-program.ts';

const run = promisify(execFile);

/** A real primary and a real streaming replica of it, on free ports of this machine. */
export type StreamingPair = {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  readonly close: () => Promise<void>;
};

export type PostgresServer = {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly stop: () => Promise<void>;
};

const readyWithinMs = 60_000;
const askAgainMs = 50;
const settings = [
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'max_connections=460'],
  ...['shared_buffers=32MB', 'wal_level=replica', 'hot_standby=on', 'log_min_messages=fatal'],
  'wal_receiver_status_interval=1',
];

export async function startStreamingPair(): Promise<StreamingPair> {
  const bin = path.dirname(await requireProgram('postgres'));
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-pair-'));
  const user = await ownerOfClusters();
  await chmod(folder, 0o755);
  const [primaryData, replicaData] = [path.join(folder, 'primary'), path.join(folder, 'replica')];
  for (const data of [primaryData, replicaData]) {
    await mkdir(data, { mode: 0o700 });
    if (user !== null) await chown(data, user.uid, user.gid);
  }
  const as = { ...(user ?? {}), cwd: folder };
  const servers: PostgresServer[] = [];
  const close = async () => {
    for (const server of servers.reverse()) await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const initialise = [
      '-D',
      primaryData,
      '-U',
      'postern',
      '--auth=trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
    ];
    await run(path.join(bin, 'initdb'), initialise, as);
    const primary = await startServer(bin, primaryData, as);
    servers.push(primary);
    const { port } = new URL(primary.url);
    const copy = [
      '-D',
      replicaData,
      '-h',
      '127.0.0.1',
      '-p',
      port,
      '-U',
      'postern',
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
    ];
    await run(path.join(bin, 'pg_basebackup'), copy, as);
    const replica = await startServer(bin, replicaData, as);
    servers.push(replica);
    return { primary, replica, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startServer(
  bin: string,
  data: string,
  as: { uid?: number; cwd: string },
): Promise<PostgresServer> {
  const port = await freePort();
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(path.join(bin, 'postgres'), args, { ...as, stdio: 'ignore' });
  const url = `postgresql://postern@127.0.0.1:${port}/postgres`;
  await answers(url, server);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  return {
    url,
    pool,
    stop: async () => {
      await pool.end();
      if (server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      // Immediate: nothing of it is needed afterwards.
      server.kill('SIGQUIT');
      await gone;
    },
  };
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    }
  }
}

/** PostgreSQL refuses to run as root. */
async function ownerOfClusters(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2]), gid: Number(user?.[3]) };
}

/** One that nobody has in this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
