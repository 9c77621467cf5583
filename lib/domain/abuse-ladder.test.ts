import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  nextStep,
  releaseTime,
  scoreFor,
  stepCalledFor,
  type WeighedSignal,
  weightAt,
} from './abuse-ladder.ts';
import { type SignalKind, shareOfTraffic, signalKinds } from './abuse-signals.ts';
import {
  completeLadder,
  type LadderStep,
  ladderSteps,
  defaultLadder as policy,
  rank,
  rungs,
  throttledRate,
} from './ladder-policy.ts';
import { simulateLadder } from './ladder-simulation.ts';

const now = new Date('2026-11-20T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const daysAgo = (days: number) => hoursAgo(days * 24);
const times = (count: number, kind: SignalKind, at = now, strength = 1): WeighedSignal[] =>
  Array.from({ length: count }, () => ({ kind, strength, at }));
const fresh = { step: 'none' as LadderStep, since: daysAgo(30), critical: false };

describe('what the signals call for', () => {
  test.each<[string, WeighedSignal[], LadderStep]>([
    ['nothing', [], 'none'],
    ['one complaint', times(1, 'complaint'), 'warned'],
    ['two complaints', times(2, 'complaint'), 'warned'],
    ['three complaints', times(3, 'complaint'), 'throttled'],
    ['seven complaints', times(7, 'complaint'), 'throttled'],
    ['eight complaints', times(8, 'complaint'), 'removed'],
    ['one complaint of a week ago', times(1, 'complaint', daysAgo(7)), 'none'],
    ['two of them', times(2, 'complaint', daysAgo(7)), 'warned'],
    ['one message that is spam', times(1, 'spam'), 'warned'],
    ['eight messages that are spam', times(8, 'spam'), 'removed'],
    [
      'eight complaints of a hundred thousand messages',
      times(8, 'complaint', now, shareOfTraffic(100_000)),
      'none',
    ],
    ['eight hundred of them', times(800, 'complaint', now, shareOfTraffic(100_000)), 'removed'],
    ['a thousand complaints known by the address alone', times(1000, 'complaint_by_address'), 'throttled'],
    ['a list that names it', times(1, 'listed'), 'throttled'],
    ['every list there is', times(50, 'listed'), 'suspended'],
    ['a volume never seen before', times(1, 'volume'), 'warned'],
    ['such a volume for a day', times(24, 'volume'), 'throttled'],
    ['recipients that do not exist, all week', times(14, 'unknown_recipients'), 'suspended'],
    ['malware', times(1, 'malware'), 'removed'],
    ['malware of last month', times(1, 'malware', daysAgo(30)), 'removed'],
    ['malware that is forgotten', times(1, 'malware', daysAgo(91)), 'none'],
    ['a minor report of staff', times(1, 'report_minor'), 'warned'],
    ['a serious one', times(1, 'report_serious'), 'throttled'],
    ['the gravest', times(1, 'report_gravest'), 'removed'],
    [
      'some of what is certain and much that is likely',
      [...times(3, 'complaint'), ...times(3, 'listed')],
      'suspended',
    ],
  ])('%s: %#', (_what, signals, step) => {
    expect(stepCalledFor(policy, signals, now)).toBe(step);
  });
});

describe('where an entry goes', () => {
  const at = (step: LadderStep, since: Date, critical = false) => ({ step, since, critical });
  test.each<[string, Parameters<typeof nextStep>[1], WeighedSignal[], LadderStep]>([
    ['up over several steps at once', fresh, times(8, 'spam'), 'removed'],
    ['down from a throttle only after its time', at('throttled', hoursAgo(23)), [], 'throttled'],
    ['then it ends', at('throttled', hoursAgo(24)), [], 'none'],
    [
      'kept while the weight is above half of its threshold',
      at('throttled', daysAgo(5)),
      times(2, 'complaint'),
      'throttled',
    ],
    ['a throttle becomes a warning', at('throttled', daysAgo(5)), times(1, 'complaint'), 'warned'],
    ['a warning ends', at('warned', daysAgo(5)), times(1, 'complaint', daysAgo(10)), 'none'],
    ['a suspension is not lifted by time', at('suspended', daysAgo(80)), [], 'suspended'],
    ['nor is a removal', at('removed', daysAgo(80)), [], 'removed'],
    ['a suspended entry is still removed', at('suspended', daysAgo(1)), times(8, 'complaint'), 'removed'],
    ['a critical entry is throttled', at('none', daysAgo(5), true), times(20, 'spam'), 'throttled'],
    ['a critical entry, whatever is seen', at('none', daysAgo(5), true), times(1, 'malware'), 'throttled'],
  ])('%s', (_what, position, signals, step) => {
    expect(nextStep(policy, position, signals, now).step).toBe(step);
  });

  test('a person is called about a critical entry, and only about one that is spared something', () => {
    const critical = { ...fresh, critical: true };
    expect(nextStep(policy, critical, times(8, 'spam'), now)).toEqual({
      step: 'throttled',
      calledFor: 'removed',
      callPerson: true,
    });
    expect(nextStep(policy, critical, times(3, 'spam'), now).callPerson).toBe(false);
    expect(nextStep(policy, fresh, times(8, 'spam'), now).callPerson).toBe(false);
  });

  test('owners are told when a throttle ends, and it ends then', () => {
    const signals = times(3, 'complaint');
    const position = { step: 'throttled' as const, since: now, critical: false };
    const until = releaseTime(policy, position, signals, now);
    // 30 weigh 15 after one half-life of seven days.
    expect(until?.getTime()).toBeGreaterThanOrEqual(now.getTime() + 7 * 86_400_000);
    expect(until?.getTime()).toBeLessThanOrEqual(now.getTime() + (7 * 24 + 1) * 3_600_000);
    expect(nextStep(policy, position, signals, until ?? now).step).toBe('warned');
    expect(releaseTime(policy, { ...position, step: 'suspended' }, signals, now)).toBeNull();
  });
});

describe('whatever was seen', () => {
  const signal = fc.record({
    kind: fc.constantFrom(...signalKinds),
    strength: fc.double({ min: 0.001, max: 3, noNaN: true }),
    at: fc.integer({ min: 0, max: 120 * 24 }).map(hoursAgo),
  });
  const signals = fc.array(signal, { maxLength: 30 });
  const position = fc.record({
    step: fc.constantFrom(...ladderSteps),
    since: fc.integer({ min: 0, max: 400 }).map(hoursAgo),
    critical: fc.boolean(),
  });

  test('one more signal never takes a step back', () => {
    fc.assert(
      fc.property(signals, signal, position, (some, more, where) => {
        const before = nextStep(policy, where, some, now);
        const after = nextStep(policy, where, [...some, more], now);
        expect(rank(after.calledFor)).toBeGreaterThanOrEqual(rank(before.calledFor));
        expect(rank(after.step)).toBeGreaterThanOrEqual(rank(before.step));
      }),
    );
  });

  test('time alone never takes a step up', () => {
    fc.assert(
      fc.property(signals, position, fc.integer({ min: 0, max: 2000 }), (some, where, hours) => {
        const later = new Date(now.getTime() + hours * 3_600_000);
        expect(rank(stepCalledFor(policy, some, later))).toBeLessThanOrEqual(
          rank(stepCalledFor(policy, some, now)),
        );
        const settled = { ...where, step: nextStep(policy, where, some, now).step };
        expect(rank(nextStep(policy, settled, some, later).step)).toBeLessThanOrEqual(rank(settled.step));
      }),
    );
  });

  test('weights fade and are never negative', () => {
    fc.assert(
      fc.property(signal, fc.integer({ min: 1, max: 2000 }), (one, hours) => {
        const later = weightAt(policy, one, new Date(now.getTime() + hours * 3_600_000));
        expect(later).toBeGreaterThanOrEqual(0);
        expect(later).toBeLessThanOrEqual(weightAt(policy, one, now));
      }),
    );
  });

  test('the order of signals makes no difference', () => {
    const shuffled = signals.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(shuffled, ([some, other]) => {
        for (const rung of rungs) {
          expect(scoreFor(policy, rung, other, now)).toBe(scoreFor(policy, rung, some, now));
        }
      }),
    );
  });

  test('what is only likely removes nothing, however much of it there is', () => {
    const likely = signalKinds.filter((kind) => policy.kinds[kind].ceiling !== 'removed');
    const unlikely = fc.array(
      signal.filter((one) => likely.includes(one.kind)),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(unlikely, (some) => {
        expect(stepCalledFor(policy, some, now)).not.toBe('removed');
      }),
    );
  });

  test('a critical entry is never taken out of force by itself', () => {
    fc.assert(
      fc.property(signals, (some) => {
        const { step } = nextStep(policy, { ...fresh, critical: true }, some, now);
        expect(rank(step)).toBeLessThanOrEqual(rank('throttled'));
      }),
    );
  });
});

