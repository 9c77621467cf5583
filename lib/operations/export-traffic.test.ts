import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowTraffic, serverTrafficDays } from '../../db/queries/traffic.ts';
import { entries, servers, trafficDays, trafficHours } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type ExportTraffic, exportTraffic } from './export-traffic.ts';
import { type Actor, operatorActor } from './result.ts';
import { type Cast, inForce, testNow as now, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
let one: string;
let two: string;
let foreign: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  one = (await inForce(db.database, cast, '45.150.3.1')).id;
  two = (await inForce(db.database, cast, '45.150.3.2')).id;
  foreign = (await inForce(db.database, cast, '45.150.3.3', cast.otherOwner, 'globex-mail')).id;
  await db.database.update(entries).set({ label: '=1+1' }).where(eq(entries.id, two));
  const none = { recipients: 0, bytes: 0, unknownRecipients: 0, nextHopRefused: 0, deferred: 0, refused: {} };
  await db.database.insert(trafficDays).values([
    {
      ...none,
      entryId: one,
      day: '2026-11-20',
      accepted: 5,
      recipients: 7,
      bytes: 900,
      deferred: 3,
      refused: { rate_exceeded: 3, sender_out_of_scope: 2 },
      unknownRecipients: 1,
    },
    { ...none, entryId: one, day: '2026-11-14', accepted: 1 },
    { ...none, entryId: one, day: '2026-11-13', accepted: 100 },
    { ...none, entryId: two, day: '2026-11-20', accepted: 2, refused: { sender_out_of_scope: 1 } },
    { ...none, entryId: foreign, day: '2026-11-20', accepted: 1000 },
  ]);
  await db.database
    .insert(trafficHours)
    .values({ ...none, entryId: one, hour: new Date('2026-11-20T09:00:00Z'), accepted: 5 });
});
afterAll(() => db.close());

const take = (actor: Actor, more: Partial<ExportTraffic> = {}) =>
  exportTraffic({
    database: db.database,
    actor,
    now,
    server: 'acme-production',
    entryId: null,
    days: 7,
    unit: 'day',
    ...more,
  });
async function lines(actor: Actor, more: Partial<ExportTraffic> = {}): Promise<string[]> {
  const result = await take(actor, more);
  if (!result.ok) throw new Error(result.code);
  let text = '';
  for await (const piece of result.text) text += piece;
  return text.split('\r\n').slice(1, -1);
}

test('of a server: each entry and day of the period; a label is never a formula', async () => {
  expect(await lines(cast.owner)).toEqual([
    '2026-11-14,45.150.3.1/32,,1,0,0,0,0,0,0,',
    '2026-11-20,45.150.3.1/32,,5,7,900,3,3,1,0,rate_exceeded=3 sender_out_of_scope=2',
    `2026-11-20,45.150.3.2/32,"'=1+1",2,0,0,0,1,0,0,sender_out_of_scope=1`,
  ]);
});

test('of one entry, by the hour, in ISO 8601', async () => {
  expect(await lines(cast.viewer, { entryId: one, unit: 'hour' })).toEqual([
    '2026-11-20T09:00:00.000Z,45.150.3.1/32,,5,0,0,0,0,0,0,',
  ]);
  expect(await take(cast.viewer, { entryId: one })).toMatchObject({
    name: 'acme-production-messages-by-day.csv',
  });
});

describe('not found', () => {
  test.each<[string, () => Actor, () => Partial<ExportTraffic>]>([
    ['a foreign server', () => cast.otherOwner, () => ({})],
    ['a foreign entry', () => cast.otherOwner, () => ({ entryId: one })],
    ['a foreign entry under the own server', () => cast.owner, () => ({ entryId: foreign })],
    [
      'an own entry under a foreign server',
      () => cast.otherOwner,
      () => ({ server: 'globex-mail', entryId: one }),
    ],
    ['for staff, an entry under another server', () => cast.support, () => ({ entryId: foreign })],
    ['whoever has left', () => cast.removedOwner, () => ({})],
    ['nobody', () => cast.nobody, () => ({})],
    ['without a person', () => operatorActor, () => ({})],
    ['no such server', () => cast.owner, () => ({ server: 'none' })],
    ['no such entry', () => cast.owner, () => ({ entryId: randomUUID() })],
    ['no id', () => cast.owner, () => ({ entryId: "'" })],
  ])('%s', async (_what, actor, more) => {
    expect(await take(actor(), more())).toEqual({ ok: false, code: 'not_found' });
  });
});

test('staff read the figures of everybody', async () => {
  expect(await lines(cast.support, { server: 'globex-mail', entryId: foreign })).toHaveLength(1);
});

test('the days of a server add its entries up, and of nobody else', async () => {
  const [server] = await db.database.select().from(servers).where(eq(servers.slug, 'acme-production'));
  const rows = await serverTrafficDays(db.database, server?.id ?? '', '2026-11-14', '2026-11-20');
  expect(rows.map(({ day, accepted }) => [day, accepted])).toEqual([
    ['2026-11-14', 1],
    ['2026-11-20', 7],
  ]);
  expect(rows[0]?.refused).toEqual({});
  expect(rows[1]?.refused).toEqual({ rate_exceeded: 3, sender_out_of_scope: 3 });
});

test('a list shows each entry its own days', async () => {
  const traffic = await rowTraffic(db.database, [one, two], ['2026-11-19', '2026-11-20']);
  expect(traffic.get(one)?.week).toEqual([0, 5]);
  expect(traffic.get(two)?.week).toEqual([0, 2]);
});
