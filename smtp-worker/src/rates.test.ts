import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRateMemory, openRates, type Rates, releaseRateLocks } from './rates.ts';

const minute = 60_000;
const id = (number: number) => `0198c1d2-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const [a, b] = [id(1), id(2)];
const newRates = (elapsedMs: () => number) => openRates(newRateMemory(), elapsedMs);

test('so many within the hour, and one more when the first has left it', () => {
  let now = 10 * minute;
  const rates = newRates(() => now);
  expect([1, 2, 3].map(() => rates.take(a, 2))).toEqual([true, true, false]);
  expect(rates.take(b, 2)).toBe(true);
  now += 59 * minute;
  expect(rates.take(a, 2)).toBe(false);
  now += minute;
  expect(rates.take(a, 2)).toBe(true);
});

test('what was given back may be taken again, also some minutes later', () => {
  let now = 0;
  const rates = newRates(() => now);
  rates.take(a, 1);
  now += 5 * minute;
  rates.giveBack(a);
  expect(rates.take(a, 1)).toBe(true);
  expect(rates.take(a, 1)).toBe(false);
});

test('what is given back is one message, however many minutes have some', () => {
  let now = 0;
  const rates = newRates(() => now);
  for (; now < 30 * minute; now += 10 * minute) rates.take(a, 9);
  rates.giveBack(a);
  expect(rates.total(a)).toBe(2);
});

test('after an hour of silence nothing is left, also of the hour before', () => {
  let now = 0;
  const rates = newRates(() => now);
  rates.take(a, 9);
  now = 59 * minute;
  rates.take(a, 9);
  now = 119 * minute;
  expect(rates.total(a)).toBe(0);
});

test('a clock that is set back opens nothing, neither when it is set right again', () => {
  let now = 100 * minute;
  const rates = newRates(() => now);
  rates.take(a, 1);
  now -= 50 * minute;
  expect(rates.take(a, 1)).toBe(false);
  now += 50 * minute;
  expect(rates.take(a, 1)).toBe(false);
});

test('an entry that is idle for an hour makes room for another, a busy one never', () => {
  let now = 0;
  const rates = newRates(() => now);
  // Ids that differ in their first half alone fall into one bucket.
  const neighbour = (number: number) => `${number.toString(16).padStart(8, '0')}-0000-7000-8000-000000000001`;
  const many = Array.from({ length: 16 }, (_, number) => neighbour(number));
  expect(many.map((entry) => rates.take(entry, 1))).toEqual(many.map(() => true));
  now += 30 * minute;
  expect(rates.take(neighbour(16), 1)).toBe(false);
  for (const entry of many.slice(1)) expect(rates.take(entry, 2)).toBe(true);
  now += 30 * minute;
  expect(rates.take(neighbour(16), 1)).toBe(true);
  expect(rates.take(neighbour(17), 1)).toBe(false);
  expect(many.map(rates.total)).toEqual([0, ...many.slice(1).map(() => 1)]);
});

test('what other nodes count keeps the room of an entry, and is not taken over with the room', () => {
  let now = 0;
  const rates = openRates(newRateMemory({ buckets: 1, entries: 1 }), () => now);
  for (let times = 0; times < 8; times += 1) rates.take(a, 10);
  rates.hear(2, [{ entryId: a, sent: 2 }]);
  now += 60 * minute;
  expect(rates.take(b, 10)).toBe(false);
  rates.hear(2, []);
  for (let times = 0; times < 5; times += 1) rates.take(a, 10);
  rates.hear(2, []);
  now += 60 * minute;
  // Half of its rate, as for any entry of which nothing was heard.
  expect(Array.from({ length: 10 }, () => rates.take(b, 10)).filter(Boolean)).toHaveLength(5);
});

test('never more than the limit in any 59 minutes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 20 * minute }), { maxLength: 80 }),
      (limit, gaps) => {
        let now = 0;
        const rates = newRates(() => now);
        const taken: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (rates.take(a, limit)) taken.push(now);
          expect(taken.filter((at) => at > now - 59 * minute).length).toBeLessThanOrEqual(limit);
        }
      },
    ),
  );
});

test('threads that count at the same time count together, also while another tells what there is', async () => {
  const memory = newRateMemory({ buckets: 1, entries: 2 });
  const gate = new SharedArrayBuffer(4);
  const task = { memory, gate, takers: 2, entries: [a, b], most: 100_000, tries: 150_000 };
  const rates = openRates(memory, () => 0, 1);
  let over = false;
  const takers = [2, 3].map((thread) => {
    const worker = new Worker(new URL('testing/rate-taker.ts', import.meta.url), {
      workerData: { ...task, thread },
    });
    return once(worker, 'message').then(([taken]) => taken as number);
  });
  const all = Promise.all(takers).finally(() => {
    over = true;
  });
  while (!over) {
    for (let times = 0; times < 1_000; times += 1) rates.busy();
    await new Promise(setImmediate);
  }
  expect((await all).reduce((sum, one) => sum + one, 0)).toBe(200_000);
  expect([rates.total(a), rates.total(b)]).toEqual([100_000, 100_000]);
});

test('a lock of a thread that died is opened', () => {
  const memory = newRateMemory();
  const words = new Int32Array(memory.buckets);
  let lock = -1;
  const dying = openRates(
    memory,
    () => {
      lock = words.indexOf(7);
      return 0;
    },
    7,
  );
  dying.take(a, 2);
  // As a thread that is ended in mid-count leaves it: whoever comes next would wait for ever.
  words[lock] = 7;
  releaseRateLocks(memory, 7);
  const rates = openRates(memory, () => 0, 1);
  expect([rates.take(a, 2), rates.take(a, 2)]).toEqual([true, false]);
});

describe('several nodes', () => {
  /** Nodes that tell one another by way of one table, each in its own moment. */
  function nodesOf(count: number, elapsedMs: () => number) {
    const table = new Map<string, Map<number, number>>();
    const nodes = Array.from({ length: count }, () =>
      openRates(newRateMemory({ buckets: 4, entries: 16 }), elapsedMs),
    );
    const exchange = (number: number) => {
      const node = nodes[number] as Rates;
      for (const told of table.values()) told.delete(number);
      for (const { entryId, sent } of node.busy()) {
        if (!table.has(entryId)) table.set(entryId, new Map());
        table.get(entryId)?.set(number, sent);
      }
      const others = [...table].map(([entryId, told]) => ({
        entryId,
        sent: [...told].reduce((sum, [from, sent]) => (from === number ? sum : sum + sent), 0),
      }));
      node.hear(
        count,
        others.filter(({ sent }) => sent > 0),
      );
    };
    return { nodes, exchange };
  }

  test('through one of them an entry gets a share at once and its whole rate soon, and no more', () => {
    const { nodes, exchange } = nodesOf(4, () => 0);
    for (const number of [0, 1, 2, 3]) exchange(number);
    const takeAll = () => {
      let taken = 0;
      while (nodes[0]?.take(a, 100)) taken += 1;
      return taken;
    };
    expect(takeAll()).toBe(25);
    let sum = 25;
    for (let round = 0; round < 20; round += 1) {
      exchange(0);
      sum += takeAll();
    }
    expect(sum).toBe(100);
    // The others know.
    for (const number of [1, 2, 3]) exchange(number);
    expect(nodes[1]?.take(a, 100)).toBe(false);
  });

  test('through all of them, whenever they tell: never more than half as much again, and one each', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 120 }),
        fc.array(fc.record({ node: fc.nat(5), tries: fc.nat(60) }), { minLength: 1, maxLength: 60 }),
        (count, limit, steps) => {
          const { nodes, exchange } = nodesOf(count, () => 0);
          for (let number = 0; number < count; number += 1) exchange(number);
          let taken = 0;
          for (const [place, { node, tries }] of steps.entries()) {
            for (let number = 0; number < tries; number += 1) {
              if (nodes[node % count]?.take(a, limit)) taken += 1;
            }
            // Each in its turn, as timers of the same period do.
            exchange(place % count);
          }
          expect(taken).toBeLessThanOrEqual(limit * 1.5 + count);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ['its rate was lowered', 1, 0, 60, 6, 6],
    ['its rate was lowered, on one of two', 2, 0, 60, 6, 6],
    ['it had sent too much through two at once', 2, 60, 100, 100, 50],
  ])('who goes on as before, where %s, sends only what leaves room', (_, nodes, sent, first, then, most) => {
    let now = 0;
    const rates = newRates(() => now);
    rates.take(a, first);
    /** One a minute at most, tried again and again before nodes tell one another, as they do every few seconds. */
    const hour = (limit: number, others: readonly { entryId: string; sent: number }[]) => {
      let taken = 0;
      for (let minutes = 0; minutes < 60; minutes += 1) {
        now += minute;
        if (rates.take(a, limit)) taken += 1;
        rates.hear(nodes, others);
      }
      return taken;
    };
    expect(hour(first, [])).toBe(60);
    expect(hour(then, [{ entryId: a, sent }])).toBeLessThanOrEqual(most);
    expect(rates.total(a)).toBeGreaterThan(0);
  });

  test('a node that has heard nothing of an entry lets one of it through, however small its rate', () => {
    const rates = newRates(() => 0);
    rates.hear(3, []);
    expect([rates.take(a, 1), rates.take(a, 1)]).toEqual([true, false]);
  });

  test('others are told from a quarter of a share on, also before the first of them was heard', () => {
    const rates = newRates(() => 0);
    const told = () => rates.busy().map(({ entryId, sent }) => `${entryId} ${sent}`);
    rates.take(b, 4);
    expect(told()).toEqual([`${b} 1`]);
    rates.giveBack(b);
    rates.hear(2, [{ entryId: id(3), sent: 7 }]);
    for (let times = 0; times < 9; times += 1) rates.take(a, 80);
    expect(told()).toEqual([]);
    rates.take(a, 80);
    expect(told()).toEqual([`${a} 10`]);
  });

  test('what others say of an entry that there is no room for changes nothing of another', () => {
    const rates = openRates(newRateMemory({ buckets: 1, entries: 1 }), () => 0);
    // An id whose third word reads as the number of a ring.
    const first = '0198c1d2-0000-7000-0000-000100000009';
    rates.take(first, 10);
    rates.hear(2, [{ entryId: b, sent: 10 }]);
    expect(rates.take(first, 10)).toBe(true);
  });

  test('what others have sent is forgotten when they say so', () => {
    const rates = newRates(() => 0);
    rates.hear(2, [{ entryId: a, sent: 10 }]);
    expect(rates.take(a, 10)).toBe(false);
    rates.hear(2, []);
    expect(rates.take(a, 10)).toBe(true);
  });
});
