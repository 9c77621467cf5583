import { and, eq, isNull, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countInForceSince } from '../../db/queries/abuse.ts';
import { heldItems } from '../../db/queries/abuse-desk.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import {
  accounts,
  entries,
  fuseItems,
  fuseTrips,
  ladderPositions,
  outbox,
  servers,
  signals,
  subscriptions,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { SignalKind } from '../domain/abuse-signals.ts';
import { askFuse, lockFuse } from './fuse-passage.ts';
import { putAccount } from './put-account.ts';
import { putServer } from './put-server.ts';
import { raiseSignal } from './raise-signal.ts';
import { type Cast, testNow as now, platform, seedCast } from './testing.ts';
import { applyAllHeld, calmFuse, decideTrip, later, manyInForce, openTrips } from './testing-fuse.ts';

// A list that answers yes to everything, a rule gone wrong, a billing feed that lapses everybody: mail flows on.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

let run = 0;
/** A platform of so many accounts, each with one paid server and one address in force. */
beforeEach(async () => {
  run += 1;
  await calmFuse(db);
});
const many = (count: number, perServer = 1) => manyInForce(db, run, now, count, perServer);

const raise = (entryId: string, kind: SignalKind, at: Date, key: string) =>
  raiseSignal(db.database, { entryId, kind, at, source: 'evidence', dedupeKey: `${run}:${key}` }, at);
const statuses = async (ids: string[]) => {
  const rows = await db.database
    .select()
    .from(entries)
    .where(sql`${entries.id} = any(${`{${ids.join(',')}}`}::uuid[])`);
  const count = (of: (row: (typeof rows)[number]) => boolean) => rows.filter(of).length;
  return {
    active: count((row) => row.status === 'active'),
    throttled: count((row) => row.throttledTo !== null),
    removed: count((row) => row.status === 'removed'),
  };
};
const inForceNow = () => countInForceSince(db.database, later(60), now);
const openItems = (tripId: string) =>
  db.database
    .select()
    .from(fuseItems)
    .where(and(eq(fuseItems.tripId, tripId), isNull(fuseItems.endedAt)));
const fuseMails = () => db.database.select().from(outbox).where(eq(outbox.kind, 'fuse'));
const decide = (tripId: string, decision: 'apply' | 'discard', more: object = {}) =>
  decideTrip(db, { actor: cast.support, tripId, decision, ...more });

describe('a rule gone wrong', () => {
  test('removes twenty of a hundred, then it holds; staff are told once, the rest is at least slowed down', async () => {
    const ids = await many(100);
    for (const id of ids.slice(0, 60)) await raise(id, 'malware', now, id);
    expect(await statuses(ids)).toEqual({ active: 80, throttled: 20, removed: 20 });
    const [trip, another] = await openTrips(db);
    const facts = { cause: 'ladder', effect: 'out_of_force', gone: 20, total: 100 } as const;
    expect(trip).toMatchObject({ ...facts, most: 20 });
    expect(another).toBeUndefined();
    expect(await openItems(trip?.id ?? '')).toHaveLength(40);
    const mails = await fuseMails();
    // Three persons of staff.
    expect(mails).toHaveLength(3);
    expect(mails[0]?.content.values).toMatchObject({ ...facts, affected: 21, limit: 20, minutes: 15 });
  });

  test('what is slowed down is in force still, and counted once', async () => {
    const ids = await many(30);
    const slowed = (entryIds: string[]) =>
      db.database.transaction(async (transaction) => {
        await lockFuse(transaction);
        const { abuse } = await currentPolicy(transaction);
        return askFuse(transaction, abuse, { cause: 'ladder', effect: 'throttled', entryIds }, now);
      });
    expect(await slowed(ids.slice(0, 20))).toEqual({ held: false });
    const answer = await slowed(ids.slice(20));
    expect(answer).toMatchObject({ held: true, trip: { gone: 20, limit: 20, total: 30 } });
  });

  test('discarded: nothing happens, and the signals count no more', async () => {
    const ids = await many(30);
    for (const id of ids) await raise(id, 'malware', now, id);
    const [trip] = (await openTrips(db)).filter((one) => one.effect === 'out_of_force');
    const held = ids.slice(20);
    // One has turned out to be critical meanwhile: a person is called for it all the same.
    const critical = held[0] ?? '';
    await db.database
      .update(ladderPositions)
      .set({ notDone: 'critical' })
      .where(eq(ladderPositions.entryId, critical));
    expect(await decide(trip?.id ?? '', 'discard')).toEqual({ ok: true, decided: 10, left: 0 });
    await applyAllHeld(db);
    expect((await statuses(held)).active).toBe(10);
    for (const id of held) {
      const rows = await db.database.select().from(signals).where(eq(signals.entryId, id));
      expect(rows).toMatchObject([{ setAsideReason: 'Looked at it.' }]);
      const [position] = await db.database
        .select()
        .from(ladderPositions)
        .where(eq(ladderPositions.entryId, id));
      const left =
        id === critical ? { calledFor: 'removed', notDone: 'critical' } : { calledFor: null, notDone: null };
      expect(position).toMatchObject(left);
    }
    expect((await openTrips(db)).some((one) => one.effect === 'out_of_force')).toBe(false);
  });

  test('applied: it happens, with the person who let it in the log; what has ended meanwhile is passed over', async () => {
    const ids = await many(30);
    for (const id of ids) await raise(id, 'malware', now, id);
    const gone = ids[29] ?? '';
    await db.database
      .update(entries)
      .set({ status: 'removed', endCause: 'owner', endedAt: now })
      .where(eq(entries.id, gone));
    const [trip] = (await openTrips(db)).filter((one) => one.effect === 'out_of_force');
    const some = (await openItems(trip?.id ?? '')).slice(0, 4).map((item) => item.id);
    expect(await decide(trip?.id ?? '', 'discard', { itemIds: some })).toEqual({
      ok: true,
      decided: 4,
      left: 6,
    });
    expect(await decide(trip?.id ?? '', 'apply')).toEqual({ ok: true, decided: 6, left: 0 });
    await Promise.all([applyAllHeld(db), applyAllHeld(db)]);
    const rows = await db.database
      .select()
      .from(fuseItems)
      .where(eq(fuseItems.tripId, trip?.id ?? ''));
    const outcomes = rows.map((row) => row.outcome).sort();
    expect(outcomes.filter((one) => one === 'discarded')).toHaveLength(4);
    expect(outcomes.filter((one) => one === 'applied').length).toBeGreaterThanOrEqual(5);
    const { rows: events } = await db.pool.query(
      `select actor_kind, actor_id from events where kind = 'removed' and actor_kind = 'staff' and entry_id = any($1)`,
      [ids],
    );
    expect(events.length).toBe(outcomes.filter((one) => one === 'applied').length);
    expect(events[0]).toEqual({ actor_kind: 'staff', actor_id: cast.support.viewer?.personId });
  });

  test('in quiet times nothing is held: nineteen now, nineteen after the quarter of an hour', async () => {
    const ids = await many(60);
    for (const id of ids.slice(0, 19)) await raise(id, 'malware', now, id);
    for (const id of ids.slice(19, 38)) await raise(id, 'malware', later(16), id);
    expect((await statuses(ids)).removed).toBe(38);
    expect(await openTrips(db)).toEqual([]);
  });

  test('of many entries more may go: two in a hundred', async () => {
    const ids = await many(1500);
    for (const id of ids.slice(0, 32)) await raise(id, 'malware', now, id);
    expect((await statuses(ids)).removed).toBe(30);
  });
});

