import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listEntryEvents } from '../../db/queries/events.ts';
import { accounts, entries, servers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { askQuestion } from './ask-question.ts';
import { endCancelledEntries } from './end-cancelled.ts';
import { expireEntries } from './expire-entries.ts';
import { putAccount } from './put-account.ts';
import { putServer, type ServerFeed } from './put-server.ts';
import { renewEntry } from './renew-entry.ts';
import { suspendEntry } from './suspend-entry.ts';
import {
  type Cast,
  currentRow,
  inForce,
  testNow as now,
  proven,
  requested,
  reviewable,
  seedCast,
} from './testing.ts';
import { insertActiveEntries } from './testing-entries.ts';

const MANY = 1000;

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const platform = () => ({ ...cast.admin, kind: 'platform' as const });
// As a person decides it: the fuse holds what takes so many out of force at once until somebody has looked.
const feedServer = (server: Partial<ServerFeed>) =>
  putServer({
    database: db.database,
    actor: platform(),
    server: { slug: 'acme-production', ...server },
    now,
    decided: true,
  });
const feedAccount = (slug: string, status: 'active' | 'suspended' | 'cancelled') =>
  putAccount({
    database: db.database,
    actor: platform(),
    account: { slug, name: 'Acme', status },
    now,
    decided: true,
  });

/** What nodes read: how many of acme-production's entries are in which state, and the revision of the oldest. */
async function nodesSee(): Promise<{ states: Record<string, number>; oldest: number }> {
  const { rows } = await db.pool.query<{ state: string; count: number; oldest: number }>(
    `select n.state, count(*), min(n.revision) as oldest from node_entries n
     join servers s on s.id = n.server_id where s.slug = 'acme-production' group by n.state`,
  );
  return {
    states: Object.fromEntries(rows.map((row) => [row.state, row.count])),
    oldest: Math.min(...rows.map((row) => row.oldest)),
  };
}

describe('a thousand entries of one server', () => {
  beforeAll(() => insertActiveEntries(db.database, 'acme-production', MANY));
  beforeEach(async () => {
    expect((await nodesSee()).states).toEqual({ in_force: MANY });
  });

  test.each<[string, () => Promise<unknown>, string, () => Promise<unknown>]>([
    [
      'the subscription lapses and is paid again',
      () => feedServer({ subscription: { status: 'lapsed' } }),
      'lapsed',
      () => feedServer({ subscription: { status: 'active' } }),
    ],
    [
      'the plan changes to one without whitelisting, and back',
      () => feedServer({ plan: 'free' }),
      'lapsed',
      () => feedServer({ plan: 'paid' }),
    ],
    [
      'the server is paused and resumed',
      () => feedServer({ status: 'paused' }),
      'lapsed',
      () => feedServer({ status: 'active' }),
    ],
    [
      'the account is suspended and comes back',
      () => feedAccount('acme', 'suspended'),
      'lapsed',
      () => feedAccount('acme', 'active'),
    ],
    [
      'the account is cancelled by mistake',
      () => feedAccount('acme', 'cancelled'),
      'cancelled',
      () => feedAccount('acme', 'active'),
    ],
  ])('%s: none in force meanwhile, all of them after', async (_what, out, state, back) => {
    const before = await nodesSee();
    await out();
    const during = await nodesSee();
    expect(during.states).toEqual({ [state]: MANY });
    // A node asks for what is newer than it has: each of the thousand has to be.
    expect(during.oldest).toBeGreaterThan(before.oldest);
    await back();
    const after = await nodesSee();
    expect(after.states).toEqual({ in_force: MANY });
    expect(after.oldest).toBeGreaterThan(during.oldest);
  });

  test('past due they stay in force, and the end of the grace travels with them', async () => {
    const paidUntil = addDays(now, -3);
    await feedServer({ subscription: { status: 'past_due', paidUntil } });
    expect((await nodesSee()).states).toEqual({ in_force: MANY });
    const { rows } = await db.pool.query(
      `select distinct expires_at from node_entries n join servers s on s.id = n.server_id where s.slug = 'acme-production'`,
    );
    expect(rows).toEqual([{ expires_at: addDays(paidUntil, 14) }]);
    await feedServer({ subscription: { status: 'active', paidUntil: addDays(now, 300) } });
  });
});

describe('cancelled', () => {
  const cancelledFor = async (days: number) => {
    await db.database
      .update(accounts)
      .set({ statusSince: addDays(now, -days) })
      .where(eq(accounts.slug, 'globex'));
  };
  const finish = async () => {
    let ended = 0;
    for (let batch = 1; batch > 0; ended += batch) batch = await endCancelledEntries(db.database, now);
    return ended;
  };

  test('an account that comes back in time has everything; after the grace its entries have ended', async () => {
    const live = await inForce(db.database, cast, '45.104.1.1', cast.otherOwner, 'globex-mail');
    const paused = await inForce(db.database, cast, '45.104.1.2', cast.otherOwner, 'globex-mail');
    await suspendEntry({
      database: db.database,
      actor: cast.otherOwner,
      id: paused.id,
      now,
      side: 'owner',
      reason: '',
    });
    const open = await requested(db.database, cast.otherOwner, '45.104.1.3', 'globex-mail');
    await feedAccount('globex', 'cancelled');
    await cancelledFor(29);
    expect(await finish()).toBe(0);
    await feedAccount('globex', 'active');
    await cancelledFor(400);
    expect(await finish()).toBe(0);
    await feedAccount('globex', 'cancelled');
    await cancelledFor(31);
    expect(await finish()).toBe(3);
    expect(await currentRow(db.database, live.id)).toMatchObject({
      status: 'removed',
      endCause: 'account_closed',
    });
    expect(await currentRow(db.database, paused.id)).toMatchObject({
      status: 'removed',
      suspensionCauses: [],
    });
    expect(await currentRow(db.database, open.id)).toMatchObject({ status: 'rejected' });
    expect((await listEntryEvents(db.database, live.id)).at(-1)).toMatchObject({
      kind: 'removed',
      actorKind: 'system',
      content: { cause: 'account_closed' },
    });
    await feedAccount('globex', 'active');
  });

  test('a cancelled server of an account that goes on', async () => {
    const { id } = await inForce(db.database, cast, '45.104.1.4', cast.otherOwner, 'globex-mail');
    await putServer({
      database: db.database,
      actor: platform(),
      server: { slug: 'globex-mail', status: 'cancelled' },
      now,
      decided: true,
    });
    await db.database
      .update(servers)
      .set({ statusSince: addDays(now, -31) })
      .where(eq(servers.slug, 'globex-mail'));
    expect(await finish()).toBe(1);
    expect(await currentRow(db.database, id)).toMatchObject({ status: 'removed', endCause: 'server_closed' });
    await putServer({
      database: db.database,
      actor: platform(),
      server: { slug: 'globex-mail', status: 'active' },
      now,
    });
  });
});

describe('renewal', () => {
  const due = async (address: string, reviewBy: Date) => {
    const entry = await inForce(db.database, cast, address, cast.otherOwner, 'globex-mail');
    await db.database.update(entries).set({ reviewBy }).where(eq(entries.id, entry.id));
    return entry.id;
  };
  const renew = (id: string) => renewEntry({ database: db.database, actor: cast.otherOwner, id, now });

  test.each([
    ['before its date', 20, 'active'],
    ['29 days late', -29, 'active'],
    ['31 days late', -31, 'expired'],
  ])('%s: %i days, then %s', async (_what, days, status) => {
    const id = await due(`45.104.2.${days + 100}`, addDays(now, days));
    while ((await expireEntries(db.database, now)) > 0);
    const renewed = await renew(id);
    expect(renewed.ok).toBe(status === 'active');
    expect((await currentRow(db.database, id)).status).toBe(status);
  });

  test('what was suspended meanwhile ends as well', async () => {
    const id = await due('45.104.3.1', addDays(now, -31));
    await suspendEntry({ database: db.database, actor: cast.support, id, now, side: 'staff', reason: 'x' });
    while ((await expireEntries(db.database, now)) > 0);
    expect(await currentRow(db.database, id)).toMatchObject({ status: 'expired', endCause: 'not_renewed' });
  });
});

test('a renewal in the moment in which the entry would expire wins', async () => {
  const { id } = await inForce(db.database, cast, '45.104.5.1', cast.otherOwner, 'globex-mail');
  await db.database
    .update(entries)
    .set({ reviewBy: addDays(now, -31) })
    .where(eq(entries.id, id));
  const holder = await db.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('update entries set review_by = $2 where id = $1', [id, addDays(now, 300)]);
    const expired = expireEntries(db.database, now);
    await expect.poll(() => waitingForLock(db)).toBe(1);
    await holder.query('commit');
    expect(await expired).toBe(0);
    expect((await currentRow(db.database, id)).status).toBe('active');
  } finally {
    holder.release();
  }
});

