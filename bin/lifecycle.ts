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
