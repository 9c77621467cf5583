import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { createBoss, forgetFutureClaims, installQueues } from './queues.ts';

// The timetable of the jobs, once a clock that was ahead is set back by two hours.

let db: TestDatabase;
let boss: ReturnType<typeof createBoss>;
beforeAll(async () => {
  db = await createTestDatabase();
  await installQueues(db.url);
});
afterAll(() => db.close());
beforeEach(async () => {
  boss = createBoss(db.url, { migrate: false, createSchema: false, cronMonitorIntervalSeconds: 1 });
  boss.on('error', () => {});
});
afterEach(async () => {
  vi.useRealTimers();
  await boss.stop({ graceful: false });
});

/** When the timetable was looked at last. */
async function lookedAt(): Promise<number> {
  const { rows } = await db.pool.query('select cron_on from pgboss.version');
  return rows[0].cron_on?.getTime() ?? 0;
}
const looksAgain = (since: number) =>
  vi.waitFor(async () => expect(await lookedAt()).toBeGreaterThan(since), { timeout: 20_000 });

test('that of the machine: it is looked at as before', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(Date.now() + 2 * 3_600_000);
  await boss.start();
  await looksAgain(0);
  vi.useRealTimers();
  await looksAgain(await lookedAt());
});

test('that of the database: it is looked at again, and killed work is looked for', async () => {
  await db.pool.query(`update pgboss.version set cron_on = now() + interval '2 hours'`);
  await db.pool.query(`update pgboss.queue set monitor_claim_on = now() + interval '2 hours'`);
  await forgetFutureClaims(db.database);
  expect(await lookedAt()).toBeLessThanOrEqual(Date.now());
  await boss.start();
  await looksAgain(await lookedAt());
  const { rows } = await db.pool.query('select from pgboss.queue where monitor_claim_on > now()');
  expect(rows).toEqual([]);
});
