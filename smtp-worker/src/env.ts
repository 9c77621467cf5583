import { availableParallelism, hostname, platform } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { parseNetwork } from '../../lib/domain/network.ts';
import {
  AUTH_SECRET_LENGTH,
  addressOfPortal,
  domain,
  givenSettings,
  httpUrl,
  list,
  port,
  postgresUrl,
  problemOf,
  type SettingProblem,
  type Source,
  siteUrl,
} from '../../lib/env-values.ts';
import { availableMemory } from './load.ts';
import { type NextHop, parseNextHop } from './next-hop/next-hop-url.ts';

// What the SMTP node reads from the environment; `.env.example` says what each means.

const megabytes = z
  .string()
  .regex(/^[1-9]\d{1,6}$/, 'is not a number of MiB, 10 at least')
  .transform(Number);
const seconds = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, 'is not a number of seconds')
  .transform(Number);
const threads = z
  .string()
  .regex(/^[1-9]\d?$/, 'is not a number from 1 to 99')
  .transform(Number);
const secret = z
  .string({ error: 'is missing: the same as for portal and jobs' })
  .min(AUTH_SECRET_LENGTH, `is too short: at least ${AUTH_SECRET_LENGTH} characters`);
const network = z.string().refine((text) => parseNetwork(text).ok, 'is not an address or a CIDR network');
const nextHop = z.string().transform((text, context) => {
  const parsed = parseNextHop(text);
  if (parsed.ok) return parsed.nextHop;
  context.addIssue(parsed.problem);
  return z.NEVER;
});

/** Systems whose kernel spreads the connections to one port over several listeners. */
const sharesPorts: ReadonlySet<string> = new Set(['linux', 'freebsd']);

const schema = z.object({
  DATABASE_URL: postgresUrl('is missing: postgresql://user:password@host:5432/database'),
  SMTP_REPLICA_URL: postgresUrl('').optional(),
  POSTERN_DATA_DIR: z.string().default('.data'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  PORTAL_URL: siteUrl.optional(),
  SMTP_HOST: list(z.string()).default(['127.0.0.1']),
  SMTP_PORT: list(port).default([2525]),
  SMTP_TLS_PORT: list(port).default([]),
  SMTP_PROXY_PORT: list(port).default([]),
  SMTP_TRUSTED_PROXIES: list(network).default([]),
  SMTP_PUBLIC_NAME: domain.optional(),
  SMTP_TLS_CERT: z.string().optional(),
  SMTP_TLS_KEY: z.string().optional(),
  SMTP_NEXT_HOP: list(nextHop).default([]),
  SMTP_METRICS_HOST: z.string().default('127.0.0.1'),
  SMTP_METRICS_PORT: port.default(9925),
  SMTP_THREADS: threads.optional(),
  SMTP_MEMORY_MB: megabytes.optional(),
  SMTP_STALENESS_SECONDS: seconds.default(900),
  SMTP_DENY_FILE: z.string().optional(),
  NODE_NAME: z.string().max(200).optional(),
  NODE_REGION: z.string().max(200).optional(),
  PROOF_DOMAIN: domain.default('proof.localhost'),
  RSPAMD_URL: httpUrl.optional(),
  AUTH_SECRET: secret,
  AUTH_SECRET_PREVIOUS: secret.optional(),
});

/** Settings that need one another. */
function checkTogether(given: Source): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const wrong = (name: string, problem: string) => problems.push({ name, problem });
  const { SMTP_TLS_CERT: certificate, SMTP_TLS_KEY: key } = given;
  if (certificate && !key) wrong('SMTP_TLS_KEY', 'is missing: SMTP_TLS_CERT is set');
  if (key && !certificate) wrong('SMTP_TLS_CERT', 'is missing: SMTP_TLS_KEY is set');
  if (given.SMTP_TLS_PORT && !certificate && !key) {
    wrong('SMTP_TLS_CERT', 'is missing: SMTP_TLS_PORT needs a certificate');
  }
  if (given.SMTP_PROXY_PORT && !given.SMTP_TRUSTED_PROXIES) {
    wrong('SMTP_TRUSTED_PROXIES', 'is missing: without it nobody may connect to SMTP_PROXY_PORT');
  }
  return problems;
}

export type NodeEnvironment = {
  databaseUrl: string;
  replicaUrl: string | null;
  dataDir: string;
  /** without a slash at its end */
  portalUrl: string;
  hosts: string[];
  ports: number[];
  tlsPorts: number[];
  proxyPorts: number[];
  trustedProxies: string[];
  publicName: string;
  tls: { certificateFile: string; keyFile: string } | null;
  nextHops: NextHop[];
  metricsHost: string;
  metricsPort: number;
  /** with sessions: 1 for all in the main thread */
  threads: number;
  /** what the process may use before it turns clients away */
  memoryBytes: number;
  stalenessSeconds: number;
  denyFile: string;
  nodeName: string;
  nodeRegion: string | null;
  proofDomain: string;
  rspamdUrl: string | null;
  secrets: { current: string; previous: string | null };
};

export type NodeEnvironmentResult =
  | { ok: true; environment: NodeEnvironment }
  | { ok: false; problems: SettingProblem[] };

/** Reads all of it at once and tells everything that is wrong; an empty value counts as not set. */
export function parseNodeEnvironment(source: Source, hostName = hostname()): NodeEnvironmentResult {
  const given = givenSettings(source);
  const parsed = schema.safeParse(given);
  const problems = [...(parsed.error?.issues.map(problemOf) ?? []), ...checkTogether(given)];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const values = parsed.data;
  const dataDir = path.resolve(values.POSTERN_DATA_DIR);
  const { SMTP_TLS_CERT: certificateFile, SMTP_TLS_KEY: keyFile } = values;
  return {
    ok: true,
    environment: {
      databaseUrl: values.DATABASE_URL,
      replicaUrl: values.SMTP_REPLICA_URL ?? null,
      dataDir,
      portalUrl: values.PORTAL_URL ?? addressOfPortal(values.HOST, values.PORT),
      hosts: values.SMTP_HOST,
      ports: values.SMTP_PORT,
      tlsPorts: values.SMTP_TLS_PORT,
      proxyPorts: values.SMTP_PROXY_PORT,
      trustedProxies: values.SMTP_TRUSTED_PROXIES,
      publicName: values.SMTP_PUBLIC_NAME ?? hostName,
      tls: certificateFile && keyFile ? { certificateFile, keyFile } : null,
      nextHops: values.SMTP_NEXT_HOP,
      metricsHost: values.SMTP_METRICS_HOST,
      metricsPort: values.SMTP_METRICS_PORT,
      memoryBytes:
        values.SMTP_MEMORY_MB === undefined ? availableMemory() : values.SMTP_MEMORY_MB * 1024 * 1024,
      threads: values.SMTP_THREADS ?? (sharesPorts.has(platform()) ? availableParallelism() : 1),
      stalenessSeconds: values.SMTP_STALENESS_SECONDS,
      denyFile: values.SMTP_DENY_FILE ?? path.join(dataDir, 'deny'),
      nodeName: values.NODE_NAME ?? hostName,
      nodeRegion: values.NODE_REGION ?? null,
      proofDomain: values.PROOF_DOMAIN,
      rspamdUrl: values.RSPAMD_URL ?? null,
      secrets: { current: values.AUTH_SECRET, previous: values.AUTH_SECRET_PREVIOUS ?? null },
    },
  };
}
