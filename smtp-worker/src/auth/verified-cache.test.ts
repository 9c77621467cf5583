import { expect, test } from 'vitest';
import { newVerifiedCache } from './verified-cache.ts';

test('fifty thousand are remembered; one more, and it begins anew', () => {
  const cache = newVerifiedCache(() => 0);
  for (let number = 0; number < 50_000; number += 1) cache.add(`c${number}`, 'hash', 'right');
  const has = (number: number) => cache.has(`c${number}`, 'hash', 'right');
  expect([has(0), has(49_999)]).toEqual([true, true]);
  cache.add('c50000', 'hash', 'right');
  expect([has(0), has(49_999), has(50_000)]).toEqual([false, false, true]);
});