test('what is proven and waits for its checks does not expire for want of a proof', async () => {
  const entry = await requested(db.database, cast.otherOwner, '45.104.5.2', 'globex-mail');
  await proven(db.database, entry, '45.104.5.2');
  await expireEntries(db.database, addDays(now, 15));
  expect((await currentRow(db.database, entry.id)).status).toBe('pending');
});

test('whoever is asked late has as long to answer', async () => {
  const { id } = await reviewable(db.database, cast.otherOwner, '45.104.5.3', 'globex-mail');
  const asked = { database: db.database, actor: cast.support, id, reason: 'Which device is it?' };
  expect(await askQuestion({ ...asked, now: addDays(now, 20) })).toMatchObject({ ok: true });
  await expireEntries(db.database, addDays(now, 21));
  expect((await currentRow(db.database, id)).status).toBe('waiting');
});

test('a question that nobody answers ends the request 14 days later, whatever has touched its row meanwhile', async () => {
  const { id } = await reviewable(db.database, cast.otherOwner, '45.104.4.1', 'globex-mail');
  const asked = { database: db.database, actor: cast.support, id, now, reason: 'Which device is it?' };
  expect(await askQuestion(asked)).toMatchObject({ ok: true });
  // As a feed of its server or a new policy does, on day ten: `updated_at` moves.
  await db.pool.query('select whitelist_restamp(array[$1::uuid])', [
    (await currentRow(db.database, id)).serverId,
  ]);
  await db.pool.query(`update entries set label = 'New' where id = $1`, [id]);
  await expireEntries(db.database, addDays(now, 13.9));
  expect((await currentRow(db.database, id)).status).toBe('waiting');
  await expireEntries(db.database, addDays(now, 14.1));
  expect(await currentRow(db.database, id)).toMatchObject({ status: 'expired', endCause: 'no_answer' });
});