test('a list that names everybody: mail flows, at its own rate but for the first twenty', async () => {
  const ids = await many(30);
  for (const id of ids)
    for (const zone of ['a', 'b', 'c', 'd']) await raise(id, 'listed', now, `${zone}${id}`);
  const { active, throttled, removed } = await statuses(ids);
  expect(removed).toBe(0);
  expect(active).toBeGreaterThanOrEqual(10);
  expect(throttled).toBeLessThanOrEqual(20);
  expect((await openTrips(db)).length).toBeGreaterThan(0);
});

describe('a billing feed that lapses everybody', () => {
  const lapse = (slug: string, status: 'lapsed' | 'active' = 'lapsed', at = now) =>
    putServer({
      database: db.database,
      actor: platform,
      server: { slug, subscription: { status } },
      now: at,
    });
  const slugs = async (ids: string[]) => {
    const rows = await db.database
      .selectDistinct({ slug: servers.slug })
      .from(servers)
      .innerJoin(entries, eq(entries.serverId, servers.id))
      .where(sql`${entries.id} = any(${`{${ids.join(',')}}`}::uuid[])`)
      .orderBy(servers.slug);
    return rows.map((row) => row.slug);
  };

  test('the fuse holds after twenty, and takes everything else that the feed says', async () => {
    const ids = await many(100);
    const inForce = await inForceNow();
    const results = [];
    for (const slug of await slugs(ids)) results.push(await lapse(slug));
    expect(results.filter((result) => result.ok && result.held)).toHaveLength(80);
    expect(await inForceNow()).toBe(inForce - 20);
    const [heldSlug = ''] = (await slugs(ids)).slice(50);
    const renamed = await putServer({
      database: db.database,
      actor: platform,
      server: {
        slug: heldSlug,
        name: 'New name',
        subscription: { status: 'lapsed' },
        domains: ['new.example'],
      },
      now,
    });
    expect(renamed).toMatchObject({ ok: true, held: true, server: { name: 'New name' } });
  });

  test('at once, from many connections, it is the same', async () => {
    const ids = await many(25);
    const inForce = await inForceNow();
    await Promise.all((await slugs(ids)).map((slug) => lapse(slug)));
    expect(await inForceNow()).toBe(inForce - 20);
    expect(await openTrips(db)).toHaveLength(1);
  });

  test('one server with more addresses than may go is held whole; a newer feed takes its place', async () => {
    const ids = await many(30, 30);
    const [slug = ''] = await slugs(ids);
    const inForce = await inForceNow();
    expect(await lapse(slug)).toMatchObject({ held: true });
    expect(await lapse(slug)).toMatchObject({ held: true });
    const [trip] = await openTrips(db);
    expect(trip?.total, 'what the feed would take was in force before').toBe(inForce);
    const [item] = await openItems(trip?.id ?? '');
    expect(item).toMatchObject({ subject: `server:${slug}`, action: { kind: 'server', slug } });
    expect(item?.entryIds).toHaveLength(30);
    expect(await openItems(trip?.id ?? '')).toHaveLength(1);
    await lapse(slug, 'active', later(1));
    expect(await openItems(trip?.id ?? '')).toEqual([]);
  });

  test('applied: the subscription lapses then, dates and all', async () => {
    const ids = await many(30, 30);
    const [slug = ''] = await slugs(ids);
    const paidUntil = new Date('2026-01-01T00:00:00Z');
    const feed = { slug, subscription: { status: 'past_due' as const, paidUntil } };
    expect(await putServer({ database: db.database, actor: platform, server: feed, now })).toMatchObject({
      ok: true,
      held: true,
    });
    const [trip] = await openTrips(db);
    await decide(trip?.id ?? '', 'apply');
    await applyAllHeld(db);
    const [subscription] = await db.database
      .select({ status: subscriptions.status, paidUntil: subscriptions.paidUntil })
      .from(subscriptions)
      .innerJoin(servers, eq(servers.id, subscriptions.serverId))
      .where(eq(servers.slug, slug));
    expect(subscription).toEqual({ status: 'past_due', paidUntil });
  });

  test('an account that is suspended with more addresses than may go is held', async () => {
    const ids = await many(30, 30);
    const [slug = ''] = await slugs(ids);
    const put = (status: 'suspended' | 'active') =>
      putAccount({ database: db.database, actor: platform, account: { slug, name: 'Renamed', status }, now });
    expect(await put('suspended')).toMatchObject({
      held: true,
      account: { name: 'Renamed', status: 'active' },
    });
    const [trip] = await openTrips(db);
    await decide(trip?.id ?? '', 'apply');
    await applyAllHeld(db);
    const [account] = await db.database.select().from(accounts).where(eq(accounts.slug, slug));
    expect(account?.status).toBe('suspended');
  });

  test('what brings entries back, or takes none, is never held', async () => {
    const ids = await many(60);
    for (const slug of await slugs(ids)) await lapse(slug);
    for (const slug of await slugs(ids)) expect(await lapse(slug, 'active')).toMatchObject({ held: false });
  });
});

