import { and, eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntryRow } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { ladderPositions, outbox, servers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { expireIdle } from './expire-idle.ts';
import { markCritical } from './mark-critical.ts';
import { removeEntry } from './remove-entry.ts';
import { suspendForDrift } from './suspend-for-drift.ts';
import { type Cast, currentRow, inForce, testNow as now, requested, seedCast } from './testing.ts';
import { withdrawEntry } from './withdraw-entry.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const mark = (id: string, critical = true, more: object = {}) =>
  markCritical({
    database: db.database,
    actor: cast.support,
    id,
    now,
    critical,
    reason: 'A hospital.',
    ...more,
  });
const kinds = async (id: string, audience: 'account' | 'staff' = 'staff') =>
  (await listEntryEvents(db.database, id, audience)).map((event) => event.kind);
const calls = (id: string, why: string) =>
  db.database
    .select()
    .from(outbox)
    .where(and(eq(outbox.kind, 'abuse_call'), like(outbox.dedupeKey, `abuse_call:${id}:${why}:%`)));

async function criticalEntry(address: string): Promise<EntryRow> {
  const entry = await inForce(db.database, cast, address);
  expect(await mark(entry.id)).toMatchObject({ ok: true, entry: { critical: true } });
  return entry;
}

test('support marks an entry with a reason and unmarks it; the owners do not read of it', async () => {
  const { id, revision } = await inForce(db.database, cast, '45.113.1.1');
  expect(await mark(id, true, { reason: ' ' })).toMatchObject({ code: 'reason_missing' });
  expect(await mark(id, true, { actor: cast.owner })).toMatchObject({ code: 'not_allowed' });
  expect(await mark(id, true, { actor: cast.otherOwner })).toMatchObject({ code: 'not_found' });
  expect(await mark(id, true, { revision: revision - 1 })).toMatchObject({ code: 'changed_meanwhile' });
  expect(await mark(id)).toMatchObject({ ok: true, entry: { critical: true } });
  expect(await mark(id)).toMatchObject({ ok: true });
  expect(await mark(id, false)).toMatchObject({ ok: true, entry: { critical: false } });
  expect((await kinds(id)).slice(-2)).toEqual(['marked_critical', 'unmarked_critical']);
  expect(await kinds(id, 'account')).not.toContain('marked_critical');
});

test('what has ended is marked no more', async () => {
  const { id } = await requested(db.database, cast.owner, '45.113.1.2');
  expect(await mark(id)).toMatchObject({ ok: true });
  await withdrawEntry({ database: db.database, actor: cast.owner, id, now });
  expect(await mark(id, false)).toMatchObject({ code: 'state_forbids', state: 'withdrawn' });
});

test('drift calls a person and leaves it in force', async () => {
  const { id } = await criticalEntry('45.113.1.3');
  expect(await suspendForDrift(db.database, { entryId: id, reason: 'Changed.' }, now)).toBe('spared');
  expect((await currentRow(db.database, id)).status).toBe('active');
  expect((await kinds(id)).at(-1)).toBe('spared');
  expect((await calls(id, 'drift')).length).toBeGreaterThan(0);
});

test('silence calls a person, once, and does not end it', async () => {
  const { id } = await criticalEntry('45.113.1.4');
  const later = addDays(now, 200);
  await db.pool.query(`update entries set review_by = $1 where id = $2`, [addDays(now, 400), id]);
  await db.pool.query(`update subscriptions set paid_until = $1`, [addDays(now, 400)]);
  await expireIdle(db.database, later);
  const called = (await calls(id, 'idle')).length;
  expect(called).toBeGreaterThan(0);
  await expireIdle(db.database, addDays(later, 30));
  expect((await calls(id, 'idle')).length).toBe(called);
  expect((await kinds(id)).filter((kind) => kind === 'spared')).toHaveLength(1);
  expect((await currentRow(db.database, id)).status).toBe('active');
});

test('a server that would be suspended stays for it: the others go, it is slowed down and a person is called', async () => {
  const entry = await criticalEntry('45.113.2.1');
  const other = await inForce(db.database, cast, '45.113.2.2');
  const spammers: string[] = [];
  for (const last of [3, 4, 5]) spammers.push((await inForce(db.database, cast, `45.113.2.${last}`)).id);
  for (const id of spammers) {
    const removal = { database: db.database, actor: cast.support, id, now, reason: 'Spam.' };
    await removeEntry({ ...removal, side: 'staff', abuse: true });
  }
  const [server] = await db.database.select().from(servers).where(eq(servers.id, entry.serverId));
  expect(server?.status).toBe('active');
  expect(await currentRow(db.database, other.id)).toMatchObject({
    status: 'suspended',
    suspensionCauses: ['abuse'],
  });
  const row = await currentRow(db.database, entry.id);
  expect(row.status).toBe('active');
  expect(row.throttledTo).not.toBeNull();
  const [position] = await db.database
    .select()
    .from(ladderPositions)
    .where(eq(ladderPositions.entryId, entry.id));
  expect(position?.step).toBe('throttled');
  expect((await calls(entry.id, 'server')).length).toBeGreaterThan(0);
});
