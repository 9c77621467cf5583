import { describe, expect, test } from 'vitest';
import { type HourCount, judgeVolume } from './volume-baseline.ts';

// A year of traffic, hour by hour, judged as the job judges it: senders as they are never raise a sign, and a run in
// their name does.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const start = Date.UTC(2026, 0, 1);
const yearHours = 365 * 24;
const weeks = 8 * 7 * DAY_MS;

/** Always the same noise: between 0 and 1, by the hour and a name. */
function noise(hour: number, salt: number): number {
  let mixed = Math.imul(hour + salt * 7919, 2654435761) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 0;
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 0x1_0000_0000;
}

type Sender = (at: Date, hour: number) => number;

const dayOfYear = (at: Date) => Math.floor((at.getTime() - start) / DAY_MS);
const isWorkday = (at: Date) => at.getUTCDay() % 6 !== 0;
const lastDay = (at: Date) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
const lately = (count: number, hour: number, salt: number) =>
  Math.round(count * (0.7 + 0.6 * noise(hour, salt)));
/** Summer time of the sender's clock, which moves its nights by an hour in UTC. */
const summer = (at: Date) => (at.getUTCMonth() > 2 && at.getUTCMonth() < 9 ? 1 : 0);

const office: Sender = (at, hour) => {
  const closed = dayOfYear(at) >= 357 || (dayOfYear(at) >= 210 && dayOfYear(at) < 231);
  const open = isWorkday(at) && at.getUTCHours() >= 7 && at.getUTCHours() < 18;
  return open && !closed ? lately(40, hour, 1) : 0;
};
const nightly: Sender = (at, hour) => {
  const late = noise(dayOfYear(at), 2) < 0.2 ? 1 : 0;
  // Now and then a night fails, and the next one carries both.
  const failed = noise(dayOfYear(at), 3) < 0.05;
  const double = noise(dayOfYear(at) - 1, 3) < 0.05;
  if (failed || at.getUTCHours() !== 3 + late - summer(at)) return 0;
  return lately(double ? 6000 : 4000, hour, 4);
};
const monthly: Sender = (at, hour) => {
  const invoices = at.getUTCDate() === lastDay(at) && at.getUTCHours() >= 19 && at.getUTCHours() < 22;
  return (invoices ? lately(2500, hour, 5) : 0) + office(at, hour);
};
const newsletter: Sender = (at, hour) =>
  at.getUTCDay() === 1 && at.getUTCHours() === 9 ? lately(2000, hour, 6) : office(at, hour);
const growing: Sender = (at, hour) => Math.round(office(at, hour) * 1.03 ** (dayOfYear(at) / 7));
const alarmPanel: Sender = (at, hour) => (at.getUTCHours() === 6 ? 1 : noise(hour, 7) < 0.01 ? 4 : 0);
const aroundTheClock: Sender = (_at, hour) => lately(300, hour, 8);
const seasonal: Sender = (at, hour) =>
  at.getUTCMonth() === 3 || at.getUTCMonth() === 10 ? office(at, hour) * 20 : 0;

const senders: [string, Sender][] = [
  ['an office, closed in summer and at the end of the year', office],
  ['a nightly batch, sometimes late, sometimes two in one, moved by summer time', nightly],
  ['an office with invoices at the end of each month', monthly],
  ['an office with a letter every Monday', newsletter],
  ['a shop that grows by three in a hundred a week', growing],
  ['an alarm panel', alarmPanel],
  ['a machine that sends around the clock', aroundTheClock],
  ['a sender of two months a year', seasonal],
];

function yearOf(sender: Sender): HourCount[] {
  return Array.from({ length: yearHours }, (_, index) => {
    const hour = new Date(start + index * HOUR_MS);
    return { hour, accepted: sender(hour, index) };
  });
}

/** What is known when an hour is judged. */
function historyOf(year: readonly HourCount[], index: number): HourCount[] {
  const at = (year[index] as HourCount).hour.getTime();
  return year
    .slice(Math.max(0, index - 8 * 7 * 24), index)
    .filter(({ hour, accepted }) => accepted > 0 && at - hour.getTime() <= weeks);
}

describe.each(senders)('%s', (_what, sender) => {
  const year = yearOf(sender);

  test('is left alone all year', () => {
    const steps: string[] = [];
    const active = year.filter(({ accepted }) => accepted > 0).length;
    // Of a machine that never rests every fifth hour: all hours of all days come up.
    const stride = active > yearHours / 2 ? 5 : 1;
    for (let index = 0; index < yearHours; index += stride) {
      const current = year[index] as HourCount;
      if (current.accepted === 0) continue;
      const { verdict } = judgeVolume(historyOf(year, index), current, new Date(start));
      if (verdict === 'step') steps.push(`${current.hour.toISOString()} ${current.accepted}`);
    }
    expect(steps).toEqual([]);
  });

  test('a run of three times its busiest day is seen within the hour, whenever it comes', () => {
    const missed: string[] = [];
    // Every 101st hour: all hours of the day and all days of the week come up.
    for (let index = 70 * 24; index < yearHours; index += 101) {
      const known = historyOf(year, index);
      const perDay = new Map<number, number>();
      const { hour } = year[index] as HourCount;
      for (const { hour: at, accepted } of known) {
        // Nights that come early and late may fall into one day back from here.
        const day = Math.ceil((hour.getTime() - at.getTime()) / DAY_MS);
        perDay.set(day, (perDay.get(day) ?? 0) + accepted);
      }
      // Whoever sends on fewer days than five is not known well enough, and the rate of the plan holds then.
      if (perDay.size < 6) continue;
      const busiest = Math.max(...perDay.values());
      const aroundTurn = hour.getUTCDate() <= 3 || hour.getUTCDate() > lastDay(hour) - 3;
      const accepted = (aroundTurn ? 21 : 3) * busiest + 200;
      if (judgeVolume(known, { hour, accepted }, new Date(start)).verdict !== 'step') {
        missed.push(`${hour.toISOString()} ${accepted}`);
      }
    }
    expect(missed).toEqual([]);
  });
});

test('what a new entry sends in its first two weeks is never a step', () => {
  const year = yearOf(aroundTheClock);
  for (let index = 0; index < 14 * 24; index += 1) {
    const { hour } = year[index] as HourCount;
    expect(judgeVolume(historyOf(year, index), { hour, accepted: 1_000_000 }, new Date(start)).verdict).toBe(
      'learning',
    );
  }
});
