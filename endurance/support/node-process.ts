import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { smtpNodeArguments } from '../../lib/domain/smtp-node-memory.ts';

// A real SMTP node as a process of its own, so that it can be killed, restarted on the same ports, and weighed.

const projectRoot = path.resolve(import.meta.dirname, '..', '..');
const testdata = path.join(projectRoot, 'smtp-worker', 'testdata');

/** Octets. */
export type Memory = { heapUsed: number; rss: number; external: number; arrayBuffers: number };

export type NodeProcess = {
  readonly ports: NodePorts;
  readonly pid: () => number;
  /** Resolves once it listens and has its copy of the whitelist, or rejects where it ends instead. */
  readonly start: () => Promise<void>;
  /** Ends it at once, with `kill -9`: what it had given to the system is not lost, as it would be where the power fails. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Null while it runs as it should. */
  readonly endedBy: () => string | null;
  /** What it holds, garbage not counted. */
  readonly memory: () => Promise<Memory>;
  readonly metric: (name: string) => Promise<number>;
};

export type NodePorts = { plain: number; tls: number; proxy: number; metrics: number };

export const nodeSecret = 'a secret for endurance trials, of no use elsewhere';

export async function newNodeProcess(
  databaseUrl: string,
  dataDir: string,
  settings: Record<string, string> = {},
): Promise<NodeProcess> {
  const [plain = 0, tls = 0, proxy = 0, metrics = 0] = await freePorts(4);
  const ports = { plain, tls, proxy, metrics };
  let child: ChildProcess | null = null;
  let wanted = false;
  let ended: string | null = null;
  let errors = '';

  async function start(): Promise<void> {
    wanted = true;
    ended = null;
    const started = spawn(
      process.execPath,
      [
        ...smtpNodeArguments,
        ...['--expose-gc', '--import', pathToFileURL(path.join(import.meta.dirname, 'heap-probe.ts')).href],
        path.join(projectRoot, 'smtp-worker', 'src', 'main.ts'),
      ],
      { cwd: projectRoot, env: environment(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
    );
    child = started;
    started.stderr?.on('data', (octets: Buffer) => {
      errors = `${errors}${octets}`.slice(-2000);
    });
    started.on('exit', (code, signal) => {
      if (wanted && child === started) ended = `the node ended by itself: ${signal ?? code} ${errors}`;
    });
    await new Promise<void>((resolve, reject) => {
      started.on('message', (message: { ready?: boolean }) => {
        if (message.ready) resolve();
      });
      started.once('exit', () => reject(new Error(ended ?? 'the node was ended while it started')));
    });
  }

  function environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      DATABASE_URL: databaseUrl,
      AUTH_SECRET: nodeSecret,
      POSTERN_DATA_DIR: dataDir,
      PORTAL_URL: 'https://portal.example',
      NODE_NAME: 'endurance',
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(plain),
      SMTP_TLS_PORT: String(tls),
      SMTP_PROXY_PORT: String(proxy),
      SMTP_METRICS_PORT: String(metrics),
      SMTP_TRUSTED_PROXIES: '127.0.0.0/8',
      SMTP_TLS_CERT: path.join(testdata, 'certificate.pem'),
      SMTP_TLS_KEY: path.join(testdata, 'key.pem'),
      SMTP_PUBLIC_NAME: 'mx.postern.example',
      PROOF_DOMAIN: 'proof.example',
      ...settings,
    };
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    wanted = false;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  return {
    ports,
    pid: () => child?.pid ?? 0,
    start,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    endedBy: () => ended,
    memory: async () => {
      const running = child;
      if (running === null) throw new Error('the node does not run');
      running.send('memory');
      for (;;) {
        const [message] = (await once(running, 'message')) as [{ memory?: Memory }];
        if (message.memory !== undefined) return message.memory;
      }
    },
    metric: async (name) => {
      const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    },
  };
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
