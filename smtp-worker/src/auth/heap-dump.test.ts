import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hash } from '@node-rs/argon2';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../testing/dump-heap-after-sign-in.ts', import.meta.url));

test('a heap dump after a sign-in holds no password, though the next one is only remembered', {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-heap-'));
  const file = path.join(folder, 'dump.heapsnapshot');
  try {
    const password = 'Correct-Horse-Battery-Staple';
    const passwordHash = await hash(password, { memoryCost: 64, timeCost: 1 });
    const child = promisify(execFile)(process.execPath, ['--expose-gc', program, file, passwordHash]);
    // By standard input: an argument would stand in the dump by itself.
    child.child.stdin?.end(password);
    const { stdout } = await child;
    expect(stdout).toBe('argon2id remembered');
    const dump = await readFile(file, 'utf8');
    expect(dump).toContain('dump-heap-after-sign-in');
    expect(dump).toContain(passwordHash);
    expect(dump).not.toContain(password);
    expect(dump).not.toContain(Buffer.from(password).toString('base64'));
  } finally {
    await rm(folder, { recursive: true });
  }
});
