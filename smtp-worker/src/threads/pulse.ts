import { performance } from 'node:perf_hooks';
import { elapsedMs } from '../elapsed.ts';

// Words that all threads of a node share. `NEWS` counts what the main thread has told: a thread that sees another
// count than it knows reads its messages first, so that nothing is decided on what was changed before. `HEARTBEAT` is
// when the copy's heartbeat was written: it ages by itself, also should the main thread no longer say anything.
// `WAITING` is how many reports wait for the database.

const NEWS = 0;
/** in tenths of a second of the clock all threads share, from 1; 0 for never */
const HEARTBEAT = 1;
const WAITING = 2;
const stepMs = 100;
/** The clock begins long before any heartbeat that could still count. */
const beforeMs = 365 * 86_400_000;

export function newPulse(): { memory: SharedArrayBuffer; baseMs: number } {
  return { memory: new SharedArrayBuffer(12), baseMs: elapsedMs() - beforeMs };
}

export type Pulse = {
  readonly countNews: () => void;
  readonly newsCount: () => number;
  /** @param at on the monotonic clock of this thread */
  readonly beat: (at: number) => void;
  readonly setWaiting: (reports: number) => void;
  readonly waiting: () => number;
  /** Milliseconds since the heartbeat, infinite before the first. */
  readonly ageMs: () => number;
};

/** @param baseMs of `newPulse`: each thread has its own origin of `performance.now` */
export function openPulse(memory: SharedArrayBuffer, baseMs: number): Pulse {
  const words = new Int32Array(memory);
  const offset = elapsedMs() - performance.now() - baseMs;
  return {
    countNews: () => void Atomics.add(words, NEWS, 1),
    newsCount: () => Atomics.load(words, NEWS),
    beat: (at) => {
      // One from before that clock is as if there were none.
      const steps = Math.floor((at + offset) / stepMs);
      Atomics.store(words, HEARTBEAT, Math.max(steps, 0));
    },
    setWaiting: (reports) => void Atomics.store(words, WAITING, reports),
    waiting: () => Atomics.load(words, WAITING),
    ageMs: () => {
      const beaten = Atomics.load(words, HEARTBEAT);
      return beaten === 0 ? Number.POSITIVE_INFINITY : performance.now() + offset - beaten * stepMs;
    },
  };
}
