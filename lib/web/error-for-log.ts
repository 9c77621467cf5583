/** How much of a query tells which one it was. */
const MOST_QUERY = 500;

type ErrorForLog = {
  type: string;
  message: string;
  stack?: string;
  code?: unknown;
  query?: string;
  cause?: ErrorForLog;
};

/**
 * An error as the log may keep it. A failed query names its parameters in its message and its stack, and PostgreSQL
 * names values in its detail and in some messages: passwords' hashes, tokens' digests, what a customer typed. None of it is written.
 */
export function errorForLog(error: unknown): ErrorForLog {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: errorForLog(error.cause) };
  const code = 'code' in error ? { code: error.code } : {};
  if (isQueryError(error)) {
    return { type: 'QueryError', message: 'Failed query', query: error.query.slice(0, MOST_QUERY), ...cause };
  }
  if (isDatabaseError(error)) return { type: 'DatabaseError', message: withoutValue(error.message), ...code };
  return { type: error.name, message: error.message, stack: error.stack, ...code, ...cause };
}

/** `invalid input syntax for type uuid: "what somebody typed"` */
function withoutValue(message: string): string {
  return message.replace(/: ".*"$/s, '');
}

function isDatabaseError(error: Error): boolean {
  return 'severity' in error && 'routine' in error;
}

/** Drizzle's, by its shape: each bundle of the portal has its own copy of the class. */
function isQueryError(error: Error): error is Error & { query: string } {
  return 'query' in error && typeof error.query === 'string' && 'params' in error;
}
