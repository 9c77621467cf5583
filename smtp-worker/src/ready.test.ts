import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { startTestNode } from './testing/test-node.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.close();
});

test.each(['1', '2'])('a node with %s threads that turns everybody away is not ready', async (threads) => {
  // Less memory than the process has taken already.
  const node = await startTestNode(database.url, { SMTP_THREADS: threads, SMTP_MEMORY_MB: '10' });
  const ready = () => fetch(`http://127.0.0.1:${node.node.metricsPort}/ready`);
  await vi.waitFor(async () => expect((await ready()).status).toBe(503), { timeout: 20_000 });
  expect(await (await ready()).json()).toEqual({ status: 'too busy: everybody is turned away' });
  await expect(node.from('203.0.113.5')).rejects.toThrow('421 4.3.2');
  expect((await fetch(`http://127.0.0.1:${node.node.metricsPort}/health`)).status).toBe(200);
  await node.close();
});
