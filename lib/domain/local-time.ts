/** Days and hours as a person lives them. Time zones by their IANA names; what is no zone counts as UTC. */

const HOUR_MS = 3_600_000;
const LONGEST_SEARCH_HOURS = 50;

/** What zones are called by now that this runtime lists by an older name (IANA `backward`). */
const renamed: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Catamarca': 'America/Argentina/Catamarca',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Cordoba': 'America/Argentina/Cordoba',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Jujuy': 'America/Argentina/Jujuy',
  'America/Louisville': 'America/Kentucky/Louisville',
  'America/Mendoza': 'America/Argentina/Mendoza',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** The zone as this runtime names it, whichever of its names is given; null for what is none. */
export function findZone(timeZone: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** The same, and `UTC` for what is none. */
export function knownZone(timeZone: string): string {
  return findZone(timeZone) ?? 'UTC';
}

/** Every zone that can be chosen, and the one given, as people look for them: by today's names, in their order. */
export function zoneChoices(chosen: string): { value: string; label: string }[] {
  return [...new Set(['UTC', knownZone(chosen), ...Intl.supportedValuesOf('timeZone')])]
    .map((value) => ({ value, label: (renamed[value] ?? value).replaceAll('_', ' ') }))
    .sort((one, other) => one.label.localeCompare(other.label, 'en'));
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
