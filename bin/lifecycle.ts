/** Exit code of a process that the shell reports as ended by Ctrl-C. */
const INTERRUPTED = 130;
/** One Ctrl-C arrives twice, from the terminal and passed on by npm: only a later one is meant as a second. */
const SAME_REQUEST_MS = 1000;
const PARENT_POLL_MS = 1000;
/** Whoever started us, asked for at once: they may be gone before we are ready to be stopped. */
const startedBy = process.ppid;

/**
 * Runs `stop` once, when the process is asked to end: by a signal, or because the supervisor that started it is gone
 * (its channel closes however it ended, by SIGKILL too). Asked a second time it ends at once.
 */
export function onStopRequest(stop: (reason: string) => Promise<void>): void {
  let since: number | null = null;
  const request = (reason: string): void => {
    if (since !== null) {
      if (performance.now() - since > SAME_REQUEST_MS) process.exit(INTERRUPTED);
      return;
    }
    since = performance.now();
    stop(reason).then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => request(signal));
  if (process.connected) process.on('disconnect', () => request('the supervisor is gone'));
  else if (process.env.npm_lifecycle_event !== undefined) watchParent(() => request('npm is gone'));
  // Whoever read our output may be gone before us.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** npm passes on SIGTERM and SIGINT; of everything else that ends it, this tells. */
function watchParent(onGone: () => void): void {
  const watch = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(watch);
    onGone();
  }, PARENT_POLL_MS).unref();
}

/** Ends a start that cannot succeed with one clear sentence. */
export function refuseToStart(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** What stands in the way of listening, in words. */
export function describeListenError(error: NodeJS.ErrnoException, what: string, setting: string): string {
  const place = `${what} cannot listen`;
  if (error.code === 'EADDRINUSE')
    return `${place}: the port is in use by another program. Set another ${setting}.`;
  if (error.code === 'EACCES')
    return `${place}: this user may not open that port. Set a ${setting} above 1023.`;
  if (error.code === 'EADDRNOTAVAIL') return `${place}: this machine does not have that address. Check HOST.`;
  return `${place}: ${error.message}.`;
}
