import { expect, test } from 'vitest';
import { newCountMemory, openClientCounts } from './client-counts.ts';

test('connections count under each of their names, over all who share the memory, until they are gone', () => {
  const memory = newCountMemory([1, 2]);
  const [one, other] = [openClientCounts(memory), openClientCounts(memory)];
  one.add(['203.0.113.5', 'strangers']);
  other.add(['203.0.113.6', 'strangers']);
  const counted = () => [...['203.0.113.5', '203.0.113.6', 'strangers'].map(one.of), other.inAll()];
  expect(counted()).toEqual([1, 1, 2, 2]);
  other.remove(['203.0.113.5', 'strangers']);
  expect(counted()).toEqual([0, 1, 1, 1]);
});

test('nobody counts with a stranger: among a million names none shares both of its counters', () => {
  const counts = openClientCounts(newCountMemory([0x1234_5678, 0x9abc_def0]));
  for (let times = 0; times < 100; times += 1) counts.add(['203.0.113.5']);
  let shared = 0;
  for (let number = 0; number < 1_000_000; number += 1)
    if (counts.of(`10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`) > 0) shared += 1;
  expect(shared).toBe(0);
});
