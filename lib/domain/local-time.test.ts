import { expect, test } from 'vitest';
import { findZone, knownZone, nextWallHour, wallClock, zoneChoices } from './local-time.ts';

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

test('a zone is known by its older names as well, and by all those of UTC', () => {
  const names = ['Asia/Kolkata', 'Asia/Calcutta', 'Etc/UTC', 'GMT', 'Nowhere'];
  expect(names.map(findZone)).toEqual(['Asia/Calcutta', 'Asia/Calcutta', 'UTC', 'UTC', null]);
});

test('zones are chosen by today’s names, each once and each the zone that it says', () => {
  const choices = zoneChoices('Asia/Kolkata');
  const labels = choices.map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(['UTC', 'Asia/Kolkata', 'Europe/Kyiv', 'America/New York']));
  expect(labels).not.toEqual(expect.arrayContaining(['Asia/Calcutta']));
  expect(new Set(labels).size).toBe(labels.length);
  for (const { value, label } of choices) expect(findZone(label.replaceAll(' ', '_')), label).toBe(value);
});
