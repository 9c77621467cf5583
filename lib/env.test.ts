import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseEnvironment, settingNames } from './env.ts';
import { describeProblems } from './env-values.ts';

const required = {
  DATABASE_URL: 'postgresql://postern:pw@db.example/postern',
  AUTH_SECRET: 'a secret of more than thirty-two characters',
};

function parse(more: { [name: string]: string } = {}) {
  const result = parseEnvironment({ ...required, ...more }, 'this-host');
  if (!result.ok) throw new Error(describeProblems(result.problems));
  return result.environment;
}

function problemsOf(source: { [name: string]: string }) {
  const result = parseEnvironment(source, 'this-host');
  return result.ok ? [] : result.problems.map(({ name, problem }) => `${name} ${problem}`);
}

test('has a default for everything but database and secret', () => {
  expect(parse()).toEqual({
    databaseUrl: required.DATABASE_URL,
    dataDir: '.data',
    host: '127.0.0.1',
    port: 3000,
    portalUrl: 'http://127.0.0.1:3000',
    portalTrustedProxies: [],
    platformName: 'Example Mail',
    supportAddress: 'support@postern.example',
    termsUrl: 'http://127.0.0.1:3000/terms',
    smtpPublicName: 'this-host',
    smtpPorts: [2525],
    smtpTlsPorts: [],
    smtpNextHop: [],
    proofDomain: 'proof.localhost',
    dnsServers: [],
    dnsblZones: [],
    rdapUrl: null,
    maxmindDbDir: null,
    maxmind: null,
    authSecret: required.AUTH_SECRET,
    authSecretPrevious: null,
    oidc: null,
  });
});

