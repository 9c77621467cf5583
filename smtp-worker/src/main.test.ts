import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { openGate } from './testing/gate.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'postern-main-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.close();
});

const root = fileURLToPath(new URL('../../', import.meta.url));
const settings = () => ({
  DATABASE_URL: database.url,
  AUTH_SECRET: 'a secret for tests, 32 octets long',
  POSTERN_DATA_DIR: folder,
  SMTP_PORT: '0',
  SMTP_METRICS_PORT: '0',
  NODE_NAME: 'node-1',
});

function start(
  file: string,
  env: Record<string, string>,
): { child: ChildProcess; output: Promise<string>; ended: Promise<number | null> } {
  const child = spawn('node', [file], {
    cwd: root,
    env: { ...env, PATH: process.env.PATH, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const streams = [child.stdout, child.stderr].map((stream) => (stream === null ? '' : text(stream)));
  return {
    child,
    output: Promise.all(streams).then((all) => all.join('')),
    ended: new Promise((resolve) => child.once('exit', resolve)),
  };
}

/** Resolves once its log has that. */
const says = (child: ChildProcess, msg: string) =>
  new Promise<void>((resolve) => {
    if (child.stdout === null) throw new Error('a child without output');
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (line.includes(`"msg":"${msg}"`)) resolve();
    });
  });

const ready = (child: ChildProcess) => new Promise((resolve) => child.once('message', resolve));

async function build(): Promise<string> {
  const child = spawn('node', ['build.ts'], { cwd: path.join(root, 'smtp-worker'), stdio: 'inherit' });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  return path.join(root, 'smtp-worker/dist/smtp-worker.mjs');
}

test('as one file: it says when it is ready, speaks SMTP, and ends when asked', async () => {
  const { child, output, ended } = start(await build(), settings());
  expect(await ready(child)).toEqual({ ready: true });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  const lines = (await output)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.find(({ msg }) => msg === 'listening')).toMatchObject({ handsOnTo: 'maildir' });
  expect(lines.at(-1)).toMatchObject({ msg: 'stopping', node: 'node-1' });
});

test('what it said before a crash is not lost with it', async () => {
  const crash = 'process.on("SIGUSR2",()=>{throw new Error("a bug")})';
  const { child, output, ended } = start(path.join(root, 'smtp-worker/src/main.ts'), {
    ...settings(),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
  });
  await ready(child);
  child.kill('SIGUSR2');
  expect(await ended).toBe(1);
  expect(await output).toMatch(/"msg":"listening"/);
  expect(await output).toMatch(/Error: a bug/);
});

test('from its sources, and it ends with whoever started it', async () => {
  const { child, ended } = start(path.join(root, 'smtp-worker/src/main.ts'), settings());
  await ready(child);
  child.disconnect();
  expect(await ended).toBe(0);
});

test('with npm, also where that is killed', async () => {
  const starter = `
    const { spawn } = require('node:child_process');
    const child = spawn('node', ['smtp-worker/src/main.ts'], {
      stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'smtp' } });
    console.log('{"pid":' + child.pid + '}');`;
  const npm = spawn('node', ['-e', starter], {
    cwd: root,
    env: { ...settings(), PATH: process.env.PATH, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: { pid: number; msg?: string; reason?: string }[] = [];
  const output = createInterface({ input: npm.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const ended = once(output, 'close');
  await expect.poll(() => lines.some(({ msg }) => msg === 'listening')).toBe(true);
  npm.kill('SIGKILL');
  try {
    await expect.poll(() => lines.find(({ msg }) => msg === 'asked to stop')?.reason).toBe('npm is gone');
    await ended;
  } catch (error) {
    if (lines[0] !== undefined) process.kill(lines[0].pid, 'SIGKILL');
    throw error;
  }
});

test('SIGHUP reads the certificate again; one that cannot be used leaves the old one', async () => {
  const testdata = path.join(root, 'smtp-worker/testdata');
  const [certificate, key] = [path.join(folder, 'smtp.crt'), path.join(folder, 'smtp.key')];
  await copyFile(path.join(testdata, 'certificate.pem'), certificate);
  await copyFile(path.join(testdata, 'key.pem'), key);
  const { child, output, ended } = start(path.join(root, 'smtp-worker/src/main.ts'), {
    ...settings(),
    SMTP_TLS_CERT: certificate,
    SMTP_TLS_KEY: key,
  });
  await ready(child);
  // Nothing has changed: by itself the node would not read them.
  child.kill('SIGHUP');
  await says(child, 'the certificate was read anew');
  await writeFile(certificate, '');
  child.kill('SIGHUP');
  await says(child, 'the new certificate cannot be used, the old one stays');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await output).toMatch(/"reason":"Error: the certificate or its key is empty"/);
});

test('what is missing is said, all of it', async () => {
  const { ended, output } = start(path.join(root, 'smtp-worker/src/main.ts'), { SMTP_PORT: 'x' });
  expect(await ended).toBe(1);
  expect(await output).toMatch(/3 settings are wrong:[\s\S]*DATABASE_URL[\s\S]*SMTP_PORT[\s\S]*AUTH_SECRET/);
});

test.each(['SMTP_PORT', 'SMTP_METRICS_PORT'])('a port in use is one sentence: %s', async (name) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const { ended, output } = start(path.join(root, 'smtp-worker/src/main.ts'), {
    ...settings(),
    [name]: String(port),
  });
  expect(await ended).toBe(1);
  const said = (await output).split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  expect(said).toEqual([
    `The SMTP node cannot listen on 127.0.0.1 port ${port}${name === 'SMTP_PORT' ? '' : ` (${name})`}: the port is in use by another program.`,
  ]);
  server.close();
});

test.each([
  [
    'a certificate',
    { SMTP_TLS_CERT: '/nowhere/smtp.crt', SMTP_TLS_KEY: '/nowhere/smtp.key' },
    /^SMTP_TLS_CERT and/,
  ],
  [
    'a Maildir',
    { POSTERN_DATA_DIR: '/dev/null', SMTP_DENY_FILE: '/nowhere/deny' },
    /^The Maildir .* \(ENOTDIR\): set SMTP_NEXT_HOP, or a POSTERN_DATA_DIR/,
  ],
])('%s that cannot be had is one sentence that names its setting', async (_what, wrong, sentence) => {
  const { ended, output } = start(path.join(root, 'smtp-worker/src/main.ts'), { ...settings(), ...wrong });
  expect(await ended).toBe(1);
  const said = (await output).split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  expect(said).toEqual([expect.stringMatching(sentence)]);
});

test('asked to stop while the database has fallen silent, it does not wait to be cut off', async () => {
  const gate = await openGate(database.url);
  try {
    const { child, ended } = start('smtp-worker/src/main.ts', { ...settings(), DATABASE_URL: gate.url });
    await ready(child);
    gate.fallSilent();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    await gate.close();
  }
}, 60_000);
