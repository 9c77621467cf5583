import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { inForce, seedCast } from '../lib/operations/testing.ts';
import { projectRoot } from './environment.ts';
import { freePort } from './testing/free-port.ts';

const device = (...words: string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, 'device.ts'), ...words], { encoding: 'utf8' });

test('the help, and what is no use of it, say how it is used', () => {
  expect(device('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('-- ADDRESS') });
  const wrong = [
    { words: [], says: '' },
    { words: ['45.80.3.300'], says: '' },
    { words: ['45.80.3.17', '--too', 'a@b.example'], says: "Unknown option '--too'" },
  ];
  for (const { words, says } of wrong) {
    const { status, stderr } = device(...words);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).toContain('npm run device -- ADDRESS');
    expect(stderr).not.toContain('    at ');
  }
});

test('its exit code says whether the message was taken, and its last line by which reply it was not', async () => {
  await using open = new AsyncDisposableStack();
  const db = open.adopt(await createTestDatabase(), (each) => each.close());
  await inForce(db.database, await seedCast(db.database), '45.80.3.17');
  const remove = (folder: string) => rm(folder, { recursive: true, force: true });
  const dataDir = open.adopt(await mkdtemp(path.join(tmpdir(), 'device-')), remove);
  const proxyPort = String(await freePort());
  const node = spawn(process.execPath, [path.join(projectRoot, 'smtp-worker/src/main.ts')], {
    cwd: projectRoot,
    env: {
      ...process.env,
      DATABASE_URL: db.url,
      AUTH_SECRET: 'a secret of some length, for tests',
      POSTERN_DATA_DIR: dataDir,
      SMTP_PORT: '0',
      SMTP_METRICS_PORT: '0',
      SMTP_PROXY_PORT: proxyPort,
      SMTP_TRUSTED_PROXIES: '127.0.0.1/32',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  open.defer(async () => {
    const ended = once(node, 'exit');
    node.kill('SIGTERM');
    await ended;
  });
  await once(node, 'message');
  const hand = (address: string) => {
    const env = { ...process.env, SMTP_HOST: '127.0.0.1', SMTP_PROXY_PORT: proxyPort };
    const file = path.join(import.meta.dirname, 'device.ts');
    const { status, stdout } = spawnSync(process.execPath, [file, address], { encoding: 'utf8', env });
    return { status, last: stdout.trim().split('\n').at(-1) };
  };
  expect(hand('45.80.3.17')).toEqual({ status: 0, last: 'Taken.' });
  expect(hand('8.8.4.4')).toEqual({ status: 1, last: expect.stringMatching(/^Not taken: 530 5\.7\.0 PX-/) });
});
