import { knownZone } from '../../lib/domain/local-time.ts';

const LANGUAGE = 'en-GB';

/** `14 March 2027`, on the reader's calendar. */
export function dayText(moment: string, timeZone: string): string {
  return new Intl.DateTimeFormat(LANGUAGE, { timeZone: knownZone(timeZone), dateStyle: 'long' }).format(
    new Date(moment),
  );
}

/** `14 March 2027, 15:41 CET`: with the zone, since a mail is read elsewhere and later. */
export function momentText(moment: string, timeZone: string): string {
  const at = new Date(moment);
  const zone = knownZone(timeZone);
  const time = new Intl.DateTimeFormat(LANGUAGE, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at);
  return `${dayText(moment, timeZone)}, ${time}`;
}

/** A date without a time, as a lease has it: the same day everywhere. */
export function calendarText(date: string): string {
  return dayText(`${date}T00:00:00Z`, 'UTC');
}

export function countText(count: number): string {
  return count.toLocaleString(LANGUAGE);
}

/** `25 MB`, of 2^20 octets as devices count them. */
export function sizeText(bytes: number): string {
  const megabytes = bytes / 1_048_576;
  return megabytes >= 1
    ? `${countText(Math.round(megabytes * 10) / 10)} MB`
    : `${countText(Math.round(bytes / 1024))} KB`;
}
