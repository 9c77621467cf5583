import { type FileHandle, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../testing/silent-log.ts';
import { newDirectory } from './directory.ts';
import { type DiskCopy, type KeptCopy, openDiskCopy } from './disk-copy.ts';
import { newEntryTable } from './entry-table.ts';

// What the copy on disk is worth to a machine that fails.

const clock = { generation: '0198c1d2-0000-7000-8000-000000000000', revision: 1, heartbeatAt: 0 };
const empty = (): KeptCopy => ({ clock, table: newEntryTable(), directory: newDirectory() });
let folder: string;
let disk: DiskCopy;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-copy-'));
  disk = openDiskCopy({
    folder,
    secrets: { current: 'a secret for tests, 32 octets long', previous: null },
    loginLimits: { recipientsPerMessage: 100, messageBytes: 1000 },
    log: silentLog().log,
    nowMs: () => 0,
  });
});
afterEach(async () => {
  await disk.close();
  await rm(folder, { recursive: true });
});

/** Notes what is brought to stable storage in a folder, and what its names are meanwhile, until `restore`. */
async function noteSyncs(folder: string) {
  const handle = await open(folder);
  await handle.close();
  const methods: FileHandle = Object.getPrototypeOf(handle);
  const synced: { what: string | undefined; size: number; names: string }[] = [];
  const spies = (['sync', 'datasync'] as const).map((name) => {
    const sync = methods[name];
    return vi.spyOn(methods, name).mockImplementation(async function (this: FileHandle) {
      const { ino, size } = await this.stat();
      const names = (await readdir(folder)).sort();
      const inodes = await Promise.all(
        [...names, '.'].map(async (one) => (await stat(path.join(folder, one))).ino),
      );
      const plain = [...names, '.'].map((one) => one.replace(/-.*/, ''));
      synced.push({ what: plain[inodes.indexOf(ino)], size, names: plain.slice(0, -1).join(' ') });
      await sync.call(this);
    });
  });
  const restore = () => {
    for (const spy of spies) spy.mockRestore();
  };
  return { synced, restore };
}

test('a copy is on stable storage before it has its name, then its name is, and soon what has changed', async () => {
  const { synced, restore } = await noteSyncs(folder);
  try {
    await disk.write(empty());
    const { size } = await stat(path.join(folder, 'copy'));
    expect(synced).toEqual([
      { what: 'copy.tmp', size, names: 'changes copy.tmp' },
      { what: '.', size: expect.any(Number), names: 'changes copy' },
    ]);
    disk.note({ clock });
    disk.note({ clock, closed: [{ entryId: '0198c1d2-0000-7000-8000-000000000001', closing: 'ended' }] });
    await disk.close();
    const octets = disk.changedOctets();
    expect(synced.slice(2)).toEqual([{ what: 'changes', size: octets, names: 'changes copy' }]);
  } finally {
    restore();
  }
});

test('of heartbeats alone none is brought there: the disk rests while nothing changes', async () => {
  await disk.write(empty());
  const { synced, restore } = await noteSyncs(folder);
  try {
    disk.note({ clock });
    await disk.close();
    expect(synced).toEqual([]);
  } finally {
    restore();
  }
});
