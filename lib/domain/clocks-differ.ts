/** A drift is no danger; a wrong time zone or year would end what is good, and keep what is not. */
const MOST_DIFFERENCE_MS = 30 * 60_000;

/** Whether two clocks that were read at the same moment are so far apart that one of them has to be set. */
export function clocksDiffer(one: Date, other: Date): boolean {
  return Math.abs(one.getTime() - other.getTime()) > MOST_DIFFERENCE_MS;
}
