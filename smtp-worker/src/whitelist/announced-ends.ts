import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { NodeEntry } from '../../../db/queries/node.ts';
import type { Closing } from './entry-rows.ts';
import { closedEntries, closeEntry, type EntryTable, reopenEntry } from './entry-table.ts';

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
  /** Another copy counts from here on: closes in it what is not read yet. */
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
  /** Another copy is being loaded, which was perhaps read before what is announced now. */
  loading: () => boolean;
  /** These are closed now. */
  onClosed: (closed: readonly Closed[]) => void;
  /** It is to be read what has happened. */
  onConfirm: () => void;
  log: Logger;
};

/** What was announced is read after this long, or up to twice as long. */
const confirmMs = 20;

const shape = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (ended|suspended|removed_abuse)$/;

export function openAnnouncedEnds(options: AnnouncedEndsOptions): AnnouncedEnds {
  const { table, log } = options;
  const announced = new Map<string, Announced>();
  let closed: Closed[] = [];
  let announcedAt = 0;
  let enforcedAt = 0;
  let confirming: NodeJS.Timeout | null = null;
  /** The nudge of what was announced has not come yet. */
  let nudgeFollows = false;

  function hear(payload: string): void {
    const [, entryId, said] = shape.exec(payload) ?? [];
    if (entryId === undefined) return;
    const closing = said as Closing;
    const row = closeEntry(table(), entryId, closing);
    if (row >= 0 || options.loading()) announced.set(entryId, { closing });
    if (row < 0) return;
    nudgeFollows = true;
    confirming ??= setTimeout(confirm, confirmMs * (1 + Math.random()));
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
    for (const [entryId, one] of heard) {
      // It may have been announced once more, of which nothing was read yet.
      if (announced.get(entryId) !== one) continue;
      announced.delete(entryId);
      if (reopenEntry(table(), entryId))
        log.info({ entry: entryId }, 'it was said to have ended and is in force');
    }
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
      for (const [entryId, { closing }] of announced) closeEntry(to, entryId, closing);
    },
    recover: (from) => {
      for (const [entryId, closing] of closedEntries(from)) announced.set(entryId, { closing });
    },
    foreseen: (entries) => {
      const all = entries.every(({ entryId, state }) => state !== 'in_force' && announced.has(entryId));
      return all && entries.length > 0 ? { announcedAt, enforcedAt } : null;
    },
    close: () => {
      if (confirming !== null) clearTimeout(confirming);
    },
  };
}
