import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';

const lifecycle = JSON.stringify(new URL('lifecycle.ts', import.meta.url).href);

/** Ready to be stopped once it is told so, as a part is that has a database to look at first. */
const slowStarter = `
  const { onStopRequest } = await import(${lifecycle});
  process.once('SIGUSR2', () => onStopRequest(async (reason) => console.log(reason)));
  setInterval(() => {}, 1000);
  console.log(process.pid);`;

/** Stands in for npm. */
const starter = `
  const { spawn } = require('node:child_process');
  spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(slowStarter)}], {
    stdio: 'inherit', env: { ...process.env, npm_lifecycle_event: 'jobs' } });`;

test('who is started by npm ends with it, also where npm is killed before the start is over', {
  timeout: 30_000,
}, async () => {
  const npm = spawn(process.execPath, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const output = createInterface({ input: npm.stdout }).on('line', (line) => lines.push(line));
  await once(output, 'line');
  const pid = Number(lines[0]);
  try {
    const gone = once(npm, 'exit');
    npm.kill('SIGKILL');
    await gone;
    process.kill(pid, 'SIGUSR2');
    await vi.waitFor(() => expect([lines[1], isThere(pid)]).toEqual(['npm is gone', false]), {
      timeout: 10_000,
    });
  } finally {
    if (isThere(pid)) process.kill(pid, 'SIGKILL');
  }
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
