import { expect, test } from 'vitest';
import { clocksDiffer } from './clocks-differ.ts';

test.each([
  ['2026-11-30T12:00:00Z', '2026-11-30T12:00:00Z', false],
  ['2026-11-30T12:00:00Z', '2026-11-30T12:30:00Z', false],
  ['2026-11-30T12:30:00.001Z', '2026-11-30T12:00:00Z', true],
  ['2026-11-30T12:00:00Z', '2026-11-30T13:00:00Z', true],
  ['1970-01-01T00:00:00Z', '2026-11-30T12:00:00Z', true],
])('%s and %s: %s', (one, other, differ) => {
  expect(clocksDiffer(new Date(one), new Date(other))).toBe(differ);
});
