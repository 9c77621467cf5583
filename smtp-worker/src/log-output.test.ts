import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLogOutput } from './log-output.ts';

test('lines that nobody reads wait up to a bound, and the log says how much is lost once it is read', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-log-'));
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const to = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  let lost = 0;
  const mostWaiting = 256 * 1024;
  const output = openLogOutput({ to, mostWaiting, onLost: (octets) => (lost = octets) });
  const line = Buffer.from(`${'x'.repeat(1023)}\n`);
  for (let count = 0; count < 4096; count += 1) output.write(line);
  const all = line.length * 4096;
  let read = 0;
  const octets = Buffer.alloc(64 * 1024);
  for (; lost === 0; await turn()) {
    try {
      read += readSync(to, octets);
    } catch (error) {
      // There is nothing to be read now.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
  expect(lost).toBeGreaterThanOrEqual(all - mostWaiting - octets.length);
  expect(read).toBeLessThanOrEqual(all - lost);
  closeSync(to);
  await rm(folder, { recursive: true });
});
