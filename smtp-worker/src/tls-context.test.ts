import { once } from 'node:events';
import { appendFile, chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConnectionOptions, connect, TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type SilentLog, silentLog } from './testing/silent-log.ts';
import { describeTls, openTlsContext, type TlsTexts, type WatchedTls } from './tls-context.ts';

const testdata = fileURLToPath(new URL('../testdata/', import.meta.url));
const lookEveryMs = 10_000;
const dayMs = 24 * 60 * 60 * 1000;

let folder: string;
let files: { certificateFile: string; keyFile: string };
let silent: SilentLog;
let changes: TlsTexts[];
let watched: WatchedTls;
let server: Server;
beforeEach(async () => {
  // Time goes on where a test says so.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  folder = await mkdtemp(path.join(tmpdir(), 'postern-tls-'));
  files = { certificateFile: path.join(folder, 'smtp.crt'), keyFile: path.join(folder, 'smtp.key') };
  await put('certificate.pem', 'key.pem');
  silent = silentLog();
  changes = [];
  watched = await openTlsContext(files, silent.log, (texts) => changes.push(texts));
  // As connections do it.
  server = createServer((socket) => {
    const encrypted = new TLSSocket(socket, { isServer: true, secureContext: watched.current() });
    encrypted.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  watched.close();
  server.close();
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

async function put(certificate: string, key: string): Promise<void> {
  await copyFile(path.join(testdata, certificate), files.certificateFile);
  await copyFile(path.join(testdata, key), files.keyFile);
}

async function connected(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { port } = server.address() as AddressInfo;
  const socket: TLSSocket = connect({
    port,
    host: '127.0.0.1',
    servername: 'a.example',
    rejectUnauthorized: false,
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** The name in the certificate that a new connection gets. */
async function shown(): Promise<string> {
  const socket = await connected();
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
}

const logged = (msg: string) => silent.lines().filter((line) => line.msg === msg);
const readAnew = 'the certificate was read anew';
const cannotBeUsed = 'the new certificate cannot be used, the old one stays';

/** Lets the node look at its files, and waits for what it says of them. */
async function look(expected: string): Promise<void> {
  const before = logged(expected).length;
  vi.advanceTimersByTime(lookEveryMs);
  await vi.waitFor(() => expect(logged(expected)).toHaveLength(before + 1), { timeout: 30_000 });
}

test('files that have changed are noticed without anybody asking', async () => {
  await put('renewed-certificate.pem', 'renewed-key.pem');
  expect(await shown()).toBe('mx.postern.example');
  await look(readAnew);
  expect(await shown()).toBe('renewed.example');
  expect(changes).toEqual([watched.texts()]);
  expect(watched.texts().cert).toBe(await readFile(files.certificateFile, 'utf8'));
  await put('certificate.pem', 'key.pem');
  await look(readAnew);
  expect(await shown()).toBe('mx.postern.example');
  expect(changes).toHaveLength(2);
});

test('what seals sessions is changed every day: one of the day before is not resumed, one of today is', async () => {
  const resumes = async (session: Buffer) => {
    const socket = await connected({ maxVersion: 'TLSv1.2', session });
    const resumed = socket.isSessionReused();
    socket.destroy();
    return resumed;
  };
  const begun = async () => {
    const socket = await connected({ maxVersion: 'TLSv1.2' });
    const session = socket.getSession();
    socket.destroy();
    return session as Buffer;
  };
  const first = await begun();
  expect(await resumes(first)).toBe(true);
  vi.advanceTimersByTime(dayMs);
  expect(await resumes(first)).toBe(false);
  expect(await resumes(await begun())).toBe(true);
  expect(changes).toEqual([watched.texts()]);
  expect(await shown()).toBe('mx.postern.example');
});

test('files that have not changed are not read again', async () => {
  const lookFor = async (times: number) => {
    for (let looks = 0; looks < times; looks += 1) {
      vi.advanceTimersByTime(lookEveryMs);
      // A handshake takes longer than a look at two files.
      await shown();
    }
  };
  await lookFor(3);
  expect(silent.lines()).toEqual([]);
  await put('renewed-certificate.pem', 'renewed-key.pem');
  await look(readAnew);
  const said = silent.lines();
  await lookFor(3);
  expect(silent.lines()).toEqual(said);
});

test('a device that knows nothing newer than TLS 1.2 gets in, one that knows less does not', async () => {
  const socket = await connected({
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-GCM-SHA384',
  });
  // Of what both know the node takes its own first, whatever the device would rather have.
  expect(describeTls(socket)).toBe('TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384');
  socket.destroy();
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
  await expect(connected(old)).rejects.toThrow(/protocol version/);
});

test('asked to, it reads them though nothing has changed', async () => {
  await watched.reload();
  expect(logged(readAnew)).toHaveLength(1);
  expect(await shown()).toBe('mx.postern.example');
});

test.each([
  ['broken', () => writeFile(files.certificateFile, 'no certificate')],
  ['cut short', () => appendFile(files.certificateFile, '-----BEGIN CERTIFICATE-----\nMIIB')],
  ['of another key', () => copyFile(path.join(testdata, 'renewed-certificate.pem'), files.certificateFile)],
  ['that is empty', () => writeFile(files.certificateFile, '')],
  ['whose key is empty', () => writeFile(files.keyFile, '')],
  ['without its key', () => rm(files.keyFile)],
])(
  'a certificate %s leaves the old one in use, is logged, and the next good one is taken',
  async (_what, spoil) => {
    await spoil();
    await watched.reload();
    expect(logged(cannotBeUsed)).toHaveLength(1);
    expect(await shown()).toBe('mx.postern.example');
    expect(changes).toEqual([]);
    await put('renewed-certificate.pem', 'renewed-key.pem');
    await look(readAnew);
    expect(await shown()).toBe('renewed.example');
  },
);

test('a key that comes after its certificate: the old pair until then', async () => {
  await copyFile(path.join(testdata, 'renewed-certificate.pem'), files.certificateFile);
  await look(cannotBeUsed);
  expect(await shown()).toBe('mx.postern.example');
  await copyFile(path.join(testdata, 'renewed-key.pem'), files.keyFile);
  await look(readAnew);
  expect(await shown()).toBe('renewed.example');
});

test('it tells when the certificate in use ends, and warns of one that ends within a week', async () => {
  const endsSoon = 'the certificate ends within a week, or has ended';
  expect(watched.notAfter().getUTCFullYear()).toBe(2126);
  expect(logged(endsSoon)).toEqual([]);
  vi.setSystemTime(watched.notAfter().getTime() - 8 * dayMs);
  await watched.reload();
  expect(logged(endsSoon)).toEqual([]);
  vi.setSystemTime(watched.notAfter().getTime() - 6 * dayMs);
  await watched.reload();
  expect(logged(endsSoon)).toMatchObject([{ notAfter: watched.notAfter().toISOString() }]);
});

test('a key that is given to the node after it could not be read is read then', async () => {
  await put('renewed-certificate.pem', 'renewed-key.pem');
  await look(readAnew);
  // Root may read every file: it is enough that the node looks again, since only the mode has changed.
  await chmod(files.keyFile, 0o440);
  await look(readAnew);
});

test('files that do not belong together are no certificate to begin with', async () => {
  await put('certificate.pem', 'renewed-key.pem');
  await expect(openTlsContext(files, silent.log)).rejects.toThrow(/key values mismatch/);
});

test('without its files a node does not start, and says which settings name them', async () => {
  await rm(files.keyFile);
  await expect(openTlsContext(files, silent.log)).rejects.toThrow(
    /^SMTP_TLS_CERT and SMTP_TLS_KEY cannot be used: ENOENT/,
  );
});

test('a node that starts with a certificate that has ended says so', async () => {
  vi.setSystemTime(watched.notAfter().getTime() + dayMs);
  const late = await openTlsContext(files, silent.log);
  expect(logged('the certificate ends within a week, or has ended')).toHaveLength(1);
  late.close();
});
