import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outbox } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { planOf, queriesOf, rowsRead } from '../../db/testing-plans.ts';
import { addDays } from '../domain/days.ts';
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

test('what is kept without its content is not read again each night, nor for each mail that goes', async () => {
  await db.pool.query(
    `insert into outbox (kind, audience, person_id, dedupe_key, content, created_at, send_after, sent_at)
     select 'approved', 'person', $1, 'kept:' || i, '{"account": null, "entry": null, "values": {"items": []}}',
       $2::timestamptz - interval '100 days', $2, $2 from generate_series(1, 3000) i`,
    [cast.owner.viewer?.personId, testNow],
  );
  await db.pool.query('vacuum analyze outbox');
  const queries = await queriesOf(db.pool, (database) => tidyOutbox(database, testNow));
  const folded = { text: 'select from outbox where folded_into = $1', params: [randomUUID()] };
  const changing = queries.filter(({ text }) => text.includes('outbox'));
  expect(changing).toHaveLength(2);
  for (const query of [...changing, folded]) {
    expect(rowsRead(await planOf(db.pool, query), 'outbox'), query.text).toBeLessThan(100);
  }
});
