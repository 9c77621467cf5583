import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries, entryActivity, people, servers, subscriptions } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { TakenMail } from '../adapters/testing/mail-sink.ts';
import { addDays } from '../domain/days.ts';
import { completeChecks } from '../operations/complete-checks.ts';
import { requestReview } from '../operations/request-review.ts';
import {
  type Cast,
  inForce,
  proven,
  requested,
  reviewable,
  seedCast,
  testNow,
} from '../operations/testing.ts';
import { remind } from './remind.ts';
import { expectWellMade, linksIn, openTestPost, type TestPost } from './testing.ts';

const owner = 'owner@acme.example';

let db: TestDatabase;
let cast: Cast;
let post: TestPost;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  post = await openTestPost(db.database);
});
afterAll(async () => {
  await post.close();
  await db.close();
});

/** What the clock brings about at that moment, however often it is looked at. */
async function remindedAt(at: Date): Promise<TakenMail[]> {
  await Promise.all([remind(db.database, at), remind(db.database, at)]);
  await remind(db.database, at);
  const taken = await post.deliver(at);
  for (const mail of taken) expectWellMade(mail);
  return taken;
}

const about = (taken: readonly TakenMail[], words: RegExp) =>
  taken.filter(({ parsed }) => words.test(parsed.subject ?? ''));
const textOf = (mail: TakenMail | undefined) => mail?.parsed.text ?? '';

test('proof missing: on day 3 and day 10, until it is there or a review without is asked', async () => {
  await requested(db.database, cast.owner, '45.81.1.1');
  await proven(db.database, await requested(db.database, cast.owner, '45.81.1.2'), '45.81.1.2');
  const without = await requested(db.database, cast.owner, '45.81.1.3');
  await completeChecks(db.database, without.id, testNow);
  await requestReview({ database: db.database, actor: cast.owner, id: without.id, now: testNow });
  await post.deliver(testNow);
  const missing = /still has to prove itself/;
  expect(about(await remindedAt(addDays(testNow, 2.9)), missing)).toEqual([]);
  const third = about(await remindedAt(addDays(testNow, 3)), missing);
  expect(third.map(({ to, parsed }) => [to, parsed.subject])).toEqual([
    [[owner], '45.81.1.1 still has to prove itself'],
  ]);
  expect(textOf(third[0])).toMatch(/\d{10}@proof\.platform\.example/);
  expect(textOf(third[0])).toContain('4 December 2026');
  expect(about(await remindedAt(addDays(testNow, 9.9)), missing)).toEqual([]);
  expect(about(await remindedAt(addDays(testNow, 10)), missing)).toHaveLength(1);
  expect(about(await remindedAt(addDays(testNow, 13)), missing)).toEqual([]);
  expect(about(await remindedAt(addDays(testNow, 15)), missing)).toEqual([]);
  await db.database.update(entries).set({ status: 'withdrawn', endedAt: testNow });
});

