import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { openReports } from './reports.ts';
import { silentLog } from './testing/silent-log.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const rows = async () =>
  (await database.pool.query('select id, node, kind, payload from node_reports order by created_at, kind'))
    .rows;

test('a report that is kept is committed', async () => {
  const reports = openReports(database.url, 'node-1', silentLog().log);
  const kept = await reports.keep('proof_seen', { entry_id: 'x' });
  expect(await rows()).toEqual([
    { id: kept.ok && kept.reportId, node: 'node-1', kind: 'proof_seen', payload: { entry_id: 'x' } },
  ]);
  await reports.close();
  await database.pool.query('delete from node_reports');
});

test('many at once all find their answer', async () => {
  const reports = openReports(database.url, 'node-1', silentLog().log);
  const kept = await Promise.all(
    Array.from({ length: 1200 }, (_, number) => reports.keep('proof_seen', { number })),
  );
  expect(kept.every(({ ok }) => ok)).toBe(true);
  expect(new Set((await rows()).map(({ payload }) => payload.number)).size).toBe(1200);
  await reports.close();
  await database.pool.query('delete from node_reports');
});

test('sightings of a day are counted together, and written at the latest when the node stops', async () => {
  const reports = openReports(database.url, 'node-1', silentLog().log);
  const day = new Date('2026-03-01T10:00:00Z');
  const next = new Date('2026-03-02T10:00:00Z');
  for (let times = 0; times < 3; times += 1) reports.sighting('server-1', '203.0.113.5', day);
  reports.sighting('server-1', '203.0.113.5', next);
  expect(await rows()).toEqual([]);
  await reports.close();
  expect((await rows()).map(({ payload }) => [payload.day, payload.count])).toEqual([
    ['2026-03-01', 3],
    ['2026-03-02', 1],
  ]);
  await database.pool.query('delete from node_reports');
});

test('a proof that cannot be kept is said so; what can wait waits', async () => {
  const { log, lines } = silentLog();
  const reports = openReports('postgresql://postern@127.0.0.1:1/nowhere', 'node-1', log);
  reports.tell('proof_withdrawn', { entry_id: 'x' });
  expect(await reports.keep('proof_seen', { entry_id: 'x' })).toMatchObject({ ok: false });
  expect(reports.waiting()).toBe(1);
  expect(lines().length).toBeGreaterThan(0);
  await reports.close();
});
