/** When the page was made and in whose time zone it is read: the same on server and client, so both say the same. */
export type Clock = { now: number; timeZone: string };

/** `{n}` stands for the number. Plain text only, so that words can travel to client components. */
export type TimeWords = {
  justNow: string;
  soon: string;
  minutes: string;
  hours: string;
  hoursMinutes: string;
  day: string;
  days: string;
  weeks: string;
  ago: string;
  ahead: string;
  today: string;
  yesterday: string;
  tomorrow: string;
  months: readonly string[];
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

type Parts = { year: number; month: number; day: number; hour: string; minute: string; zone: string };

function partsIn(at: number, timeZone: string): Parts {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  const found = new Map(format.formatToParts(at).map((part) => [part.type, part.value]));
  return {
    year: Number(found.get('year')),
    month: Number(found.get('month')),
    day: Number(found.get('day')),
    hour: found.get('hour') ?? '',
    minute: found.get('minute') ?? '',
    zone: found.get('timeZoneName') ?? timeZone,
  };
}

/** Calendar days from now to then, in the reader's time zone. */
function daysBetween(then: Parts, now: Parts): number {
  return Math.round(
    (Date.UTC(then.year, then.month - 1, then.day) - Date.UTC(now.year, now.month - 1, now.day)) / dayMs,
  );
}

/** Calendar days from now until then, as people count them: tomorrow is 1, however few hours away. */
export function calendarDays(at: number, clock: Clock): number {
  return daysBetween(partsIn(at, clock.timeZone), partsIn(clock.now, clock.timeZone));
}

const fill = (template: string, value: number | string) => template.replace('{n}', String(value));

function dayAndMonth(then: Parts, words: TimeWords): string {
  return `${then.day} ${words.months[then.month - 1]}`;
}

/** "14 Mar 2027". */
export function dateText(at: number, clock: Clock, words: TimeWords): string {
  const then = partsIn(at, clock.timeZone);
  return `${dayAndMonth(then, words)} ${then.year}`;
}

/** "14 Mar 2027, 15:41 UTC". */
export function exactText(at: number, clock: Clock, words: TimeWords): string {
  const then = partsIn(at, clock.timeZone);
  return `${dateText(at, clock, words)}, ${then.hour}:${then.minute} ${then.zone}`;
}

/** "Today 09:14", "17 Nov 11:20", "14 Mar 2025 15:41". */
export function momentText(at: number, clock: Clock, words: TimeWords): string {
  const then = partsIn(at, clock.timeZone);
  const now = partsIn(clock.now, clock.timeZone);
  const days = daysBetween(then, now);
  const time = `${then.hour}:${then.minute}`;
  if (days === 0) return `${words.today} ${time}`;
  if (days === -1) return `${words.yesterday} ${time}`;
  if (days === 1) return `${words.tomorrow} ${time}`;
  const year = then.year === now.year ? '' : ` ${then.year}`;
  return `${dayAndMonth(then, words)}${year} ${time}`;
}

/** "40 min", "1 h 12 min", "3 days", "5 weeks". Never negative. */
export function durationText(durationMs: number, words: TimeWords): string {
  const span = Math.max(0, durationMs);
  if (span < hourMs) return fill(words.minutes, Math.floor(span / minuteMs));
  if (span < dayMs) {
    const hours = Math.floor(span / hourMs);
    const minutes = Math.floor((span % hourMs) / minuteMs);
    return minutes === 0 || hours > 9
      ? fill(words.hours, hours)
      : words.hoursMinutes.replace('{h}', String(hours)).replace('{m}', String(minutes));
  }
  const days = Math.floor(span / dayMs);
  if (days === 1) return fill(words.day, 1);
  return days < 21 ? fill(words.days, days) : fill(words.weeks, Math.floor(days / 7));
}

const weeksEndDays = 35;

/** "2 min ago", "3 weeks ago", "in 12 days"; further away the date, with its year when it is another year. */
export function relativeText(at: number, clock: Clock, words: TimeWords): string {
  const distance = clock.now - at;
  const away = Math.abs(distance);
  if (away < minuteMs) return distance >= 0 ? words.justNow : words.soon;
  const then = partsIn(at, clock.timeZone);
  const now = partsIn(clock.now, clock.timeZone);
  const days = daysBetween(then, now);
  if (Math.abs(days) >= weeksEndDays) {
    return then.year === now.year ? dayAndMonth(then, words) : `${dayAndMonth(then, words)} ${then.year}`;
  }
  // Within a day people count hours, beyond it calendar days.
  const text = durationText(away < dayMs ? coarse(away) : Math.max(1, Math.abs(days)) * dayMs, words);
  return fill(distance >= 0 ? words.ago : words.ahead, text);
}

/** Whole hours are enough once it is hours. */
function coarse(away: number): number {
  return away < hourMs ? away : Math.floor(away / hourMs) * hourMs;
}
