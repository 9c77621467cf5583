import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { weeklyAccepted } from '../../db/queries/traffic.ts';
import {
  entryActivity,
  ladderPositions,
  nodeReports,
  signals,
  trafficDays,
  trafficHours,
  trafficMinutes,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { CounterRow, SpamSeenPayload } from '../domain/traffic.ts';
import { rollUpTraffic } from './roll-up-traffic.ts';
import { type NodeReport, takeNodeReport } from './take-node-report.ts';
import { type Cast, inForce, testNow as now, seedCast, testSecrets } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
let entryId: string;
let otherId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  entryId = (await inForce(db.database, cast, '45.150.1.1')).id;
  otherId = (await inForce(db.database, cast, '45.150.1.2')).id;
});
afterAll(() => db.close());

async function leave(kind: string, payload: unknown): Promise<NodeReport> {
  const id = randomUUID();
  await db.database.insert(nodeReports).values({ id, node: 'node-1', kind, payload }).onConflictDoNothing();
  return stored(id);
}
async function stored(id: string): Promise<NodeReport> {
  const [row] = await db.database.select().from(nodeReports).where(eq(nodeReports.id, id));
  if (row === undefined) throw new Error('no report');
  return row;
}
async function take(...counters: Partial<CounterRow>[]): Promise<string | null> {
  const report = await leave('counters', {
    counters: counters.map((one) => ({ entry_id: entryId, minute: '2026-11-20T10:05:00Z', ...one })),
  });
  await takeNodeReport(db.database, report, now, testSecrets);
  return (await stored(report.id)).failure;
}
const minutes = (id: string) =>
  db.database
    .select()
    .from(trafficMinutes)
    .where(eq(trafficMinutes.entryId, id))
    .orderBy(trafficMinutes.minute);
const rollUp = async () => {
  while ((await rollUpTraffic(db.database)) > 0);
};

test('batches of two nodes add up, minute by minute, and a batch counts once', async () => {
  const counted = { accepted: 3, recipients: 5, bytes: 1000, refused: { sender_out_of_scope: 1 } };
  expect(await take(counted)).toBeNull();
  expect(
    await take({ ...counted, deferred: 2, refused: { sender_out_of_scope: 2, rate_exceeded: 4 } }),
  ).toBeNull();
  const report = await leave('counters', {
    counters: [{ entry_id: entryId, minute: '2026-11-20T10:05:59.999Z', accepted: 1 }],
  });
  await Promise.all([1, 2, 3].map(() => takeNodeReport(db.database, report, now, testSecrets)));
  expect(await minutes(entryId)).toEqual([
    {
      entryId,
      minute: new Date('2026-11-20T10:05:00Z'),
      accepted: 7,
      recipients: 10,
      bytes: 2000,
      deferred: 2,
      unknownRecipients: 0,
      nextHopRefused: 0,
      refused: { sender_out_of_scope: 3, rate_exceeded: 4 },
    },
  ]);
  const [activity] = await db.database.select().from(entryActivity).where(eq(entryActivity.entryId, entryId));
  expect(activity).toMatchObject({
    entryId,
    lastAcceptedAt: new Date('2026-11-20T10:05:00Z'),
    lastRefusedAt: new Date('2026-11-20T10:05:00Z'),
  });
});

test('hours and days are made of minutes, again and again the same, also of what comes late', async () => {
  await take(
    { entry_id: otherId, minute: '2026-11-19T23:59:00Z', accepted: 1 },
    { entry_id: otherId, minute: '2026-11-20T00:00:00Z', accepted: 10, refused: { rate_exceeded: 1 } },
    { entry_id: otherId, minute: '2026-11-20T00:59:00Z', accepted: 100, refused: { rate_exceeded: 2 } },
  );
  await rollUp();
  await take({ entry_id: otherId, minute: '2026-11-20T00:30:00Z', accepted: 1000 });
  await Promise.all([rollUp(), rollUp()]);
  const hours = await db.database.select().from(trafficHours).where(eq(trafficHours.entryId, otherId));
  expect(hours.map((row) => [row.hour.toISOString(), row.accepted]).sort()).toEqual([
    ['2026-11-19T23:00:00.000Z', 1],
    ['2026-11-20T00:00:00.000Z', 1110],
  ]);
  expect(hours.find((row) => row.accepted === 1110)?.refused).toEqual({ rate_exceeded: 3 });
  const days = await db.database.select().from(trafficDays).where(eq(trafficDays.entryId, otherId));
  expect(days.map((row) => [row.day, row.accepted]).sort()).toEqual([
    ['2026-11-19', 1],
    ['2026-11-20', 1110],
  ]);
  expect(await weeklyAccepted(db.database, otherId, now)).toBe(1111);
});

