/** The parts of an event that its hash is made over, in this order; null where there is none. */
export type ChainParts = readonly (string | null)[];

/**
 * The one text of an event that is hashed. Each part is led by its length in characters, so that no two different
 * events have one text. The database makes the same in `event_text` (db/migrations/0001), and a test holds the two
 * against each other.
 */
export function eventText(parts: ChainParts): string {
  return parts
    .map((part) => part ?? '-')
    .map((part) => `${characters(part)}:${part}`)
    .join(',');
}

/** PostgreSQL counts code points where JavaScript counts UTF-16 units. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
