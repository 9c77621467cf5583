import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { fuzzNode } from './fuzz-node.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.close();
});

const mostHeapGrowth = 24 * 1024 * 1024;

test('two thousand sessions to a real node: no exit, nobody relays who may not, nothing bare is handed on', async () => {
  const seen = await fuzzNode(database.url, 2_000, 1);
  expect(seen.messagesHandedOn).toBeGreaterThan(50);
  expect(seen.bystanderMessages).toBeGreaterThan(0);
  expect(seen.heapGrowth).toBeLessThan(mostHeapGrowth);
}, 600_000);
