import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NodeEntry, NodeServer } from '../../../db/queries/node.ts';
import { silentLog } from '../testing/silent-log.ts';
import { type Copy, newCopyKeeper } from './copy-keeper.ts';
import { newDirectory, putServers, serverOf } from './directory.ts';
import { type DiskCopy, openDiskCopy } from './disk-copy.ts';
import { applyEntries, type EntryTable, newEntryTable, standingOf } from './entry-table.ts';

const minute = 60_000;
const loginLimits = { recipientsPerMessage: 100, messageBytes: 1000 };
const generation = '0198c1d2-0000-7000-8000-000000000000';
const serverId = '0198c1d2-0000-7000-8000-000000000001';
const server: NodeServer = {
  serverId,
  slug: 'acme-production',
  senderDomains: ['acme.example'],
  state: 'in_force',
  mailNeeds: 'either',
};

let folder: string;
let elapsed: number;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'postern-keeper-')), 'copy');
  elapsed = 1_000_000;
  vi.spyOn(performance, 'now').mockImplementation(() => elapsed);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(path.dirname(folder), { recursive: true });
});

function entry(number: number, network: string): NodeEntry {
  return {
    entryId: `0198c1d2-0000-7000-8000-${(1000 + number).toString(16).padStart(12, '0')}`,
    serverId,
    network,
    state: 'in_force',
    scope: JSON.stringify({
      sender_domains: ['acme.example'],
      recipient_domains: null,
      tls: 'offered',
      messages_per_hour: 100,
      recipients_per_message: 100,
      message_bytes: 1_000_000,
      mode: 'enforce',
      sandbox_until: null,
    }),
    expiresAt: null,
    proofGeneration: 1,
    revision: number,
  };
}

