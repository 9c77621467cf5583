import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enforcementOf } from '../../db/queries/events.ts';
import { nodeReports, nodes, revisionTimes } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { takeNodeReport } from './take-node-report.ts';
import { testSecrets } from './testing.ts';

const entry = { id: randomUUID(), revision: 500 };

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('a node that says the same again a minute later has not taken a minute to enforce it', async () => {
  const made = new Date('2026-03-01T12:00:00.000Z');
  const after = (milliseconds: number) => new Date(made.getTime() + milliseconds);
  await db.database.insert(revisionTimes).values({ revision: 500, at: made });
  const report = async (at: Date) => {
    const payload = {
      revision: 500,
      generation: '0198c1d2-0000-7000-8000-000000000001',
      at: at.toISOString(),
      enforced_at: after(7).toISOString(),
      lag_ms: 4,
    };
    const [row] = await db.database
      .insert(nodeReports)
      .values({ id: randomUUID(), node: 'fra-1', kind: 'enforced', payload })
      .returning();
    if (row === undefined) throw new Error('the report was not kept');
    await takeNodeReport(db.database, row, at, testSecrets);
  };
  await report(after(107));
  expect((await enforcementOf(db.database, entry)).slowestMs).toBe(7);
  await report(after(60_107));
  expect(await enforcementOf(db.database, entry)).toMatchObject({
    slowestMs: 7,
    nodes: [{ name: 'fra-1', enforced: true, lastSeenAt: after(60_107) }],
  });
});

test('a node whose clock was ahead is heard once it is right again, and an older report changes nothing', async () => {
  const minute = 60_000;
  const hours = 60 * minute;
  const noon = Date.parse('2026-03-02T12:00:00.000Z');
  const node = 'fra-2';
  // What it says, by its own clock, and when it came, by that of the database.
  const report = async (revision: number, saidAt: number, cameAt: number, takenAt = cameAt) => {
    const payload = { revision, generation: '0198c1d2-0000-7000-8000-000000000001', at: new Date(saidAt) };
    const createdAt = new Date(cameAt);
    const [row] = await db.database
      .insert(nodeReports)
      .values({ id: randomUUID(), node, kind: 'enforced', payload, createdAt })
      .returning();
    if (row === undefined) throw new Error('the report was not kept');
    await takeNodeReport(db.database, row, new Date(takenAt), testSecrets);
    const [kept] = await db.database.select().from(nodes).where(eq(nodes.name, node));
    return [kept?.revision, kept?.lastSeenAt.getTime()];
  };
  expect(await report(501, noon + 2 * hours, noon)).toEqual([501, noon]);
  expect(await report(502, noon + minute, noon + minute)).toEqual([502, noon + minute]);
  const late = noon + 2 * minute;
  expect(await report(501, noon, noon, late)).toEqual([502, noon + minute]);
  // All clocks were ahead.
  expect(await report(503, noon + 2 * hours, noon + 2 * hours)).toEqual([503, noon + 2 * hours]);
  expect(await report(504, late, late)).toEqual([504, late]);
  await db.database.delete(nodes).where(eq(nodes.name, node));
});

test('a node that holds an entry back since a restore does not enforce it', async () => {
  await db.database.update(nodes).set({ heldBack: [entry.id], heldBackCount: 1 });
  expect(await enforcementOf(db.database, entry)).toMatchObject({
    slowestMs: null,
    nodes: [{ name: 'fra-1', enforced: false }],
  });
  const other = { ...entry, id: randomUUID() };
  expect(await enforcementOf(db.database, other)).toMatchObject({ nodes: [{ enforced: true }] });
});
