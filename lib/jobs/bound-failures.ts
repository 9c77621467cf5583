/** The same failure again is told of after this long, with how often it was seen. */
const QUIET_MS = 60_000;
/** Failures that are told apart; beyond it those that were told of first are forgotten. */
const MOST_KNOWN = 1000;

/** `times`: how often it was seen since it was told of last, this time included. */
export type TellFailure = (error: unknown, what: string, times: number) => void;

/**
 * Tells at once of a failure that is news, and once a minute of one that goes on: while the database is away every worker
 * of every queue fails at each of its polls, and a log that is full of it shows nothing else.
 */
export function boundFailures(
  tell: TellFailure,
  elapsedMs: () => number,
): (error: unknown, what: string) => void {
  const known = new Map<string, { toldAt: number; untold: number }>();
  return (error, what) => {
    const key = `${what}: ${rootOf(error)}`;
    const before = known.get(key);
    const now = elapsedMs();
    if (before !== undefined && now - before.toldAt < QUIET_MS) {
      before.untold += 1;
      return;
    }
    known.delete(key);
    known.set(key, { toldAt: now, untold: 0 });
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value as string);
    tell(error, what, (before?.untold ?? 0) + 1);
  };
}

/** What lies at the bottom of it: a query that has failed names its values, and each time others. */
function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return rootOf(error.cause);
  const code = 'code' in error ? String(error.code) : '';
  return `${code} ${error.message}`;
}
