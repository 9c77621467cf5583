import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countAbuse,
  heldItems,
  nameEntries,
  openTrips,
  pageOfOpenReports,
  pageOfSeen,
} from '../../db/queries/abuse-desk.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import {
  abuseReports,
  accounts,
  events,
  fuseItems,
  fuseTrips,
  memberships,
  platformState,
  signals,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { defaultLadder, type LadderPolicy } from '../domain/ladder-policy.ts';
import { assignReport } from './assign-report.ts';
import { changeLadder } from './change-ladder.ts';
import { closeAccount } from './close-account.ts';
import { freezeApprovals } from './freeze-approvals.ts';
import { previewLadder } from './preview-ladder.ts';
import { raiseSignal } from './raise-signal.ts';
import { reportAbuse } from './report-abuse.ts';
import type { Actor } from './result.ts';
import { settleReport } from './settle-report.ts';
import { type Cast, currentRow, inForce, testNow as now, seedCast } from './testing.ts';

// What support and admins do about abuse by hand: reports that wait, another ladder, an incident.

const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const platform: Actor = { kind: 'platform', viewer: null, address: null, via: 'api' };

let db: TestDatabase;
let cast: Cast;
let entry: EntryRow;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  entry = await inForce(db.database, cast, '45.175.1.1');
});
afterAll(() => db.close());

const told = async (kind: string) =>
  (await db.database.select().from(events).where(eq(events.kind, kind))).map(({ content, chain }) => ({
    chain,
    content: JSON.parse(content) as Record<string, unknown>,
  }));

describe('a report that nobody could weigh by itself', () => {
  let count = 0;
  /** From a reporter that the policy does not name, about an address that has no time. */
  async function handIn(): Promise<string> {
    count += 1;
    const raw = [
      `From: <abuse-${count}@reporter.example>`,
      'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
      'MIME-Version: 1.0',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'A complaint.',
      '--b',
      'Content-Type: message/feedback-report',
      '',
      'Feedback-Type: abuse',
      'User-Agent: Some/1.0',
      'Version: 1',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: <scanner@acme.example>',
      `To: <somebody-${count}@elsewhere.example>`,
      'Subject: Win now',
      '',
      'x',
      '--b--',
      '',
    ].join('\r\n');
    const result = await reportAbuse({
      database: db.database,
      actor: platform,
      raw: Buffer.from(raw),
      secrets: { current: 'an auth secret of the tests, long', previous: null },
      now,
    });
    if (!result.ok) throw new Error(JSON.stringify(result));
    expect(result.report.state).toBe('for_person');
    return result.report.id;
  }
  const assign = (reportId: string, more: object = {}) =>
    assignReport({
      ...{ database: db.database, actor: cast.support, reportId, address: '45.175.1.1' },
      ...{ grade: 'complaint', reason: 'The customer forwarded it.', now, ...more },
    });
  const rowOf = async (id: string) =>
    (await db.database.select().from(abuseReports).where(eq(abuseReports.id, id)))[0];

  test('is assigned to a live entry, and weighs like a signed complaint', async () => {
    const id = await handIn();
    expect((await pageOfOpenReports(db.database, { limit: 10 })).rows.map((row) => row.id)).toContain(id);
    expect(await assign(id)).toMatchObject({ ok: true, entryId: entry.id, step: 'warned' });
    expect(await rowOf(id)).toMatchObject({
      ...{ state: 'settled', mappedBy: 'person', entryId: entry.id },
      settledReason: 'The customer forwarded it.',
    });
    const [signal] = await db.database.select().from(signals).where(eq(signals.reportId, id));
    expect(signal).toMatchObject({ kind: 'complaint', entryId: entry.id, weight: 10 });
    expect(signal?.sample).toMatchObject({ subject: 'Win now', recipient: 's…@elsewhere.example' });
    expect((await told('report_assigned'))[0]?.content).toMatchObject({ report: id, grade: 'complaint' });
    const { abuse: policy } = await currentPolicy(db.database);
    const { rows } = await pageOfSeen(db.database, policy, now, { limit: 10 });
    const [seen] = rows;
    expect(seen).toMatchObject({ entryId: entry.id, network: '45.175.1.1/32' });
    expect(seen?.signals.map((one) => one.id)).toEqual([signal?.id]);
  });

  test('is assigned once, however many try at the same time', async () => {
    const id = await handIn();
    const made = await Promise.all([assign(id), assign(id), assign(id)]);
    expect(made.filter((one) => one.ok)).toHaveLength(1);
    expect(made.filter((one) => !one.ok && one.code === 'not_found')).toHaveLength(2);
    expect(await db.database.$count(signals, eq(signals.reportId, id))).toBe(1);
  });

  test.each<[string, object, object]>([
    [
      'an address that no live entry covers',
      { address: '45.175.9.9' },
      { code: 'invalid', field: 'address' },
    ],
    ['what is no address', { address: 'acme' }, { code: 'invalid', field: 'address' }],
    ['no reason', { reason: ' ' }, { code: 'reason_missing' }],
    ['a report that there is not', { reportId: 'x' }, { code: 'not_found' }],
  ])('%s: nothing happens', async (_what, more, refusal) => {
    const id = await handIn();
    expect(await assign(id, more)).toMatchObject({ ok: false, ...refusal });
    expect(await rowOf(id)).toMatchObject({ state: 'for_person', entryId: null });
  });

  test('is settled without anything, with a reason, by staff', async () => {
    const id = await handIn();
    const settle = (actor: Actor, reason = 'Nothing of ours.') =>
      settleReport({ database: db.database, actor, reportId: id, reason, now });
    expect(await settle(cast.owner)).toEqual({ ok: false, code: 'not_found' });
    expect(await assign(id, { actor: cast.owner })).toEqual({ ok: false, code: 'not_found' });
    expect(await settle(cast.support, '')).toMatchObject({ code: 'reason_missing' });
    expect(await settle(cast.support)).toEqual({ ok: true, reportId: id });
    expect(await settle(cast.support)).toEqual({ ok: false, code: 'not_found' });
    expect(await db.database.$count(signals, eq(signals.reportId, id))).toBe(0);
  });
});

