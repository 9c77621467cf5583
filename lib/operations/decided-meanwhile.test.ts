import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listEntryEvents } from '../../db/queries/events.ts';
import { entries } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { liftSuspension } from './account-sanctions.ts';
import { approveEntry } from './approve-entry.ts';
import { completeChecks } from './complete-checks.ts';
import { editEntry } from './edit-entry.ts';
import { freezeApprovals } from './freeze-approvals.ts';
import { grantScope } from './grant-scope.ts';
import { refuseScope } from './refuse-scope.ts';
import { restoreEntry } from './restore-entry.ts';
import type { Actor, Result } from './result.ts';
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

// Whoever names no revision decides about what the operation has read, and not about what came after.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

let last = 0;
const base = (id: string) => ({ database: db.database, id, now, reason: 'Looked at it.' });
const staff = (id: string) => ({ ...base(id), actor: cast.support, side: 'staff' as const });
const edit = (id: string, messageBytes: number) =>
  editEntry({ ...base(id), actor: cast.owner, edits: { scope: { messageBytes } } });

async function wish(address: string): Promise<string> {
  const { id } = await inForce(db.database, cast, address);
  expect(await edit(id, 50_000_000)).toMatchObject({ ok: true });
  return id;
}

async function suspended(address: string): Promise<string> {
  const { id } = await inForce(db.database, cast, address);
  expect(await suspendEntry(staff(id))).toMatchObject({ ok: true });
  return id;
}

const request = async (address: string) => (await reviewable(db.database, cast.owner, address)).id;

test.each<[string, (address: string) => Promise<string>, (id: string) => Promise<Result<object>>]>([
  ['an approval', request, (id) => approveEntry({ ...staff(id), override: [] })],
  ['a wish that is granted', wish, (id) => grantScope(staff(id))],
  ['a wish that is refused', wish, (id) => refuseScope(staff(id))],
  ['a suspension that is lifted', suspended, (id) => restoreEntry(staff(id))],
  ['another wish', wish, (id) => edit(id, 100_000_000)],
])('%s', async (_what, prepare, decide) => {
  last += 1;
  const id = await prepare(`45.120.1.${last}`);
  const holder = await db.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(`update entries set tls = 'required' where id = $1`, [id]);
    const decided = decide(id);
    await expect.poll(() => waitingForLock(db)).toBe(1);
    await holder.query('commit');
    const changed = await currentRow(db.database, id);
    expect(await decided).toMatchObject({ ok: false, code: 'changed_meanwhile' });
    expect(await currentRow(db.database, id)).toEqual(changed);
  } finally {
    holder.release();
  }
});

test('of two suspensions in one moment one is written and told', async () => {
  const { id } = await inForce(db.database, cast, '45.120.3.1');
  const holder = await db.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('update entries set updated_at = updated_at where false');
    const suspend = () => suspendEntry(staff(id));
    const both = Promise.all([suspend(), suspend()]);
    await expect.poll(() => waitingForLock(db)).toBe(2);
    await holder.query('commit');
    const results = await both;
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.find((result) => !result.ok)).toMatchObject({ code: 'changed_meanwhile' });
    const events = await listEntryEvents(db.database, id);
    expect(events.filter(({ kind }) => kind === 'suspended')).toHaveLength(1);
    expect((await currentRow(db.database, id)).suspensionCauses).toEqual(['staff']);
  } finally {
    holder.release();
  }
});

test('of two first approvals in one moment the later one is the second', async () => {
  const { id } = await requested(db.database, cast.owner, '45.120.4.0/29');
  await completeChecks(db.database, id, now);
  for (const host of [1, 2]) await proven(db.database, await currentRow(db.database, id), `45.120.4.${host}`);
  const holder = await db.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [id]);
    const approve = (actor: Actor) => approveEntry({ ...base(id), actor, override: [] });
    const both = Promise.all([approve(cast.support), approve(cast.support2)]);
    await expect.poll(() => waitingForLock(db)).toBe(2);
    await holder.query('commit');
    const approvals = (await both).map((result) => result.ok && result.approvals);
    expect(approvals.toSorted()).toEqual([1, 2]);
    expect((await currentRow(db.database, id)).status).toBe('active');
  } finally {
    holder.release();
  }
});

test.each<[string, (address: string) => Promise<string>, (id: string) => Promise<Result<object>>]>([
  ['an approval', request, (id) => approveEntry({ ...staff(id), override: [] })],
  ['a wish that is granted', wish, (id) => grantScope(staff(id))],
  ['a suspension that is lifted', suspended, (id) => restoreEntry(staff(id))],
  [
    'a server’s suspension that is lifted',
    async () => {
      await db.pool.query(`update servers set status = 'suspended', platform_status = 'active', suspended_for_abuse_at = now()
         where slug = 'globex-mail'`);
      return 'globex-mail';
    },
    (slug) => liftSuspension({ ...staff(''), of: 'server', slug }),
  ],
])('%s: whoever freezes approvals waits until it is done', async (_what, prepare, decide) => {
  last += 1;
  const id = await prepare(`45.120.5.${last}`);
  const freeze = (frozen: boolean) =>
    freezeApprovals({ database: db.database, actor: cast.admin, frozen, reason: 'Incident.', now });
  const holder = await db.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('update entries set updated_at = updated_at where false');
    const decided = decide(id);
    await expect.poll(() => waitingForLock(db)).toBe(1);
    const frozen = freeze(true);
    await expect.poll(() => waitingForLock(db)).toBe(2);
    await holder.query('commit');
    expect(await decided).toMatchObject({ ok: true });
    expect(await frozen).toMatchObject({ ok: true });
  } finally {
    holder.release();
    await freeze(false);
  }
});

test('of two approvals in one moment only as many come in force as the plan has places for', async () => {
  const one = await request('45.120.2.1');
  const other = await request('45.120.2.2');
  const { serverId } = await currentRow(db.database, one);
  const live = and(eq(entries.serverId, serverId), inArray(entries.status, ['active', 'suspended']));
  const before = await db.database.$count(entries, live);
  const { rows } = await db.pool.query(
    `update plans set most_entries = $1 where id = 'paid' returning most_entries`,
    [before + 1],
  );
  expect(rows).toHaveLength(1);
  const approve = (id: string) => approveEntry({ ...staff(id), override: [] });
  const holder = await db.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('update entries set updated_at = updated_at where false');
    const both = Promise.all([approve(one), approve(other)]);
    const waiting = `select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await db.pool.query(waiting)).rowCount).toBe(2);
    await holder.query('commit');
    const results = await both;
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.find((result) => !result.ok)).toMatchObject({ code: 'changed_meanwhile' });
    expect(await db.database.$count(entries, live)).toBe(before + 1);
  } finally {
    holder.release();
  }
});
