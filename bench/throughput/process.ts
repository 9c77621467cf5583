import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

// Programs on a core of their own, and what they and all their children have used.

/** Load and sink share one core, the gateway has the other: what is measured is the gateway. */
export const loadCore = 0;
export const gatewayCore = 1;
const pinned = availableParallelism() > 1;

export type StartOptions = {
  core: number;
  /** where its output goes */
  log: string;
  cwd?: string;
  env?: Record<string, string>;
};

const running = new Set<ChildProcess>();

/** Each is a process group of its own, so that all of it can be ended, whatever it has started. */
export function startOnCore(command: string, args: readonly string[], options: StartOptions): ChildProcess {
  const output = openSync(options.log, 'a');
  const [program = '', ...rest] = onCore(options.core, [command, ...args]);
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  child.on('error', () => {});
  child.once('exit', () => running.delete(child));
  running.add(child);
  return child;
}

/** Nothing that was started here outlives the measurements, also when somebody ends them. */
export function endChildrenWithUs(): void {
  process.on('exit', () => {
    for (const child of running) signal(child, 'SIGTERM');
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));
}

function signal({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It is gone already.
  }
}

/** The command line that runs on that core; on a machine with one core, as it is. */
export function onCore(core: number, command: readonly string[]): readonly string[] {
  return pinned ? ['taskset', '-c', String(core), ...command] : command;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const pageOctets = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }));

type ProcessFacts = { pid: number; parent: number; userTicks: number; systemTicks: number; pages: number };

/** proc(5): utime, stime, and those of children that have ended and were waited for. */
function readProcess(pid: number): ProcessFacts | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const number = (place: number) => Number(fields[place - 3]);
    return {
      pid,
      parent: number(4),
      userTicks: number(14) + number(16),
      systemTicks: number(15) + number(17),
      pages: number(24),
    };
  } catch {
    return null;
  }
}

function processTree(root: number): ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** Microseconds of processor time. */
export type CpuTime = { readonly user: number; readonly system: number };

/** What a process and all its children have used. */
export function cpuTime(root: number): CpuTime {
  const tree = processTree(root);
  const microseconds = (ticks: readonly number[]) =>
    (ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond) * 1e6;
  return {
    user: microseconds(tree.map(({ userTicks }) => userTicks)),
    system: microseconds(tree.map(({ systemTicks }) => systemTicks)),
  };
}

/** What each of so many things has cost since then. */
export function cpuEach(root: number, before: CpuTime, things: number): CpuTime {
  const { user, system } = cpuTime(root);
  return { user: (user - before.user) / things, system: (system - before.system) / things };
}

export function residentOctets(root: number): number {
  return processTree(root).reduce((sum, { pages }) => sum + pages, 0) * pageOctets;
}

const endMs = 10_000;

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), endMs);
  await ended;
  clearTimeout(timer);
}