test('what the fuse holds is listed, and an address that it holds twice is counted once', async () => {
  const [trip] = await db.database
    .insert(fuseTrips)
    .values({ cause: 'feed', effect: 'out_of_force', trippedAt: now, gone: 20, most: 20, total: 100 })
    .returning();
  const tripId = trip?.id ?? '';
  const [one, two] = [entry.id, randomUUID()];
  const hold = (subject: string, entryIds: string[], more: object = {}) => ({
    ...{ tripId, subject, entryIds, heldAt: now, ...more },
    action: { kind: 'ladder', entryId: one, step: 'removed' } as const,
  });
  await db.database
    .insert(fuseItems)
    .values([
      hold('server:acme-production', [one, two]),
      hold(`entry:${one}`, [one]),
      hold('entry:let-through', [randomUUID()], { releasedAt: now }),
    ]);
  expect((await openTrips(db.database)).map((each) => each.id)).toEqual([tripId]);
  const held = await heldItems(db.database, tripId, 1);
  expect(held).toMatchObject({ total: 2, entries: 2 });
  expect(held.items).toHaveLength(1);
  expect((await nameEntries(db.database, [one, two])).get(one)).toMatchObject({ network: '45.175.1.1/32' });
  expect((await countAbuse(db.database)).held).toBe(2);
});

