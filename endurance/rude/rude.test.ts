import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { rudeTrial } from './rude-trial.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.close();
});

test('four hundred who say nothing or hardly anything are in nobody’s way', async () => {
  const seen = await rudeTrial(database.url, { rude: 400, honest: 40, messagesEach: 2 });
  expect(seen).toMatchObject({ messages: 80, ended: 0 });
}, 300_000);
