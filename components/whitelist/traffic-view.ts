import {
  dailyFigures,
  daysOf,
  type TrafficFigures,
  type TrafficPeriod,
  trafficPeriods,
} from '../../lib/domain/traffic-series.ts';

export type TrafficDay = TrafficFigures & {
  day: string;
  /** Beneath the bar; empty where there is no room for one under each. */
  label: string;
  /** In words. */
  date: string;
};

export type TrafficView = TrafficFigures & {
  days: readonly TrafficDay[];
  periods: readonly { days: TrafficPeriod; href: string; current: boolean }[];
  /** Where the files are asked for. */
  dailyFile: string;
  hourlyFile: string;
};

type DayRow = Parameters<typeof dailyFigures>[0][number];

/** Bars beneath which a label has room. */
const MOST_LABELS = 7;

/**
 * @param file of the CSV, without a query
 * @param page on which the card stands, without a query
 */
export function trafficView(
  rows: readonly DayRow[],
  period: TrafficPeriod,
  now: number,
  { file, page }: { file: string; page: string },
): TrafficView {
  const days = dailyFigures(rows, daysOf(period, new Date(now)));
  const every = Math.ceil(days.length / MOST_LABELS);
  const sum = (of: (day: TrafficFigures) => number) => days.reduce((total, day) => total + of(day), 0);
  return {
    days: days.map((day, index) => ({
      ...day,
      label: (days.length - 1 - index) % every === 0 ? labelOf(day.day, period) : '',
      date: dateOf(day.day, { weekday: 'short', day: 'numeric', month: 'short' }),
    })),
    taken: sum((day) => day.taken),
    putOff: sum((day) => day.putOff),
    refused: sum((day) => day.refused),
    periods: trafficPeriods.map((one) => ({
      days: one,
      href: `${page}${one === trafficPeriods[0] ? '' : `?days=${one}`}#traffic`,
      current: one === period,
    })),
    dailyFile: `${file}?days=${period}`,
    hourlyFile: `${file}?days=${period}&unit=hour`,
  };
}

function labelOf(day: string, period: TrafficPeriod): string {
  return period === 7 ? dateOf(day, { weekday: 'short' }) : dateOf(day, { day: 'numeric', month: 'short' });
}

/** Days are counted in UTC, and named as they are counted. */
function dateOf(day: string, parts: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}
