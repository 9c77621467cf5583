import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot } from './environment.ts';
import { type Command, type Counts, countResults, type Step, steps } from './test-steps.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

// `npm test`, the whole of it, or the steps that are named: `npm test -- unit integration`.

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no step "${unknown.join('", "')}". Steps: ${steps.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const chosen = wanted.length === 0 ? steps : steps.filter(({ name }) => wanted.includes(name));
const temporaryFolder = await makeTemporaryFolder();
const environment = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: '1',
  TMPDIR: temporaryFolder,
  // Each of the many processes would compile the same modules anew.
  NODE_COMPILE_CACHE: path.join(temporaryFolder, 'compiled'),
};
const begun = new Map(chosen.filter(({ early }) => early).map((step) => [step, step.commands()]));
// What goes wrong is told in its turn.
for (const commands of begun.values()) commands.catch(() => {});
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const summary: string[] = [];
for (const step of chosen) {
  if (total.failed > 0) {
    summary.push(`  ${step.name.padEnd(12)}  not run`);
    continue;
  }
  console.log(`\n== ${step.name}`);
  const since = performance.now();
  const counts = await countResults(step, await runStep(step));
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  summary.push(`  ${step.name.padEnd(12)}  ${counts.failed === 0 ? 'ok' : 'failed'}, ${seconds} s`);
}
console.log(`\n${summary.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function runStep(step: Step): Promise<boolean> {
  // Counts of an earlier run must not pass for those of this one.
  if (step.results !== undefined) {
    await rm(step.results.file, { force: true });
    await mkdir(path.dirname(step.results.file), { recursive: true });
  }
  const commands = await (begun.get(step) ?? step.commands());
  if ('impossible' in commands) {
    console.error(commands.impossible);
    return false;
  }
  for (const command of commands) if (!(await runCommand(command))) return false;
  return true;
}

function runCommand({ program, args, env }: Command): Promise<boolean> {
  const child = spawn(process.execPath, [path.join(projectRoot, program), ...args], {
    cwd: projectRoot,
    env: { ...environment, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on('exit', (code) => resolve(code === 0));
  });
}
