import { describe, expect, test } from 'vitest';
import { describeProblems } from '../../lib/env-values.ts';
import { parseNodeEnvironment } from './env.ts';

const least = { DATABASE_URL: 'postgresql://db.example/postern', AUTH_SECRET: 'x'.repeat(32) };

const parse = (source: Record<string, string>) => parseNodeEnvironment({ ...least, ...source }, 'mx1');

test('defaults', () => {
  expect(parse({})).toMatchObject({
    ok: true,
    environment: {
      replicaUrl: null,
      portalUrl: 'http://127.0.0.1:3000',
      hosts: ['127.0.0.1'],
      ports: [2525],
      tlsPorts: [],
      proxyPorts: [],
      publicName: 'mx1',
      tls: null,
      nextHops: [],
      metricsHost: '127.0.0.1',
      metricsPort: 9925,
      stalenessSeconds: 900,
      nodeName: 'mx1',
      nodeRegion: null,
      proofDomain: 'proof.localhost',
      secrets: { current: 'x'.repeat(32), previous: null },
    },
  });
});

test('what is set', () => {
  const parsed = parse({
    HOST: '::',
    PORT: '8080',
    SMTP_HOST: '127.0.0.1, ::1',
    SMTP_PORT: '25,587',
    SMTP_PROXY_PORT: '2526',
    SMTP_TRUSTED_PROXIES: '127.0.0.0/8, ::1/128',
    SMTP_TLS_PORT: '465',
    SMTP_TLS_CERT: '/cert.pem',
    SMTP_TLS_KEY: '/key.pem',
    SMTP_NEXT_HOP: 'smtp://one:2500, smtp://u:p@two?tls=required',
    SMTP_DENY_FILE: '/etc/deny',
    NODE_NAME: 'node-7',
    PROOF_DOMAIN: 'Proof.Example',
    SMTP_PUBLIC_NAME: ' ',
  });
  expect(parsed).toMatchObject({
    ok: true,
    environment: {
      portalUrl: 'http://localhost:8080',
      hosts: ['127.0.0.1', '::1'],
      ports: [25, 587],
      proxyPorts: [2526],
      trustedProxies: ['127.0.0.0/8', '::1/128'],
      tls: { certificateFile: '/cert.pem', keyFile: '/key.pem' },
      nextHops: [
        { host: 'one', port: 2500 },
        { host: 'two', tls: 'required' },
      ],
      denyFile: '/etc/deny',
      nodeName: 'node-7',
      proofDomain: 'proof.example',
      publicName: 'mx1',
    },
  });
  expect(parse({ PORTAL_URL: 'https://Portal.example:443/' })).toMatchObject({
    environment: { portalUrl: 'https://portal.example' },
  });
  expect(parse({ PORTAL_URL: 'https://example.com/portal' })).toMatchObject({ ok: false });
});

describe('wrong', () => {
  test('everything is said at once, and no value repeated', () => {
    const parsed = parseNodeEnvironment({
      SMTP_PORT: '25,secret',
      AUTH_SECRET: 'short-secret',
      SMTP_TLS_KEY: '/key',
    });
    const text = parsed.ok ? '' : describeProblems(parsed.problems);
    expect(text).toBe(
      [
        '4 settings are wrong:',
        '  DATABASE_URL   is missing: postgresql://user:password@host:5432/database',
        '  SMTP_PORT      item 2 is not a port number',
        '  AUTH_SECRET    is too short: at least 32 characters',
        '  SMTP_TLS_CERT  is missing: SMTP_TLS_KEY is set',
      ].join('\n'),
    );
  });

  test.each<[Record<string, string>, string]>([
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
    [{ SMTP_PORT: '70000' }, 'SMTP_PORT'],
    [{ SMTP_TLS_CERT: '/cert.pem' }, 'SMTP_TLS_KEY'],
    [{ SMTP_TLS_KEY: '/key.pem' }, 'SMTP_TLS_CERT'],
    [{ SMTP_TLS_PORT: '465' }, 'SMTP_TLS_CERT'],
    [{ SMTP_PROXY_PORT: '2526' }, 'SMTP_TRUSTED_PROXIES'],
    [{ SMTP_TRUSTED_PROXIES: '127.0.0.1/8' }, 'SMTP_TRUSTED_PROXIES'],
    [{ SMTP_NEXT_HOP: 'mta.example:25' }, 'SMTP_NEXT_HOP'],
    [{ SMTP_STALENESS_SECONDS: '-1' }, 'SMTP_STALENESS_SECONDS'],
    [{ PROOF_DOMAIN: 'not a domain' }, 'PROOF_DOMAIN'],
    [{ SMTP_PUBLIC_NAME: 'mail_1.example.com' }, 'SMTP_PUBLIC_NAME'],
  ])('%j', (source, name) => {
    const parsed = parse(source);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.name)).toEqual([name]);
  });
});