test.each([
  [
    'PORTAL_URL',
    'https://whitelist.example.com/',
    { portalUrl: 'https://whitelist.example.com', termsUrl: 'https://whitelist.example.com/terms' },
  ],
  ['HOST', '::1', { portalUrl: 'http://[::1]:3000' }],
  ['HOST', '0.0.0.0', { portalUrl: 'http://localhost:3000' }],
  ['PORT', '8080', { port: 8080, portalUrl: 'http://127.0.0.1:8080' }],
  [
    'PORTAL_TRUSTED_PROXIES',
    '10.0.0.0/8, 2001:db8::/32,127.0.0.1',
    { portalTrustedProxies: ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1'] },
  ],
  ['SMTP_PORT', '25,587', { smtpPorts: [25, 587] }],
  ['SMTP_TLS_PORT', '', { smtpTlsPorts: [] }],
  [
    'DNS_SERVERS',
    '9.9.9.9:5353,[2620:fe::fe]:53,1.1.1.1',
    { dnsServers: ['9.9.9.9:5353', '[2620:fe::fe]:53', '1.1.1.1'] },
  ],
  [
    'DNS_SERVERS',
    '::1, [::1],resolver,dns-1.example.com:5353,4f2a:53',
    { dnsServers: ['::1', '[::1]', 'resolver', 'dns-1.example.com:5353', '4f2a:53'] },
  ],
  ['PROOF_DOMAIN', 'Proof.Example.COM', { proofDomain: 'proof.example.com' }],
  [
    'SMTP_NEXT_HOP',
    'smtp://u:p@mta1:25?tls=required,smtp://mta2',
    { smtpNextHop: ['smtp://u:p@mta1:25?tls=required', 'smtp://mta2'] },
  ],
  ['TERMS_URL', 'https://example.com/legal', { termsUrl: 'https://example.com/legal' }],
])('%s=%s', (name, value, expected) => {
  expect(parse({ [name]: value })).toMatchObject(expected);
});

const notADatabase =
  'is not a postgresql:// address (in a password write / as %2F, ? as %3F, # as %23, % as %25)';
const onlyAnOrigin = 'has more than a scheme, a host and a port: the portal needs a host name for itself';

describe('names', () => {
  test('everything that is missing, at once', () => {
    expect(problemsOf({})).toEqual([
      expect.stringMatching(/^DATABASE_URL is missing: postgresql:/),
      expect.stringMatching(/^AUTH_SECRET is missing: at least 32/),
    ]);
  });

  test.each([
    ['DATABASE_URL', 'mysql://root@db/postern', notADatabase],
    ['DATABASE_URL', 'postgresql://postern:pw/d@db.example/postern', notADatabase],
    ['PORT', '70000', 'is not a port number'],
    ['PORT', 'http', 'is not a port number'],
    ['PORTAL_URL', 'whitelist.example.com', 'is not an http or https address'],
    ['PORTAL_URL', 'https://example.com/whitelisting', onlyAnOrigin],
    ['PORTAL_URL', 'https://user:pw@example.com', onlyAnOrigin],
    ['PORTAL_TRUSTED_PROXIES', '10.0.0.0/8,proxy', 'item 2 is not an address or a CIDR network'],
    ['SUPPORT_ADDRESS', 'support', 'is not an e-mail address'],
    ['SMTP_NEXT_HOP', 'mta.example.com:25', 'item 1 is not an smtp:// address'],
  ])('%s=%s', (name, value, problem) => {
    expect(problemsOf({ ...required, [name]: value })).toEqual([`${name} ${problem}`]);
  });

  test.each([
    ...[
      '1.1.1',
      '1.1.1.1.1',
      '256.1.1.1',
      '1.1.1.1:0',
      '1.1.1.1:65536',
      '1.1.1.1:',
      '1.1.1.1:x',
      ':53',
      '...',
    ],
    ...[
      '[1.1.1.1]',
      '[::1',
      '::1]',
      '[::1]53',
      '[]',
      '[resolver]',
      'g::1',
      '1:2:3',
      ':::',
      '[abc]:53',
      '::1%eth0',
    ],
    ...[
      'resolver.',
      '-a',
      'a-',
      'a..b',
      'a b',
      'dns://a',
      'a/b',
      '0x7f000001',
      '2130706433',
      'r\u00e9solveur',
    ],
  ])('DNS_SERVERS=%s', (value) => {
    const given = { ...required, DNS_SERVERS: `1.1.1.1,${value}` };
    expect(problemsOf(given)).toEqual(['DNS_SERVERS item 2 is not host[:port]']);
  });

  test('a secret that is too short, without repeating it', () => {
    const problems = problemsOf({ ...required, AUTH_SECRET: 'hunter2' });
    expect(problems).toEqual([expect.stringMatching(/^AUTH_SECRET is too short/)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('one line a setting', () => {
    expect(describeProblems([{ name: 'PORT', problem: 'is not a port number' }])).toBe(
      'One setting is wrong:\n  PORT  is not a port number',
    );
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const examples = Object.fromEntries(
    [...text.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );

  test('documents everything that is read here, with values that are taken', () => {
    const names = settingNames.filter((name) => !(name in examples));
    expect(names).toEqual([]);
    expect(problemsOf({ ...examples, AUTH_SECRET: required.AUTH_SECRET })).toEqual([]);
  });

  test('shows the defaults as they are', () => {
    const { HOST, PORT, PLATFORM_NAME, SUPPORT_ADDRESS, SMTP_PORT, PROOF_DOMAIN, POSTERN_DATA_DIR } =
      examples;
    const shown = { HOST, PORT, PLATFORM_NAME, SUPPORT_ADDRESS, SMTP_PORT, PROOF_DOMAIN, POSTERN_DATA_DIR };
    expect(parse(shown as { [name: string]: string })).toEqual(parse());
  });
});

test('the settings of an OpenID provider go together', () => {
  const provider = {
    OIDC_ISSUER: 'https://login.example.com/',
    OIDC_CLIENT_ID: 'postern',
    OIDC_CLIENT_SECRET: 'a secret of theirs',
  };
  expect(parse(provider).oidc).toEqual({
    issuer: 'https://login.example.com',
    clientId: 'postern',
    clientSecret: 'a secret of theirs',
  });
  expect(problemsOf({ ...required, OIDC_ISSUER: provider.OIDC_ISSUER })).toEqual([
    'OIDC_CLIENT_ID is missing: the OIDC settings go together',
    'OIDC_CLIENT_SECRET is missing: the OIDC settings go together',
  ]);
});
