import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describeLogLine } from './log-line.ts';

const HEALTH_POLL_MS = 100;
const HEALTH_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;
const LAST_WORDS_MS = 500;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After this long up, the next death is a new story and not the continuation of a crash loop. */
const STEADY_MS = 60_000;
const KEPT_LINES = 12;
const LOG_BYTES = 10 * 1024 * 1024;

export type ProcessSpec = {
  name: string;
  /** Arguments to this very Node. */
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** It says by a message `{ ready: true }` when it has started. */
  announces: boolean;
  /** Asked again and again while it starts; what throws counts as not yet. */
  isHealthy?: () => Promise<boolean>;
  report: (message: string) => void;
  /** How long it may take to end when asked. */
  stopTimeoutMs?: number;
  /** The pause before it is started again for the first time. */
  firstPauseMs?: number;
};

export type SupervisedProcess = {
  /** The outcome of the first start: a process that ends before it is healthy is not tried again. */
  started: Promise<{ ok: true } | { ok: false; message: string }>;
  /** Asks it to end, insists after a while, and resolves when it is gone. */
  stop: () => Promise<void>;
};

type Run = {
  child: ChildProcess;
  ended: Promise<string>;
  lastLines: string[];
  announced: boolean;
  healthy: boolean;
};

/** Keeps one process running: starts it again whenever it ends without having been asked, with growing pauses. */
export function superviseProcess(spec: ProcessSpec): SupervisedProcess {
  const stopping = new AbortController();
  const log = openLog(spec.logFile);
  let current = startOnce(spec, log);

  const started = becomeHealthy(spec, current, stopping.signal);
  const kept = keepRunning();

  async function keepRunning(): Promise<void> {
    if (!(await started).ok) return;
    const firstPauseMs = spec.firstPauseMs ?? FIRST_PAUSE_MS;
    let pauseMs = firstPauseMs;
    for (;;) {
      const since = performance.now();
      const end = await current.ended;
      if (stopping.signal.aborted) return;
      if (performance.now() - since > STEADY_MS) pauseMs = firstPauseMs;
      spec.report(`${spec.name} ${end}, starting it again in ${pauseMs / 1000} s`);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      current = startOnce(spec, log);
      const outcome = await becomeHealthy(spec, current, stopping.signal);
      if (stopping.signal.aborted) return;
      spec.report(outcome.ok ? `${spec.name} is back` : outcome.message);
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await endProcess(spec, current);
    await kept;
    log.end();
  }

  return { started, stop };
}

function startOnce(spec: ProcessSpec, log: WriteStream): Run {
  const child = spawn(process.execPath, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    // The channel tells the child, by closing, that we are gone, even if we were killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A session of its own: Ctrl-C in the terminal reaches us alone, and we end the processes in order.
    detached: true,
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
    child.once('exit', async (code, signal) => {
      // Its last words may still be on their way.
      await Promise.race([closed, delay(LAST_WORDS_MS)]);
      resolve(`has ended with ${signal ?? `code ${code}`}`);
    });
  });
  const run: Run = { child, ended, lastLines: [], announced: !spec.announces, healthy: false };
  child.on('message', (message: { ready?: boolean }) => {
    if (message.ready) run.announced = true;
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) relay(stream, spec, run, log);
  }
  return run;
}

function relay(stream: Readable, spec: ProcessSpec, run: Run, log: WriteStream): void {
  createInterface({ input: stream }).on('line', (line) => {
    log.write(`${line}\n`);
    const text = describeLogLine(line);
    if (text === null) return;
    // While it starts, the lines are kept for the case that it fails.
    if (run.healthy) spec.report(`${spec.name}: ${text}`);
    run.lastLines.push(text);
    if (run.lastLines.length > KEPT_LINES) run.lastLines.shift();
  });
}

async function becomeHealthy(
  spec: ProcessSpec,
  run: Run,
  stopping: AbortSignal,
): Promise<{ ok: true } | { ok: false; message: string }> {
  const end = run.ended.then((text) => `${spec.name} ${text}`);
  const deadline = performance.now() + HEALTH_TIMEOUT_MS;
  while (!stopping.aborted) {
    const healthy = run.announced && ((await spec.isHealthy?.().catch(() => false)) ?? true);
    const outcome = healthy || (await Promise.race([end, delay(HEALTH_POLL_MS, false as const)]));
    if (outcome === true) {
      run.healthy = true;
      return { ok: true };
    }
    if (outcome !== false) return { ok: false, message: [`${outcome}:`, ...run.lastLines].join('\n') };
    if (performance.now() > deadline) {
      const seconds = HEALTH_TIMEOUT_MS / 1000;
      return { ok: false, message: `${spec.name} is not ready after ${seconds} s, see ${spec.logFile}` };
    }
  }
  return { ok: false, message: `${spec.name} was stopped while it started` };
}

async function endProcess(spec: ProcessSpec, { child, ended }: Run): Promise<void> {
  child.kill('SIGTERM');
  const inTime = await Promise.race([
    ended,
    delay(spec.stopTimeoutMs ?? STOP_TIMEOUT_MS, null, { ref: false }),
  ]);
  if (inTime !== null) return;
  spec.report(`${spec.name} does not end by itself: it is killed`);
  child.kill('SIGKILL');
  await ended;
}

/** Appended from start to start, with one older file beside it. */
function openLog(file: string): WriteStream {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  if (size > LOG_BYTES) renameSync(file, `${file}.1`);
  return createWriteStream(file, { flags: 'a', mode: 0o600 });
}
