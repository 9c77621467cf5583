import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import type { Change, CopyClock } from './change-journal.ts';
import type { Directory } from './directory.ts';
import type { DiskCopy } from './disk-copy.ts';
import { rowOctets } from './entry-rows.ts';
import type { EntryTable } from './entry-table.ts';

// Keeps the node's copy on its disk while it changes: each change as it comes, and all of it anew when the changes weigh
// more than that would.

/** What the node decides on. */
export type Copy = {
  table: EntryTable;
  directory: Directory;
  clock: { generation: string; revision: number } | null;
  /** when the newest heartbeat in it was written, on the monotonic clock */
  heartbeatAt: number;
};

export type CopyKeeper = {
  /** Takes over what an earlier process has kept. @returns whether there was anything */
  readonly restore: () => Promise<boolean>;
  /** Everything was loaded anew. Beside everything else: nobody waits for the disk. */
  readonly save: () => void;
  readonly keep: (change: Omit<Change, 'clock'>) => void;
  /** @returns once what was being written is written */
  readonly close: () => Promise<void>;
};

/** Changes on disk beyond this, and beyond half of what they change, are written into a new copy. */
const mostChangedOctets = 8 * 1024 * 1024;
const saveAgainMs = 60_000;

/** @param disk null: nothing is kept */
export function newCopyKeeper(copy: Copy, disk: DiskCopy | null, log: Logger): CopyKeeper {
  let saving: Promise<void> | null = null;
  let savedAt = Number.NEGATIVE_INFINITY;

  /** The heartbeat goes on disk as a time of day: no monotonic clock outlives its process. */
  function keptClock(clock: { generation: string; revision: number }): CopyClock {
    return { ...clock, heartbeatAt: Math.round(Date.now() - (performance.now() - copy.heartbeatAt)) };
  }

  async function restore(): Promise<boolean> {
    const kept = await disk?.read();
    if (kept == null) return false;
    const { generation, revision, heartbeatAt } = kept.clock;
    copy.table = kept.table;
    copy.directory = kept.directory;
    copy.clock = { generation, revision };
    copy.heartbeatAt = performance.now() - Math.max(0, Date.now() - heartbeatAt);
    return true;
  }

  function save(): void {
    if (disk === null || copy.clock === null || saving !== null) return;
    savedAt = performance.now();
    const { table, directory } = copy;
    saving = disk
      .write({ clock: keptClock(copy.clock), table, directory })
      .catch((error) => log.error({ reason: String(error) }, 'the copy could not be kept on disk'))
      .then(() => {
        saving = null;
        // Loaded anew meanwhile: what was written is of the database before.
        if (copy.table !== table) save();
      });
  }

  function keep(change: Omit<Change, 'clock'>): void {
    if (disk === null || copy.clock === null) return;
    disk.note({ clock: keptClock(copy.clock), ...change });
    const most = Math.max(mostChangedOctets, (copy.table.rows.count * rowOctets) / 2);
    if (disk.changedOctets() > most && performance.now() - savedAt > saveAgainMs) save();
  }

  async function close(): Promise<void> {
    await saving;
    await disk?.close();
  }

  return { restore, save, keep, close };
}
