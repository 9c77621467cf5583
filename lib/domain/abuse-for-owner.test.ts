import { expect, test } from 'vitest';
import { type AbuseForOwner, abuseForOwner } from './abuse-for-owner.ts';
import { defaultLadder, type LadderStep } from './ladder-policy.ts';

const now = new Date('2026-11-20T12:00:00Z');
const sample = (subject: string) => ({
  ...{ at: now.toISOString(), sender: 'scan@acme.example', recipient: 'a…@b.example', subject },
});
const signals = [1, 2, 3, 4].map((number) => ({
  ...{ kind: 'complaint' as const, strength: 1, at: new Date(now.getTime() - 5 * 3_600_000 + number) },
  ...{ evidence: {}, sample: sample(`Number ${number}`) },
}));
const live = { status: 'active', suspensionCauses: [], endCause: null, throttledTo: null, critical: false };

const shown = (entry: object, step: LadderStep, seen = signals): AbuseForOwner | null =>
  abuseForOwner(
    { ...live, ...entry } as Parameters<typeof abuseForOwner>[0],
    { step, since: now, countsFrom: null },
    seen,
    defaultLadder,
    now,
  );

test.each<[string, object, LadderStep, typeof signals, AbuseForOwner['state'] | null]>([
  ['seen, but nothing done about it', {}, 'none', signals, null],
  ['warned', {}, 'warned', signals, 'warned'],
  ['slowed down', { throttledTo: 10 }, 'throttled', signals, 'throttled'],
  ['let in again', { throttledTo: 10 }, 'throttled', [], 'restart'],
  [
    'suspended for abuse',
    { status: 'suspended', suspensionCauses: ['abuse'] },
    'suspended',
    signals,
    'suspended',
  ],
  ['paused by its owner', { status: 'suspended', suspensionCauses: ['owner'] }, 'none', signals, null],
  ['removed for abuse', { status: 'removed', endCause: 'abuse' }, 'removed', signals, 'removed'],
  ['removed by its owner', { status: 'removed', endCause: 'owner' }, 'warned', signals, null],
  ['a request', { status: 'pending' }, 'none', [], null],
])('%s', (_what, entry, step, seen, state) => {
  expect(shown(entry, step, seen)?.state ?? null).toBe(state);
});

test('three messages to find the device by, what was counted, and when the limit ends', () => {
  const view = shown({ throttledTo: 10 }, 'throttled');
  expect(view?.samples.map((one) => one.subject)).toEqual(['Number 4', 'Number 3', 'Number 2']);
  expect(view?.signals).toEqual([{ what: 'complaint', count: 4 }]);
  expect(view?.since).toEqual(signals[0]?.at);
  expect(view?.rate).toBe(10);
  expect(view?.until?.getTime()).toBeGreaterThan(now.getTime());
  expect(shown({}, 'warned')?.until).toBeNull();
});
