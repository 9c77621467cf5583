const DAY_MS = 86_400_000;

/** The moment that many days of 24 hours later; earlier for a negative number. */
export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS);
}
