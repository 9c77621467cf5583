import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a turn; false where none comes before the signal ends the wait. */
export type TakeTurn = (key: string, signal: AbortSignal) => Promise<boolean>;

export type RateLimit = {
  /** Turns that are there at once, and that fill up again. */
  burst: number;
  perSecond: number;
  /** Nobody waits for longer than this: the queue is then somebody else's problem. */
  longestWaitMs: number;
};

/**
 * Politeness towards one server each, named by `key`: a bucket of turns that fills steadily (GCRA). First come, first
 * served within this process.
 */
export function createRateLimiter(limit: RateLimit, now: () => number = () => performance.now()): TakeTurn {
  const interval = 1000 / limit.perSecond;
  /** When the bucket of a key will be full again. */
  const fullAt = new Map<string, number>();
  return async (key, signal) => {
    const at = now();
    const full = Math.max(fullAt.get(key) ?? 0, at);
    const wait = full - at - interval * (limit.burst - 1);
    if (wait > limit.longestWaitMs || signal.aborted) return false;
    fullAt.set(key, full + interval);
    if (wait <= 0) return true;
    return delay(wait, true, { signal }).catch(() => false);
  };
}
