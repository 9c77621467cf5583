import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntryRow } from '../../db/queries/entries.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { completeChecks } from './complete-checks.ts';
import { recordProof, withdrawProof } from './record-proof.ts';
import { type Cast, currentRow, testNow as now, requested, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

async function prove({ id, proofGeneration }: EntryRow, address: string): Promise<string> {
  const report = randomUUID();
  const seen = { ehlo: null, tls: null, mailFrom: null, node: null, seenAt: now, method: 'sending' } as const;
  await recordProof(db.database, { id: report, entryId: id, address, proofGeneration, ...seen }, now);
  return report;
}

test('a range of which one of two proofs is taken back is no longer proven', async () => {
  const entry = await requested(db.database, cast.owner, '45.112.1.0/29');
  await completeChecks(db.database, entry.id, now);
  await prove(entry, '45.112.1.1');
  const second = await prove(entry, '45.112.1.2');
  expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'in_review', provenAt: now });
  const taken = { entryId: entry.id, reportId: second, cause: 'auto_submitted' };
  await withdrawProof(db.database, taken, now);
  expect((await currentRow(db.database, entry.id)).provenAt).toBeNull();
  await prove(entry, '45.112.1.3');
  expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
});

test('a single address that has proven twice stays proven when one is taken back', async () => {
  const entry = await requested(db.database, cast.owner, '45.112.2.1');
  const first = await prove(entry, '45.112.2.1');
  const second = await prove(entry, '45.112.2.1');
  await withdrawProof(db.database, { entryId: entry.id, reportId: first, cause: 'list' }, now);
  expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
  await withdrawProof(db.database, { entryId: entry.id, reportId: second, cause: 'list' }, now);
  expect((await currentRow(db.database, entry.id)).provenAt).toBeNull();
});
