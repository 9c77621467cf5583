import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NodeEnvironment, parseNodeEnvironment } from '../env.ts';
import { type SmtpNode, startSmtpNode } from '../smtp-node.ts';
import type { Enforced } from '../whitelist/replica-types.ts';
import { type Dialogue, openDialogue } from './dialogue.ts';
import { type SilentLog, silentLog } from './silent-log.ts';

export type TestNode = {
  readonly node: SmtpNode;
  readonly environment: NodeEnvironment;
  readonly folder: string;
  readonly ports: { readonly plain: number; readonly tls: number; readonly proxy: number };
  readonly lines: SilentLog['lines'];
  /** Resolves once that revision, or a later one, is enforced. */
  readonly enforced: (revision: number) => Promise<Enforced>;
  /** A client that comes from an address, by way of the PROXY listener; its banner has been read. */
  readonly from: (address: string | null) => Promise<Dialogue>;
  readonly close: () => Promise<void>;
};

const testdata = fileURLToPath(new URL('../../testdata/', import.meta.url));

export const testSecrets = { current: 'a secret for tests, 32 octets long', previous: null };

/** On free ports, with TLS and a PROXY listener for 127.0.0.1. */
export function testEnvironment(
  folder: string,
  databaseUrl: string,
  settings: Record<string, string> = {},
): NodeEnvironment {
  const parsed = parseNodeEnvironment({
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: testSecrets.current,
    POSTERN_DATA_DIR: folder,
    PORTAL_URL: 'https://portal.example',
    SMTP_PORT: '0',
    SMTP_TLS_PORT: '0',
    SMTP_PROXY_PORT: '0',
    SMTP_METRICS_PORT: '0',
    SMTP_TRUSTED_PROXIES: '127.0.0.1/32',
    SMTP_TLS_CERT: path.join(testdata, 'certificate.pem'),
    SMTP_TLS_KEY: path.join(testdata, 'key.pem'),
    SMTP_PUBLIC_NAME: 'mx.postern.example',
    PROOF_DOMAIN: 'proof.example',
    NODE_NAME: 'node-1',
    SMTP_THREADS: '1',
    ...settings,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.environment;
}

/** A whole node on free ports, with everything real but the process around it. */
export async function startTestNode(
  databaseUrl: string,
  settings: Record<string, string> = {},
  now?: () => Date,
): Promise<TestNode> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-node-'));
  const environment = testEnvironment(folder, databaseUrl, settings);
  const { log, write, lines } = silentLog();
  let latest: Enforced | null = null;
  let wake = Promise.withResolvers<void>();
  const node = await startSmtpNode({
    environment,
    log,
    ...(now === undefined ? {} : { now }),
    writeLines: write,
    onHopeless: (error) => log.fatal(error.message),
    onEnforced: (enforced) => {
      latest = enforced;
      wake.resolve();
      wake = Promise.withResolvers();
    },
  });
  const portOf = (wanted: string) => node.addresses.find(({ kind }) => kind === wanted)?.port ?? 0;
  const ports = { plain: portOf('plain'), tls: portOf('tls'), proxy: portOf('proxy') };
  const dialogues: Dialogue[] = [];
  return {
    node,
    environment,
    folder,
    ports,
    lines,
    enforced: async (revision) => {
      while (latest === null || latest.revision < revision) await wake.promise;
      return latest;
    },
    from: async (address) => {
      const dialogue = await openDialogue({ port: ports.proxy });
      dialogues.push(dialogue);
      dialogue.send(proxyLine(address));
      await dialogue.expect('220 ');
      return dialogue;
    },
    close: async () => {
      for (const dialogue of dialogues) dialogue.close();
      await node.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Version 1 of the PROXY header, of a client at an address or at none. */
export function proxyLine(address: string | null): string {
  if (address === null) return 'PROXY UNKNOWN\r\n';
  const [protocol, destination] = address.includes(':') ? ['TCP6', '2001:db8::25'] : ['TCP4', '192.0.2.25'];
  return `PROXY ${protocol} ${address} ${destination} 40000 25\r\n`;
}
