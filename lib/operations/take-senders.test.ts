import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { nodeReports, senderSightings } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { forCustomer } from '../domain/requirements.ts';
import type { SenderRow } from '../domain/traffic.ts';
import { takeNodeReport } from './take-node-report.ts';
import { testNow as now, requested, seedCast, testSecrets } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const row: SenderRow = {
  address: '203.0.113.5',
  domain: 'acme.example',
  day: '2026-11-20',
  taken: 3,
  refused: 0,
};

async function take(...senders: Partial<SenderRow>[]): Promise<string | null> {
  const id = randomUUID();
  const payload = { senders: senders.map((one) => ({ ...row, ...one })) };
  await db.database.insert(nodeReports).values({ id, node: 'node-1', kind: 'senders', payload });
  const stored = () => db.database.select().from(nodeReports).where(eq(nodeReports.id, id));
  const [report] = await stored();
  if (report === undefined) throw new Error('no report');
  await Promise.all([1, 2, 3].map(() => takeNodeReport(db.database, report, now, testSecrets)));
  return (await stored())[0]?.failure ?? null;
}

test('batches of two nodes add up by address, domain and day, and each counts once', async () => {
  expect(await take({}, { taken: 0, refused: 2 })).toBeNull();
  expect(
    await take({ domain: 'ACME.example' }, { address: '2001:DB8::1', domain: 'globex.example' }),
  ).toBeNull();
  expect(await db.database.select().from(senderSightings).orderBy(senderSightings.address)).toEqual([
    { ...row, taken: 6, refused: 2 },
    { ...row, address: '2001:db8::1', domain: 'globex.example' },
  ]);
  // Once it is counted, only the id of a batch is kept.
  expect((await db.database.select().from(nodeReports)).map(({ payload }) => payload)).toEqual([{}, {}]);
});

test.each([
  ['no address', { address: '203.0.113.5/24' }],
  ['no day', { day: 'today' }],
  ['last month', { day: '2026-10-20' }],
  ['yet to come', { day: '2026-11-22' }],
  ['negative', { taken: -1 }],
])('kept for a person: %s', async (_what, odd) => {
  const before = await db.database.$count(senderSightings);
  expect(await take({ domain: 'fine.example' }, odd)).toEqual(expect.any(String));
  expect(await db.database.$count(senderSightings)).toBe(before);
});

test('sender domains of strangers are evidence against dedication, for staff alone', async () => {
  const cast = await seedCast(db.database);
  const { id } = await requested(db.database, cast.owner, '45.150.4.8/29');
  const strange = ['one.example', 'two.example', 'three.example'];
  const evaluated = async () => {
    const found = await findEntry(db.database, cast.support.viewer ?? 'operator', id);
    if (found === undefined) throw new Error('no entry');
    const { facts, evaluations } = await evaluateEntry(db.database, found, now);
    const dedicated = evaluations.find(({ requirement }) => requirement === 'dedicated');
    if (dedicated === undefined) throw new Error('no evaluation');
    return {
      strangers: facts.strangeSenders,
      staff: dedicated.reason,
      customer: forCustomer(dedicated).reason,
    };
  };
  const before = await evaluated();
  expect(before.strangers).toEqual([]);
  await take(
    // The account's own domain, what devices call themselves, what was a slip, and what came from elsewhere or long ago.
    { address: '45.150.4.9', domain: 'acme.example', taken: 900 },
    { address: '45.150.4.9', domain: 'printer.local', refused: 900 },
    { address: '45.150.4.9', domain: 'localhost', refused: 900 },
    { address: '45.150.4.9', domain: 'slip.example', taken: 0, refused: 2 },
    { address: '45.150.4.200', domain: 'elsewhere.example', refused: 900 },
    ...strange.map((domain, at) => ({ address: `45.150.4.${10 + at}`, domain, taken: 0, refused: 9 - at })),
  );
  const after = await evaluated();
  expect(after).toEqual({ strangers: strange, staff: 'strange_senders', customer: before.customer });
});
