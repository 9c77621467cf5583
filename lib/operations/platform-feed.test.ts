import { desc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accounts, entries, events, servers, subscriptions } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { putAccount } from './put-account.ts';
import { putServer, type ServerFeed } from './put-server.ts';
import { type Cast, inForce, testNow as now, platform, seedCast } from './testing.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 12, minute));

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

let slug: string;
let count = 0;
beforeEach(() => {
  count += 1;
  slug = `fed-${count}`;
});

const account = (name: string, asOf?: Date, status: 'active' | 'suspended' = 'active') =>
  putAccount({ database: db.database, actor: platform, account: { slug, name, status, asOf }, now });
const server = (feed: Omit<ServerFeed, 'slug'>) =>
  putServer({ database: db.database, actor: platform, server: { slug: `${slug}-mail`, ...feed }, now });
const clock = async () =>
  (await db.pool.query<{ revision: number }>('select revision from whitelist_clock')).rows[0]?.revision;
const updatedAt = async (of: typeof accounts | typeof servers) => {
  const rows = await db.database.select({ at: of.updatedAt }).from(of).orderBy(desc(of.createdAt)).limit(1);
  return rows[0]?.at;
};
const eventCount = () => db.database.$count(events);

describe('an account', () => {
  test('is made, changed, and left alone by a feed that says nothing new', async () => {
    expect(await account('One', at(1))).toMatchObject({ ok: true, created: true });
    expect(await account('Two', at(2))).toMatchObject({ ok: true, created: false, changed: true });
    expect(await updatedAt(accounts)).toEqual(now);
    const before = [await clock(), await eventCount()];
    expect(await account('Two', at(3))).toMatchObject({ ok: true, created: false, changed: false });
    expect([await clock(), await eventCount()]).toEqual(before);
  });

  test('keeps what it is when an older feed comes late', async () => {
    await account('New', at(5));
    expect(await account('Old', at(4), 'suspended')).toEqual({ ok: false, code: 'stale_feed', asOf: at(5) });
    const [row] = await db.database.select().from(accounts).where(eq(accounts.slug, slug));
    expect(row).toMatchObject({ name: 'New', status: 'active' });
  });

  test('fed thirty times at once is made once and ends as the newest feed says', async () => {
    const feeds = Array.from({ length: 30 }, (_, minute) => account(`As of ${minute}`, at(minute)));
    const results = await Promise.all(feeds);
    expect(results.filter((result) => result.ok && result.created)).toHaveLength(1);
    expect(results.every((result) => result.ok || result.code === 'stale_feed')).toBe(true);
    const [row] = await db.database.select().from(accounts).where(eq(accounts.slug, slug));
    expect(row).toMatchObject({ name: 'As of 29', asOf: at(29) });
  });
});

