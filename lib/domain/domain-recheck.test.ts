import { expect, test } from 'vitest';
import { addDays } from './days.ts';
import { recheckStep } from './domain-recheck.ts';
import { defaultDriftPolicy } from './drift-policy.ts';

const now = new Date('2026-11-20T12:00:00Z');
const ago = (days: number) => addDays(now, -days);
const later = (days: number) => addDays(now, days);
const step = (
  missingSince: Date | null,
  endsAt: Date | null,
  outcome: Parameters<typeof recheckStep>[1],
  failures = 0,
) => recheckStep({ missingSince, endsAt }, outcome, failures, defaultDriftPolicy, now);

test.each(['no_record', 'other_value'] as const)(
  '%s: noted, seen again a day later, told, ended',
  (outcome) => {
    expect(step(null, null, outcome)).toEqual({
      kind: 'waits',
      missing: { missingSince: now, endsAt: null },
      lookAt: later(1),
    });
    expect(step(ago(0.4), null, outcome)).toMatchObject({
      kind: 'waits',
      missing: { missingSince: ago(0.4) },
    });
    expect(step(ago(1), null, outcome)).toMatchObject({ kind: 'tells', missing: { endsAt: later(30) } });
    expect(step(ago(20), later(11), outcome)).toMatchObject({ kind: 'waits', lookAt: later(1) });
    expect(step(ago(30), later(0.5), outcome)).toMatchObject({ kind: 'waits', lookAt: later(0.5) });
    expect(step(ago(31), now, outcome)).toEqual({ kind: 'ends' });
  },
);

test('no answer ends nothing, whenever it comes, and is told once', () => {
  expect(step(null, null, 'temporary_error', 1)).toEqual({ kind: 'unknown', tells: false });
  expect(step(ago(300), ago(200), 'temporary_error', 9)).toEqual({ kind: 'unknown', tells: false });
  expect(step(ago(300), ago(200), 'temporary_error', 10)).toEqual({ kind: 'unknown', tells: true });
  expect(step(null, null, 'temporary_error', 11)).toEqual({ kind: 'unknown', tells: false });
});

test('there again, it holds', () => {
  expect(step(null, null, 'verified')).toEqual({ kind: 'holds', again: false });
  expect(step(ago(1), null, 'verified')).toEqual({ kind: 'holds', again: false });
  expect(step(ago(300), ago(200), 'verified')).toEqual({ kind: 'holds', again: true });
});
