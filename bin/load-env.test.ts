import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

test('a .env that cannot be read is one sentence', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'load-env-'));
  try {
    // Not even root reads a folder as a file.
    for (const name of ['.env', 'bin']) await mkdir(path.join(folder, name));
    for (const name of ['load-env.ts', 'lifecycle.ts'])
      await copyFile(path.join(import.meta.dirname, name), path.join(folder, 'bin', name));
    const { status, stderr } = spawnSync(process.execPath, [path.join(folder, 'bin', 'load-env.ts')], {
      encoding: 'utf8',
    });
    expect(stderr).toMatch(
      /^The settings in .*\.env cannot be read \(\w+\): start as the user whose file it is\.\n$/,
    );
    expect(status).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});