test('a policy says only what it has otherwise', () => {
  const other = completeLadder({
    mode: 'observe',
    kinds: { spam: { weight: 1 } },
    thresholds: { warned: 5 },
  });
  expect(other.kinds.spam).toEqual({ ...policy.kinds.spam, weight: 1 });
  expect(other.thresholds).toEqual({ ...policy.thresholds, warned: 5 });
  expect(other).toMatchObject({ mode: 'observe', forgetDays: 90 });
  expect(completeLadder(undefined)).toBe(policy);
});

test('a throttled entry keeps a tenth of its rate, never less than a few an hour, never more than it had', () => {
  expect([1000, 250, 50, 4].map((rate) => throttledRate(policy, rate))).toEqual([100, 25, 10, 4]);
});

describe('with this policy, last month would have done this', () => {
  const spread = (count: number, kind: SignalKind, everyHours: number) =>
    Array.from({ length: count }, (_, index) => ({
      kind,
      strength: 1,
      at: hoursAgo((count - index) * everyHours),
    }));

  test('each step up, in the order of time, and nothing after a removal', () => {
    const moves = simulateLadder(
      policy,
      [
        { id: 'run', critical: false, signals: spread(20, 'spam', 1) },
        { id: 'calm', critical: false, signals: spread(2, 'complaint', 24 * 20) },
        { id: 'hospital', critical: true, signals: spread(20, 'spam', 1) },
      ],
      daysAgo(30),
    );
    const of = (id: string) =>
      moves.filter((move) => move.entryId === id).map((move) => [move.step, move.callPerson]);
    expect(of('run')).toEqual([
      ['warned', false],
      ['throttled', false],
      ['removed', false],
    ]);
    expect(of('calm')).toEqual([['warned', false]]);
    expect(of('hospital')).toEqual([
      ['warned', false],
      ['throttled', false],
      ['throttled', true],
    ]);
  });

  test('a warning that has faded is given again', () => {
    const moves = simulateLadder(
      policy,
      [{ id: 'a', critical: false, signals: spread(2, 'complaint', 24 * 14) }],
      daysAgo(60),
    );
    expect(moves.map((move) => move.step)).toEqual(['warned', 'warned']);
  });
});

test('what is judged minutes after it was seen weighs in full: the first warns, the third throttles, the eighth removes', () => {
  const at = new Date('2026-11-20T12:00:00Z');
  const judged = new Date(at.getTime() + 20 * 60_000);
  const steps = [1, 2, 3, 7, 8].map((count) =>
    stepCalledFor(
      policy,
      Array.from({ length: count }, () => ({ kind: 'spam' as const, strength: 1, at })),
      judged,
    ),
  );
  expect(steps).toEqual(['warned', 'warned', 'throttled', 'throttled', 'removed']);
});
