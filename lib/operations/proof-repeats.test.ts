import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EntryRow } from '../../db/queries/entries.ts';
import { holdersOf } from '../../db/queries/takeovers.ts';
import { proofs } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { approveEntry } from './approve-entry.ts';
import { completeChecks } from './complete-checks.ts';
import { startTakeover } from './start-takeover.ts';
import {
  type Cast,
  currentRow,
  inForce,
  testNow as now,
  reportProof,
  requested,
  reviewable,
  seedCast,
} from './testing.ts';
import { withdrawProof } from './withdraw-proof.ts';

// A device may send to its proof address every minute, and whoever asks or holds may let it.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

let last = 0;
let address: string;
let entry: EntryRow;
beforeEach(async () => {
  last += 1;
  address = `45.111.1.${last}`;
  entry = await requested(db.database, cast.owner, address);
  await completeChecks(db.database, entry.id, now);
});

const minute = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const prove = (at: Date, of = entry, more: object = {}) =>
  reportProof(db.database, of, address, { seenAt: at, ...more });
const revision = async () => (await currentRow(db.database, entry.id)).revision;
const kept = () => db.database.$count(proofs, eq(proofs.entryId, entry.id));
const approve = (read: number, at: Date) =>
  approveEntry({
    ...{ database: db.database, actor: cast.support, id: entry.id, now: at },
    ...{ reason: 'Proven.', override: [], revision: read },
  });

test('what was read can be decided about although the device goes on sending', async () => {
  for (let at = 0; at <= 11; at++) await prove(minute(at));
  const [read, before] = [await revision(), await kept()];
  for (let at = 12; at < 60; at++) expect(await prove(minute(at))).toBe('known');
  expect(await revision()).toBe(read);
  expect(await kept()).toBe(before);
  expect(await approve(read, minute(60))).toMatchObject({ ok: true, entry: { status: 'active' } });
});

test('a proof a day keeps it fresh', async () => {
  await prove(now);
  expect(await prove(minute(23 * 60))).toBe('known');
  expect(await prove(minute(24 * 60))).toBe('recorded');
});

test('another address, and another kind, are news', async () => {
  await prove(now);
  expect(await prove(minute(20))).toBe('known');
  expect(await prove(minute(20), entry, { method: 'sign_in' })).toBe('recorded');
  expect(await prove(minute(21), entry, { method: 'sign_in' })).toBe('known');
  entry = await requested(db.database, cast.owner, '45.111.2.0/31');
  address = '45.111.2.0';
  await prove(now);
  address = '45.111.2.1';
  expect(await prove(minute(20))).toBe('recorded');
});

test('a flood of them is twenty, and the same one is nothing', async () => {
  const id = randomUUID();
  expect(await prove(now, entry, { id })).toBe('recorded');
  const read = await revision();
  expect(await prove(now, entry, { id })).toBe('known');
  expect(await revision()).toBe(read);
  for (let count = 0; count < 30; count++) await prove(minute(1));
  expect(await kept()).toBe(20);
});

test('what was taken back stands in nobody’s way', async () => {
  const id = randomUUID();
  await prove(now, entry, { id });
  await withdrawProof(db.database, { entryId: entry.id, reportId: id, cause: 'auto_submitted' }, minute(1));
  expect(await prove(minute(30))).toBe('recorded');
});

test('a holder who is asked proves anew, once, although they had proven the same hour', async () => {
  address = `45.111.3.${last}`;
  const held = await inForce(db.database, cast, address, cast.otherOwner, 'globex-mail');
  entry = await reviewable(db.database, cast.owner, address);
  const base = { database: db.database, actor: cast.support, reason: 'New line.', id: entry.id };
  expect(await startTakeover({ ...base, now: minute(30) })).toMatchObject({ ok: true });
  expect(await prove(minute(31), held)).toBe('recorded');
  const [holder] = await holdersOf(db.database, await currentRow(db.database, entry.id));
  expect(holder?.provenAgainAt).toEqual(minute(31));
  const read = await revision();
  for (let at = 42; at < 60; at++) expect(await prove(minute(at), held)).toBe('known');
  expect(await revision()).toBe(read);
});