/** A keeper over a real disk, of which it is noted how often all is written. */
function opened() {
  const { log, lines } = silentLog();
  const disk = openDiskCopy({
    folder,
    secrets: { current: 'a secret for tests, 32 octets long', previous: null },
    loginLimits,
    log,
    nowMs: () => Date.now(),
  });
  let written: Promise<unknown> = Promise.resolve();
  const write = vi.fn((kept: Parameters<DiskCopy['write']>[0]) => {
    const writing = disk.write(kept);
    written = writing.catch(() => {});
    return writing;
  });
  const copy: Copy = {
    table: newEntryTable(),
    directory: newDirectory(),
    clock: { generation, revision: 1 },
    heartbeatAt: elapsed,
  };
  const keeper = newCopyKeeper(copy, { ...disk, write }, log);
  return {
    copy,
    keeper,
    write,
    complaints: () => lines().filter(({ level }) => level >= 50),
    put: (entries: NodeEntry[]) => {
      applyIn(copy.table, copy.directory, entries);
      keeper.keep({ servers: [server], entries });
    },
    /** Once nothing more is being written. */
    settled: async () => {
      for (let before: unknown; before !== written; ) {
        before = written;
        await written;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

function applyIn(table: EntryTable, directory: Copy['directory'], entries: NodeEntry[]): void {
  putServers(directory, [server], loginLimits);
  applyEntries(table, entries, (id) => serverOf(directory, id));
}

async function restored() {
  const again = opened();
  const found = await again.keeper.restore();
  await again.keeper.close();
  return { found, copy: again.copy };
}
const standing = (copy: Copy, address: string) => standingOf(copy.table, address, Date.now()).standing;

test('the first change after a start writes all of it, the next ones are added to that', async () => {
  const { put, write, settled, keeper } = opened();
  put([entry(1, '203.0.113.1/32')]);
  await settled();
  elapsed += 2 * minute;
  put([entry(2, '203.0.113.2/32')]);
  await settled();
  expect(write).toHaveBeenCalledTimes(1);
  await keeper.close();
  const { found, copy } = await restored();
  expect([found, standing(copy, '203.0.113.1'), standing(copy, '203.0.113.2')]).toEqual([
    true,
    'in_force',
    'in_force',
  ]);
  expect(serverOf(copy.directory, serverId)?.slug).toBe('acme-production');
});

test('changes that weigh more than eight megabytes are written into a new copy, once a minute at most', async () => {
  const { put, write, settled, keeper, copy } = opened();
  keeper.save();
  await settled();
  const thousand = Array.from({ length: 1000 }, (_, number) =>
    entry(number + 1, `10.0.${number >> 8}.${number & 255}/32`),
  );
  const grow = async (most: number) => {
    for (let times = 0; times < most && write.mock.calls.length === 1; times += 1) put(thousand);
    await settled();
  };
  elapsed += minute - 1;
  await grow(40);
  expect(write).toHaveBeenCalledTimes(1);
  elapsed += 2;
  put([]);
  await settled();
  expect(write).toHaveBeenCalledTimes(2);
  // From then on it is little again.
  elapsed += 2 * minute;
  put([]);
  await settled();
  expect(write).toHaveBeenCalledTimes(2);
  await keeper.close();
  expect((await restored()).copy.table.inForce).toBe(copy.table.inForce);
});

test('what is loaded anew while all is written is written after it', async () => {
  const { copy, keeper, write, put, settled } = opened();
  put([entry(1, '203.0.113.1/32')]);
  const other = newEntryTable();
  applyIn(other, copy.directory, [entry(2, '203.0.113.2/32')]);
  copy.table = other;
  copy.clock = { generation, revision: 7 };
  keeper.save();
  expect(write).toHaveBeenCalledTimes(1);
  await settled();
  expect(write).toHaveBeenCalledTimes(2);
  await keeper.close();
  const again = (await restored()).copy;
  expect([standing(again, '203.0.113.1'), standing(again, '203.0.113.2'), again.clock]).toEqual([
    'none',
    'in_force',
    { generation, revision: 7 },
  ]);
});

test('what could not be written is told, and tried again after a minute', async () => {
  await writeFile(folder, 'no folder');
  const { put, complaints, settled, write, keeper } = opened();
  put([entry(1, '203.0.113.1/32')]);
  await settled();
  expect(complaints().map(({ msg }) => msg)).toEqual(['the copy could not be kept on disk']);
  await rm(folder);
  put([entry(2, '203.0.113.2/32')]);
  await settled();
  expect(write).toHaveBeenCalledTimes(1);
  elapsed += minute + 1;
  put([]);
  await settled();
  await keeper.close();
  expect(standing((await restored()).copy, '203.0.113.1')).toBe('in_force');
});

test('what is being written when the node stops is finished', async () => {
  const { put, keeper } = opened();
  put([entry(1, '203.0.113.1/32')]);
  await keeper.close();
  expect(standing((await restored()).copy, '203.0.113.1')).toBe('in_force');
});

test('the heartbeat is as old after a start as it was, and none is of the future', async () => {
  const { copy, keeper, put, settled } = opened();
  const wall = vi.spyOn(Date, 'now');
  const now = Date.UTC(2026, 2, 1);
  wall.mockReturnValue(now);
  copy.heartbeatAt = elapsed - 5000;
  put([]);
  await settled();
  await keeper.close();
  wall.mockReturnValue(now + 3000);
  elapsed = 10;
  expect((await restored()).copy.heartbeatAt).toBe(10 - 8000);
  wall.mockReturnValue(now - 20_000);
  expect((await restored()).copy.heartbeatAt).toBe(10);
});

test('without a copy, or without a disk, nothing is kept and nothing is found', async () => {
  const { copy, keeper, write, put } = opened();
  copy.clock = null;
  keeper.save();
  put([]);
  await keeper.close();
  expect(write).not.toHaveBeenCalled();
  expect((await restored()).found).toBe(false);
  const none = newCopyKeeper({ ...copy, clock: { generation, revision: 1 } }, null, silentLog().log);
  none.save();
  none.keep({});
  expect(await none.restore()).toBe(false);
  await none.close();
});
