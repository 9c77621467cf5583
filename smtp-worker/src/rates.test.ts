import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRates } from './rates.ts';

const minute = 60_000;

test('so many within the hour, and one more when the first has left it', () => {
  let now = 10 * minute;
  const rates = newRates(() => now);
  expect([1, 2, 3].map(() => rates.take('a', 2))).toEqual([true, true, false]);
  expect(rates.take('b', 2)).toBe(true);
  now += 59 * minute;
  expect(rates.take('a', 2)).toBe(false);
  now += minute;
  expect(rates.take('a', 2)).toBe(true);
});

test('what was given back may be taken again, also some minutes later', () => {
  let now = 0;
  const rates = newRates(() => now);
  rates.take('a', 1);
  now += 5 * minute;
  rates.giveBack('a');
  expect(rates.take('a', 1)).toBe(true);
  expect(rates.take('a', 1)).toBe(false);
});

test('a clock that is set back opens nothing', () => {
  let now = 100 * minute;
  const rates = newRates(() => now);
  rates.take('a', 1);
  now -= 50 * minute;
  expect(rates.take('a', 1)).toBe(false);
});

test('idle entries are forgotten, busy ones are not', () => {
  let now = 0;
  const rates = newRates(() => now);
  rates.take('a', 1);
  now += 30 * minute;
  rates.take('b', 1);
  now += 30 * minute;
  rates.sweep();
  expect(rates.take('b', 1)).toBe(false);
  expect(rates.take('a', 1)).toBe(true);
});

test('never more than the limit in any 59 minutes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 20 * minute }), { maxLength: 80 }),
      (limit, gaps) => {
        let now = 0;
        const rates = newRates(() => now);
        const taken: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (rates.take('a', limit)) taken.push(now);
          expect(taken.filter((at) => at > now - 59 * minute).length).toBeLessThanOrEqual(limit);
        }
      },
    ),
  );
});
