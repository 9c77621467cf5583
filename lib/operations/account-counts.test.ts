import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccountFacts, listOwnAccounts, pageOfAccounts } from '../../db/queries/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { removeEntry } from './remove-entry.ts';
import { inForce, testNow as now, requested, seedCast } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

test('accounts are told with what is theirs, and nothing of another', async () => {
  const cast = await seedCast(db.database);
  await inForce(db.database, cast, '45.102.1.1');
  await requested(db.database, cast.owner, '45.102.1.2');
  const gone = await inForce(db.database, cast, '45.102.1.3');
  await removeEntry({
    database: db.database,
    actor: cast.owner,
    id: gone.id,
    now,
    side: 'owner',
    reason: '',
  });
  await inForce(db.database, cast, '45.102.1.4', cast.otherOwner, 'globex-mail');
  const { rows } = await pageOfAccounts(db.database, { limit: 10 });
  expect(rows.map(({ slug, servers, inForce: live, open }) => [slug, servers, live, open])).toEqual([
    ['acme', 1, 1, 1],
    ['globex', 1, 1, 0],
    ['initech', 1, 0, 0],
  ]);
  expect(await findAccountFacts(db.database, 'acme')).toMatchObject({ inForce: 1, removed: 1 });
  const viewer = cast.owner.viewer;
  if (viewer === null) throw new Error('the owner is nobody');
  expect(await listOwnAccounts(db.database, viewer)).toMatchObject([{ slug: 'acme', entries: 2 }]);
});
