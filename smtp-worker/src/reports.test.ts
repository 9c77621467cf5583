import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { openReportSpool } from './report-spool.ts';
import { openReports } from './reports.ts';
import { openGate } from './testing/gate.ts';
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

test('a report that the database can never take is set apart, and the others are written', async () => {
  const { log, lines } = silentLog();
  const reports = openReports(database.url, 'node-1', log);
  reports.tell('counters', { number: 1 });
  reports.tell('spam_seen', { symbols: ['A\u0000B'] });
  reports.tell('counters', { number: 2 });
  expect((await reports.keep('proof_seen', { number: 3 })).ok).toBe(true);
  expect(await reports.keep('proof_seen', { ehlo: '\u0000' })).toMatchObject({ ok: false });
  await reports.close();
  expect((await rows()).map(({ payload }) => payload.number).sort()).toEqual([1, 2, 3]);
  expect(lines().filter(({ msg }) => /cannot take is lost/.test(msg))).toHaveLength(2);
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

/** Ends the connections that write reports, as a restart of the server does. */
async function endConnections(state: string): Promise<number> {
  const { rows } = await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'postern-smtp node-1 reports' and datname = current_database() and ${state}`,
  );
  return rows.length;
}

test('a connection that ends while nobody uses it harms nobody', async () => {
  const reports = openReports(database.url, 'node-1', silentLog().log);
  expect((await reports.keep('proof_seen', {})).ok).toBe(true);
  expect(await endConnections(`state = 'idle'`)).toBe(1);
  // It hears of it before the next report, or by it: what cannot be written is said so, and the next one is.
  await reports.keep('proof_seen', {});
  expect((await reports.keep('proof_seen', {})).ok).toBe(true);
  await reports.close();
  await database.pool.query('delete from node_reports');
});

test('one that ends in a statement fails that statement alone, and is not used again', async () => {
  const { log, lines } = silentLog();
  const reports = openReports(database.url, 'node-1', log);
  const blocker = await database.pool.connect();
  await blocker.query('begin');
  await blocker.query('lock table node_reports in access exclusive mode');
  reports.tell('counters', { number: 1 });
  const keeping = reports.keep('proof_seen', { number: 2 });
  await expect.poll(() => endConnections(`wait_event_type = 'Lock'`)).toBeGreaterThan(0);
  // The second is written behind the first, and waits as well.
  while ((await endConnections(`wait_event_type = 'Lock'`)) > 0);
  await blocker.query('commit');
  blocker.release();
  await keeping;
  expect((await reports.keep('proof_seen', { number: 3 })).ok).toBe(true);
  await reports.close();
  expect((await rows()).map(({ payload }) => payload.number)).toEqual(expect.arrayContaining([1, 3]));
  expect(lines().every(({ msg }) => msg === 'reports could not be written')).toBe(true);
  await database.pool.query('delete from node_reports');
});

test('nor does a connection that breaks in a statement end the process', async () => {
  const gate = await openGate(database.url);
  const reports = openReports(gate.url, 'node-1', silentLog().log);
  const blocker = await database.pool.connect();
  await blocker.query('begin');
  await blocker.query('lock table node_reports in access exclusive mode');
  const keeping = reports.keep('proof_seen', { number: 1 });
  const waiting = `select from pg_stat_activity where application_name = 'postern-smtp node-1 reports'
    and datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await database.pool.query(waiting)).rowCount).toBe(1);
  gate.shut();
  expect((await keeping).ok).toBe(false);
  await blocker.query('commit');
  blocker.release();
  gate.reopen();
  expect((await reports.keep('proof_seen', { number: 2 })).ok).toBe(true);
  await reports.close();
  await gate.close();
  await database.pool.query('delete from node_reports');
});

