import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { waitForBanner } from './gateway.ts';
import { loadCore, onCore, startOnCore, stopProcess } from './process.ts';

// Postfix's own load generator and sink: written in C, and fast enough not to be what is measured.

export type Load = {
  readonly sessions: number;
  readonly octets: number;
  /** many messages through each connection */
  readonly keepOpen: boolean;
  /** the recipient is refused, and that is all */
  readonly refused: boolean;
};

const longestRunMs = 60_000;

/** Sends so many messages, or tries so many recipients. @returns seconds */
export async function runLoad(port: number, load: Load, messages: number): Promise<number> {
  const args = ['-s', String(load.sessions), '-m', String(messages), '-l', String(load.octets)];
  args.push('-M', 'device.bench.example', '-f', 'device@bench.example', '-t', 'somebody@elsewhere.example');
  if (load.keepOpen) args.push('-d');
  // Goes on after a refusal, of which it complains on its standard error.
  if (load.refused) args.push('-A');
  const [program = '', ...rest] = onCore(loadCore, ['smtp-source', ...args, `127.0.0.1:${port}`]);
  const since = performance.now();
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', load.refused ? 'ignore' : 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (octets) => {
    complaint = `${complaint}${octets}`.slice(-1000);
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  const seconds = (performance.now() - since) / 1000;
  if (code !== 0) throw new Error(`smtp-source ended with ${code}: ${complaint.trim()}`);
  return seconds;
}

export type BenchSink = { readonly port: number; readonly child: ChildProcess };

/** Takes everything and throws it away; `refusing` says 550 to every recipient. */
export async function startSink(port: number, directory: string, refusing: boolean): Promise<BenchSink> {
  const args = refusing ? ['-f', 'RCPT'] : [];
  if (process.getuid?.() === 0) args.push('-u', 'nobody');
  const log = path.join(directory, `sink-${port}.log`);
  const child = startOnCore('smtp-sink', [...args, `127.0.0.1:${port}`, '1000'], {
    core: loadCore,
    log,
    cwd: directory,
  });
  try {
    await waitForBanner(port, () => 'smtp-sink did not start');
  } catch (error) {
    await stopProcess(child);
    throw error;
  }
  return { port, child };
}
