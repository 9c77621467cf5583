import { smtpRefusals } from './smtp-replies.ts';
import type { Traffic } from './traffic.ts';

/** Figures for people: what was taken, what was put off, what was refused for good, day by day. Pure. */

/** Periods that a chart may show, in days. */
export const trafficPeriods = [7, 30, 90] as const;
export type TrafficPeriod = (typeof trafficPeriods)[number];

export function parseTrafficPeriod(text: string | undefined): TrafficPeriod {
  return trafficPeriods.find((days) => String(days) === text) ?? trafficPeriods[0];
}

const DAY_MS = 86_400_000;

/** The days of a period up to today, oldest first, as `YYYY-MM-DD` in UTC. */
export function daysOf(period: number, now: Date): string[] {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return Array.from({ length: period }, (_, index) =>
    new Date(today - (period - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}

export type TrafficFigures = { taken: number; putOff: number; refused: number };

/** What is refused for now stands under `putOff`, by whichever rule; the rest of what a rule refused is for good. */
export function figuresOf(
  traffic: Pick<Traffic, 'accepted' | 'deferred' | 'refused' | 'nextHopRefused' | 'unknownRecipients'>,
): TrafficFigures {
  const ours = Object.entries(traffic.refused)
    .filter(([rule]) => !isForNow(rule))
    .reduce((sum, [, count]) => sum + count, 0);
  return {
    taken: traffic.accepted,
    putOff: traffic.deferred,
    refused: ours + traffic.nextHopRefused + traffic.unknownRecipients,
  };
}

function isForNow(rule: string): boolean {
  return Object.hasOwn(smtpRefusals, rule) && smtpRefusals[rule as keyof typeof smtpRefusals].code < 500;
}

/** Figures of every day of a period; a day of which nothing is known had none. */
export function dailyFigures(
  rows: readonly (Parameters<typeof figuresOf>[0] & { day: string })[],
  days: readonly string[],
): ({ day: string } & TrafficFigures)[] {
  const known = new Map<string, TrafficFigures>();
  for (const row of rows) {
    const before = known.get(row.day) ?? { taken: 0, putOff: 0, refused: 0 };
    const { taken, putOff, refused } = figuresOf(row);
    known.set(row.day, {
      taken: before.taken + taken,
      putOff: before.putOff + putOff,
      refused: before.refused + refused,
    });
  }
  return days.map((day) => ({ day, ...(known.get(day) ?? { taken: 0, putOff: 0, refused: 0 }) }));
}
