import { describe, expect, test } from 'vitest';
import { addDays } from './days.ts';
import { idleEnd, isWarned } from './idle.ts';

const since = new Date('2026-01-01T00:00:00Z');
const day = (days: number) => addDays(since, days);

describe('a silent entry ends after 180 days, and ten days after its owners were warned', () => {
  test.each([
    ['not warned yet, long before', 100, null, 180],
    ['not warned yet, on the day that it would be', 170, null, 180],
    ['not warned although it is over: from now on ten days', 200, null, 210],
    ['warned in time', 175, 170, 180],
    ['warned late', 182, 178, 188],
    ['warned of an earlier silence', 181, -5, 191],
    ['warned so long ago that it may have been forgotten', 240, 170, 250],
  ])('%s', (_what, now, warned, end) => {
    const warnedAt = warned === null ? null : day(warned);
    expect(idleEnd({ since, warnedAt }, 180, day(now))).toEqual(day(end));
  });
});

test('a warning holds for its silence, and for thirty days', () => {
  expect(isWarned({ since, warnedAt: null }, day(170))).toBe(false);
  expect(isWarned({ since, warnedAt: day(-1) }, day(1))).toBe(false);
  expect(isWarned({ since, warnedAt: day(170) }, day(199))).toBe(true);
  expect(isWarned({ since, warnedAt: day(170) }, day(200))).toBe(false);
});
