import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const module = JSON.stringify(new URL('stop-request.ts', import.meta.url).href);

function runScript(script: string, env: Record<string, string> = {}) {
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
}

/** Ready to be stopped once its parent is gone, as a part may be that has a database to look at first. */
const slowStarter = `
  const startedBy = process.ppid;
  const { onStopRequest } = await import(${module});
  console.log('started');
  while (process.ppid === startedBy) await new Promise((resolve) => setTimeout(resolve, 10));
  onStopRequest(async (reason) => console.log(reason), { script: 'jobs' });
  setTimeout(() => { console.log('goes on'); process.exit(); }, 3000);`;

/** Stands in for npm. */
const starter = `
  import { spawn } from 'node:child_process';
  spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(slowStarter)}], { stdio: 'inherit' });`;

test.each([
  ['ends with it, also where npm is killed before the start is over', 'jobs', 'npm is gone'],
  ['goes on where a script of another name has left it behind', 'release', 'goes on'],
])('who is started by npm %s', async (_what, script, last) => {
  const npm = runScript(starter, { npm_lifecycle_event: script });
  const lines: string[] = [];
  const output = createInterface({ input: npm.stdout }).on('line', (line) => lines.push(line));
  const closed = once(output, 'close');
  await once(output, 'line');
  npm.kill('SIGKILL');
  await closed;
  expect(lines).toEqual(['started', last]);
});

test('what never stops is given up, and that is said', async () => {
  const child = runScript(`
    const { onStopRequest } = await import(${module});
    onStopRequest(() => new Promise(() => {}), { script: 'jobs', limitMs: 200 });
    setInterval(() => {}, 1e9);
    process.kill(process.pid, 'SIGTERM');`);
  const said = child.stderr.setEncoding('utf8').toArray();
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect((await said).join('')).toBe('Not stopped within 0.2 s: what it waited for is left as it is.\n');
});
