import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outbox, proofs } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { proven, requested, seedCast } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('a device that proves again and again is told of once, and of each address', async () => {
  const cast = await seedCast(db.database);
  const entry = await requested(db.database, cast.owner, '45.186.1.0/29');
  const told = () =>
    db.database.$count(
      outbox,
      and(
        eq(outbox.entryId, entry.id),
        eq(outbox.kind, 'proof_seen'),
        eq(outbox.personId, cast.owner.viewer?.personId ?? ''),
      ),
    );
  for (let count = 0; count < 5; count += 1) await proven(db.database, entry, '45.186.1.1');
  expect(await told()).toBe(1);
  for (let count = 0; count < 5; count += 1) await proven(db.database, entry, '45.186.1.2');
  expect(await told()).toBe(2);
  expect(await db.database.$count(proofs, eq(proofs.entryId, entry.id))).toBe(10);
});
