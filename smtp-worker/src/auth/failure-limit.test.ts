import { expect, test } from 'vitest';
import { newFailureLimit } from './failure-limit.ts';

test('whoever fails anew after its window is not the oldest that is forgotten', () => {
  let elapsedMs = 0;
  const limit = newFailureLimit({ most: 1, windowMs: 1000, elapsedMs: () => elapsedMs, mostKeys: 2 });
  limit.count('a');
  elapsedMs = 600;
  limit.count('b');
  elapsedMs = 1000;
  limit.count('a');
  limit.count('c');
  expect(['a', 'b', 'c'].map(limit.reached)).toEqual([true, false, true]);
});
