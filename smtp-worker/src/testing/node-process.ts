import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ListenAddress, ListenerKind } from '../listeners.ts';
import { type Dialogue, openDialogue } from './dialogue.ts';
import { freePort } from './streaming-pair.ts';
import { proxyLine, testSecrets } from './test-node.ts';

/** A node as a process of its own, and clients of it. */
export type NodeProcess = {
  readonly lines: { level: number; msg: string }[];
  /** Where it listens. */
  readonly port: (kind: ListenerKind) => number;
  /** What `/ready` says. */
  readonly ready: () => Promise<Response>;
  /** A client from an address, by way of the PROXY listener; greeted. */
  readonly from: (address: string) => Promise<Dialogue>;
  /** What a client from an address is told at RCPT, or `421` where its entry ended just before. */
  readonly rcpt: (address: string) => Promise<string>;
  readonly stop: () => Promise<void>;
  /** `kill -9` */
  readonly kill: () => Promise<void>;
};

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** @param descriptors how many files and sockets it may have open */
export async function startNodeProcess(
  name: string,
  settings: Record<string, string>,
  descriptors: number | null = null,
): Promise<NodeProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), `postern-${name}-`));
  const { SMTP_HOST: host = '127.0.0.1', SMTP_METRICS_HOST: metricsHost = '127.0.0.1' } = settings;
  const metricsPort = settings.SMTP_METRICS_PORT ?? String(await freePort());
  const limit = descriptors === null ? '' : `ulimit -n ${descriptors}; `;
  const child: ChildProcess = spawn('sh', ['-c', `${limit}exec node smtp-worker/src/main.ts`], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      AUTH_SECRET: testSecrets.current,
      POSTERN_DATA_DIR: folder,
      PORTAL_URL: 'https://portal.example',
      SMTP_PORT: '0',
      SMTP_PROXY_PORT: '0',
      SMTP_TRUSTED_PROXIES: '127.0.0.1/32',
      SMTP_METRICS_PORT: metricsPort,
      NODE_NAME: name,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines: NodeProcess['lines'] = [];
  const ports = new Map<ListenerKind, number>();
  const listening = Promise.withResolvers<void>();
  if (child.stdout === null) throw new Error('a child without output');
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text);
    lines.push(line);
    if (line.msg !== 'listening') return;
    for (const address of line.addresses as ListenAddress[]) ports.set(address.kind, address.port);
    listening.resolve();
  });
  const gone = once(child, 'exit');
  gone.then(() => listening.reject(new Error(`${name} has ended: ${JSON.stringify(lines)}`)));
  await listening.promise;

  const port = (kind: ListenerKind) => ports.get(kind) ?? 0;

  async function from(address: string): Promise<Dialogue> {
    const dialogue = await openDialogue({ host, port: port('proxy') });
    dialogue.send(proxyLine(address));
    await dialogue.expect('220 ');
    await dialogue.say('EHLO client.example');
    return dialogue;
  }

  async function rcpt(address: string): Promise<string> {
    try {
      const client = await from(address);
      await client.say('MAIL FROM:<printer@acme.example>');
      const reply = await client.say('RCPT TO:<b@elsewhere.example>');
      client.close();
      return reply;
    } catch (error) {
      if (/^S 421 4\.7\.0 /m.test(String(error))) return '421';
      throw error;
    }
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    child.kill(signal);
    await gone;
    await rm(folder, { recursive: true, force: true });
  }

  return {
    lines,
    port,
    ready: () => fetch(`http://${metricsHost}:${metricsPort}/ready`),
    from,
    rcpt,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}