test('renew: at 30, 7 and 1 days, those due together in one mail', async () => {
  const networks = ['45.81.2.1', '45.81.2.2', '45.81.2.3'];
  for (const network of networks) await inForce(db.database, cast, network);
  const single = await inForce(db.database, cast, '45.81.2.9');
  const due = addDays(testNow, 100);
  for (const network of networks) {
    await db.database.update(entries).set({ reviewBy: due }).where(eq(entries.network, network));
  }
  await db.database
    .update(entries)
    .set({ reviewBy: addDays(due, 20), leaseEnd: '2027-03-20' })
    .where(eq(entries.id, single.id));
  await post.deliver(testNow);
  const renewal = /^Renew/;
  expect(about(await remindedAt(addDays(due, -31)), renewal)).toEqual([]);
  const [thirty, ...more] = about(await remindedAt(addDays(due, -30)), renewal);
  expect(more).toEqual([]);
  expect(thirty?.to).toEqual([owner]);
  expect(thirty?.parsed.subject).toBe('Renew 3 addresses, the first by 28 February 2027');
  for (const network of networks) expect(textOf(thirty)).toContain(network);
  expect(linksIn(textOf(thirty))).toContain('https://portal.example/account/renewals');
  const later = about(await remindedAt(addDays(due, -6)), renewal);
  expect(later.map(({ parsed }) => parsed.subject)).toEqual([
    'Renew 4 addresses, the first by 28 February 2027',
  ]);
  expect(textOf(later[0])).toContain('lease ends 20 March 2027');
  expect(about(await remindedAt(addDays(due, -5)), renewal)).toEqual([]);
  expect(about(await remindedAt(addDays(due, -1)), renewal)).toHaveLength(1);
  const out = about(await remindedAt(addDays(due, 0.1)), /out of force/);
  expect(out.map(({ parsed }) => parsed.subject)).toEqual([
    '3 addresses are out of force: renewal is overdue',
  ]);
  expect(textOf(out[0]).replaceAll(/\s+/g, ' ')).toContain('After 30 March 2027 what is not renewed expires');
  expect(textOf(out[0])).toContain('/account/renewals');
  expect(about(await remindedAt(addDays(due, 1)), /out of force/)).toEqual([]);
  await db.database.update(entries).set({ status: 'withdrawn', endedAt: testNow });
});

test('renew: what its owner has paused as well, for its date passes meanwhile', async () => {
  const due = addDays(testNow, 200);
  const paused = await inForce(db.database, cast, '45.81.7.1');
  const held = await inForce(db.database, cast, '45.81.7.2');
  const suspend = (id: string, causes: ('owner' | 'staff')[]) =>
    db.database
      .update(entries)
      .set({ status: 'suspended', suspensionCauses: causes, reviewBy: due })
      .where(eq(entries.id, id));
  await suspend(paused.id, ['owner']);
  await suspend(held.id, ['owner', 'staff']);
  await post.deliver(testNow);
  const [mail, ...more] = about(await remindedAt(addDays(due, -7)), /^Renew/);
  expect(more).toEqual([]);
  expect(mail?.parsed.subject).toBe('Renew 45.81.7.1 by 8 June 2027');
  expect(textOf(mail)).toContain('Renew by 8 June 2027, paused: resume it to renew it');
  await db.database.update(entries).set({ status: 'withdrawn', suspensionCauses: [], endedAt: testNow });
});

test('unpaid: before the grace ends, and when it has ended', async () => {
  await inForce(db.database, cast, '45.81.3.1');
  await inForce(db.database, cast, '45.81.3.2');
  const [server] = await db.database.select().from(servers).where(eq(servers.slug, 'acme-production'));
  const paidUntil = addDays(testNow, 10);
  await db.database
    .update(subscriptions)
    .set({ paidUntil })
    .where(eq(subscriptions.serverId, server?.id ?? ''));
  await post.deliver(testNow);
  const soon = /go out of force on/;
  const end = addDays(paidUntil, 14);
  expect(about(await remindedAt(addDays(end, -8)), soon)).toEqual([]);
  const [week] = about(await remindedAt(addDays(end, -7)), soon);
  expect(week?.parsed.subject).toBe('2 addresses go out of force on 14 December 2026');
  expect(textOf(week)).toContain('14 December 2026, 12:00 UTC');
  expect(about(await remindedAt(addDays(end, -3)), soon)).toEqual([]);
  expect(about(await remindedAt(addDays(end, -1)), soon)).toHaveLength(1);
  const out = about(await remindedAt(addDays(end, 0.01)), /out of force/);
  expect(out.map(({ parsed }) => parsed.subject)).toEqual([
    '2 addresses are out of force: the subscription is not paid',
  ]);
  expect(about(await remindedAt(addDays(end, 0.5)), /out of force/)).toEqual([]);
  await db.database.update(entries).set({ status: 'withdrawn', endedAt: testNow });
});

