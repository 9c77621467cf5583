import type { Logger } from 'pino';
import type { NodeEntry } from '../../../db/queries/node.ts';
import { closedEntries, closeEntry, reopenEntry } from './barred-entries.ts';
import type { Closing } from './entry-rows.ts';
import type { EntryTable } from './entry-table.ts';

// What takes an entry out of force is announced before the nudge that any change is, with what it is now. The node closes
// the entry on that alone, and reads a moment later what else has happened: a whole fleet need not ask the one database at
// once for what all of it enforces already. Anybody who can connect to the database can announce something. So it opens
// nothing, and lasts for no longer than it takes to read.

export type AnnouncedEnds = {
  /** Takes what was announced, whatever that is. */
  readonly hear: (payload: string) => void;
  /** Whether a nudge that has just come is only of what was announced, and is read in a moment anyway. */
  readonly cover: () => boolean;
  /** What was announced until now: to be given to `reopen` when everything until now has been read. */
  readonly heard: () => Heard;
  readonly reopen: (heard: Heard) => void;
  /** What may have been read before it was announced was written into this copy: closes what is not read yet. */
  readonly carryOver: (table: EntryTable) => void;
  /** A copy was taken over from disk: what is closed in it was not read yet. */
  readonly recover: (table: EntryTable) => void;
  /**
   * Since when these changes are enforced, where all of them were announced.
   * @returns when it was announced, and when it was enforced, on the monotonic clock; null where something is news
   */
  readonly foreseen: (entries: readonly NodeEntry[]) => { announcedAt: number; enforcedAt: number } | null;
  readonly close: () => void;
};

export type Closed = { readonly row: number; readonly entryId: string; readonly closing: Closing };
type Announced = { readonly closing: Closing };
export type Heard = ReadonlyMap<string, Announced>;

export type AnnouncedEndsOptions = {
  table: () => EntryTable;
  /** These are closed now. */
  onClosed: (closed: readonly Closed[]) => void;
  /** These were, and are in force. */
  onReopened: (entryIds: readonly string[]) => void;
  /** It is to be read what has happened. */
  onConfirm: () => void;
  log: Logger;
};

/** What was announced is read after this long, or up to twice as long. */
const confirmMs = 20;
/** Beyond so many that were not read yet nobody is believed: it is read what has happened. */
const mostUnread = 1000;
/** An entry of which a false end was announced: for so long its ends have to be read. */
const distrustMs = 10 * 60_000;
const mostDistrusted = 100_000;

const shape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (ended|suspended|removed_abuse)$/;

export function openAnnouncedEnds(options: AnnouncedEndsOptions): AnnouncedEnds {
  const { table, log } = options;
  const announced = new Map<string, Announced>();
  /** and until when */
  const distrusted = new Map<string, number>();
  let closed: Closed[] = [];
  let announcedAt = 0;
  let enforcedAt = 0;
  let confirming: NodeJS.Timeout | null = null;
  /** The nudge of what was announced has not come yet. */
  let nudgeFollows = false;

  function hear(payload: string): void {
    const [, entryId, said] = shape.exec(payload) ?? [];
    if (entryId === undefined) return;
    // Then the nudge that comes with it is followed at once.
    if (announced.size >= mostUnread || (distrusted.get(entryId) ?? 0) > performance.now()) return;
    nudgeFollows = true;
    confirming ??= setTimeout(confirm, confirmMs * (1 + Math.random()));
    const closing = said as Closing;
    announced.set(entryId, { closing });
    closeIn(table(), entryId, closing);
  }

  function closeIn(of: EntryTable, entryId: string, closing: Closing): void {
    const row = closeEntry(of, entryId, closing);
    if (row < 0) return;
    if (closed.length === 0) {
      announcedAt = performance.now();
      queueMicrotask(tellClosed);
    }
    closed.push({ row, entryId, closing });
  }

  /** Of all that came in one piece. */
  function tellClosed(): void {
    const all = closed;
    closed = [];
    options.onClosed(all);
    enforcedAt = performance.now();
  }

  function confirm(): void {
    confirming = null;
    nudgeFollows = false;
    options.onConfirm();
  }

  function reopen(heard: Heard): void {
    const reopened: string[] = [];
    for (const [entryId, one] of heard) {
      // It may have been announced once more, of which nothing was read yet.
      if (announced.get(entryId) !== one) continue;
      announced.delete(entryId);
      if (reopenEntry(table(), entryId)) reopened.push(entryId);
    }
    if (reopened.length === 0) return;
    log.warn({ entries: reopened }, 'they were said to have ended and are in force');
    if (distrusted.size > mostDistrusted) distrusted.clear();
    for (const entryId of reopened) distrusted.set(entryId, performance.now() + distrustMs);
    options.onReopened(reopened);
  }

  return {
    hear,
    cover: () => {
      const covered = nudgeFollows;
      nudgeFollows = false;
      return covered;
    },
    heard: () => new Map(announced),
    reopen,
    carryOver: (to) => {
      for (const [entryId, { closing }] of announced) closeIn(to, entryId, closing);
    },
    recover: (from) => {
      for (const [entryId, closing] of closedEntries(from)) announced.set(entryId, { closing });
    },
    foreseen: (entries) => {
      const all = entries.every(({ entryId, state }) => state !== 'in_force' && announced.has(entryId));
      return all && entries.length > 0 && announcedAt > 0 ? { announcedAt, enforcedAt } : null;
    },
    close: () => {
      if (confirming !== null) clearTimeout(confirming);
    },
  };
}
