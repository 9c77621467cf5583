/** Exit code of a process that the shell reports as ended by Ctrl-C. */
const INTERRUPTED = 130;
/** One Ctrl-C arrives twice, from the terminal and passed on by npm: only a later one is meant as a second. */
const SAME_REQUEST_MS = 1000;
/** Before systemd would kill it: what is waited for may never come, as the answer of a database that fell silent. */
const LIMIT_MS = 25_000;
const PARENT_POLL_MS = 1000;
/** Whoever started us, asked for at once: they may be gone before we are ready to be stopped. */
const startedBy = process.ppid;

export type StopOptions = {
  /** The npm script that this program is. One that starts it by another name may leave it to itself on purpose. */
  script: string;
  signals?: readonly NodeJS.Signals[];
  /** When it ends whatever `stop` still waits for; null: never. */
  limitMs?: number | null;
};

/**
 * Runs `stop` once, when the process is asked to end: by a signal, because the supervisor that started it is gone (its
 * channel closes however it ended, by SIGKILL too), or with the npm that started it. Asked a second time it ends at once.
 * @returns what stops it for any other reason, and with which exit code
 */
export function onStopRequest(
  stop: (reason: string) => Promise<void>,
  { script, signals = ['SIGTERM', 'SIGINT', 'SIGHUP'], limitMs = LIMIT_MS }: StopOptions,
): (reason: string, exitCode: number) => void {
  let since: number | null = null;
  const request = (reason: string, exitCode = 0): void => {
    if (since !== null) {
      if (performance.now() - since > SAME_REQUEST_MS) process.exit(INTERRUPTED);
      return;
    }
    since = performance.now();
    if (limitMs !== null) setTimeout(() => giveUp(limitMs), limitMs).unref();
    stop(reason).then(
      () => process.exit(exitCode),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, () => request(signal));
  if (process.connected) process.on('disconnect', () => request('the supervisor is gone'));
  else if (process.env.npm_lifecycle_event === script) watchParent(() => request('npm is gone'));
  // Whoever read our output may be gone before us.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return request;
}

function giveUp(limitMs: number): never {
  console.error(`Not stopped within ${limitMs / 1000} s: what it waited for is left as it is.`);
  process.exit(1);
}

/** npm passes on SIGTERM and SIGINT; of everything else that ends it, this tells. */
function watchParent(onGone: () => void): void {
  const watch = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(watch);
    onGone();
  }, PARENT_POLL_MS).unref();
}
