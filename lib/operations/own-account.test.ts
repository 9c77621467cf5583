import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { abuseReports, fuseItems, fuseTrips, memberships, signals } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { assignReport } from './assign-report.ts';
import { decideFuse } from './decide-fuse.ts';
import { markCritical } from './mark-critical.ts';
import { raiseSignal } from './raise-signal.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { reportEntry } from './report-entry.ts';
import { restoreEntry } from './restore-entry.ts';
import type { Actor } from './result.ts';
import { setSignalAside } from './set-signal-aside.ts';
import { suspendEntry } from './suspend-entry.ts';
import { type Cast, currentRow, inForce, testNow as now, reviewable, seedCast } from './testing.ts';

// A member of staff who belongs to an account: they act for it as anybody of it does, and decide nothing about it.

let db: TestDatabase;
let cast: Cast;
/** Of staff, and an owner of acme. The rows say so; a staff token would not. */
let involved: Actor;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  involved = cast.support2;
  const { accountId } = await inForce(db.database, cast, '45.173.1.1');
  await db.database
    .insert(memberships)
    .values({ accountId, personId: involved.viewer?.personId ?? '', role: 'owner' });
});
afterAll(() => db.close());

let octet = 1;
const next = () => {
  octet += 1;
  return `45.173.1.${octet}`;
};
const own = { ok: false, code: 'own_account' };
const base = (id: string, actor: Actor) => ({
  database: db.database,
  id,
  actor,
  reason: 'Looked at it.',
  now,
});

describe('about an entry of their own account', () => {
  test('nothing is decided by them, and all of it by others', async () => {
    const { id } = await inForce(db.database, cast, next());
    const staff = { side: 'staff' } as const;
    expect(await suspendEntry({ ...base(id, involved), ...staff })).toEqual(own);
    expect(await suspendEntry({ ...base(id, cast.support), ...staff })).toMatchObject({ ok: true });
    expect(await restoreEntry({ ...base(id, involved), ...staff })).toEqual(own);
    expect(await restoreEntry({ ...base(id, cast.support), ...staff })).toMatchObject({ ok: true });
    expect(await markCritical({ ...base(id, involved), critical: true })).toEqual(own);
    expect(await markCritical({ ...base(id, cast.support), critical: true })).toMatchObject({ ok: true });
    expect(await markCritical({ ...base(id, involved), critical: false })).toEqual(own);
    expect(await markCritical({ ...base(id, cast.support), critical: false })).toMatchObject({ ok: true });
    expect(await reportEntry({ ...base(id, involved), grade: 'minor' })).toEqual(own);
    expect(await reportEntry({ ...base(id, cast.support), grade: 'minor' })).toMatchObject({ ok: true });
    const [signal] = await db.database.select().from(signals).where(eq(signals.entryId, id));
    const aside = { ...base(id, involved), signalId: signal?.id ?? '' };
    expect(await setSignalAside(aside)).toEqual(own);
    expect(await setSignalAside({ ...aside, actor: cast.support })).toMatchObject({ ok: true });
    expect(await removeEntry({ ...base(id, involved), ...staff, abuse: true })).toEqual(own);
    expect((await currentRow(db.database, id)).status).toBe('active');
    expect(await removeEntry({ ...base(id, cast.support), ...staff })).toMatchObject({ ok: true });
  });

  test('a request is not rejected by them', async () => {
    const { id } = await reviewable(db.database, cast.owner, next());
    expect(await rejectEntry(base(id, involved))).toEqual(own);
    expect(await rejectEntry(base(id, cast.support))).toMatchObject({ ok: true });
  });

  test('a report is not assigned to it by them', async () => {
    const address = next();
    await inForce(db.database, cast, address);
    const [report] = await db.database
      .insert(abuseReports)
      .values({
        rawSha256: Buffer.from('own'),
        octets: 1,
        receivedAt: now,
        configured: false,
        facts: {},
        state: 'for_person',
      })
      .returning();
    const assign = { reportId: report?.id ?? '', address, grade: 'complaint' } as const;
    expect(await assignReport({ ...base('', involved), ...assign })).toEqual(own);
    expect(await assignReport({ ...base('', cast.support), ...assign })).toMatchObject({ ok: true });
  });

  test('as its owner they may still do what owners do', async () => {
    const { id } = await inForce(db.database, cast, next());
    const viewer = { personId: involved.viewer?.personId ?? '', staffRole: 'support' as const };
    const { accountId } = await currentRow(db.database, id);
    const owner: Actor = { ...involved, viewer: { ...viewer, memberships: [{ accountId, role: 'owner' }] } };
    const side = { side: 'owner' } as const;
    expect(await suspendEntry({ ...base(id, owner), ...side })).toMatchObject({ ok: true });
    expect(await restoreEntry({ ...base(id, owner), ...side })).toMatchObject({ ok: true });
    expect(await removeEntry({ ...base(id, owner), ...side })).toMatchObject({ ok: true });
  });
});

test('what the fuse holds of their own account is left for somebody else', async () => {
  const mine = await inForce(db.database, cast, next());
  const other = await inForce(db.database, cast, '45.174.1.1', cast.otherOwner, 'globex-mail');
  for (const { id } of [mine, other]) {
    await raiseSignal(
      db.database,
      { entryId: id, kind: 'listed', at: now, source: 'evidence', dedupeKey: id },
      now,
    );
  }
  const [trip] = await db.database
    .insert(fuseTrips)
    .values({ cause: 'ladder', effect: 'out_of_force', trippedAt: now, gone: 20, most: 20, total: 100 })
    .returning();
  const tripId = trip?.id ?? '';
  const items = await db.database
    .insert(fuseItems)
    .values(
      [mine, other].map(({ id }) => ({
        tripId,
        subject: `entry:${id}`,
        entryIds: [id],
        action: { kind: 'ladder', entryId: id, step: 'suspended' } as const,
        heldAt: now,
      })),
    )
    .returning();
  const [first] = items;
  const decide = (actor: Actor, itemIds?: string[]) =>
    decideFuse({
      ...base('', actor),
      tripId,
      decision: 'discard',
      ...(itemIds === undefined ? {} : { itemIds }),
    });
  expect(await decide(involved, [first?.id ?? ''])).toEqual(own);
  expect(await decide(involved)).toEqual({ ok: true, decided: 1, left: 1 });
  const asideOf = async (id: string) =>
    (await db.database.select().from(signals).where(eq(signals.entryId, id)))[0]?.setAsideAt;
  expect(await asideOf(other.id)).toEqual(now);
  expect(await asideOf(mine.id)).toBeNull();
  expect(await decide(involved)).toEqual(own);
  expect(await decide(cast.support)).toEqual({ ok: true, decided: 1, left: 0 });
});
