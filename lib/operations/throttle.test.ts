import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { throttles } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import {
  clearThrottle,
  clientPrefix,
  forgiveAttempt,
  type ThrottleName,
  takeAttempt,
  throttle,
  throttleRules,
} from './throttle.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const start = new Date('2026-05-01T10:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);

async function attempts(name: ThrottleName, key: string, times: number, now = start) {
  const taken = [];
  for (let time = 0; time < times; time++)
    taken.push(await takeAttempt(db.database, throttle(name, key), now));
  return taken;
}

// That of the API differs in its size alone, and would be most of the time that this file takes.
const { api_token: _, ...rules } = throttleRules;

describe.each(Object.entries(rules))('%s', (name, rule) => {
  const of = name as ThrottleName;

  test('takes as many as the rule says, then none until the block is over', async () => {
    const taken = await attempts(of, 'count', rule.attempts + 2);
    const allowed = taken.filter((attempt) => attempt.ok);
    expect(allowed).toHaveLength(rule.attempts);
    expect(allowed.map((attempt) => attempt.ok && attempt.last)).toEqual([
      ...Array(rule.attempts - 1).fill(false),
      true,
    ]);
    expect(taken.slice(rule.attempts)).toEqual([
      { ok: false, code: 'throttled', until: later(rule.blockMs) },
      { ok: false, code: 'throttled', until: later(rule.blockMs) },
    ]);
    // Knocking on does not prolong it.
    expect(await attempts(of, 'count', 1, later(rule.blockMs - 1))).toEqual([
      { ok: false, code: 'throttled', until: later(rule.blockMs) },
    ]);
    expect(await attempts(of, 'count', 1, later(rule.blockMs))).toEqual([{ ok: true, last: false }]);
  });

  test('forgets what is older than its window', async () => {
    await attempts(of, 'window', rule.attempts - 1);
    const [fresh] = await attempts(of, 'window', 1, later(rule.windowMs));
    expect(fresh).toEqual({ ok: true, last: false });
    const rest = await attempts(of, 'window', rule.attempts - 1, later(rule.windowMs + 1));
    expect(rest.at(-1)).toEqual({ ok: true, last: true });
  });
});

test('of many at once only as many as the rule allows get through', async () => {
  const limit = throttle('second_factor', 'rush');
  const all = await Promise.all(Array.from({ length: 40 }, () => takeAttempt(db.database, limit, start)));
  expect(all.filter((attempt) => attempt.ok)).toHaveLength(throttleRules.second_factor.attempts);
});

test('a forgiven attempt was none, also where it was the last one', async () => {
  const limit = throttle('second_factor', 'forgiven');
  await attempts('second_factor', 'forgiven', throttleRules.second_factor.attempts);
  await forgiveAttempt(db.database, limit);
  expect(await takeAttempt(db.database, limit, start)).toEqual({ ok: true, last: true });
  expect(await takeAttempt(db.database, limit, start)).toMatchObject({ ok: false });
  await clearThrottle(db.database, limit);
  expect(await takeAttempt(db.database, limit, start)).toEqual({ ok: true, last: false });
});

test('one key does not count for another, and none holds what was typed', async () => {
  await attempts('client', 'somebody@acme.example', 3);
  await attempts('client', 'another@acme.example', 1);
  const [row] = await db.database
    .select()
    .from(throttles)
    .where(eq(throttles.key, throttle('client', 'another@acme.example').key));
  expect(row?.failures).toBe(1);
  expect(row?.key).not.toContain('another');
  expect(throttle('client', 'a', 'b').key).not.toBe(throttle('client', 'ab').key);
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2ff:5::1', '2001:db8:1:200::/56'],
  ['2001:db8:1:3ff::1', '2001:db8:1:300::/56'],
  ['not an address', 'unknown'],
  [null, 'unknown'],
])('%s counts as %s', (address, prefix) => {
  expect(clientPrefix(address)).toBe(prefix);
});
