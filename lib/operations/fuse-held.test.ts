import { and, eq, isNull, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accounts, entries, fuseItems, fuseTrips, outbox, servers, signals } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { applyHeld } from './apply-held.ts';
import { lockFuse } from './fuse-passage.ts';
import { putAccount } from './put-account.ts';
import { putServer, type ServerFeed } from './put-server.ts';
import { raiseSignal } from './raise-signal.ts';
import { restoreEntry } from './restore-entry.ts';
import { setSignalAside } from './set-signal-aside.ts';
import { suspendForDrift } from './suspend-for-drift.ts';
import { type Cast, currentRow, testNow as now, platform, seedCast } from './testing.ts';
import { applyAllHeld, calmFuse, decideTrip, later, manyInForce, openTrips } from './testing-fuse.ts';

// What the fuse holds while the world goes on: newer words, signals that were wrong, persons who decide meanwhile.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());
let run = 0;
beforeEach(async () => {
  run += 1;
  await calmFuse(db);
});

/** One server, and account of the same slug, with thirty addresses: more than may go at once. */
async function large(): Promise<{ slug: string; ids: string[] }> {
  const ids = await manyInForce(db, run, now, 30, 30);
  return { slug: `many-${run}-0`, ids };
}
const put = async (slug: string, feed: Omit<ServerFeed, 'slug'>, at = now) => {
  const result = await putServer({
    database: db.database,
    actor: platform,
    server: { slug, ...feed },
    now: at,
  });
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result;
};
const putWhole = (slug: string, status: 'active' | 'suspended' | 'cancelled') =>
  putAccount({ database: db.database, actor: platform, account: { slug, name: slug, status }, now });
const openItems = () =>
  db.database
    .select({ id: fuseItems.id, action: fuseItems.action, subject: fuseItems.subject })
    .from(fuseItems)
    .innerJoin(fuseTrips, eq(fuseTrips.id, fuseItems.tripId))
    .where(and(isNull(fuseItems.endedAt), isNull(fuseTrips.decidedAt)));
const decide = (tripId: string, decision: 'apply' | 'discard' = 'apply') =>
  decideTrip(db, { actor: cast.support, tripId, decision });
const releaseAll = async () => {
  for (const { id } of await openTrips(db)) await decide(id);
};
/** How many of them a node lets relay. */
const relaying = async (ids: string[]) => {
  const { rows } = await db.pool.query<{ count: number }>(
    'select count(*)::integer as count from smtp_whitelist where relay and entry_id = any($1)',
    [ids],
  );
  return rows[0]?.count;
};

describe('a feed of an account that is held', () => {
  test('is gone once the platform says otherwise, and so is its trip', async () => {
    const { slug, ids } = await large();
    expect(await putWhole(slug, 'suspended')).toMatchObject({ held: true });
    expect(await openItems()).toHaveLength(1);
    expect(await putWhole(slug, 'active')).toMatchObject({ held: false });
    expect(await openItems()).toEqual([]);
    expect(await openTrips(db)).toEqual([]);
    await applyAllHeld(db);
    expect(await relaying(ids)).toBe(30);
  });

  test('is not done either where it was let through just before', async () => {
    const { slug, ids } = await large();
    await putWhole(slug, 'suspended');
    await releaseAll();
    await putWhole(slug, 'active');
    await applyAllHeld(db);
    expect(await relaying(ids)).toBe(30);
    const [account] = await db.database.select().from(accounts).where(eq(accounts.slug, slug));
    expect(account?.status).toBe('active');
  });
});

test('what is out of force already is not counted', async () => {
  const { slug } = await large();
  await put(slug, { status: 'paused' });
  await releaseAll();
  await applyAllHeld(db);
  expect(await putWhole(slug, 'suspended')).toMatchObject({ held: false, changed: true });
});

