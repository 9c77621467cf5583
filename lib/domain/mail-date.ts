const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** RFC 5322 4.3: the only names of zones that mean one thing. */
const zoneHours: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
};

const shape =
  /^(?:[A-Za-z]{2,9}\.?,?\s+)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*[\s-]+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s+(?:([+-])(\d{2})(\d{2})|([A-Za-z]{1,4})))?/;

/**
 * A date and time as mail writes them (RFC 5322 3.3, obsolete forms included). The day's name is not held against the
 * date: reports in the wild have it wrong.
 * @returns null where it is no such text, no such day, or the zone is not said or means nothing
 */
export function parseMailDate(text: string): Date | null {
  const match = shape.exec(text.trim());
  if (match === null) return null;
  const [, day, monthName, yearText, hours, minutes, seconds = '0', sign, zoneHour, zoneMinute, zone] = match;
  const month = months.indexOf((monthName ?? '').toLowerCase());
  const offset = zoneOffset(sign, zoneHour, zoneMinute, zone);
  if (month < 0 || offset === null) return null;
  const year = fullYear(yearText ?? '');
  const at = [Number(day), Number(hours), Number(minutes), Number(seconds)] as const;
  if (at[1] > 23 || at[2] > 59 || at[3] > 60) return null;
  const date = new Date(Date.UTC(year, month, at[0], at[1], at[2], at[3]));
  // 31 February would be a day in March.
  if (Number.isNaN(date.getTime()) || date.getUTCMonth() !== month || date.getUTCDate() !== at[0])
    return null;
  return new Date(date.getTime() - offset * 60_000);
}

/** Minutes east of Greenwich. `-0000` says that the local zone is not known; the time is UTC all the same. */
function zoneOffset(
  sign: string | undefined,
  hours: string | undefined,
  minutes: string | undefined,
  name: string | undefined,
): number | null {
  if (sign !== undefined) {
    const value = Number(hours) * 60 + Number(minutes);
    return Number(minutes) > 59 || Number(hours) > 23 ? null : sign === '-' ? -value : value;
  }
  const known = name === undefined ? undefined : zoneHours[name.toLowerCase()];
  return known === undefined ? null : known * 60;
}

/** RFC 5322 4.3: years of two and three digits. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return text.length === 3 ? 1900 + year : year;
}
