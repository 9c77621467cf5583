import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { startEmbedded } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { smtpNodeArguments } from '../lib/domain/smtp-node-memory.ts';

// A database, real SMTP nodes as processes of their own, and one account: what measurements are made on.

const DEADLINE_MS = 120_000;
const projectRoot = path.resolve(import.meta.dirname, '..');

export type Scene = {
  client: pg.Client;
  databaseUrl: string;
  accountId: string;
  serverId: string;
  /** for files of the measurement; goes with the scene */
  directory: string;
  /** Starts one more node and waits until it is ready. */
  startNode: (options?: NodeOptions) => Promise<Node>;
};
export type NodeOptions = {
  settings?: Record<string, string>;
  /** What its command line begins with: `taskset` and the like. */
  prefix?: readonly string[];
  /** Arguments to Node itself. */
  execArgv?: readonly string[];
  /** where its log goes; nowhere where it is not said */
  log?: string;
};
export type Node = {
  child: ChildProcess;
  port: number;
  proxyPort: number;
  metricsPort: number;
  readyAfterMs: number;
};

/** Makes the scene, measures on it, and takes all of it away. */
export async function onScene<T>(measure: (scene: Scene) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), 'postern-bench-'));
  // Root's PostgreSQL runs as somebody else, who must get in.
  await chmod(directory, 0o711);
  const started = await startEmbedded({ dataDir: directory });
  if (!started.ok) throw new Error(started.message);
  const { database } = started;
  const nodes: Node[] = [];
  const client = new pg.Client({ connectionString: database.url });
  try {
    await migrate(database.url);
    await client.connect();
    const owner = await seedAccount(client);
    const startNode_ = async (options?: NodeOptions) => {
      const node = await startNode(database.url, directory, nodes.length, options);
      nodes.push(node);
      return node;
    };
    return await measure({ client, databaseUrl: database.url, directory, ...owner, startNode: startNode_ });
  } finally {
    for (const { child } of nodes) await stop(child);
    await client.end();
    await database.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function seedAccount(client: pg.Client): Promise<{ accountId: string; serverId: string }> {
  const { rows: accounts } = await client.query<{ id: string }>(
    `insert into accounts (slug, name) values ('bench', 'Bench') returning id`,
  );
  const accountId = accounts[0]?.id ?? '';
  const { rows: servers } = await client.query<{ id: string }>(
    `insert into servers (account_id, slug, name) values ($1, 'bench', 'Bench') returning id`,
    [accountId],
  );
  const serverId = servers[0]?.id ?? '';
  await client.query(
    `insert into subscriptions (server_id, plan_id, status, paid_until) values ($1, 'paid', 'active', now() + interval '1 year')`,
    [serverId],
  );
  await client.query(
    `insert into sender_domains (server_id, domain, source) values ($1, 'bench.example', 'feed')`,
    [serverId],
  );
  return { accountId, serverId };
}

async function startNode(
  databaseUrl: string,
  directory: string,
  number: number,
  { settings = {}, prefix = [], execArgv = [], log }: NodeOptions = {},
): Promise<Node> {
  const [smtpPort, proxyPort, metricsPort] = await freePorts(3);
  const since = performance.now();
  const main = path.join(projectRoot, 'smtp-worker', 'src', 'main.ts');
  const [program = '', ...args] = [...prefix, process.execPath, ...smtpNodeArguments, ...execArgv, main];
  const output = log === undefined ? 'ignore' : openSync(log, 'a');
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      AUTH_SECRET: 'a secret for measurements, of no use elsewhere',
      POSTERN_DATA_DIR: path.join(directory, `node-${number}`),
      NODE_NAME: `bench-${number}`,
      SMTP_PORT: String(smtpPort),
      SMTP_PROXY_PORT: String(proxyPort),
      SMTP_TRUSTED_PROXIES: '127.0.0.0/8',
      SMTP_METRICS_PORT: String(metricsPort),
      SMTP_PUBLIC_NAME: 'bench.localhost',
      ...settings,
    },
    stdio: ['ignore', output, 'inherit'],
  });
  if (typeof output === 'number') closeSync(output);
  // However this process ends.
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error('an SMTP node ended at once');
    const ready = await fetch(`http://127.0.0.1:${metricsPort}/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) {
      return {
        child,
        port: smtpPort ?? 0,
        proxyPort: proxyPort ?? 0,
        metricsPort: metricsPort ?? 0,
        readyAfterMs: performance.now() - since,
      };
    }
    if (performance.now() > deadline) throw new Error('an SMTP node did not become ready');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
