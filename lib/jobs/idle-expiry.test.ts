import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listEntryEvents } from '../../db/queries/events.ts';
import {
  entries,
  entryActivity,
  fuseCounts,
  fuseTrips,
  mailChoices,
  servers,
  subscriptions,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { applyHeld } from '../operations/apply-held.ts';
import { decideFuse } from '../operations/decide-fuse.ts';
import { expireIdle } from '../operations/expire-idle.ts';
import { restoreEntry } from '../operations/restore-entry.ts';
import { suspendEntry } from '../operations/suspend-entry.ts';
import { type Cast, currentRow, inForce, seedCast, testNow } from '../operations/testing.ts';
import { insertActiveEntries } from '../operations/testing-entries.ts';
import { remind } from './remind.ts';
import { openTestPost, type TestPost } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
let post: TestPost;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  post = await openTestPost(db.database);
  await db.database.update(subscriptions).set({ paidUntil: addDays(testNow, 3000) });
});
afterAll(async () => {
  await post.close();
  await db.close();
});
beforeEach(async () => {
  await db.database.update(entries).set({ status: 'withdrawn', endedAt: testNow });
  await db.database.delete(fuseCounts);
  await post.deliver(day(1000));
});

const day = (days: number) => addDays(testNow, days);
const far = () => db.database.update(entries).set({ reviewBy: day(3000) });
const status = async (id: string) => (await currentRow(db.database, id)).status;
const heardFrom = (entryId: string, at: Date) =>
  db.database
    .insert(entryActivity)
    .values({ entryId, lastAcceptedAt: at })
    .onConflictDoUpdate({ target: entryActivity.entryId, set: { lastAcceptedAt: at } });

/** What the jobs do on that day, two processes at once. */
async function on(days: number): Promise<void> {
  await Promise.all([remind(db.database, day(days)), remind(db.database, day(days))]);
  await Promise.all([expireIdle(db.database, day(days)), expireIdle(db.database, day(days))]);
}

async function subjectsOn(days: number): Promise<string[]> {
  await on(days);
  return (await post.deliver(day(days))).map(({ parsed }) => parsed.subject ?? '');
}

test('it expires on day 180, warned on day 170, and the owner is told why', async () => {
  const entry = await inForce(db.database, cast, '45.82.1.1');
  await far();
  await post.deliver(testNow);
  expect(await subjectsOn(150)).toEqual(['45.82.1.1 has not sent for long']);
  expect(await subjectsOn(170)).toEqual(['45.82.1.1 has not sent for long']);
  expect(await subjectsOn(179.9)).toEqual([]);
  expect(await status(entry.id)).toBe('active');
  expect(await subjectsOn(180)).toEqual(['45.82.1.1 has expired']);
  expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'expired', endCause: 'idle' });
  const events = await listEntryEvents(db.database, entry.id, 'staff');
  expect(events.at(-1)).toMatchObject({ kind: 'expired', content: { cause: 'idle' } });
});

test('a message in the last ten days keeps it for another 180', async () => {
  const entry = await inForce(db.database, cast, '45.82.2.1');
  await far();
  await on(170);
  await heardFrom(entry.id, day(179));
  await on(200);
  expect(await status(entry.id)).toBe('active');
  await on(349);
  await on(358.9);
  expect(await status(entry.id)).toBe('active');
  await on(359);
  expect(await status(entry.id)).toBe('expired');
});

test('never without a warning: not for whoever turned such mail off, not after jobs that stood still', async () => {
  const [entry, dark] = [
    await inForce(db.database, cast, '45.82.3.1'),
    await inForce(db.database, cast, '45.82.3.2', cast.otherOwner, 'globex-mail'),
  ];
  await far();
  await db.database.insert(mailChoices).values({
    personId: cast.otherOwner.viewer?.personId ?? '',
    mailGroup: 'renewals',
    choice: 'off',
  });
  await post.deliver(testNow);
  expect(await subjectsOn(300), 'the first look is on day 300').toEqual(['45.82.3.1 has not sent for long']);
  await on(309.9);
  expect([await status(entry.id), await status(dark.id)]).toEqual(['active', 'active']);
  await on(310);
  expect([await status(entry.id), await status(dark.id)]).toEqual(['expired', 'expired']);
});

