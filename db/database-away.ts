/** Of sockets and name look-ups. */
const lostCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
]);
/** What pg says of a connection that has no code; the second is what the rollback of a transaction hears. */
const lostWords =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded|timeout expired$)/;
/** PostgreSQL's: connection exceptions, shutting down or starting, too many connections, read-only after a promotion. */
const awayStates = /^(08...|57P0[1-3]|53300|25006)$/;

/**
 * Whether something failed because the database cannot be reached, or takes nobody or nothing just now: it is worth
 * trying again a little later. Looks through what wraps the error.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (lostCodes.has(code) || awayStates.test(code) || lostWords.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isDatabaseAway)) return true;
  return isDatabaseAway(error.cause);
}
