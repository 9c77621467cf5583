import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invitations, nodeReports, people, sessions, throttles } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { tidy } from './tidy.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const now = new Date('2026-05-01T10:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

test('what ended long ago goes, what may still serve stays', async () => {
  const [person] = await db.database.insert(people).values({ email: 'jo@acme.example' }).returning();
  const personId = person?.id ?? '';
  await db.database.insert(sessions).values([
    { personId, userAgent: 'open', expiresAt: daysAgo(-1) },
    { personId, userAgent: 'known place', expiresAt: daysAgo(59) },
    { personId, userAgent: 'old', expiresAt: daysAgo(61) },
  ]);
  await db.database.insert(invitations).values([
    { personId, tokenHash: Buffer.from('open'), expiresAt: daysAgo(-1) },
    { personId, tokenHash: Buffer.from('old'), expiresAt: daysAgo(31) },
  ]);
  await db.database.insert(throttles).values([
    { key: 'fresh', windowStartedAt: daysAgo(1) },
    { key: 'old', windowStartedAt: daysAgo(3) },
  ]);
  const report = (node: string, processedAt: Date | null, failure: string | null = null) => ({
    ...{
      id: randomUUID(),
      node,
      kind: 'enforced',
      payload: {},
      processedAt,
      failure,
      createdAt: daysAgo(500),
    },
  });
  await db.database
    .insert(nodeReports)
    .values([
      report('open', null),
      report('taken', daysAgo(7)),
      report('old', daysAgo(9)),
      report('failed', daysAgo(399), 'too old'),
      report('failed long ago', daysAgo(401), 'too old'),
    ]);
  await tidy(db.database, now);
  const reports = await db.database.select().from(nodeReports);
  expect(reports.map(({ node }) => node).sort()).toEqual(['failed', 'open', 'taken']);
  expect((await db.database.select().from(sessions)).map((row) => row.userAgent).sort()).toEqual([
    'known place',
    'open',
  ]);
  expect((await db.database.select().from(invitations)).map((row) => row.tokenHash.toString())).toEqual([
    'open',
  ]);
  expect((await db.database.select().from(throttles)).map((row) => row.key)).toEqual(['fresh']);
});