describe('parts of a server’s feed', () => {
  test('that take nothing leave what is held of the others', async () => {
    const { slug, ids } = await large();
    expect(await put(slug, { status: 'paused' })).toMatchObject({ held: true });
    const paidUntil = new Date('2027-06-01T00:00:00Z');
    expect(await put(slug, { subscription: { paidUntil } })).toMatchObject({ held: false, changed: true });
    expect(await openItems()).toMatchObject([{ action: { kind: 'server', feed: { status: 'paused' } } }]);
    await releaseAll();
    await applyAllHeld(db);
    expect(await relaying(ids)).toBe(0);
    const [server] = await db.database.select().from(servers).where(eq(servers.slug, slug));
    expect(server?.status).toBe('paused');
  });

  test('that are held one after the other are all done', async () => {
    const { slug, ids } = await large();
    await put(slug, { status: 'paused' });
    expect(await put(slug, { subscription: { status: 'lapsed' } })).toMatchObject({ held: true });
    expect(await put(slug, { subscription: { paidUntil: later(5) } })).toMatchObject({ held: false });
    expect(await openItems()).toMatchObject([
      { action: { feed: { status: 'paused', subscription: { status: 'lapsed' } } } },
    ]);
    await releaseAll();
    await applyAllHeld(db);
    const { rows } = await db.pool.query(
      `select s.status, u.status as subscription, u.paid_until from servers s
       join subscriptions u on u.server_id = s.id where s.slug = $1`,
      [slug],
    );
    expect(rows).toEqual([{ status: 'paused', subscription: 'lapsed', paid_until: later(5) }]);
    expect(await relaying(ids)).toBe(0);
  });

  test('take back what they say otherwise, and what is left then takes nothing is done', async () => {
    const { slug, ids } = await large();
    await put(slug, { status: 'paused', subscription: { status: 'past_due', paidUntil: later(60) } });
    expect(await openItems()).toHaveLength(1);
    expect(await put(slug, { status: 'active' })).toMatchObject({ held: false });
    expect(await openItems()).toEqual([]);
    expect(await openTrips(db)).toEqual([]);
    expect(await relaying(ids)).toBe(30);
    const { rows } = await db.pool.query(
      `select u.status from servers s join subscriptions u on u.server_id = s.id where s.slug = $1`,
      [slug],
    );
    expect(rows).toEqual([{ status: 'past_due' }]);
  });

  test('newer ones take their place also in what was let through but is not done yet', async () => {
    const { slug, ids } = await large();
    await put(slug, { status: 'paused', subscription: { status: 'lapsed' } });
    await releaseAll();
    await put(slug, { subscription: { status: 'active' } });
    await applyAllHeld(db);
    const { rows } = await db.pool.query(
      `select s.status, u.status as subscription from servers s
       join subscriptions u on u.server_id = s.id where s.slug = $1`,
      [slug],
    );
    expect(rows).toEqual([{ status: 'paused', subscription: 'active' }]);
    expect(await relaying(ids)).toBe(0);
  });
});

test('a trip in which nothing is left is over: what comes later is asked anew, and staff are called anew', async () => {
  const { slug } = await large();
  await put(slug, { status: 'paused' });
  const [first] = await openTrips(db);
  await put(slug, { status: 'active' });
  const [over] = await db.database
    .select()
    .from(fuseTrips)
    .where(eq(fuseTrips.id, first?.id ?? ''));
  expect(over).toMatchObject({ decision: 'no_longer', decidedBy: null });
  const mails = () => db.database.$count(outbox, eq(outbox.kind, 'fuse'));
  const before = await mails();
  await put(slug, { status: 'paused' });
  expect((await openTrips(db)).map(({ id }) => id)).not.toContain(first?.id);
  expect(await mails()).toBeGreaterThan(before);
});

describe('a person who decides while something else is held', () => {
  test('waits for it: nothing is left in a trip that is decided', async () => {
    const { slug } = await large();
    await put(slug, { status: 'paused' });
    const [trip] = await openTrips(db);
    const tripId = trip?.id ?? '';
    const client = await db.pool.connect();
    try {
      // Somebody is at the fuse, has read the open trip, and puts something into it.
      await client.query('begin');
      await client.query(`select pg_advisory_xact_lock(hashtextextended('fuse', 2))`);
      const decided = decide(tripId);
      await expect.poll(() => waitingForLock(db)).toBeGreaterThan(0);
      await client.query(
        `insert into fuse_items (trip_id, subject, entry_ids, action, held_at)
         values ($1, 'server:another', '{}', '{"kind":"server","slug":"another","feed":{}}', $2)`,
        [tripId, now],
      );
      await client.query('commit');
      expect(await decided).toEqual({ ok: true, decided: 2, left: 0 });
    } finally {
      client.release();
    }
    const stranded = and(eq(fuseItems.tripId, tripId), isNull(fuseItems.releasedAt));
    expect(await db.database.$count(fuseItems, stranded)).toBe(0);
    await applyAllHeld(db);
  });

  test('and many feeds at once never wait for each other in a circle', async () => {
    const { slug } = await large();
    await put(slug, { status: 'paused' });
    for (let round = 0; round < 5; round += 1) {
      const [trip] = await openTrips(db);
      await Promise.all([
        ...Array.from({ length: 6 }, (_, n) =>
          put(slug, { status: 'paused', subscription: { status: n % 2 === 0 ? 'lapsed' : 'active' } }),
        ),
        decide(trip?.id ?? '', 'discard'),
        db.database.transaction((transaction) => lockFuse(transaction)),
      ]);
      await put(slug, { status: 'paused', subscription: { status: 'lapsed' } });
    }
    const lost = await db.pool.query(
      `select from fuse_items i join fuse_trips t on t.id = i.trip_id
       where i.ended_at is null and i.released_at is null and t.decided_at is not null and t.reason is not null`,
    );
    expect(lost.rows).toEqual([]);
  });
});

