import { totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';

/**
 * How busy a node is. `busy`: strangers get less patience. `full`: no new connections of strangers. `spent`: none at
 * all; whoever is there may finish.
 */
export type Load = 'calm' | 'busy' | 'full' | 'spent';

export const loads: readonly Load[] = ['calm', 'busy', 'full', 'spent'];

/** How late the event loop is on average over the last seconds, and the share of the memory that is in use. */
export type LoadFacts = { lagMs: number; memoryShare: number };

/** From which on, the highest first. One long pause is no load: what counts is a loop that does not keep up. */
const thresholds: readonly (readonly [Load, LoadFacts])[] = [
  ['spent', { lagMs: 4_000, memoryShare: 0.95 }],
  ['full', { lagMs: 1_500, memoryShare: 0.9 }],
  ['busy', { lagMs: 500, memoryShare: 0.8 }],
];

export function loadOf({ lagMs, memoryShare }: LoadFacts): Load {
  const found = thresholds.find(([, least]) => lagMs >= least.lagMs || memoryShare >= least.memoryShare);
  return found?.[0] ?? 'calm';
}

const lookMs = 200;
/** Of the average, what the latest look counts: a pause of two seconds alone is one of 100 ms. */
const weight = 0.05;

/** @returns the average after a look that came late by so much */
export function averageLag(averageMs: number, lateMs: number): number {
  // A loop that was held up for a while missed the looks that it owed.
  const looks = Math.round((lateMs + lookMs) / lookMs / 2);
  return averageMs + (1 - (1 - weight) ** looks) * (lateMs - averageMs);
}

export type LoadWatch = {
  readonly load: () => Load;
  readonly lagMs: () => number;
  readonly close: () => void;
};

/** Watches the event loop of this thread, and the memory of the process. */
export function watchLoad(memoryBytes: number): LoadWatch {
  let averageMs = 0;
  let due = performance.now() + lookMs;
  let load: Load = 'calm';
  const timer = setInterval(() => {
    const now = performance.now();
    averageMs = averageLag(averageMs, Math.max(0, now - due));
    due = now + lookMs;
    load = loadOf({ lagMs: averageMs, memoryShare: memoryShare(memoryBytes) });
  }, lookMs);
  timer.unref();
  return { load: () => load, lagMs: () => averageMs, close: () => clearInterval(timer) };
}

/** Of a process that can open no file any more, so that nobody can tell: strangers hold what all others need. */
const unknownShare = 0.9;

function memoryShare(memoryBytes: number): number {
  try {
    return process.memoryUsage.rss() / memoryBytes;
  } catch {
    return unknownShare;
  }
}

/** What the machine has, or what the process may have of it. */
export function availableMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}
