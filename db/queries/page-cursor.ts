import { isUuid } from './entries.ts';

// Lists are paged by the sort key of the last row shown, so that a page stays right while rows come and go.

/** What a part of a key has to look like. */
export type KeyPart = 'text' | 'moment' | 'number' | 'uuid';

/** A place in a list as a link carries it; it means something to its own list alone. */
export function makeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The key in a cursor, or null where it is none of ours, to the letter: PostgreSQL throws at a text with a NUL in it and
 * at a moment that only JavaScript reads.
 */
export function readCursor(cursor: unknown, parts: readonly KeyPart[]): string[] | null {
  if (typeof cursor !== 'string') return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(key) || key.length !== parts.length || makeCursor(key) !== cursor) return null;
    return key.every((value, index) => typeof value === 'string' && fits(value, parts[index])) ? key : null;
  } catch {
    return null;
  }
}

function fits(value: string, part: KeyPart | undefined): boolean {
  switch (part) {
    case 'text':
      return value.isWellFormed() && !value.includes('\u0000');
    case 'moment':
      return new Date(value).toISOString() === value && /^\d{4}-/.test(value) && value >= '1970';
    case 'number':
      return /^\d{1,15}$/.test(value);
    default:
      return isUuid(value);
  }
}

export type ListPage<Row> = { rows: Row[]; nextCursor: string | null };

/** Cuts what was read to one page: a query asks for one row more than it shows. */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
): ListPage<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > limit && last !== undefined ? makeCursor(keyOf(last)) : null };
}