test('many batches at once for the same entries neither deadlock nor lose anything', async () => {
  const batch = Array.from({ length: 40 }, (_, minute) => [
    { entry_id: entryId, minute: `2026-11-20T11:${String(minute).padStart(2, '0')}:00Z`, accepted: 1 },
    { entry_id: otherId, minute: `2026-11-20T11:${String(minute).padStart(2, '0')}:00Z`, accepted: 1 },
  ]).flat();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => take(...(index % 2 === 0 ? batch : [...batch].reverse()))),
  );
  await rollUp();
  for (const id of [entryId, otherId]) {
    const [hour] = await db.database
      .select()
      .from(trafficHours)
      .where(and(eq(trafficHours.entryId, id), eq(trafficHours.hour, new Date('2026-11-20T11:00:00Z'))));
    expect(hour?.accepted).toBe(800);
  }
});

describe('kept for a person, and nothing of it is counted', () => {
  test.each<[string, Partial<CounterRow>]>([
    ['negative', { accepted: -1 }],
    ['a fraction', { bytes: 1.5 }],
    ['no entry id', { entry_id: 'x' }],
    ['no time', { minute: 'soon' }],
    ['of last month', { minute: '2026-10-20T10:00:00Z' }],
    ['of tomorrow', { minute: '2026-11-21T12:30:00Z' }],
  ])('%s', async (_what, row) => {
    const before = await db.database.$count(trafficMinutes);
    expect(await take({ accepted: 1, minute: '2026-11-20T11:50:00Z' }, row)).toEqual(expect.any(String));
    expect(await db.database.$count(trafficMinutes)).toBe(before);
  });
});

test('an entry that nobody knows is passed over, the others of the batch count', async () => {
  const minute = '2026-11-20T11:55:00Z';
  expect(await take({ entry_id: randomUUID(), minute, accepted: 1 }, { minute, accepted: 1 })).toBeNull();
  expect(
    (await minutes(entryId)).some((row) => row.minute.toISOString() === '2026-11-20T11:55:00.000Z'),
  ).toBe(true);
});

describe('what a content filter has seen', () => {
  const seen = (more: Partial<SpamSeenPayload> = {}): SpamSeenPayload => ({
    entry_id: entryId,
    transaction: randomUUID().slice(0, 16),
    at: now.toISOString(),
    verdict: 'spam',
    filter: 'gtube',
    sample: { sender: 'a@acme.example', recipient: 'jane.doe@x.example', subject: 'Win 1000 now' },
    ...more,
  });
  const takeSpam = async (payload: SpamSeenPayload) => {
    const report = await leave('spam_seen', payload);
    await takeNodeReport(db.database, report, now, testSecrets);
    return (await stored(report.id)).failure;
  };

  test('is a signal, once for each message, and nobody’s name is in it', async () => {
    const one = seen();
    expect(await takeSpam(one)).toBeNull();
    expect(await takeSpam(one)).toBeNull();
    const rows = await db.database.select().from(signals).where(eq(signals.entryId, entryId));
    expect(rows).toMatchObject([
      {
        kind: 'spam',
        source: 'node',
        sample: { sender: 'a@acme.example', recipient: 'j…@x.example', subject: 'Win •••• now' },
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain('jane');
    const [position] = await db.database
      .select()
      .from(ladderPositions)
      .where(eq(ladderPositions.entryId, entryId));
    expect(position?.step).toBe('warned');
  });

  test('of an entry that nobody knows is kept for a person', async () => {
    expect(await takeSpam(seen({ entry_id: randomUUID() }))).toBe('no such entry');
  });
});
