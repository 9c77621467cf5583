import { afterAll, beforeAll, expect, test } from 'vitest';
import { outbox } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/requirements.ts';
import { notifyPerson } from '../operations/notify.ts';
import { type Cast, seedCast, testNow } from '../operations/testing.ts';
import { tidyOutbox } from './tidy-outbox.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const tell = (key: string, now: Date) =>
  notifyPerson(db.database, {
    kind: 'token_created',
    personId: cast.owner.viewer?.personId ?? '',
    key,
    values: { name: `secret plan ${key}`, scope: 'account', expiresAt: null, from: null },
    now,
  });

test('what was written goes after a month, that it was written much later, and nothing that still waits', async () => {
  for (const [key, days] of Object.entries({ fresh: 29, old: 31, older: 401 })) {
    await tell(key, addDays(testNow, -days));
  }
  await db.database.update(outbox).set({ sentAt: testNow });
  await tell('waits', addDays(testNow, -500));
  await tidyOutbox(db.database, testNow);
  await tidyOutbox(db.database, testNow);
  const rows = await db.database.select().from(outbox);
  const texts = rows.map((row) => [
    row.dedupeKey.split(':')[1],
    JSON.stringify(row.content).includes('plan'),
  ]);
  expect(texts.sort()).toEqual([
    ['fresh', true],
    ['old', false],
    ['waits', true],
  ]);
  expect(await tell('old', testNow), 'still not told twice').toBe(0);
});