describe('a server', () => {
  const whole = { plan: 'paid', subscription: { status: 'active' as const }, domains: ['fed.example'] };

  test('is made with its parts; the same feed again ticks no clock and leaves no event', async () => {
    await account('Fed');
    const credentials = [{ username: `${slug}-user`, passwordHash: '$6$salt$hash' }];
    expect(await server({ account: slug, ...whole, credentials })).toMatchObject({ ok: true, created: true });
    expect(await server({ subscription: { status: 'past_due' } })).toMatchObject({ changed: true });
    expect(await updatedAt(servers)).toEqual(now);
    expect(await server({ subscription: { status: 'active' } })).toMatchObject({ changed: true });
    const changed = [await clock(), await eventCount()];
    expect(await server({ account: slug, ...whole, credentials, asOf: at(1) })).toMatchObject({
      ok: true,
      created: false,
      changed: false,
    });
    expect([await clock(), await eventCount()]).toEqual(changed);
  });

  test.each([
    ['an unknown account', { account: 'nobody-knows', ...whole }, 'account', 'unknown'],
    ['no account', whole, 'account', 'missing'],
    ['an unknown plan', { account: 'acme', plan: 'gold' }, 'plan', 'unknown'],
    [
      'a subscription of no plan',
      { account: 'acme', subscription: { status: 'active' as const } },
      'plan',
      'missing',
    ],
  ])('with %s is not made', async (_what, feed, field, reason) => {
    expect(await server(feed)).toEqual({ ok: false, code: 'invalid', field, reason });
    expect(await db.database.$count(servers, eq(servers.slug, `${slug}-mail`))).toBe(0);
  });

  test('does not move to another account', async () => {
    await account('Fed');
    await server({ account: slug, ...whole });
    expect(await server({ account: 'acme' })).toMatchObject({
      code: 'invalid',
      field: 'account',
      reason: 'other',
    });
  });

  test('does not take the SMTP user of another server', async () => {
    await account('Fed');
    const credentials = [{ username: 'Acme-Production', passwordHash: '$6$salt$hash' }];
    expect(await server({ account: slug, ...whole, credentials })).toEqual({
      ok: false,
      code: 'taken',
      field: 'username',
    });
  });

  test('asks for a sign-in and a whitelisted address together, until it is told otherwise', async () => {
    await account('Fed');
    await server({ account: slug, ...whole, mailNeeds: 'both' });
    const needs = async () =>
      (await db.pool.query('select mail_needs, revision from node_servers where slug = $1', [`${slug}-mail`]))
        .rows[0];
    const before = await needs();
    expect(before.mail_needs).toBe('both');
    expect(await server({ name: 'Another name' })).toMatchObject({ changed: true });
    expect(await needs()).toEqual(before);
    expect(await server({ mailNeeds: 'both' })).toMatchObject({ changed: false });
    expect(await server({ mailNeeds: 'either' })).toMatchObject({ changed: true });
    const after = await needs();
    expect(after.mail_needs).toBe('either');
    expect(Number(after.revision)).toBeGreaterThan(Number(before.revision));
    const [event] = await db.database.select().from(events).orderBy(desc(events.at)).limit(1);
    expect(event?.kind).toBe('server_changed');
    expect(JSON.parse(event?.content ?? '')).toMatchObject({ changes: ['mail_needs'], mail_needs: 'either' });
  });

  test('keeps the subscription of the newest of many feeds at once', async () => {
    await account('Fed');
    const feeds = Array.from({ length: 20 }, (_, minute) =>
      server({
        account: slug,
        ...whole,
        subscription: { status: 'active', paidUntil: at(minute) },
        asOf: at(minute),
      }),
    );
    const results = await Promise.all(feeds);
    expect(results.filter((result) => result.ok && result.created)).toHaveLength(1);
    expect(results.every((result) => result.ok || result.code === 'stale_feed')).toBe(true);
    const [row] = await db.database
      .select({ paidUntil: subscriptions.paidUntil })
      .from(subscriptions)
      .innerJoin(servers, eq(servers.id, subscriptions.serverId))
      .where(eq(servers.slug, `${slug}-mail`));
    expect(row?.paidUntil).toEqual(at(19));
  });

  test('is overdue since it was told so first, however often the platform repeats it', async () => {
    await account('Fed');
    await server({ account: slug, ...whole });
    const overdue = (minute: number) =>
      putServer({
        database: db.database,
        actor: platform,
        server: { slug: `${slug}-mail`, subscription: { status: 'past_due', paidUntil: at(minute) } },
        now: at(minute),
      });
    await overdue(1);
    expect(await overdue(30)).toMatchObject({ changed: true });
    const [row] = await db.database
      .select({ since: subscriptions.pastDueSince })
      .from(subscriptions)
      .innerJoin(servers, eq(servers.id, subscriptions.serverId))
      .where(eq(servers.slug, `${slug}-mail`));
    expect(row?.since).toEqual(at(1));
  });

  test('whose subscription lapses takes its entries out of force, in the same revision', async () => {
    const entry = await inForce(db.database, cast, '45.93.1.1');
    const lapse = (status: 'active' | 'lapsed') =>
      putServer({
        database: db.database,
        actor: platform,
        server: { slug: 'acme-production', subscription: { status } },
        now,
      });
    await lapse('lapsed');
    const state = await db.database.execute(
      sql`select state, reason, revision from node_entries where entry_id = ${entry.id}`,
    );
    expect(state.rows[0]).toMatchObject({ state: 'lapsed', reason: 'subscription_lapsed' });
    expect(Number(state.rows[0]?.revision)).toBeGreaterThan(entry.revision);
    await lapse('active');
    const [row] = await db.database.select().from(entries).where(eq(entries.id, entry.id));
    expect(row?.status).toBe('active');
  });
});
