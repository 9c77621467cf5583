/**
 * How much an entry usually sends, and whether this is far more. Traffic of devices is regular and lumpy at once: nothing
 * for days, four thousand invoices on the last night of the month. So what is usual is learned for each hour of the week
 * by itself, from a median (which one odd night does not move), and an hour is a step only if it stands out in three
 * ways: against the hours around it on every day of eight weeks, against the busiest day among them, and in plain
 * numbers. A batch that comes an hour late, or twice a night, is none. docs/traffic.md tells it in full.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Weeks that are looked back. */
export const BASELINE_WEEKS = 8;
/** Below this history everything is new: the rate of the plan is what holds then. */
const LEAST_DAYS = 14;
const LEAST_ACTIVE_DAYS = 5;
/** A batch may begin a little earlier or later than last week. */
const AROUND_HOURS = 2;
/** Of the highest hour around this one: deviations are of no use, for a batch that is late twice has enormous ones. */
const TIMES_USUAL = 3;
/** A batch that went wrong is run again: up to twice the busiest day is one's own affair. */
const TIMES_BUSIEST_DAY = 2;
/** Around the turn of a month an office sends all its invoices. Until one turn was seen nobody knows how many. */
const TIMES_BUSIEST_DAY_AT_TURN = 20;
const TURN_DAYS = 3;
/** Fewer than this more is nothing to call anybody about: an hour with no more messages is never a step. */
export const LEAST_STEP = 100;

export type HourCount = { hour: Date; accepted: number };

export type VolumeVerdict =
  | { verdict: 'learning'; days: number }
  | { verdict: 'usual'; expected: number; limit: number }
  | { verdict: 'step'; expected: number; limit: number; accepted: number };

/**
 * Whether an hour is a step over an entry's own baseline.
 * @param history hours with traffic before the one that is judged; hours that are missing had none
 * @param current the hour that is judged, in full or so far
 * @param since when the entry came into force: the time before is no silence
 */
export function judgeVolume(history: readonly HourCount[], current: HourCount, since: Date): VolumeVerdict {
  const from = Math.max(since.getTime(), current.hour.getTime() - BASELINE_WEEKS * 7 * DAY_MS);
  const known = history.filter(({ hour }) => hour.getTime() >= from && hour < current.hour);
  const counts = new Map(known.map(({ hour, accepted }) => [hour.getTime(), accepted]));
  const days = Math.floor((current.hour.getTime() - from) / DAY_MS);
  const perDay = dailyTotals(known, current.hour);
  if (days < LEAST_DAYS || perDay.length < LEAST_ACTIVE_DAYS) return { verdict: 'learning', days };

  const samples = sameHours(counts, current.hour, from);
  const expected = median(samples);
  const highest = Math.max(0, ...aroundSameHours(counts, current.hour, from));
  const hourLimit = Math.max(TIMES_USUAL * highest, expected + LEAST_STEP);

  const busiest = Math.max(...perDay);
  const turn = turnOf(current.hour) !== null && !turnsSeen(known, current.hour);
  const dayLimit = busiest * (turn ? TIMES_BUSIEST_DAY_AT_TURN : TIMES_BUSIEST_DAY) + LEAST_STEP;
  const lastDay = current.accepted + lastDayTotal(known, current.hour);

  const limit = Math.ceil(hourLimit);
  if (current.accepted > hourLimit && lastDay > dayLimit) {
    return { verdict: 'step', expected, limit, accepted: current.accepted };
  }
  return { verdict: 'usual', expected, limit };
}

/** The same hour of the same weekday, week by week. */
function sameHours(counts: ReadonlyMap<number, number>, hour: Date, from: number): number[] {
  const samples: number[] = [];
  for (let week = 1; week <= BASELINE_WEEKS; week += 1) {
    const at = hour.getTime() - week * 7 * DAY_MS;
    if (at >= from) samples.push(counts.get(at) ?? 0);
  }
  return samples;
}

/** The same, with the hours around it, and the same hours of every day: a batch may come on any night. */
function aroundSameHours(counts: ReadonlyMap<number, number>, hour: Date, from: number): number[] {
  const samples: number[] = [];
  for (let day = 1; day <= BASELINE_WEEKS * 7; day += 1) {
    for (let offset = -AROUND_HOURS; offset <= AROUND_HOURS; offset += 1) {
      const at = hour.getTime() - day * DAY_MS + offset * HOUR_MS;
      if (at >= from) samples.push(counts.get(at) ?? 0);
    }
  }
  return samples;
}

/** Totals of the days, each of 24 hours back from the hour that is judged, on which anything was sent. */
function dailyTotals(known: readonly HourCount[], hour: Date): number[] {
  const totals = new Map<number, number>();
  for (const { hour: at, accepted } of known) {
    const day = Math.ceil((hour.getTime() - at.getTime()) / DAY_MS);
    // The day that leads up to now is what is judged.
    if (day > 1 && accepted > 0) totals.set(day, (totals.get(day) ?? 0) + accepted);
  }
  return [...totals.values()];
}

function lastDayTotal(known: readonly HourCount[], hour: Date): number {
  return known
    .filter(({ hour: at }) => hour.getTime() - at.getTime() < DAY_MS)
    .reduce((sum, { accepted }) => sum + accepted, 0);
}

/** The last and first days of a month: invoices, statements, payrolls. */
function turnOf(hour: Date): 'end' | 'beginning' | null {
  const lastDay = new Date(Date.UTC(hour.getUTCFullYear(), hour.getUTCMonth() + 1, 0)).getUTCDate();
  if (hour.getUTCDate() <= TURN_DAYS) return 'beginning';
  return hour.getUTCDate() > lastDay - TURN_DAYS ? 'end' : null;
}

/**
 * Whether traffic of the same days of an earlier month is known: then the busiest day may be one of them. An ordinary
 * second of January says nothing of the end of January.
 */
function turnsSeen(known: readonly HourCount[], hour: Date): boolean {
  const turn = turnOf(hour);
  return known.some(
    ({ hour: at, accepted }) =>
      accepted > 0 && turnOf(at) === turn && hour.getTime() - at.getTime() > 2 * TURN_DAYS * DAY_MS,
  );
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export type RatioVerdict =
  | { verdict: 'usual' }
  | { verdict: 'high'; count: number; of: number; strength: number };

/** Fewer failures are never too large a part. */
export const LEAST_OF_RATIO = 20;
const MOST_STRENGTH = 3;

/**
 * Whether too large a part of something failed: recipients that do not exist, messages that the next hop refuses.
 * @param share from which it is too large; twice the share is twice as strong, up to three times
 */
export function judgeRatio(count: number, of: number, share: number): RatioVerdict {
  if (count < LEAST_OF_RATIO || of === 0 || count / of < share) return { verdict: 'usual' };
  return { verdict: 'high', count, of, strength: Math.min(MOST_STRENGTH, count / of / share) };
}

/** Of all recipients that were tried. Lists of people that one knows have 2 in a hundred at worst. */
export const UNKNOWN_RECIPIENT_SHARE = 0.1;
/** Of all messages that were handed on. */
export const NEXT_HOP_REFUSAL_SHARE = 0.2;
