import { describe, expect, test } from 'vitest';
import { type HourCount, judgeRatio, judgeVolume } from './volume-baseline.ts';

const HOUR_MS = 3_600_000;
// A Wednesday, 14:00 UTC.
const now = new Date('2026-11-18T14:00:00Z');
const longAgo = new Date('2026-01-01T00:00:00Z');

/** What an entry sent in each hour of the weeks before, by a rule; and some noise that is always the same. */
function weeks(count: number, rule: (at: Date) => number, until = now): HourCount[] {
  const hours: HourCount[] = [];
  for (let back = count * 7 * 24; back > 0; back -= 1) {
    const hour = new Date(until.getTime() - back * HOUR_MS);
    const base = rule(hour);
    const noise = 0.8 + 0.4 * ((((hour.getTime() / HOUR_MS) * 2654435761) % 997) / 997);
    const accepted = Math.round(base * noise);
    if (accepted > 0) hours.push({ hour, accepted });
  }
  return hours;
}
const judge = (history: HourCount[], accepted: number, at = now, since = longAgo) =>
  judgeVolume(history, { hour: at, accepted }, since).verdict;

const office = (at: Date) =>
  at.getUTCDay() % 6 !== 0 && at.getUTCHours() >= 7 && at.getUTCHours() < 18 ? 40 : 0;
const nightly = (at: Date) => (at.getUTCHours() === 2 ? 4000 : 0);
const monthly = (at: Date) => {
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  return at.getUTCDate() === lastDay && at.getUTCHours() === 20 ? 5000 : office(at);
};

describe('an office: forty an hour on working days', () => {
  const history = weeks(8, office);
  test.each([
    ['as always', 40, 'usual'],
    ['twice as much', 80, 'usual'],
    ['a busy afternoon', 140, 'usual'],
    ['a spam run', 2000, 'step'],
  ])('%s', (_what, accepted, verdict) => {
    expect(judge(history, accepted)).toBe(verdict);
  });

  test('a Sunday on which it never sends', () => {
    const sunday = new Date('2026-11-22T03:00:00Z');
    const until = weeks(8, office, sunday);
    expect(judge(until, 60, sunday)).toBe('usual');
    expect(judge(until, 1500, sunday)).toBe('step');
  });
});

describe('a nightly batch of four thousand', () => {
  test.each([
    ['at its hour', '2026-11-18T02:00:00Z', 4300, 'usual'],
    ['an hour late', '2026-11-18T03:00:00Z', 4300, 'usual'],
    ['two hours early', '2026-11-18T00:00:00Z', 4300, 'usual'],
    ['half as much again', '2026-11-18T02:00:00Z', 6000, 'usual'],
    ['five times as much', '2026-11-18T02:00:00Z', 20_000, 'step'],
    ['in the afternoon, instead of the night', '2026-11-18T14:00:00Z', 4000, 'usual'],
    ['in the afternoon, twenty thousand', '2026-11-18T14:00:00Z', 20_000, 'step'],
  ])('%s', (_what, hour, accepted, verdict) => {
    const at = new Date(hour);
    // The night that is judged has not been, when it comes late or in the afternoon.
    const history = weeks(8, nightly, at).filter((one) => at.getTime() - one.hour.getTime() > 24 * HOUR_MS);
    expect(judge(history, accepted, at)).toBe(verdict);
  });

  test('run again in the afternoon after it went wrong', () => {
    expect(judge(weeks(8, nightly), 4000)).toBe('usual');
  });
});

describe('the end of a month', () => {
  const turn = new Date('2026-10-31T20:00:00Z');
  test('is known from the month before', () => {
    expect(judge(weeks(8, monthly, turn), 5500, turn)).toBe('usual');
  });
  test('is allowed more where none was seen yet', () => {
    const since = new Date('2026-10-05T00:00:00Z');
    const until = weeks(4, office, turn);
    expect(judge(until, 1500, turn, since)).toBe('usual');
    expect(judge(until, 1500, new Date('2026-10-25T20:00:00Z'), since)).toBe('step');
    expect(judge(until, 20_000, turn, since)).toBe('step');
  });
});

describe('what is new has no baseline', () => {
  test.each([
    ['in force for a week', weeks(1, office), new Date('2026-11-11T00:00:00Z')],
    [
      'in force for months, four days of traffic',
      weeks(1, office).filter((one) => now.getTime() - one.hour.getTime() < 4 * 24 * HOUR_MS),
      longAgo,
    ],
    ['never sent', [], longAgo],
  ])('%s', (_what, history, since) => {
    expect(judge(history, 100_000, now, since)).toBe('learning');
  });

  test('the time before it came into force is no silence', () => {
    const since = new Date('2026-10-28T00:00:00Z');
    expect(
      judge(
        weeks(3, nightly, new Date('2026-11-18T02:00:00Z')),
        4400,
        new Date('2026-11-18T02:00:00Z'),
        since,
      ),
    ).toBe('usual');
  });
});

test('one odd night does not move what is usual', () => {
  const at = new Date('2026-11-18T10:00:00Z');
  const history = weeks(8, office, at);
  const odd = history.map((one) =>
    one.hour.toISOString() === '2026-11-04T10:00:00.000Z' ? { ...one, accepted: 3000 } : one,
  );
  expect(judgeVolume(odd, { hour: at, accepted: 40 }, longAgo)).toMatchObject({ verdict: 'usual' });
  const { expected } = judgeVolume(odd, { hour: at, accepted: 40 }, longAgo) as { expected: number };
  expect(expected).toBeLessThan(60);
});

describe('a share that is too large', () => {
  test.each([
    [19, 20, 'usual', undefined],
    [20, 20, 'high', 3],
    [20, 200, 'high', 1],
    [19, 100, 'usual', undefined],
    [40, 200, 'high', 2],
    [900, 10_000, 'usual', undefined],
    [0, 0, 'usual', undefined],
  ])('%d of %d is %s', (count, of, verdict, strength) => {
    expect(judgeRatio(count, of, 0.1)).toMatchObject(
      strength === undefined ? { verdict } : { verdict, strength },
    );
  });
});
