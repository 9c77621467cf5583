import {
  type Closing,
  close,
  findRow,
  holdBack,
  release,
  rememberEnded,
  reopen,
  rowClosing,
  rowCountsAs,
  rowEntryId,
  rowState,
} from './entry-rows.ts';
import type { EntryTable } from './entry-table.ts';

// Entries that are in force by what was read, and count for nothing all the same: held back since a restore until staff say
// so, or closed because their end was announced and not read yet.

/**
 * After a restore: entries that the copy before knew as ended, and that are in force again in this one, stay refused
 * until staff confirm them. What the new database does not know, or knows as ended too, is remembered for the next
 * restore.
 * @returns how many are held back
 */
export function holdBackEnded(table: EntryTable, before: EntryTable): number {
  for (let row = 0; row < before.rows.count; row += 1) {
    const state = rowState(before.rows, row);
    const knownAsEnded = state !== 'in_force' && state !== 'pending' && state !== 'lapsed';
    const announcedAsEnded = rowClosing(before.rows, row) !== null;
    if (!knownAsEnded && !announcedAsEnded && !before.heldBack.has(row)) continue;
    const now = findRow(table.rows, rowEntryId(before.rows, row));
    if (now < 0) rememberEnded(table.rows, before.rows, row);
    else if (rowState(table.rows, now) === 'in_force') {
      table.heldBack.add(now);
      holdBack(table.rows, now);
    }
  }
  return table.heldBack.size;
}

/** Staff have confirmed these entries. @returns those that were held back */
export function releaseHeldBack(table: EntryTable, entryIds: readonly string[]): string[] {
  return entryIds.filter((entryId) => {
    const row = findRow(table.rows, entryId);
    if (!table.heldBack.delete(row)) return false;
    release(table.rows, row);
    return true;
  });
}

/** Ids of entries that are held back. */
export function heldBackEntries(table: EntryTable, most: number): string[] {
  return [...table.heldBack].slice(0, most).map((row) => rowEntryId(table.rows, row));
}

/**
 * This entry is said to be in force no longer: until that is read, it is what it is said to be.
 * @returns its row if it was in force until now, else -1
 */
export function closeEntry(table: EntryTable, entryId: string, closing: Closing): number {
  const row = findRow(table.rows, entryId);
  if (row < 0 || rowState(table.rows, row) !== 'in_force') return -1;
  const counted = rowCountsAs(table.rows, row) === 'in_force';
  close(table.rows, row, closing);
  return counted ? row : -1;
}

/** What was announced has been read by now. @returns whether it was not so */
export function reopenEntry(table: EntryTable, entryId: string): boolean {
  const row = findRow(table.rows, entryId);
  return row >= 0 && reopen(table.rows, row);
}

/** Entries that are closed. */
export function closedEntries({ rows }: EntryTable): Map<string, Closing> {
  const closed = new Map<string, Closing>();
  for (let row = 0; row < rows.count; row += 1) {
    const closing = rowClosing(rows, row);
    if (closing !== null) closed.set(rowEntryId(rows, row), closing);
  }
  return closed;
}
