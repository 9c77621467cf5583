import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { NodeEntry } from '../../../db/queries/node.ts';
import { type SilentLog, silentLog } from '../testing/silent-log.ts';
import { type AnnouncedEnds, openAnnouncedEnds } from './announced-ends.ts';
import { applyEntries, type EntryTable, newEntryTable, standingOf } from './entry-table.ts';

const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const address = (number: number) => `198.18.${number >> 8}.${number & 255}`;

function entry(number: number, state: NodeEntry['state']): NodeEntry {
  return {
    entryId: id(number),
    serverId: id(0xffff),
    network: `${address(number)}/32`,
    state,
    scope: '{"sender_domains":["acme.example"],"recipient_domains":null,"tls":"offered","mode":"enforce"}',
    expiresAt: null,
    proofGeneration: 1,
    revision: 1,
  };
}

let table: EntryTable;
let ends: AnnouncedEnds;
let closed: string[];
let reopened: string[];
let confirmed: number;
let silent: SilentLog;
beforeEach(() => {
  vi.useFakeTimers();
  [closed, reopened, confirmed] = [[], [], 0];
  silent = silentLog();
  table = newEntryTable();
  ends = openAnnouncedEnds({
    table: () => table,
    onClosed: (all) => closed.push(...all.map(({ entryId }) => entryId)),
    onReopened: (all) => reopened.push(...all),
    onConfirm: () => {
      confirmed += 1;
    },
    log: silent.log,
  });
});
afterEach(() => {
  ends.close();
  vi.useRealTimers();
});

const read = (...entries: NodeEntry[]) => {
  const ended = applyEntries(table, entries, () => ({ slug: 'acme', needs: 'either' }));
  ends.carryOver(table);
  return ended;
};
const standing = (number: number) => standingOf(table, address(number), Date.now()).standing;

test('what comes in one piece is told in one piece, once, and read a moment later', async () => {
  read(entry(1, 'in_force'), entry(2, 'in_force'));
  for (const number of [1, 2, 1]) ends.hear(`${id(number)} ended`);
  expect([standing(1), standing(2), closed]).toEqual(['none', 'none', []]);
  await vi.advanceTimersByTimeAsync(0);
  expect([closed, confirmed]).toEqual([[id(1), id(2)], 0]);
  await vi.advanceTimersByTimeAsync(40);
  expect(confirmed).toBe(1);
  expect(read(entry(1, 'ended'), entry(2, 'ended'))).toEqual([]);
  ends.reopen(ends.heard());
  expect([reopened, silent.lines()]).toEqual([[], []]);
  // And the next piece like the first.
  read(entry(3, 'in_force'));
  ends.hear(`${id(3)} ended`);
  await vi.advanceTimersByTimeAsync(40);
  expect([closed, confirmed]).toEqual([[id(1), id(2), id(3)], 2]);
});

test('the nudge that comes with it is covered, until it has been read; the next one is not', async () => {
  read(entry(1, 'in_force'));
  expect(ends.cover()).toBe(false);
  ends.hear(`${id(1)} ended`);
  expect([ends.cover(), ends.cover()]).toEqual([true, false]);
  ends.hear(`${id(1)} ended`);
  await vi.advanceTimersByTimeAsync(40);
  expect(ends.cover()).toBe(false);
});

test('one that was not in force here when it was announced does not come into force by what was read before', async () => {
  read(entry(1, 'pending'));
  ends.hear(`${id(1)} removed_abuse`);
  ends.hear(`${id(2)} suspended`);
  const heard = ends.heard();
  read(entry(1, 'in_force'), entry(2, 'in_force'));
  await vi.advanceTimersByTimeAsync(0);
  expect([standing(1), standing(2), closed]).toEqual(['removed_for_abuse', 'suspended', [id(1), id(2)]]);
  // Announced once more while that was read: nothing was read of this one.
  ends.hear(`${id(2)} ended`);
  ends.reopen(heard);
  expect([standing(1), standing(2), reopened]).toEqual(['in_force', 'none', [id(1)]]);
});

test('of whom something false was said, nothing is believed for a while', async () => {
  read(entry(1, 'in_force'));
  ends.hear(`${id(1)} ended`);
  ends.reopen(ends.heard());
  expect(standing(1)).toBe('in_force');
  await vi.advanceTimersByTimeAsync(40);
  for (let times = 0; times < 100; times += 1) ends.hear(`${id(1)} ended`);
  expect(ends.cover()).toBe(false);
  await vi.advanceTimersByTimeAsync(40);
  expect([standing(1), closed, confirmed]).toEqual(['in_force', [id(1)], 1]);
  await vi.advanceTimersByTimeAsync(11 * 60_000);
  ends.hear(`${id(1)} ended`);
  expect(standing(1)).toBe('none');
});

test('and of another one either', () => {
  read(entry(1, 'in_force'), entry(2, 'in_force'));
  for (const number of [1, 2]) {
    ends.hear(`${id(number)} ended`);
    ends.reopen(ends.heard());
  }
  for (const number of [1, 2]) ends.hear(`${id(number)} ended`);
  expect([standing(1), standing(2)]).toEqual(['in_force', 'in_force']);
});

test('a change was enforced when it was announced, where all of it was', async () => {
  read(entry(1, 'in_force'), entry(2, 'in_force'));
  expect(ends.foreseen([entry(1, 'ended')])).toBeNull();
  await vi.advanceTimersByTimeAsync(1_000);
  const announcedAt = performance.now();
  ends.hear(`${id(1)} ended`);
  await vi.advanceTimersByTimeAsync(5);
  expect(ends.foreseen([entry(1, 'ended')])).toEqual({ announcedAt, enforcedAt: announcedAt });
  expect(ends.foreseen([])).toBeNull();
  expect(ends.foreseen([entry(1, 'ended'), entry(2, 'ended')])).toBeNull();
  expect(ends.foreseen([entry(1, 'in_force')])).toBeNull();
});

test('what an earlier process had closed is in force again once that is read, and was announced to nobody here', () => {
  read(entry(1, 'in_force'));
  ends.hear(`${id(1)} ended`);
  const next = openAnnouncedEnds({
    table: () => table,
    onClosed: () => {},
    onReopened: (all) => reopened.push(...all),
    onConfirm: () => {},
    log: silent.log,
  });
  next.recover(table);
  expect(next.foreseen([entry(1, 'ended')])).toBeNull();
  next.reopen(next.heard());
  expect([standing(1), reopened]).toEqual(['in_force', [id(1)]]);
});

test('who announces the end of everything closes some, and has the rest read', async () => {
  const all = Array.from({ length: 3000 }, (_, number) => entry(number, 'in_force'));
  read(...all);
  for (const { entryId } of all) ends.hear(`${entryId} ended`);
  for (let number = 3000; number < 100_000; number += 1) ends.hear(`${id(number)} ended`);
  await vi.advanceTimersByTimeAsync(0);
  expect([closed.length, standing(0), standing(2999)]).toEqual([1000, 'none', 'in_force']);
  expect(ends.heard().size).toBe(1000);
  ends.reopen(ends.heard());
  expect([reopened.length, ends.heard().size, standing(0)]).toEqual([1000, 0, 'in_force']);
});
