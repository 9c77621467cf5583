/** Days and hours as a person lives them. Time zones by their IANA names; what is no zone counts as UTC. */

const HOUR_MS = 3_600_000;
const LONGEST_SEARCH_HOURS = 50;

/** The zone itself where this runtime knows it, else `UTC`. */
export function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** The day and hour that a clock on the wall shows there. `date` is `YYYY-MM-DD`, `hour` 0 to 23. */
export function wallClock(at: Date, timeZone: string): { date: string; hour: number } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: knownZone(timeZone),
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour) };
}

/**
 * The next moment after `after` at which a new day's clock there has reached `hour`. Where the clock jumps over that
 * hour, the first full hour after it.
 */
export function nextWallHour(after: Date, timeZone: string, hour: number): Date {
  const today = wallClock(after, timeZone);
  const wanted = (at: Date) => {
    const clock = wallClock(at, timeZone);
    return clock.hour >= hour && (clock.date !== today.date || today.hour < hour);
  };
  // Zones differ from UTC by quarters of an hour: the hour begins at some quarter.
  const step = HOUR_MS / 4;
  let at = Math.ceil((after.getTime() + 1) / step) * step;
  for (let tries = 0; tries < LONGEST_SEARCH_HOURS * 4; tries += 1) {
    if (wanted(new Date(at))) return new Date(at);
    at += step;
  }
  throw new Error(`no ${hour} o'clock in ${timeZone} after ${after.toISOString()}`);
}
