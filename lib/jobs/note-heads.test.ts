import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { recordEvent } from '../operations/record-event.ts';
import { type Cast, seedCast } from '../operations/testing.ts';
import { noteHeads } from './note-heads.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

async function noted(at: Date): Promise<unknown[]> {
  const chains: unknown[] = [];
  await noteHeads(db.database, at, (_what, values) => chains.push((values as { chain: string }).chain));
  return chains;
}

test('each hour tells of the chains that have grown, the first of a day of all', async () => {
  const { rows } = await db.pool.query<{ id: string }>(
    `select id from accounts where slug in ('acme', 'globex')`,
  );
  const chains = rows.map(({ id }) => id).sort();
  for (const accountId of chains) await recordEvent(db.database, cast.owner, { kind: 'noted', accountId });
  // The database dates events by its own clock.
  const written =
    (await db.pool.query<{ at: Date }>('select clock_timestamp() as at')).rows[0]?.at ?? new Date();
  const soon = new Date(written);
  if (soon.getUTCHours() === 0) soon.setUTCHours(1);
  const tomorrow = new Date(written.getTime() + 86_400_000);
  const later = new Date(tomorrow);
  later.setUTCHours(12);
  const midnight = new Date(tomorrow);
  midnight.setUTCHours(0, 7);
  expect(await noted(soon)).toEqual(expect.arrayContaining(chains));
  expect(await noted(later)).toEqual([]);
  expect(await noted(midnight)).toEqual(expect.arrayContaining(chains));
});
