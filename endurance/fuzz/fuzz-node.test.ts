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

const sessions = 2_000;
const mostHeapGrowth = 24 * 1024 * 1024;

test('two thousand sessions to a real node: no exit, nobody relays who may not, nothing bare is handed on', async () => {
  const seen = await fuzzNode(database.url, sessions, 1);
  expect(seen.messagesHandedOn).toBeGreaterThan(50);
  expect(seen.refusals).toBeGreaterThan(5);
  // It heard 250 for each of its messages, or the fuzz had thrown; what its share is does not hang on how fast we are.
  expect(seen.bystanderOvertaken).toBeLessThan(sessions / 10);
  expect(seen.bystanderMessages).toBeGreaterThan(sessions / 100);
  expect(seen.heapGrowth).toBeLessThan(mostHeapGrowth);
}, 600_000);
