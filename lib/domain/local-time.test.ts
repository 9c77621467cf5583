import { expect, test } from 'vitest';
import { knownZone, nextWallHour, wallClock } from './local-time.ts';

test.each([
  ['2026-11-20T12:00:00Z', 'UTC', '2026-11-20', 12],
  ['2026-11-20T23:30:00Z', 'Europe/Berlin', '2026-11-21', 0],
  ['2026-11-20T02:00:00Z', 'America/Los_Angeles', '2026-11-19', 18],
  ['2026-11-20T18:20:00Z', 'Asia/Kathmandu', '2026-11-21', 0],
  ['2026-11-20T12:00:00Z', 'Nowhere/At-All', '2026-11-20', 12],
])('%s is seen on the wall of %s as %s, %i o’clock', (at, zone, date, hour) => {
  expect(wallClock(new Date(at), zone)).toEqual({ date, hour });
});

test.each([
  ['before it, the same day', '2026-11-20T05:10:00Z', 'UTC', '2026-11-20T08:00:00.000Z'],
  ['at it, the next day', '2026-11-20T08:00:00Z', 'UTC', '2026-11-21T08:00:00.000Z'],
  ['after it, the next day', '2026-11-20T12:00:00Z', 'Europe/Berlin', '2026-11-21T07:00:00.000Z'],
  ['a zone off by quarters', '2026-11-20T12:00:00Z', 'Asia/Kathmandu', '2026-11-21T02:15:00.000Z'],
  ['a day of 23 hours', '2026-03-28T20:00:00Z', 'Europe/Berlin', '2026-03-29T06:00:00.000Z'],
  ['a day of 25 hours', '2026-10-24T20:00:00Z', 'Europe/Berlin', '2026-10-25T07:00:00.000Z'],
  ['no zone at all', '2026-11-20T05:10:00Z', 'Nowhere', '2026-11-20T08:00:00.000Z'],
])('the next eight o’clock, %s', (_case, after, zone, expected) => {
  expect(nextWallHour(new Date(after), zone, 8).toISOString()).toBe(expected);
});

test('an hour that the clock jumps over comes an hour later', () => {
  expect(nextWallHour(new Date('2026-03-28T20:00:00Z'), 'Europe/Berlin', 2).toISOString()).toBe(
    '2026-03-29T01:00:00.000Z',
  );
});

test('what is no zone counts as UTC', () => {
  expect([knownZone('Europe/Vienna'), knownZone(''), knownZone('<script>')]).toEqual([
    'Europe/Vienna',
    'UTC',
    'UTC',
  ]);
});
