import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressHistory, otherEntriesOfAccount } from '../../db/queries/review-background.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { type Cast, inForce, testNow as now, requested, reviewable, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

test('a reviewer reads what anybody did with the address, and what else the account asks for', async () => {
  const base = { database: db.database, actor: cast.support, now };
  const abused = await inForce(db.database, cast, '45.108.1.1', cast.otherOwner, 'globex-mail');
  const open = await requested(db.database, cast.otherOwner, '45.108.1.2', 'globex-mail');
  await removeEntry({ ...base, id: abused.id, side: 'staff', reason: 'Spam.', abuse: true });
  const refused = await reviewable(db.database, cast.owner, '45.108.1.1');
  await rejectEntry({ ...base, id: refused.id, reason: 'A pool.' });
  await inForce(db.database, cast, '45.108.2.1');
  const request = await requested(db.database, cast.owner, '45.108.1.0/30');

  const history = await addressHistory(db.database, request);
  const told = history.map(({ id, status, endCause, reason }) => [id, status, endCause, reason]);
  expect(told[0]).toEqual([open.id, 'pending', null, null]);
  expect(told.slice(1).sort()).toEqual(
    [
      [abused.id, 'removed', 'abuse', 'Spam.'],
      [refused.id, 'rejected', 'staff', 'A pool.'],
    ].sort(),
  );
  const others = await otherEntriesOfAccount(db.database, request);
  expect(others.map(({ network, status }) => [network, status])).toEqual([
    ['45.108.2.1/32', 'active'],
    ['45.108.1.1/32', 'rejected'],
  ]);

  // Of what lies beside an address, what was removed for abuse.
  const beside = await requested(db.database, cast.owner, '45.108.1.6');
  expect((await addressHistory(db.database, beside)).map(({ id }) => id)).toEqual([abused.id]);
});
