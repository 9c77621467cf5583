import { isMainThread } from 'node:worker_threads';
import pino from 'pino';
import { describeProblems, parseNodeEnvironment } from './env.ts';
import { startSmtpNode } from './smtp-node.ts';

// The SMTP node as a process of its own. The bundled file is also what its helper threads load; they have their own
// part of it and nothing to do here.

const flushMs = 200;
const lateExitMs = 25_000;

if (isMainThread) await main();

async function main(): Promise<void> {
  const parsed = parseNodeEnvironment(process.env);
  if (!parsed.ok) return refuseToStart(describeProblems(parsed.problems));
  const { environment } = parsed;
  // Lines are gathered for a moment: a write for each would cost as much as the message it tells of.
  const output = pino.destination({ dest: 1, sync: false, minLength: 4096 });
  setInterval(() => output.flush(), flushMs).unref();
  const log = pino(
    { base: { node: environment.nodeName }, timestamp: pino.stdTimeFunctions.isoTime },
    output,
  );
  // Whoever reads our output may be gone before us.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

  try {
    const node = await startSmtpNode({ environment, log });
    onStopRequest(async (reason) => {
      log.info({ reason }, 'asked to stop');
      await node.stop();
      output.flushSync();
    });
    process.on('SIGHUP', () => void node.reloadCertificate());
    process.send?.({ ready: true });
  } catch (error) {
    output.flushSync();
    refuseToStart(error instanceof Error ? error.message : String(error));
  }
}

/** By a signal, or because the supervisor that started it is gone, however that ended. */
function onStopRequest(stop: (reason: string) => Promise<void>): void {
  let asked = false;
  const request = (reason: string) => {
    if (asked) return;
    asked = true;
    setTimeout(() => process.exit(1), lateExitMs).unref();
    stop(reason).then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => request(signal));
  if (process.connected) process.on('disconnect', () => request('the supervisor is gone'));
}

function refuseToStart(sentence: string): undefined {
  console.error(sentence);
  process.exitCode = 1;
  // Connections that were being tried must not keep the process.
  setTimeout(() => process.exit(1), 100).unref();
}
