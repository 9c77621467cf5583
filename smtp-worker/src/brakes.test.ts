import { describe, expect, test } from 'vitest';
import { completeLadder, type LadderPolicy } from '../../lib/domain/ladder-policy.ts';
import { type BrakedEntry, type BrakeNews, openBrakeList, openBrakes } from './brakes.ts';
import { silentLog } from './testing/silent-log.ts';

const minuteMs = 60_000;

function opened(policy: LadderPolicy | null = completeLadder({}), inForce = 100) {
  const entries = new Map<string, BrakedEntry>();
  const counted: string[] = [];
  const told: BrakeNews[] = [];
  const taken = new Map<string, number>();
  const clock = { elapsedMs: Date.UTC(2026, 2, 1) };
  const brakes = openBrakes({
    policy: () => policy,
    entry: (entryId) => entries.get(entryId) ?? null,
    inForce: () => inForce,
    takenInHour: (entryId) => taken.get(entryId) ?? 0,
    changed: (news) => told.push(news),
    counted: (what) => counted.push(what),
    elapsedMs: () => clock.elapsedMs,
    log: silentLog().log,
  });
  const run = (entryId: string, times: number, critical = false, messagesPerHour = 100) => {
    if (!entries.has(entryId)) entries.set(entryId, { critical, messagesPerHour });
    for (let time = 0; time < times; time += 1) {
      taken.set(entryId, (taken.get(entryId) ?? 0) + 1);
      brakes.spamSeen(entryId, 'spam');
    }
    return brakes.on(entryId)?.step ?? null;
  };
  return { brakes, entries, counted, told, taken, clock, run };
}

test('a run is slowed down, then held, and the neighbour is not touched', () => {
  const { brakes, run, counted } = opened();
  expect(run('one', 2)).toBeNull();
  expect(run('one', 1)).toBe('throttled');
  expect(brakes.on('one')?.rate).toBe(10);
  expect(run('one', 5)).toBe('held');
  expect(brakes.on('two')).toBeNull();
  expect(counted).toEqual(['throttled', 'held']);
});

test('threads hear of every change, and let go by themselves when the time is over', () => {
  const { brakes, run, told, clock, entries } = opened();
  const list = openBrakeList(() => clock.elapsedMs);
  expect(list.on('one')).toBeNull();
  run('one', 8);
  for (const news of told.splice(0)) list.hear(news);
  expect(list.on('one')).toEqual(brakes.on('one'));
  clock.elapsedMs += 15 * minuteMs;
  expect(list.on('one')).toBeNull();
  clock.elapsedMs -= minuteMs;
  entries.delete('one');
  brakes.reconcile();
  for (const news of told.splice(0)) list.hear(news);
  expect(list.on('one')).toBeNull();
});

test('what the database does takes the place of a brake, and whoever is restored begins anew', () => {
  const { brakes, run, entries, counted } = opened();
  run('one', 3);
  brakes.reconcile();
  expect(brakes.on('one')?.step).toBe('throttled');
  entries.set('one', { critical: false, messagesPerHour: 10 });
  brakes.reconcile();
  expect(brakes.on('one')).toBeNull();
  // The run goes on: what was seen before still counts.
  expect(run('one', 5)).toBe('held');
  entries.delete('one');
  brakes.reconcile();
  expect(brakes.all()).toEqual([]);
  expect(run('one', 2)).toBeNull();
  expect(counted).toEqual(['throttled', 'confirmed', 'held', 'confirmed']);
});

test('without a word of the database it is lifted after a quarter of an hour; the next sign brings it back', () => {
  const { brakes, run, clock, counted } = opened();
  run('one', 8);
  clock.elapsedMs += 15 * minuteMs - 1;
  expect(brakes.on('one')?.step).toBe('held');
  clock.elapsedMs += 1;
  expect(brakes.on('one')).toBeNull();
  brakes.sweep();
  expect(run('one', 1)).toBe('held');
  expect(counted).toEqual(['throttled', 'held', 'lifted', 'held']);
  // After more than an hour of quiet one message is a slip again.
  clock.elapsedMs += 120 * minuteMs;
  brakes.sweep();
  expect(run('one', 1)).toBeNull();
});

test('malware is held at once, of a critical entry it is slowed down', () => {
  const { brakes, entries } = opened();
  entries.set('one', { critical: false, messagesPerHour: 100 });
  entries.set('two', { critical: true, messagesPerHour: 100 });
  expect(brakes.spamSeen('one', 'malware')?.step).toBe('held');
  expect(brakes.spamSeen('two', 'malware')?.step).toBe('throttled');
});

test('recipients that do not exist, many of them, slow an entry down', () => {
  const { brakes, entries } = opened();
  entries.set('one', { critical: false, messagesPerHour: 100 });
  const minute = '2026-03-01T00:00:00.000Z';
  brakes.observe([{ entry_id: 'one', minute, accepted: 3, recipients: 3, unknown_recipients: 15 }]);
  expect(brakes.on('one')).toBeNull();
  brakes.observe([{ entry_id: 'one', minute, accepted: 1, recipients: 1, unknown_recipients: 15 }]);
  expect(brakes.on('one')?.step).toBe('throttled');
});

describe('nothing is done', () => {
  test.each<[string, LadderPolicy | null]>([
    ['before the policy is known', null],
    ['where it only observes', completeLadder({ mode: 'observe' })],
  ])('%s', (_what, policy) => {
    expect(opened(policy).run('one', 20)).toBeNull();
  });
  test('to an entry that is not in force', () => {
    expect(opened().brakes.spamSeen('gone', 'malware')).toBeNull();
  });
  test('of a sender of much, for what is usual', () => {
    const { brakes, entries, taken } = opened();
    entries.set('one', { critical: false, messagesPerHour: 100_000 });
    for (let count = 0; count < 4000; count += 1) {
      taken.set('one', count + 1);
      if (count % 10 === 0) brakes.spamSeen('one', 'spam');
    }
    // The first of them come while hardly anything has been sent: few, and none of them a run.
    expect(brakes.on('one')).toBeNull();
  });
});

test('a filter that calls everything spam closes no more than the fuse lets through, in each quarter of an hour', () => {
  const { brakes, run, clock, counted } = opened(completeLadder({}), 5000);
  for (let entry = 0; entry < 500; entry += 1) run(`entry-${entry}`, 8);
  expect(brakes.all()).toHaveLength(100);
  expect(counted.filter((what) => what === 'withheld').length).toBeGreaterThan(400);
  clock.elapsedMs += 16 * minuteMs;
  for (let entry = 500; entry < 600; entry += 1) run(`entry-${entry}`, 8);
  expect(brakes.on('entry-0')).toBeNull();
  expect(brakes.on('entry-599')?.step).toBe('held');
});
