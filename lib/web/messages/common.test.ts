import { expect, test } from 'vitest';
import { common } from './common.ts';

const named = (count: number) => Array.from({ length: count }, (_, index) => `d${index + 1}`);

test.each([
  [0, ''],
  [2, 'd1, d2'],
  [11, 'd1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11'],
  [12, 'd1, d2, d3, d4, d5, d6, d7, d8, d9, d10 and 2 more'],
  [1200, 'd1, d2, d3, d4, d5, d6, d7, d8, d9, d10 and 1190 more'],
])('%i names', (count, text) => {
  expect(common.names(named(count))).toBe(text);
});
