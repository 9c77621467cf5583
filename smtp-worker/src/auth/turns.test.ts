import { expect, test } from 'vitest';
import { newTurns } from './turns.ts';

test('whoever is at work or waits counts, the known go first, and beyond the room nobody is let in', async () => {
  const turns = newTurns({ mostAtOnce: 1, mostWaiting: 2 });
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const work = (known: boolean, who: string) =>
    turns.take(known, () => {
      order.push(who);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const taken = [
    work(false, 'first'),
    work(false, 'stranger'),
    work(false, 'another stranger'),
    work(true, 'known'),
  ];
  expect([turns.size(), turns.areFull(false), turns.areFull(true)]).toEqual([4, true, false]);
  expect(work(false, 'one too many')).toBeNull();
  for (const each of [0, 3, 1, 2]) {
    ends[ends.length - 1]?.();
    await taken[each];
  }
  expect(order).toEqual(['first', 'known', 'stranger', 'another stranger']);
  expect(turns.size()).toBe(0);
});
