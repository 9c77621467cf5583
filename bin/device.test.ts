import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { startTestNode } from '../smtp-worker/src/testing/test-node.ts';
import { insertEntry, insertServer } from '../smtp-worker/src/testing/whitelist-rows.ts';

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
  const database = open.adopt(await createTestDatabase(), (each) => each.close());
  await insertEntry(database.pool, await insertServer(database.pool, 'acme-production'), '45.80.3.17/32');
  const node = open.adopt(await startTestNode(database.url), (each) => each.close());
  const hand = (address: string) =>
    new Promise<{ status: unknown; last: string }>((resolve) => {
      const env = { ...process.env, SMTP_HOST: '127.0.0.1', SMTP_PROXY_PORT: String(node.ports.proxy) };
      const file = path.join(import.meta.dirname, 'device.ts');
      execFile(process.execPath, [file, address], { env }, (error, stdout) =>
        resolve({ status: error?.code ?? 0, last: stdout.trim().split('\n').at(-1) ?? '' }),
      );
    });
  expect(await hand('45.80.3.17')).toEqual({ status: 0, last: 'Taken.' });
  expect(await hand('8.8.4.4')).toEqual({
    status: 1,
    last: expect.stringMatching(/^Not taken: 530 5\.7\.0 PX-/),
  });
});