test('silent: at 150 and 170 days without a message, but not what rarely sends', async () => {
  const never = await inForce(db.database, cast, '45.81.5.1');
  const once = await inForce(db.database, cast, '45.81.5.2');
  const alarm = await inForce(db.database, cast, '45.81.5.3');
  await db.database.update(entries).set({ reviewBy: addDays(testNow, 3000) });
  await db.database.update(entries).set({ rarelySends: true }).where(eq(entries.id, alarm.id));
  await db.database.update(subscriptions).set({ paidUntil: addDays(testNow, 3000) });
  await db.database.insert(entryActivity).values({ entryId: once.id, lastAcceptedAt: addDays(testNow, 40) });
  await post.deliver(testNow);
  const silent = /has not sent for long/;
  const subjects = async (day: number) =>
    about(await remindedAt(addDays(testNow, day)), silent)
      .map(({ parsed }) => parsed.subject)
      .sort();
  expect(await subjects(149)).toEqual([]);
  const [first, ...more] = about(await remindedAt(addDays(testNow, 150)), silent);
  expect(more).toEqual([]);
  expect(first?.parsed.subject).toBe('45.81.5.1 has not sent for long');
  expect(textOf(first)).toContain('No mail from this address for 150 days');
  expect(textOf(first)).toMatch(/Last message +None yet/);
  expect(textOf(first).replace(/\s+/g, ' ')).toContain('expires on 19 May 2027');
  expect(await subjects(160)).toEqual([]);
  expect(await subjects(170)).toEqual(['45.81.5.1 has not sent for long']);
  // It sends again: what was said before is over.
  await db.database
    .update(entryActivity)
    .set({ lastAcceptedAt: addDays(testNow, 172) })
    .where(eq(entryActivity.entryId, never.id));
  expect(await subjects(191)).toEqual(['45.81.5.2 has not sent for long']);
  // Whoever could not be warned in time is warned late: the end waits for it.
  expect(await subjects(323)).toEqual(['45.81.5.1 has not sent for long', '45.81.5.2 has not sent for long']);
  await db.database.update(entries).set({ status: 'withdrawn', endedAt: testNow });
});

test('the queue: to each of the staff at eight by their own clock, once a day, while something waits', async () => {
  const queue = /waits? for a decision/;
  const morning = new Date('2026-11-23T06:30:00Z');
  expect(about(await remindedAt(addDays(morning, 0.5)), queue), 'nothing waits').toEqual([]);
  const entry = await reviewable(db.database, cast.owner, '45.81.4.1');
  await post.deliver(testNow);
  await db.database
    .update(people)
    .set({ timeZone: 'Europe/Berlin' })
    .where(eq(people.email, 'admin@postern.example'));
  await db.database
    .update(people)
    .set({ timeZone: 'America/New_York' })
    .where(eq(people.email, 'support2@postern.example'));
  const day = addDays(morning, 1);
  const readers = async (at: Date) =>
    about(await remindedAt(at), queue)
      .map(({ to }) => to[0])
      .sort();
  expect(await readers(day)).toEqual([]);
  expect(await readers(new Date('2026-11-24T07:00:00Z'))).toEqual(['admin@postern.example']);
  expect(await readers(new Date('2026-11-24T08:00:00Z'))).toEqual(['support@postern.example']);
  expect(await readers(new Date('2026-11-24T12:59:00Z'))).toEqual([]);
  const [mail] = about(await remindedAt(new Date('2026-11-24T13:00:00Z')), queue);
  expect(mail?.to).toEqual(['support2@postern.example']);
  expect(mail?.parsed.subject).toBe('1 request waits for a decision');
  expect(textOf(mail)).toContain('Acme Devices, since 20 November 2026, 07:00 GMT-5');
  expect(linksIn(textOf(mail))).toContain(`https://portal.example/admin/requests/${entry.id}`);
});