describe('another ladder', () => {
  const change = async (ladder: unknown, more: object = {}) =>
    changeLadder({
      ...{ database: db.database, actor: cast.admin, ladder, note: 'Too lenient.', now },
      version: (await currentPolicy(db.database)).version,
      ...more,
    });
  const preview = (ladder: unknown, actor = cast.admin, at = later(3)) =>
    previewLadder({ database: db.database, actor, ladder, now: at });
  const strict: LadderPolicy = {
    ...defaultLadder,
    thresholds: { warned: 1, throttled: 5, suspended: 5, removed: 10 },
  };

  test('is tried on the last month before it is saved, beside what was done', async () => {
    const noticed = await inForce(db.database, cast, '45.175.2.1');
    const quiet = await inForce(db.database, cast, '45.175.2.2');
    await raiseSignal(
      db.database,
      { entryId: noticed.id, kind: 'complaint', at: now, source: 'report', dedupeKey: 'preview' },
      now,
    );
    const before = await currentRow(db.database, noticed.id);
    const result = await preview(strict);
    if (!result.ok) throw new Error(JSON.stringify(result));
    expect(result.complete).toBe(true);
    const found = result.entries.find((one) => one.entryId === noticed.id);
    expect(found).toMatchObject({
      ...{ network: '45.175.2.1/32', account: 'Acme Devices', signals: 1 },
      would: [{ step: 'removed', callPerson: false }],
      did: [{ step: 'warned' }],
    });
    expect(result.entries.find((one) => one.entryId === quiet.id)).toBeUndefined();
    // The one that ends otherwise comes first.
    const same = await preview(defaultLadder);
    expect(same.ok && same.entries.find((one) => one.entryId === noticed.id)).toMatchObject({
      would: [{ step: 'warned' }],
      did: [{ step: 'warned' }],
    });
    // Nothing was changed by looking.
    expect(await currentRow(db.database, noticed.id)).toEqual(before);
    // What is older than a month only sets the scene.
    const month = await preview(strict, cast.admin, later(40));
    expect(month).toMatchObject({ ok: true, entries: [] });
  });

  test('is a version of the policy, and the rest stays', async () => {
    const before = await currentPolicy(db.database);
    const ladder = { ...before.abuse, mode: 'observe', reporters: ['mail.example'] };
    expect(await change(ladder)).toMatchObject({ ok: true, policy: { version: before.version + 1 } });
    expect(await currentPolicy(db.database)).toEqual({
      ...before,
      version: before.version + 1,
      abuse: ladder,
    });
    expect((await told('policy_changed')).at(-1)?.content).toMatchObject({ note: 'Too lenient.' });
    expect(await change(before.abuse)).toMatchObject({ ok: true });
  });

  test.each<[string, object, string]>([
    [
      'a threshold below the step beneath',
      { thresholds: { ...strict.thresholds, throttled: 0.5 } },
      'thresholds.throttled',
    ],
    [
      'slowing down before a warning',
      { thresholds: { warned: 10, throttled: 5, suspended: 20, removed: 20 } },
      'thresholds.throttled',
    ],
    [
      'removal before slowing down',
      { thresholds: { warned: 1, throttled: 5, suspended: 20, removed: 4 } },
      'thresholds.removed',
    ],
    [
      'the gravest that only warns',
      { kinds: { ...strict.kinds, malware: { ...strict.kinds.malware, ceiling: 'warned' } } },
      'kinds.malware.ceiling',
    ],
    ['a kind that there is not', { kinds: { ...strict.kinds, rumour: strict.kinds.spam } }, 'kinds'],
    ['a fuse that never holds', { fuseShare: 1 }, 'fuseShare'],
    ['a reporter that is no domain', { reporters: ['@x'] }, 'reporters.0'],
    ['a mode that there is not', { mode: 'destroy' }, 'mode'],
  ])('%s is refused', async (_what, part, field) => {
    const { version } = await currentPolicy(db.database);
    expect(await change({ ...defaultLadder, ...part })).toMatchObject({ code: 'invalid', field });
    expect(await preview({ ...defaultLadder, ...part })).toMatchObject({ code: 'invalid', field });
    expect((await currentPolicy(db.database)).version).toBe(version);
  });

  test('is for admins, with a reason, and not over somebody else’s change', async () => {
    expect(await change(strict, { actor: cast.support })).toMatchObject({ code: 'not_allowed' });
    expect(await change(strict, { actor: cast.owner })).toMatchObject({ code: 'not_allowed' });
    expect(await preview(strict, cast.support)).toMatchObject({ code: 'not_allowed' });
    expect(await change(strict, { note: ' ' })).toMatchObject({ code: 'reason_missing' });
    expect(await change(strict, { version: 999 })).toMatchObject({ code: 'changed_meanwhile' });
  });
});

describe('in an incident', () => {
  test('an admin closes an account at once, not one of their own, and the platform is told', async () => {
    const close = (actor: Actor, slug = 'globex') =>
      closeAccount({ database: db.database, actor, slug, reason: 'Broken into.', now });
    expect(await close(cast.otherOwner)).toEqual({ ok: false, code: 'not_found' });
    expect(await close(cast.support)).toMatchObject({ code: 'not_allowed' });
    const [globex] = await db.database.select().from(accounts).where(eq(accounts.slug, 'globex'));
    const belonging = { accountId: globex?.id ?? '', personId: cast.admin.viewer?.personId ?? '' };
    await db.database.insert(memberships).values({ ...belonging, role: 'viewer' });
    expect(await close(cast.admin)).toEqual({ ok: false, code: 'own_account' });
    await db.database
      .update(memberships)
      .set({ endedAt: now })
      .where(eq(memberships.personId, belonging.personId));
    expect(await close(cast.admin)).toMatchObject({ ok: true, account: { status: 'cancelled' } });
    expect(await close(cast.admin)).toMatchObject({ ok: true, removed: 0, changed: false });
    expect(await close(cast.admin, 'nobody')).toEqual({ ok: false, code: 'not_found' });
    const [event] = await told('account_closed_in_incident');
    expect(event).toMatchObject({
      chain: 'platform',
      content: { account: 'globex', reason: 'Broken into.', removed: 0 },
    });
  });

  test('approvals are frozen by an admin', async () => {
    const freeze = (actor: Actor, reason = 'Stolen sign-in.') =>
      freezeApprovals({ database: db.database, actor, frozen: true, reason, now });
    expect(await freeze(cast.owner)).toEqual({ ok: false, code: 'not_found' });
    expect(await freeze(cast.support)).toMatchObject({ code: 'not_allowed' });
    expect(await freeze(cast.admin, ' ')).toEqual({ ok: false, code: 'reason_missing' });
    const [platform] = await db.database.select().from(platformState);
    expect(platform?.approvalsFrozenAt).toBeNull();
    expect(await freeze(cast.admin)).toEqual({ ok: true, frozen: true });
  });
});
