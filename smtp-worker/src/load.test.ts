import { performance } from 'node:perf_hooks';
import { expect, test, vi } from 'vitest';
import { averageLag, type LoadFacts, loadOf, watchLoad } from './load.ts';

test.each<[Partial<LoadFacts>, string]>([
  [{}, 'calm'],
  [{ lagMs: 499 }, 'calm'],
  [{ lagMs: 500 }, 'busy'],
  [{ lagMs: 1_500 }, 'full'],
  [{ lagMs: 4_000 }, 'spent'],
  [{ memoryShare: 0.79 }, 'calm'],
  [{ memoryShare: 0.8 }, 'busy'],
  [{ memoryShare: 0.9 }, 'full'],
  [{ memoryShare: 0.95, lagMs: 600 }, 'spent'],
])('%o is %s', (facts, load) => {
  expect(loadOf({ lagMs: 0, memoryShare: 0, ...facts })).toBe(load);
});

test('one long pause is no load, a loop that does not keep up is, and it passes', () => {
  expect(loadOf({ lagMs: averageLag(0, 2_000), memoryShare: 0 })).toBe('busy');
  let lag = averageLag(0, 1_000);
  expect(loadOf({ lagMs: lag, memoryShare: 0 })).toBe('calm');
  for (let looks = 0; looks < 60; looks += 1) lag = averageLag(lag, 2_000);
  expect(loadOf({ lagMs: lag, memoryShare: 0 })).toBe('full');
  for (let looks = 0; looks < 60; looks += 1) lag = averageLag(lag, 5);
  expect(loadOf({ lagMs: lag, memoryShare: 0 })).toBe('calm');
});

test('begins calm', () => {
  const watch = watchLoad(Number.MAX_SAFE_INTEGER);
  expect([watch.load(), watch.lagMs()]).toEqual(['calm', 0]);
  watch.close();
});

test('watches the loop and the memory of this process, until it is closed', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let now = 1_000_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const watch = watchLoad(Number.MAX_SAFE_INTEGER);
  const look = (times: number, lateMs: number) => {
    for (let looks = 0; looks < times; looks += 1) {
      now += 200 + lateMs;
      vi.advanceTimersByTime(200);
    }
  };
  look(60, 2_000);
  expect(watch.load()).toBe('full');
  expect(watch.lagMs()).toBeGreaterThan(1_500);
  // A timer that comes early makes up for nothing.
  look(1, -100);
  expect(watch.load()).toBe('full');
  look(60, 0);
  expect(watch.load()).toBe('calm');
  watch.close();
  look(60, 2_000);
  expect(watch.load()).toBe('calm');
  const small = watchLoad(1);
  look(1, 0);
  expect(small.load()).toBe('spent');
  small.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});