test('what is written says nothing', async () => {
  const { log, lines } = silentLog();
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-reports-'));
  const reports = openReports(database.url, 'node-1', log, openReportSpool(folder, 'node-1'));
  reports.tell('counters', { number: 1 });
  expect((await reports.keep('proof_seen', {})).ok).toBe(true);
  await reports.close();
  expect(lines()).toEqual([]);
  await rm(folder, { recursive: true });
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

test('who signs in from ever new addresses has only so many of them written', async () => {
  const reports = openReports(database.url, 'node-1', silentLog().log);
  const day = new Date('2026-03-01T10:00:00Z');
  for (let number = 0; number < 150; number += 1) reports.sighting('server-1', `2001:db8::${number}`, day);
  reports.sighting('server-1', '2001:db8::1', day);
  reports.sighting('server-2', '2001:db8::1', day);
  await reports.close();
  const payloads = (await rows()).map(({ payload }) => payload);
  expect(payloads.filter(({ server_id: id }) => id === 'server-1')).toHaveLength(100);
  expect(
    payloads
      .filter(({ address }) => address === '2001:db8::1')
      .map(({ count }) => count)
      .sort(),
  ).toEqual([1, 2]);
  await database.pool.query('delete from node_reports');
});

test.each([
  ['enforced', 0],
  ['sighting', 1],
] as const)('stopped while the database is away, %s that is lost for good is said', async (kind, told) => {
  const { log, lines } = silentLog();
  const reports = openReports('postgresql://nobody@127.0.0.1:1/none', 'node-1', log);
  reports.tell(kind, {});
  await reports.close();
  expect(lines().filter(({ msg }) => /^reports are lost/.test(msg))).toHaveLength(told);
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

describe('while the database is away', () => {
  const nowhere = 'postgresql://postern@127.0.0.1:1/nowhere';
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'postern-reports-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const files = async () => (await readdir(path.join(folder, 'reports', 'node-1'))).sort();

  test('what must not be lost waits on disk, over a restart, and is handed over once', async () => {
    const { log, lines } = silentLog();
    const first = openReports(nowhere, 'node-1', log, openReportSpool(folder, 'node-1'));
    first.tell('counters', { counters: [1] });
    first.tell('sighting', { day: 'x' });
    await first.close();
    expect(await files()).toHaveLength(1);
    // Of the sighting it is said that it is lost.
    expect(lines().filter(({ level }) => level === 50)).toMatchObject([{ reports: 1 }]);

    const second = openReports(nowhere, 'node-1', silentLog().log, openReportSpool(folder, 'node-1'));
    second.tell('counters', { counters: [2] });
    await second.close();
    const waiting = await files();
    expect(waiting).toHaveLength(2);

    const third = openReports(database.url, 'node-1', silentLog().log, openReportSpool(folder, 'node-1'));
    await third.close();
    expect((await rows()).map(({ kind, payload }) => [kind, payload])).toEqual([
      ['counters', { counters: [1] }],
      ['counters', { counters: [2] }],
    ]);
    expect(await files()).toEqual([]);

    // A node that was killed before it could forget them hands them over again, under the same ids.
    const known = (await rows())[0];
    await writeFile(
      path.join(folder, 'reports', 'node-1', `00000000000001-${known.id}.json`),
      JSON.stringify({ ...known, payload: { counters: ['again'] } }),
    );
    const fourth = openReports(database.url, 'node-1', silentLog().log, openReportSpool(folder, 'node-1'));
    const kept = await fourth.keep('proof_seen', { entry_id: 'x' });
    expect(kept.ok).toBe(true);
    await fourth.close();
    expect((await rows()).filter(({ kind }) => kind === 'counters')).toHaveLength(2);
    expect((await rows()).find(({ id }) => id === known.id)).toEqual(known);
    expect(await files()).toEqual([]);
    await database.pool.query('delete from node_reports');
  });

  test.each(['counters', 'spam_seen', 'proof_withdrawn', 'credential_rehashed'] as const)(
    '%s wait on disk until they are written, the last ones too, in their order',
    async (kind) => {
      const gate = await openGate(database.url);
      const first = openReports(gate.url, 'node-5', silentLog().log, openReportSpool(folder, 'node-5'));
      gate.shut();
      first.tell(kind, { number: 1 });
      await expect
        .poll(() => readdir(path.join(folder, 'reports', 'node-5')).catch(() => []))
        .toHaveLength(1);
      first.tell(kind, { number: 2 });
      gate.reopen();
      // It tries again by itself.
      await expect.poll(rows).toHaveLength(2);
      await first.close();
      expect((await rows()).map(({ kind: written }) => written)).toEqual([kind, kind]);
      expect(await readdir(path.join(folder, 'reports', 'node-5'))).toEqual([]);
      await gate.close();
      await database.pool.query('delete from node_reports');
    },
  );

  test('what can never be written does not come back with the next start', async () => {
    const first = openReports(nowhere, 'node-6', silentLog().log, openReportSpool(folder, 'node-6'));
    first.tell('spam_seen', { symbols: ['A\u0000B'] });
    first.tell('spam_seen', { symbols: ['AB'] });
    await first.close();
    const second = openReports(database.url, 'node-6', silentLog().log, openReportSpool(folder, 'node-6'));
    await second.close();
    expect(await rows()).toHaveLength(1);
    expect(await readdir(path.join(folder, 'reports', 'node-6'))).toEqual([]);
    await database.pool.query('delete from node_reports');
  });

  test('a folder that cannot be read is said so, and reports are written all the same', async () => {
    const { log, lines } = silentLog();
    await writeFile(path.join(folder, 'reports', 'node-7'), '');
    const reports = openReports(database.url, 'node-7', log, openReportSpool(folder, 'node-7'));
    expect((await reports.keep('proof_seen', {})).ok).toBe(true);
    await reports.close();
    expect(lines().map(({ msg }) => msg)).toEqual(['the reports on disk cannot be read']);
    await database.pool.query('delete from node_reports');
  });

  test('nothing is lost of a thousand batches, a proof does not wait behind them, and each counts once', async () => {
    const gate = await openGate(database.url);
    const reports = openReports(gate.url, 'node-2', silentLog().log, openReportSpool(folder, 'node-2'));
    gate.shut();
    for (let batch = 0; batch < 1000; batch += 1) reports.tell('counters', { batch });
    expect(await reports.keep('proof_seen', { entry_id: 'x' })).toMatchObject({ ok: false });
    gate.reopen();
    const kept = await reports.keep('proof_seen', { entry_id: 'y' });
    expect(kept.ok).toBe(true);
    await reports.close();
    const written = await rows();
    expect(new Set(written.map(({ payload }) => payload.batch)).size).toBe(1001);
    expect(written).toHaveLength(1001);
    expect(await readdir(path.join(folder, 'reports', 'node-2'))).toEqual([]);
    await gate.close();
    await database.pool.query('delete from node_reports');
  });

  test('one that cannot be kept leaves nothing on disk', async () => {
    const spool = openReportSpool(folder, 'node-4');
    // Fails behind the opening of its file, as on a disk that is full.
    const report = { id: '0198c1d2-0000-7000-8000-00000000000a', kind: 'counters', payload: { count: 1n } };
    await expect(spool.keep(report)).rejects.toThrow();
    expect(await readdir(path.join(folder, 'reports', 'node-4'))).toEqual([]);
  });

  test.each(['{"kind"', '{"kind":"counters"}', 'null'])(
    'what cannot be read on disk stops nothing, is told once, and stays for whoever can: %s',
    async (content) => {
      const { log, lines } = silentLog();
      const gate = await openGate(database.url);
      gate.shut();
      const spool = openReportSpool(folder, 'node-3');
      await spool.keep({ id: '0198c1d2-0000-7000-8000-000000000009', kind: 'counters', payload: {} });
      const [file] = await readdir(path.join(folder, 'reports', 'node-3'));
      await writeFile(path.join(folder, 'reports', 'node-3', file ?? ''), content);
      const reports = openReports(gate.url, 'node-3', log, openReportSpool(folder, 'node-3'));
      await expect.poll(() => reports.waiting()).toBe(1);
      expect((await reports.keep('proof_seen', {})).ok).toBe(false);
      gate.reopen();
      expect((await reports.keep('proof_seen', {})).ok).toBe(true);
      await reports.close();
      await gate.close();
      expect(lines().filter(({ msg }) => msg === 'a report on disk cannot be read')).toHaveLength(1);
      expect(await readdir(path.join(folder, 'reports', 'node-3'))).toEqual([file]);
      await rm(path.join(folder, 'reports', 'node-3'), { recursive: true });
      await database.pool.query('delete from node_reports');
    },
  );
});
