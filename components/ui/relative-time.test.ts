import { describe, expect, test } from 'vitest';
import {
  type Clock,
  calendarDays,
  dateText,
  durationText,
  exactText,
  momentText,
  relativeText,
  type TimeWords,
} from './relative-time.ts';

const words: TimeWords = {
  justNow: 'just now',
  soon: 'in a moment',
  minutes: '{n} min',
  hours: '{n} h',
  hoursMinutes: '{h} h {m} min',
  day: '1 day',
  days: '{n} days',
  weeks: '{n} weeks',
  ago: '{n} ago',
  ahead: 'in {n}',
  today: 'Today',
  yesterday: 'Yesterday',
  tomorrow: 'Tomorrow',
  months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
};
const utc: Clock = { now: Date.parse('2026-11-23T12:00:00Z'), timeZone: 'UTC' };
const at = (text: string) => Date.parse(text);

test.each([
  ['2026-11-23T23:00:00Z', 0],
  ['2026-11-24T01:00:00Z', 1],
  ['2026-12-05T11:00:00Z', 12],
  ['2026-11-22T23:00:00Z', -1],
])('%s is %d days away', (then, days) => {
  expect(calendarDays(at(then), utc)).toBe(days);
});

describe('relativeText', () => {
  test.each([
    ['2026-11-23T11:59:30Z', 'just now'],
    ['2026-11-23T12:00:20Z', 'in a moment'],
    ['2026-11-23T11:58:00Z', '2 min ago'],
    ['2026-11-23T10:10:00Z', '1 h ago'],
    ['2026-11-22T13:00:00Z', '23 h ago'],
    ['2026-11-22T11:00:00Z', '1 day ago'],
    ['2026-11-20T23:00:00Z', '3 days ago'],
    ['2026-11-01T12:00:00Z', '3 weeks ago'],
    ['2026-10-12T12:00:00Z', '12 Oct'],
    ['2025-11-12T12:00:00Z', '12 Nov 2025'],
    ['2026-12-05T09:00:00Z', 'in 12 days'],
    ['2027-03-14T12:00:00Z', '14 Mar 2027'],
  ])('%s is %s', (then, text) => {
    expect(relativeText(at(then), utc, words)).toBe(text);
  });
});

describe('momentText', () => {
  test.each([
    ['2026-11-23T09:14:00Z', 'UTC', 'Today 09:14'],
    ['2026-11-22T23:30:00Z', 'UTC', 'Yesterday 23:30'],
    ['2026-11-22T23:30:00Z', 'Europe/Berlin', 'Today 00:30'],
    ['2026-11-24T00:05:00Z', 'UTC', 'Tomorrow 00:05'],
    ['2026-09-17T11:20:00Z', 'UTC', '17 Sep 11:20'],
    ['2025-03-14T15:41:00Z', 'UTC', '14 Mar 2025 15:41'],
  ])('%s in %s is %s', (then, timeZone, text) => {
    expect(momentText(at(then), { ...utc, timeZone }, words)).toBe(text);
  });
});

test('the exact time names its zone', () => {
  expect(exactText(at('2026-07-01T15:41:00Z'), utc, words)).toBe('1 Jul 2026, 15:41 UTC');
  expect(exactText(at('2026-07-01T15:41:00Z'), { ...utc, timeZone: 'Europe/Berlin' }, words)).toBe(
    '1 Jul 2026, 17:41 CEST',
  );
});

test('a date is read in the time zone of the reader', () => {
  expect(dateText(at('2026-12-31T23:30:00Z'), { ...utc, timeZone: 'Asia/Tokyo' }, words)).toBe('1 Jan 2027');
});

test.each([
  [0, '0 min'],
  [52 * 60_000, '52 min'],
  [72 * 60_000, '1 h 12 min'],
  [120 * 60_000, '2 h'],
  [11.5 * 3_600_000, '11 h'],
  [30 * 3_600_000, '1 day'],
  [35 * 86_400_000, '5 weeks'],
  [-5, '0 min'],
])('a duration of %d ms is %s', (durationMs, text) => {
  expect(durationText(durationMs, words)).toBe(text);
});
