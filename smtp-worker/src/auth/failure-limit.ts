/**
 * Counts failures by key in windows of time. An attempt counts as a failure from its beginning, and is forgiven once it
 * has succeeded, so that a thousand at the same moment are no way around it. Bounded: a stranger who fails from ever new
 * places can only make it forget the oldest.
 */
export type FailureLimit = {
  readonly reached: (key: string) => boolean;
  readonly count: (key: string) => void;
  readonly forgive: (key: string) => void;
};

export type FailureLimitOptions = {
  most: number;
  windowMs: number;
  elapsedMs: () => number;
  mostKeys?: number;
};

const defaultMostKeys = 100_000;

export function newFailureLimit({
  most,
  windowMs,
  elapsedMs,
  mostKeys = defaultMostKeys,
}: FailureLimitOptions): FailureLimit {
  const windows = new Map<string, { since: number; failures: number }>();
  const current = (key: string) => {
    const window = windows.get(key);
    return window === undefined || elapsedMs() - window.since >= windowMs ? null : window;
  };
  return {
    reached: (key) => (current(key)?.failures ?? 0) >= most,
    count: (key) => {
      const window = current(key);
      if (window !== null) {
        window.failures += 1;
        return;
      }
      windows.delete(key);
      windows.set(key, { since: elapsedMs(), failures: 1 });
      if (windows.size > mostKeys) windows.delete(windows.keys().next().value as string);
    },
    forgive: (key) => {
      const window = current(key);
      if (window === null) return;
      window.failures -= 1;
      if (window.failures <= 0) windows.delete(key);
    },
  };
}
