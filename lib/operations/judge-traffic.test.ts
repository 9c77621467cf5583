import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries, ladderPositions, signals, trafficHours } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { queriesOf } from '../../db/testing-plans.ts';
import { judgeFading } from './judge-fading.ts';
import { judgeTraffic } from './judge-traffic.ts';
import { type Cast, inForce, testNow as now, seedCast } from './testing.ts';

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number) => new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - hours * HOUR_MS);

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

type Counted = {
  accepted?: number;
  recipients?: number;
  unknownRecipients?: number;
  nextHopRefused?: number;
};
async function sending(address: string, now_: Counted, nightly = 0): Promise<string> {
  const { id } = await inForce(db.database, cast, address);
  await db.database
    .update(entries)
    .set({ activatedAt: hoursAgo(24 * 100) })
    .where(eq(entries.id, id));
  const none = { accepted: 0, recipients: 0, bytes: 0, deferred: 0, unknownRecipients: 0, nextHopRefused: 0 };
  const before = Array.from({ length: 56 }, (_, day) => ({
    ...none,
    entryId: id,
    hour: hoursAgo(24 * (day + 1)),
    accepted: nightly,
    recipients: nightly,
  }));
  await db.database
    .insert(trafficHours)
    .values([...before, { ...none, entryId: id, hour: hoursAgo(0), ...now_ }]);
  return id;
}
const failures: unknown[] = [];
const judge = () => judgeTraffic(db.database, now, (error) => failures.push(error));
const kindsOf = async (id: string) =>
  (await db.database.select().from(signals).where(eq(signals.entryId, id))).map((row) => row.kind).sort();

test('a step, unknown recipients and refusals are signals; a nightly batch is none; running again changes nothing', async () => {
  const step = await sending('45.160.1.1', { accepted: 9000, recipients: 9000 }, 50);
  const batch = await sending('45.160.1.2', { accepted: 4300, recipients: 4300 }, 4000);
  const strangers = await sending('45.160.1.3', { accepted: 50, recipients: 60, unknownRecipients: 40 }, 50);
  const refused = await sending('45.160.1.4', { accepted: 60, recipients: 60, nextHopRefused: 40 }, 60);
  await judge();
  await judge();
  expect(failures).toEqual([]);
  expect(await kindsOf(step)).toEqual(['volume']);
  expect(await kindsOf(batch)).toEqual([]);
  expect(await kindsOf(strangers)).toEqual(['unknown_recipients']);
  expect(await kindsOf(refused)).toEqual(['next_hop_refusals']);
  const [seen] = await db.database.select().from(signals).where(eq(signals.entryId, step));
  expect(seen?.evidence).toMatchObject({ count: 9000, expected: 50 });
});

test('the history of what cannot be more than usual is not read', async () => {
  const few = await sending('45.160.1.5', { accepted: 100, recipients: 100, unknownRecipients: 19 }, 1);
  const many = await sending('45.160.1.6', { accepted: 101, recipients: 101 }, 50);
  const queries = await queriesOf(db.pool, (database) =>
    judgeTraffic(database, now, (error) => failures.push(error)),
  );
  const read = (id: string) => queries.some(({ params }) => params.includes(id));
  expect({ few: read(few), many: read(many) }).toEqual({ few: false, many: true });
  expect([await kindsOf(few), await kindsOf(many), failures]).toEqual([[], [], []]);
});

test('a warning fades by itself', async () => {
  const later = new Date(now.getTime() + 20 * 86_400_000);
  while ((await judgeFading(db.database, later, (error) => failures.push(error))) > 0);
  const rows = await db.database.select().from(ladderPositions);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.every((row) => row.step === 'none')).toBe(true);
});
