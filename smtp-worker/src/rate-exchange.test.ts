import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { openRateExchange, type RateExchange } from './rate-exchange.ts';
import { silentLog } from './testing/silent-log.ts';
import { insertEntry, insertServer } from './testing/whitelist-rows.ts';

const everyMs = 5_000;

let database: TestDatabase;
let entryId: string;
const open: RateExchange[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  entryId = await insertEntry(
    database.pool,
    await insertServer(database.pool, 'acme-production'),
    '203.0.113.1',
  );
});
afterAll(() => database.close());
// The database's client has its own timers, which stay real.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.leave()));
  vi.useRealTimers();
});

/** A node that has sent so much, and what it hears; `away`: it reaches no database. */
function node(name: string, sent: number, reach: 'reached' | 'away' | 'broken' = 'reached') {
  const heard: unknown[] = [];
  const { log, lines } = silentLog();
  const of = { reach, heard, lines, told: 0, exchange: undefined as unknown as RateExchange };
  of.exchange = openRateExchange({
    nodeName: name,
    rates: {
      busy: () => {
        of.told += 1;
        return [{ entryId, sent }];
      },
      hear: (nodes, others) => void heard.push([nodes, others]),
    },
    onPrimary: async (work) => {
      if (of.reach === 'broken') throw new Error('it breaks');
      return of.reach === 'away' ? null : work(database.pool as unknown as Client);
    },
    log,
  });
  open.push(of.exchange);
  return of;
}

test('every few seconds each node hears how many there are, and what the others have sent', async () => {
  const [one, other] = [node('one', 7), node('one', 5)];
  await other.exchange.exchange();
  expect(one.heard).toEqual([]);
  vi.advanceTimersByTime(everyMs);
  await vi.waitFor(() => expect(one.heard[0]).toEqual([2, [{ entryId, sent: 5 }]]), { timeout: 10_000 });
  await other.exchange.exchange();
  expect(other.heard.at(-1)).toEqual([2, [{ entryId, sent: 7 }]]);
  // Whoever leaves needs no share, and what it has sent counts.
  await other.exchange.leave();
  await one.exchange.exchange();
  expect(one.heard.at(-1)).toEqual([1, [{ entryId, sent: 5 }]]);
  const { told } = other;
  vi.advanceTimersByTime(10 * everyMs);
  expect(other.told).toBe(told);
});

test('one that reaches no database goes by what it knew, is not held up at its end, and hears again later', async () => {
  const of = node('other', 1);
  await of.exchange.exchange();
  of.reach = 'away';
  await of.exchange.exchange();
  expect([of.heard.length, of.lines()]).toEqual([1, []]);
  of.reach = 'broken';
  await of.exchange.exchange();
  expect(of.lines()).toMatchObject([{ level: 40, reason: 'Error: it breaks' }]);
  of.reach = 'reached';
  vi.advanceTimersByTime(everyMs);
  await vi.waitFor(() => expect(of.heard.length).toBeGreaterThan(1), { timeout: 10_000 });
  of.reach = 'broken';
  await of.exchange.leave();
});
