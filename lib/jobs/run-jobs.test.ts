import { randomUUID } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeReports } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { installQueues } from './queues.ts';
import { runJobs } from './run-jobs.ts';
import { testMailSettings } from './testing.ts';

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await installQueues(testDatabase.url);
});
afterAll(() => testDatabase.close());

async function leaveReport(): Promise<string> {
  const { database } = testDatabase;
  const [report] = await database
    .insert(nodeReports)
    .values({ id: randomUUID(), node: 'node-1', kind: 'enforced', payload: { revision: 1 } })
    .returning();
  if (report === undefined) throw new Error('no report');
  return report.id;
}

async function isTaken(id: string): Promise<boolean> {
  const [report] = await testDatabase.database.select().from(nodeReports).where(eq(nodeReports.id, id));
  return report?.processedAt != null;
}

test('installing the queues again is harmless, also twice at once', async () => {
  await Promise.all([installQueues(testDatabase.url), installQueues(testDatabase.url)]);
});

test('a report that was left before the start and one that comes later are both taken', async () => {
  const finished = new EventEmitter();
  const failures: unknown[] = [];
  const runs = on(finished, 'take-node-reports');
  const early = await leaveReport();
  const running = await runJobs(
    testDatabase.url,
    { ran: (job) => finished.emit(job), failed: (error) => failures.push(error) },
    {
      ...{ dnsServers: [], dnsblZones: [], rdapUrl: null, maxmindDbDir: null, maxmind: null },
      ...testMailSettings({ dataDir: '/nonexistent' }),
    },
  );
  while (!(await isTaken(early))) await runs.next();
  const late = await leaveReport();
  while (!(await isTaken(late))) await runs.next();
  await running.stop();
  expect(failures).toEqual([]);
});
