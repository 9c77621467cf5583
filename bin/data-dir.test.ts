import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureCertificate, ensureDemoSecrets, readDemoSecrets } from './data-dir.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'postern-data-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

describe('secrets of the demo', () => {
  test('are made up once, and are for this user alone', async () => {
    expect(await readDemoSecrets(dataDir)).toBeNull();
    const first = await ensureDemoSecrets(dataDir);
    expect(first.authSecret.length).toBeGreaterThanOrEqual(32);
    expect(first.demoPassword).toMatch(/^[a-z2-9]{16}$/);
    expect(await ensureDemoSecrets(dataDir)).toEqual(first);
    expect(await readDemoSecrets(dataDir)).toEqual(first);
    expect((await stat(path.join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  test('a password that is given takes the place of the other and keeps the secret', async () => {
    const { authSecret } = await ensureDemoSecrets(dataDir);
    expect(await ensureDemoSecrets(dataDir, 'mine')).toEqual({ authSecret, demoPassword: 'mine' });
    expect(await ensureDemoSecrets(dataDir)).toEqual({ authSecret, demoPassword: 'mine' });
  });
});

describe('the certificate of the demo', () => {
  test('serves TLS under its names to a client that trusts it', async () => {
    const files = await ensureCertificate(dataDir, ['mail.example.com', 'localhost', '127.0.0.1']);
    const [cert, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.key, 'utf8')]);
    const server = createServer({ cert, key }, (socket) => socket.end('over TLS')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    for (const servername of ['mail.example.com', 'localhost']) {
      const { port } = server.address() as AddressInfo;
      const socket = connect({ port, host: '127.0.0.1', ca: cert, servername });
      let text = '';
      for await (const chunk of socket) text += chunk;
      expect(text).toBe('over TLS');
    }
    server.close();
  });

  test('is well formed, signed by itself, and stays the same', async () => {
    const files = await ensureCertificate(dataDir, ['mail.example.com', '127.0.0.1']);
    const certificate = new X509Certificate(await readFile(files.certificate));
    expect(certificate.subjectAltName).toBe('DNS:mail.example.com, IP Address:127.0.0.1');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(await readFile(files.key)))).toBe(true);
    await ensureCertificate(dataDir, ['mail.example.com', '127.0.0.1']);
    expect(new X509Certificate(await readFile(files.certificate)).fingerprint256).toBe(
      certificate.fingerprint256,
    );
  });
});
