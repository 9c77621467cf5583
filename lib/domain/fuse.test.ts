import { describe, expect, test } from 'vitest';
import { fuseLimit, judgeFuse } from './fuse.ts';
import { defaultLadder as limits } from './ladder-policy.ts';

describe('how many may go', () => {
  test.each([
    [0, 20],
    [100, 20],
    [1000, 20],
    [1049, 20],
    [1050, 21],
    [100_000, 2000],
  ])('of %d in force: %d', (total, most) => {
    expect(fuseLimit(limits, total)).toBe(most);
  });
});

describe('the fuse', () => {
  test.each([
    ['the first one goes', 0, 100, 1, false],
    ['twenty at once go', 0, 100, 20, false],
    ['twenty-one at once are held', 0, 100, 21, true],
    ['the twentieth of a quarter of an hour goes', 19, 100, 1, false],
    ['the twenty-first is held', 20, 100, 1, true],
    ['what takes nothing is never held', 500, 100, 0, false],
    ['of many, more may go', 90, 5000, 10, false],
    ['but not everybody', 0, 5000, 5000, true],
  ])('%s', (_what, gone, total, affected, holds) => {
    expect(judgeFuse(limits, gone, total, affected).holds).toBe(holds);
  });
});