describe('what the ladder was held from', () => {
  const raise = (entryId: string) =>
    raiseSignal(
      db.database,
      { entryId, kind: 'malware', at: now, source: 'evidence', dedupeKey: `${run}:${entryId}` },
      now,
    );
  const aside = async (entryId: string, at: Date) => {
    const [signal] = await db.database.select().from(signals).where(eq(signals.entryId, entryId));
    const set = await setSignalAside({
      database: db.database,
      actor: cast.support,
      signalId: signal?.id ?? '',
      reason: 'A test file.',
      now: at,
    });
    expect(set).toMatchObject({ ok: true });
  };
  const itemsOf = (entryId: string) =>
    db.database
      .select()
      .from(fuseItems)
      .where(and(eq(fuseItems.subject, `entry:${entryId}`), isNull(fuseItems.endedAt)));

  /** Twenty removed; the last one is held and only slowed down. */
  async function held(): Promise<string> {
    const ids = await manyInForce(db, run, now, 22);
    for (const id of ids) await raise(id);
    const last = ids.at(-1) ?? '';
    expect(await itemsOf(last)).toHaveLength(1);
    return last;
  }

  test('is gone once its signal is set aside, also after a day, when it comes down again', async () => {
    const id = await held();
    await aside(id, later(25 * 60));
    expect(await itemsOf(id)).toEqual([]);
    await releaseAll();
    await applyAllHeld(db);
    expect(await currentRow(db.database, id)).toMatchObject({ status: 'active', throttledTo: null });
  });

  test('is not done where the signal was set aside after it was let through', async () => {
    const id = await held();
    await releaseAll();
    const setAsideReason = 'A test file.';
    await db.database
      .update(signals)
      .set({ setAsideAt: now, setAsideBy: cast.support.viewer?.personId ?? null, setAsideReason })
      .where(eq(signals.entryId, id));
    await applyAllHeld(db);
    expect((await currentRow(db.database, id)).status).toBe('active');
    const [item] = await db.database
      .select()
      .from(fuseItems)
      .where(eq(fuseItems.subject, `entry:${id}`));
    expect(item?.outcome).toBe('no_longer');
  });

  test('is done although the signal has faded a little while a person made up their mind', async () => {
    const ids = await manyInForce(db, run, now, 24);
    for (const id of ids.slice(0, 20)) await raise(id);
    const id = ids[22] ?? '';
    for (let n = 0; n < 8; n += 1) {
      await raiseSignal(
        db.database,
        { entryId: id, kind: 'spam', at: now, source: 'node', dedupeKey: `${run}:spam:${n}` },
        now,
      );
    }
    const [item] = await itemsOf(id);
    expect(item?.action).toMatchObject({ step: 'removed' });
    await releaseAll();
    const failed = (error: unknown) => {
      throw error;
    };
    while ((await applyHeld(db.database, later(180), failed)) > 0);
    expect((await currentRow(db.database, id)).status).toBe('removed');
  });

  test('is gone once a person has restored the entry', async () => {
    const id = await held();
    await db.database
      .update(entries)
      .set({ status: 'suspended', suspensionCauses: ['abuse'] })
      .where(eq(entries.id, id));
    const restored = await restoreEntry({
      database: db.database,
      actor: cast.support,
      id,
      side: 'staff',
      reason: 'Clean.',
      now,
    });
    expect(restored).toMatchObject({ ok: true });
    expect(await itemsOf(id)).toEqual([]);
  });

  test('leaves alone what drift is held from, of the same entry', async () => {
    const ids = await manyInForce(db, run, now, 22);
    for (const id of ids) await suspendForDrift(db.database, { entryId: id, reason: 'Moved.' }, now);
    const last = ids.at(-1) ?? '';
    await raise(last);
    await aside(last, now);
    const left = await db.database.$count(
      fuseItems,
      and(isNull(fuseItems.endedAt), sql`${fuseItems.action} @> ${JSON.stringify({ entryId: last })}::jsonb`),
    );
    expect(left).toBe(1);
  });
});
