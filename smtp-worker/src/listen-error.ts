/**
 * What stands in the way of listening, as a sentence for the operator.
 * @param setting names the port where it is not one of those for mail
 */
export function describeListenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  setting?: string,
): Error {
  const why: Record<string, string> = {
    EADDRINUSE: 'the port is in use by another program',
    EACCES: 'this user may not open that port',
    EADDRNOTAVAIL: 'this machine does not have that address',
    ENOTFOUND: 'that name has no address',
    ENOTSUP: 'this system cannot share a port among threads, set SMTP_THREADS=1',
  };
  const place = `${host} port ${port}${setting === undefined ? '' : ` (${setting})`}`;
  return new Error(`The SMTP node cannot listen on ${place}: ${why[error.code ?? ''] ?? error.message}.`);
}
