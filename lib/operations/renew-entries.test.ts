import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listDueRenewals } from '../../db/queries/renewals.ts';
import { entries } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { renewEntries } from './renew-entries.ts';
import { type Cast, currentRow, inForce, testNow as now, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
const ids: Record<string, string> = {};
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  const make = async (name: string, last: number, days: number, more: object = {}, owner = cast.owner) => {
    const server = owner === cast.owner ? 'acme-production' : 'globex-mail';
    const { id } = await inForce(db.database, cast, `45.106.1.${last}`, owner, server);
    await db.database
      .update(entries)
      .set({ reviewBy: addDays(now, days), ...more })
      .where(eq(entries.id, id));
    ids[name] = id;
  };
  await make('soon', 1, 20);
  await make('late', 2, -20);
  await make('tooLate', 3, -31);
  await make('notYet', 4, 40);
  await make('inherited', 7, 60, { inheritedAt: now, responsibilityAcceptedAt: null });
  await make('leased', 5, -1, { leaseEnd: '2026-11-19', tenure: 'leased' });
  await make('foreign', 6, 5, {}, cast.otherOwner);
});
afterAll(() => db.close());

const names = (found: readonly { id: string }[]) =>
  found.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id));
const due = (actor = cast.owner) =>
  listDueRenewals(db.database, actor.viewer as NonNullable<typeof actor.viewer>, {
    after: addDays(now, -30),
    until: addDays(now, 30),
  });
const renew = (renewals: { id: string; leaseEnd?: string }[], actor = cast.owner) =>
  renewEntries({ database: db.database, actor, renewals, now });

test('what is due is listed to its own account, earliest first', async () => {
  expect(names(await due())).toEqual(['late', 'leased', 'soon', 'inherited']);
  expect(names(await due(cast.otherOwner))).toEqual(['foreign']);
  expect(names(await due(cast.support))).toEqual([]);
});

test('many at once: each for itself, and what cannot be says why', async () => {
  const { soon = '', late = '', tooLate = '', leased = '', foreign = '' } = ids;
  const result = await renew([soon, late, tooLate, leased, foreign].map((id) => ({ id })));
  expect(result).toMatchObject({ ok: true, renewed: [soon, late] });
  expect(result.ok && result.refused.map(({ id, refusal }) => [names([{ id }])[0], refusal.code])).toEqual([
    ['tooLate', 'state_forbids'],
    ['leased', 'invalid'],
    ['foreign', 'not_found'],
  ]);
  expect(await renew([{ id: leased, leaseEnd: '2027-02-01' }])).toMatchObject({ renewed: [leased] });
  expect((await currentRow(db.database, leased)).reviewBy).toEqual(new Date('2027-02-01'));
  expect(names(await due())).toEqual(['inherited']);
  await renew([{ id: ids.inherited ?? '' }]);
  expect(names(await due())).toEqual([]);
});

test('only by an owner', async () => {
  const { soon = '' } = ids;
  expect(await renew([{ id: soon }], cast.member)).toMatchObject({
    renewed: [],
    refused: [{ refusal: { code: 'not_allowed' } }],
  });
  expect(await renew([])).toMatchObject({ code: 'invalid', reason: 'empty' });
});