test('only staff decides, with a reason', async () => {
  const ids = await many(30);
  for (const id of ids) await raise(id, 'malware', now, id);
  const [trip] = await openTrips(db);
  const tripId = trip?.id ?? '';
  for (const actor of [cast.owner, cast.nobody, platform]) {
    expect(await decide(tripId, 'discard', { actor })).toEqual({ ok: false, code: 'not_found' });
  }
  expect(await decide(tripId, 'discard', { reason: ' ' })).toEqual({ ok: false, code: 'reason_missing' });
  expect(await decide('none', 'discard')).toEqual({ ok: false, code: 'not_found' });
});

test('all of it is what was read: what joined since is left for another decision', async () => {
  const ids = await many(30);
  for (const id of ids.slice(0, 25)) await raise(id, 'malware', now, id);
  const [trip] = await openTrips(db);
  const tripId = trip?.id ?? '';
  const { total, until } = await heldItems(db.database, tripId, 1);
  expect(total).toBe(5);
  for (const id of ids.slice(25)) await raise(id, 'malware', later(1), id);
  expect(await decide(tripId, 'apply', { seenUntil: until })).toEqual({ ok: true, decided: 5, left: 5 });
  const left = (await heldItems(db.database, tripId, 9)).items.flatMap(({ entryIds }) => entryIds);
  expect(left.toSorted()).toEqual(ids.slice(25).toSorted());
  expect(await openTrips(db)).toHaveLength(1);
  expect(await decide(tripId, 'discard')).toEqual({ ok: true, decided: 5, left: 0 });
});

test('what has tripped holds all that follows until a person decides, however long it takes', async () => {
  const [first, ...others] = await many(2);
  const [{ id: tripId } = { id: '' }] = await db.database
    .insert(fuseTrips)
    .values({ cause: 'ladder', effect: 'out_of_force', trippedAt: now, gone: 20, most: 20, total: 100 })
    .returning();
  const ask = (entryIds: string[]) =>
    db.database.transaction(async (transaction) => {
      await lockFuse(transaction);
      const { abuse } = await currentPolicy(transaction);
      const passage = { cause: 'ladder', effect: 'out_of_force', entryIds } as const;
      return askFuse(transaction, abuse, passage, later(24 * 60));
    });
  expect(await ask([first ?? ''])).toEqual({ held: true, trip: null });
  await db.database
    .update(fuseTrips)
    .set({ decision: 'discarded', decidedAt: later(24 * 60) })
    .where(eq(fuseTrips.id, tripId));
  expect(await ask(others)).toEqual({ held: false });
});
