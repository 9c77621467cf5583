import { hostname } from 'node:os';
import { z } from 'zod';
import {
  AUTH_SECRET_LENGTH,
  addressOfPortal,
  describeProblems,
  domain,
  givenSettings,
  httpUrl,
  isPort,
  list,
  port,
  postgresUrl,
  problemOf,
  type SettingProblem,
  type Source,
  siteUrl,
} from './env-values.ts';

// What portal, jobs and the command line read from the environment. The SMTP node has its own, in smtp-worker/src.
// Each name stands in `.env.example`, with its meaning.

const AUTH_SECRET_HINT = `at least ${AUTH_SECRET_LENGTH} characters, for instance from "openssl rand -base64 32"`;

const secret = z.string().min(AUTH_SECRET_LENGTH, `is too short: ${AUTH_SECRET_HINT}`);
const webUrl = httpUrl.transform(withoutSlash);
const mailbox = z.email('is not an e-mail address');
const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'is not an address or a CIDR network');
const dnsServer = z.string().refine((text) => splitDnsServer(text) !== null, 'is not host[:port]');

/** `1.1.1.1`, `::1`, `[::1]` or a name, with a port or without. Null: none of these. */
export function splitDnsServer(text: string): { host: string; port: number | null } | null {
  if (isIPv6(text)) return { host: text, port: null };
  const [, bracketed, plain = '', digits] = /^(?:\[(.*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isHost = bracketed === undefined ? isIPv4(plain) || isHostName(plain) : isIPv6(bracketed);
  const number = digits === undefined ? null : Number(digits);
  if (!isHost || number === 0 || (number !== null && !isPort(number))) return null;
  return { host: bracketed ?? plain, port: number };
}

const isIPv4 = (text: string) => z.ipv4().safeParse(text).success;
const isIPv6 = (text: string) => z.ipv6().safeParse(text).success;

/** What ends in a number is read as an address by whoever looks it up, and is one that is badly written. */
function isHostName(text: string): boolean {
  const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;
  const labels = text.split('.');
  return labels.every((one) => label.test(one)) && !/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '');
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function missing(hint: string): { error: (issue: { input?: unknown }) => string | undefined } {
  return { error: (issue) => (issue.input === undefined ? `is missing: ${hint}` : undefined) };
}

const schema = z.object({
  DATABASE_URL: postgresUrl(
    'is missing: postgresql://user:password@host:5432/database of a PostgreSQL 15 or newer',
  ),
  POSTERN_DATA_DIR: z.string().default('.data'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  PORTAL_URL: siteUrl.optional(),
  PORTAL_TRUSTED_PROXIES: list(network).default([]),
  PLATFORM_NAME: z.string().default('Example Mail'),
  SUPPORT_ADDRESS: mailbox.default('support@postern.example'),
  TERMS_URL: webUrl.optional(),
  SMTP_PUBLIC_NAME: domain.optional(),
  SMTP_PORT: list(port).default([2525]),
  SMTP_TLS_PORT: list(port).default([]),
  SMTP_NEXT_HOP: list(z.url({ protocol: /^smtp$/, error: 'is not an smtp:// address' })).default([]),
  PROOF_DOMAIN: domain.default('proof.localhost'),
  DNS_SERVERS: list(dnsServer).default([]),
  DNSBL_ZONES: list(domain).default([]),
  RDAP_URL: webUrl.optional(),
  MAXMIND_DB_DIR: z.string().optional(),
  MAXMIND_URL: webUrl.default('https://geoip.maxmind.com'),
  MAXMIND_ACCOUNT_ID: z.string().regex(/^\d+$/, 'is not an account number').optional(),
  MAXMIND_LICENSE_KEY: z.string().optional(),
  AUTH_SECRET: z.string(missing(AUTH_SECRET_HINT)).pipe(secret),
  AUTH_SECRET_PREVIOUS: secret.optional(),
  OIDC_ISSUER: webUrl.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
});

/** Every name that is read. */
export const settingNames = Object.keys(schema.shape);

export type Environment = {
  databaseUrl: string;
  dataDir: string;
  host: string;
  port: number;
  /** Public address of the portal, without a slash at its end. */
  portalUrl: string;
  /** Addresses and CIDR networks whose X-Forwarded-For is believed. */
  portalTrustedProxies: string[];
  platformName: string;
  supportAddress: string;
  termsUrl: string;
  /** What devices are told to connect to, and where. */
  smtpPublicName: string;
  smtpPorts: number[];
  smtpTlsPorts: number[];
  /** `smtp://…` of the platform's MTA; none: the Maildir in the data directory. */
  smtpNextHop: string[];
  proofDomain: string;
  /** `host[:port]`; a host may be a name. */
  dnsServers: string[];
  dnsblZones: string[];
  rdapUrl: string | null;
  /** Directory with MaxMind databases. */
  maxmindDbDir: string | null;
  /** MaxMind's web service; null without account and key. */
  maxmind: { url: string; accountId: string; licenseKey: string } | null;
  authSecret: string;
  authSecretPrevious: string | null;
  /** The operator's own OpenID provider, for people who exist already. */
  oidc: { issuer: string; clientId: string; clientSecret: string } | null;
};

export type EnvironmentResult =
  | { ok: true; environment: Environment }
  | { ok: false; problems: SettingProblem[] };

/** Reads all of it at once and tells everything that is wrong; an empty value counts as not set. */
export function parseEnvironment(source: Source, hostName: string = hostname()): EnvironmentResult {
  const parsed = schema.safeParse(givenSettings(source));
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(problemOf) };
  const values = parsed.data;
  const oidc = readOidc(values);
  if (!oidc.ok) return oidc;
  const portalUrl = values.PORTAL_URL ?? addressOfPortal(values.HOST, values.PORT);
  return {
    ok: true,
    environment: {
      databaseUrl: values.DATABASE_URL,
      dataDir: values.POSTERN_DATA_DIR,
      host: values.HOST,
      port: values.PORT,
      portalUrl,
      portalTrustedProxies: values.PORTAL_TRUSTED_PROXIES,
      platformName: values.PLATFORM_NAME,
      supportAddress: values.SUPPORT_ADDRESS,
      termsUrl: values.TERMS_URL ?? `${portalUrl}/terms`,
      smtpPublicName: values.SMTP_PUBLIC_NAME ?? hostName,
      smtpPorts: values.SMTP_PORT,
      smtpTlsPorts: values.SMTP_TLS_PORT,
      smtpNextHop: values.SMTP_NEXT_HOP,
      proofDomain: values.PROOF_DOMAIN,
      dnsServers: values.DNS_SERVERS,
      dnsblZones: values.DNSBL_ZONES,
      rdapUrl: values.RDAP_URL ?? null,
      maxmindDbDir: values.MAXMIND_DB_DIR ?? null,
      maxmind:
        values.MAXMIND_ACCOUNT_ID === undefined || values.MAXMIND_LICENSE_KEY === undefined
          ? null
          : {
              url: values.MAXMIND_URL,
              accountId: values.MAXMIND_ACCOUNT_ID,
              licenseKey: values.MAXMIND_LICENSE_KEY,
            },
      authSecret: values.AUTH_SECRET,
      authSecretPrevious: values.AUTH_SECRET_PREVIOUS ?? null,
      oidc: oidc.provider,
    },
  };
}

type Values = z.output<typeof schema>;

/** All three or none. */
function readOidc(
  values: Values,
): { ok: true; provider: Environment['oidc'] } | { ok: false; problems: SettingProblem[] } {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) {
    return { ok: true, provider: null };
  }
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return { ok: true, provider: { issuer, clientId, clientSecret } };
  }
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
  const absent = names.filter((name) => values[name] === undefined);
  return {
    ok: false,
    problems: absent.map((name) => ({ name, problem: 'is missing: the OIDC settings go together' })),
  };
}

/** For code that runs only once its process has been started by `bin`, which has checked all of it before. */
export function readEnvironment(): Environment {
  const result = parseEnvironment(process.env);
  if (!result.ok) throw new Error(describeProblems(result.problems));
  return result.environment;
}