test('what rarely sends stays, and so does what is out of force; back in force it is warned anew', async () => {
  const alarm = await inForce(db.database, cast, '45.82.4.1');
  const lapsed = await inForce(db.database, cast, '45.82.4.2', cast.otherOwner, 'globex-mail');
  await far();
  await db.database.update(entries).set({ rarelySends: true }).where(eq(entries.id, alarm.id));
  const [globex] = await db.database.select().from(servers).where(eq(servers.slug, 'globex-mail'));
  const subscription = (state: 'active' | 'lapsed') =>
    db.database
      .update(subscriptions)
      .set({ status: state })
      .where(eq(subscriptions.serverId, globex?.id ?? ''));
  await on(170);
  await subscription('lapsed');
  await on(185);
  await on(230);
  expect(await status(lapsed.id)).toBe('active');
  await subscription('active');
  await on(231);
  await on(240.9);
  expect(await status(lapsed.id), 'the warning of day 170 is no warning any more').toBe('active');
  await on(241);
  expect([await status(lapsed.id), await status(alarm.id)]).toEqual(['expired', 'active']);
});

test('time out of force does not count as silence, however it was brought about', async () => {
  const paused = await inForce(db.database, cast, '45.82.5.1');
  const overdue = await inForce(db.database, cast, '45.82.5.2', cast.otherOwner, 'globex-mail');
  await far();
  const act = {
    database: db.database,
    actor: cast.support,
    id: paused.id,
    side: 'staff',
    reason: 'x',
  } as const;
  await suspendEntry({ ...act, now: day(5) });
  await db.database
    .update(entries)
    .set({ reviewBy: day(5) })
    .where(eq(entries.id, overdue.id));
  await on(5);
  await on(100);
  await restoreEntry({ ...act, now: day(179) });
  await far();
  await post.deliver(day(179));
  expect(await subjectsOn(179)).toEqual([]);
  expect(await subjectsOn(323)).toEqual([]);
  // 150 days in force are day 5 and 145 more.
  expect(await subjectsOn(324)).toEqual(['45.82.5.1 has not sent for long']);
  await on(344);
  await on(353.9);
  expect([await status(paused.id), await status(overdue.id)]).toEqual(['active', 'active']);
  await on(354);
  expect([await status(paused.id), await status(overdue.id)]).toEqual(['expired', 'expired']);
});

test('nodes that do not report make everybody look silent: the fuse holds', async () => {
  await insertActiveEntries(db.database, 'acme-production', 60, {
    reviewBy: day(3000),
    activatedAt: testNow,
  });
  await on(170);
  await on(180);
  const active = () => db.database.$count(entries, eq(entries.status, 'active'));
  expect(await active(), 'twenty are the most that may go by themselves').toBe(40);
  const [trip] = await db.database.select().from(fuseTrips);
  expect(trip).toMatchObject({ cause: 'idle', effect: 'out_of_force', decidedAt: null });
  const staffMail = await post.deliver(day(180));
  const toStaff = staffMail.filter(({ to }) => to.includes('support@postern.example'));
  expect(toStaff.map(({ parsed }) => parsed.text ?? '').join()).toContain('whether the nodes report');

  const decide = (decision: 'apply' | 'discard', items: string[], now: Date) =>
    decideFuse({
      database: db.database,
      actor: cast.support,
      tripId: trip?.id ?? '',
      decision,
      itemIds: items,
      reason: 'Looked at the nodes.',
      now,
    });
  const { rows } = await db.pool.query<{ id: string; entry: string }>(
    `select id, action ->> 'entryId' as entry from fuse_items order by held_at, id`,
  );
  expect(rows).toHaveLength(40);
  const [letGo, kept] = [rows.slice(0, 5), rows.slice(5)];
  const [spared] = letGo;
  await heardFrom(spared?.entry ?? '', day(180));
  await decide(
    'apply',
    letGo.map(({ id }) => id),
    day(180.1),
  );
  const failures: unknown[] = [];
  await applyHeld(db.database, day(180.1), (error) => failures.push(error));
  expect(failures).toEqual([]);
  expect(await active(), 'one has sent meanwhile').toBe(36);
  await decide(
    'discard',
    kept.map(({ id }) => id),
    day(180.2),
  );
  await on(181);
  await on(300);
  expect(await active(), 'silence counts anew from the decision on').toBe(36);
});
