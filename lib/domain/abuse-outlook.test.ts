import { expect, test } from 'vitest';
import { outlook } from './abuse-outlook.ts';
import type { SignalKind } from './abuse-signals.ts';
import { defaultLadder, type LadderStep } from './ladder-policy.ts';

const now = new Date('2026-11-20T12:00:00Z');
const fresh = (...kinds: SignalKind[]) => kinds.map((kind) => ({ kind, strength: 1, at: now }));

test.each<[string, LadderStep, SignalKind[], ReturnType<typeof outlook>]>([
  ['nothing seen', 'none', [], { rung: 'warned', score: 0, threshold: 10 }],
  ['half a warning', 'none', ['complaint_by_address'], { rung: 'warned', score: 5, threshold: 10 }],
  [
    'warned, two complaints: slowing down is nearest',
    'warned',
    ['complaint', 'complaint'],
    { rung: 'throttled', score: 20, threshold: 30 },
  ],
  [
    'slowed down, certain ones: removal is nearer than suspension',
    'throttled',
    ['grave_complaint', 'grave_complaint'],
    { rung: 'removed', score: 60, threshold: 80 },
  ],
  [
    'slowed down, likely ones: they never remove',
    'throttled',
    ['listed', 'listed'],
    { rung: 'suspended', score: 60, threshold: 100 },
  ],
  ['removed', 'removed', ['malware'], null],
])('%s', (_what, step, kinds, expected) => {
  expect(outlook(defaultLadder, step, fresh(...kinds), now)).toEqual(expected);
});

test('what is called for and was not done is the next step, however near another is', () => {
  expect(outlook(defaultLadder, 'none', fresh('malware'), now, 'removed')).toEqual({
    ...{ rung: 'removed', score: 80, threshold: 80 },
  });
});
