import { isOneLine } from './one-line.ts';

// What a person calls themselves stands in mail to others, at the head of an invitation for instance: nothing in it may
// be a line of its own or a link.

export const LONGEST_NAME = 100;

/** What mail programs make a link of: a scheme, an address, a host name. `J.R. Smith` and `Dr. Kim` are none. */
const linked = /:\/|@|[\p{L}\p{N}-]{2,}\.\p{L}{2,}/u;

/** Whether a name may be written to others as it is: one line of at most 100 characters that no mail program links. */
export function isPersonName(name: string): boolean {
  return name.trim() !== '' && name.length <= LONGEST_NAME && isOneLine(name) && !linked.test(name);
}
