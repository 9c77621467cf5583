import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { findRunningEmbedded } from '../db/embedded.ts';

const projectRoot = path.resolve(import.meta.dirname, '..');

/** Where the running product is reached, and with which password. */
export type Addresses = {
  portalUrl: string;
  smtpPort: number;
  /** The listener on which a PROXY header is mandatory: from here tests send from any address. */
  smtpProxyPort: number;
  metricsUrl: string;
  demoPassword: string;
  dataDir: string;
  maildir: string;
  /** The embedded database, as its owner: for seeding, and to look behind the scenes. */
  databaseUrl: string;
  /** The environment with which the command line reaches this very instance. */
  environment: { [name: string]: string };
};

/**
 * Starts the whole product with a data directory and ports of its own, and waits until it says that it is ready. A data
 * directory that is given stays behind.
 */
export async function startPostern(
  settings: { [name: string]: string } = {},
): Promise<{ addresses: Addresses; child: ChildProcess; stop: () => Promise<void> }> {
  const dataDir = settings.POSTERN_DATA_DIR ?? (await makeDataDir());
  const [port, smtpPort, smtpProxyPort, metricsPort] = await freePorts();
  const environment = {
    // An empty value keeps a developer's own `.env` from being taken.
    DATABASE_URL: '',
    PORTAL_URL: '',
    SMTP_NEXT_HOP: '',
    SMTP_REPLICA_URL: '',
    POSTERN_DATA_DIR: dataDir,
    PORT: String(port),
    SMTP_PORT: String(smtpPort),
    SMTP_PROXY_PORT: String(smtpProxyPort),
    SMTP_METRICS_PORT: String(metricsPort),
    DEMO_PASSWORD: randomBytes(9).toString('base64url'),
    ...settings,
  };
  const child = spawn(process.execPath, [path.join(projectRoot, 'bin', 'start.ts')], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    if (settings.POSTERN_DATA_DIR === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await becomeReady(child, dataDir);
    const databaseUrl = await findRunningEmbedded(dataDir);
    if (databaseUrl === null) throw new Error('no embedded database runs');
    const addresses: Addresses = {
      portalUrl: `http://127.0.0.1:${port}`,
      smtpPort,
      smtpProxyPort,
      metricsUrl: `http://127.0.0.1:${metricsPort}`,
      demoPassword: environment.DEMO_PASSWORD,
      dataDir,
      maildir: path.join(dataDir, 'maildir'),
      databaseUrl,
      environment,
    };
    return { addresses, child, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'postern-e2e-'));
  // Root's PostgreSQL runs as somebody else, who must get in.
  await chmod(dataDir, 0o711);
  return dataDir;
}

async function becomeReady(child: ChildProcess, dataDir: string): Promise<void> {
  const output: string[] = [];
  const ready = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        if (line.startsWith('Postern is ready')) resolve(true);
      });
    }
    child.once('exit', () => resolve(false));
  });
  if (await ready) return;
  const portalLog = await readFile(path.join(dataDir, 'logs', 'portal.log'), 'utf8').catch(() => '');
  throw new Error(`Postern did not start:\n${output.join('\n')}\n${portalLog}`);
}

/** Four ports that nobody has now: all are held at once, so that none is given twice. */
async function freePorts(): Promise<[number, number, number, number]> {
  const servers = Array.from({ length: 4 }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports as [number, number, number, number];
}
