import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  abuseReports,
  eventPrivate,
  events,
  evidence,
  fuseCounts,
  policies,
  sightings,
  signals,
  trafficDays,
  trafficHours,
  trafficMinutes,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { planOf, queriesOf, rowsRead } from '../../db/testing-plans.ts';
import { addDays } from '../domain/days.ts';
import { defaultRetention as keep } from '../domain/retention.ts';
import { type Cast, inForce, testNow as now, seedCast } from '../operations/testing.ts';
import { verifyAudit } from '../operations/verify-audit.ts';
import { applyRetention } from './apply-retention.ts';

let db: TestDatabase;
let cast: Cast;
let entryId: string;
let serverId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  ({ id: entryId, serverId } = await inForce(db.database, cast, '45.180.1.1'));
});
afterAll(() => db.close());

const old = (days: number) => addDays(now, -days - 1);
const young = (days: number) => addDays(now, -days + 1);
const day = (at: Date) => at.toISOString().slice(0, 10);
const counted = {
  accepted: 1,
  recipients: 1,
  bytes: 1,
  deferred: 0,
  unknownRecipients: 0,
  nextHopRefused: 0,
};

test('each kind goes when its own time is over, and nothing before', async () => {
  let keys = 0;
  const report = (at: Date, state: 'weighed' | 'for_person') => {
    keys += 1;
    const rawSha256 = Buffer.from(`digest ${keys}`);
    return {
      rawSha256,
      raw: Buffer.from('raw'),
      octets: 3,
      receivedAt: at,
      configured: false,
      facts: {},
      state,
    };
  };
  await db.database
    .insert(abuseReports)
    .values([
      report(old(keep.rawAbuseReports), 'weighed'),
      report(young(keep.rawAbuseReports), 'weighed'),
      report(old(keep.abuseReports), 'weighed'),
      report(old(keep.abuseReports), 'for_person'),
    ]);
  const signal = (at: Date) => {
    keys += 1;
    return {
      entryId,
      kind: 'spam' as const,
      strength: 1,
      weight: 10,
      at,
      dedupeKey: `${keys}`,
      source: 'node' as const,
    };
  };
  await db.database.insert(signals).values([signal(old(keep.signals)), signal(young(keep.signals))]);
  for (const at of [old(keep.trafficMinutes), young(keep.trafficMinutes)])
    await db.database.insert(trafficMinutes).values({ entryId, minute: at, ...counted });
  for (const at of [old(keep.trafficHours), young(keep.trafficHours)])
    await db.database.insert(trafficHours).values({ entryId, hour: at, ...counted });
  for (const at of [old(keep.trafficDays), young(keep.trafficDays)])
    await db.database.insert(trafficDays).values({ entryId, day: day(at), ...counted });
  for (const at of [old(keep.rawEvidence), young(keep.rawEvidence)])
    await db.database
      .insert(evidence)
      .values({ entryId, source: 'ptr', outcome: 'none', raw: { said: 1 }, checkedAt: at });
  for (const at of [old(keep.sightings), young(keep.sightings)])
    await db.database.insert(sightings).values({ serverId, address: '45.180.1.1', day: day(at), signIns: 1 });
  for (const at of [old(1), young(1)])
    await db.database.insert(fuseCounts).values({ at, cause: 'feed', effect: 'out_of_force', entryId });

  await applyRetention(db.database, now);
  await applyRetention(db.database, now);

  const reports = await db.database.select().from(abuseReports);
  expect(reports.map((row) => [row.state, row.raw === null]).sort()).toEqual([
    ['for_person', true],
    ['weighed', false],
    ['weighed', true],
  ]);
  for (const table of [signals, trafficMinutes, trafficHours, trafficDays, sightings, fuseCounts]) {
    expect(await db.database.$count(table)).toBe(1);
  }
  const raws = await db.database
    .select({ raw: evidence.raw })
    .from(evidence)
    .where(eq(evidence.source, 'ptr'));
  expect(raws.map((row) => row.raw === null).sort()).toEqual([false, true]);
});

test('addresses of persons go from events, the chain stays whole; the days are the policy’s', async () => {
  expect(await db.database.$count(eventPrivate)).toBeGreaterThan(0);
  const before = await db.database.$count(events);
  // Events are written by the database's own clock.
  const [last] = await db.database.select().from(events);
  const after = addDays(last?.at ?? now, 11);
  await applyRetention(db.database, after);
  expect(await db.database.$count(eventPrivate)).toBeGreaterThan(0);
  await db.database.insert(policies).values({ version: 2, content: { retention: { eventAddresses: 10 } } });
  await applyRetention(db.database, after);
  expect(await db.database.$count(eventPrivate)).toBe(0);
  expect(await db.database.$count(events)).toBe(before);
  expect((await verifyAudit({ database: db.database, anchors: [] })).broken).toEqual([]);
});

test('no night reads the events, of which there are ever more', async () => {
  await db.pool.query(
    `insert into event_private (event_id, salt, content, at) select id, '', '', $1 from events
     on conflict do nothing`,
    [now],
  );
  const queries = await queriesOf(db.pool, (database) => applyRetention(database, now));
  const ending = queries.filter(({ text }) => text.includes('event_private'));
  expect(ending).toHaveLength(1);
  for (const query of ending) expect(rowsRead(await planOf(db.pool, query), 'events')).toBe(0);
});
