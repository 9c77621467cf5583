import { isMainThread } from 'node:worker_threads';
import pino from 'pino';
import { describeProblems } from '../../lib/env-values.ts';
import { onStopRequest } from '../../lib/stop-request.ts';
import { parseNodeEnvironment } from './env.ts';
import { gatherLines } from './log-lines.ts';
import { openLogOutput } from './log-output.ts';
import { startSmtpNode } from './smtp-node.ts';

// The SMTP node as a process of its own. The bundled file is also what its helper threads load; they have their own
// part of it and nothing to do here.

const flushMs = 200;

/** argon2, fsync and name lookups share libuv's threads: with the usual four, mail would wait for sign-ins. */
const poolThreads = '16';

if (isMainThread) {
  // Before anything uses the pool: its size is read once.
  process.env.UV_THREADPOOL_SIZE ??= poolThreads;
  await main();
}

async function main(): Promise<void> {
  const parsed = parseNodeEnvironment(process.env);
  if (!parsed.ok) return refuseToStart(describeProblems(parsed.problems));
  const { environment } = parsed;
  const output = openLogOutput({
    to: 1,
    onLost: (octets) => log.error({ octets }, 'nobody has read this log, and lines of it are lost'),
  });
  const lines = gatherLines(output.write);
  setInterval(lines.flush, flushMs).unref();
  const log = pino({ base: { node: environment.nodeName }, timestamp: pino.stdTimeFunctions.isoTime }, lines);
  const flushSync = () => {
    lines.flush();
    output.flushSync();
  };
  // However this process ends, what it has said until then is what explains it.
  process.once('exit', () => {
    try {
      flushSync();
    } catch {
      // Nobody reads it any more.
    }
  });

  // Until it has started there is nothing to stop.
  let stop = (reason: string, _exitCode: number): void => refuseToStart(reason);
  try {
    const node = await startSmtpNode({
      environment,
      log,
      writeLines: lines.write,
      onHopeless: (error) => stop(error.message, 1),
    });
    stop = onStopRequest(
      async (reason) => {
        log.info({ reason }, 'asked to stop');
        await node.stop();
        flushSync();
      },
      { script: 'smtp', signals: ['SIGTERM', 'SIGINT'] },
    );
    process.on('SIGHUP', () => void node.reloadCertificate());
    process.send?.({ ready: true });
  } catch (error) {
    flushSync();
    refuseToStart(error instanceof Error ? error.message : String(error));
  }
}

function refuseToStart(sentence: string): undefined {
  console.error(sentence);
  process.exitCode = 1;
  // Connections that were being tried must not keep the process.
  setTimeout(() => process.exit(1), 100).unref();
}
