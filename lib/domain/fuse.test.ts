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
  const calm = { gone: 0, inForce: 100, open: false };
  test.each([
    ['the first one goes', calm, 1, false, undefined],
    ['twenty at once go', calm, 20, false, undefined],
    ['twenty-one at once are held', calm, 21, true, true],
    ['the twentieth of a quarter of an hour goes', { ...calm, gone: 19 }, 1, false, undefined],
    ['the twenty-first is held', { ...calm, gone: 20 }, 1, true, true],
    ['what follows joins it, however little', { ...calm, gone: 0, open: true }, 1, true, false],
    ['what takes nothing is never held', { ...calm, gone: 500, open: true }, 0, false, undefined],
    ['of many, more may go', { ...calm, inForce: 5000, gone: 90 }, 10, false, undefined],
    ['but not everybody', { ...calm, inForce: 5000 }, 5000, true, true],
  ] as const)('%s', (_what, state, affected, holds, trips) => {
    expect(judgeFuse(limits, state, affected)).toMatchObject(
      trips === undefined ? { holds } : { holds, trips },
    );
  });
});
