import { expect, test } from 'vitest';
import { newMessageCopy } from './message-copy.ts';

const octets = (text: string) => Buffer.from(text);

test('the beginning of a message, its dots unstuffed, and of a whole one not the dot line', () => {
  const budget = { used: 0, most: 1000 };
  const whole = newMessageCopy(100, budget);
  whole.add(octets('a\r\n..b\r\n'));
  whole.add(octets('.\r\n'));
  expect(whole.read().toString()).toBe('a\r\n.b\r\n');
  // Where it was cut off nobody knows what the last octets are.
  const cut = newMessageCopy(7, budget);
  cut.add(octets('abcd.\r\nmore'));
  cut.add(octets('and more'));
  expect(cut.read().toString()).toBe('abcd.\r\n');
  expect(budget.used).toBe(18);
  whole.release();
  cut.release();
  expect([budget.used, whole.read().length, cut.read().length]).toEqual([0, 0, 0]);
});

test('one that there is no room for is nowhere, and takes nobody else’s room when it goes', () => {
  const budget = { used: 0, most: 10 };
  const [one, other] = [newMessageCopy(100, budget), newMessageCopy(100, budget)];
  one.add(octets('123456'));
  other.add(octets('1234'));
  expect([other.dropped(), budget.used]).toEqual([false, 10]);
  other.add(octets('5'));
  expect([other.dropped(), budget.used]).toEqual([true, 6]);
  one.release();
  other.add(octets('6789'));
  expect(other.read()).toHaveLength(0);
  other.release();
  expect([other.read().length, budget.used]).toEqual([0, 0]);
});
