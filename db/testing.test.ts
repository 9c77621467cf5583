import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseInt8 } from './client.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let test1: TestDatabase;
beforeAll(async () => {
  test1 = await createTestDatabase();
});
afterAll(() => test1.close());

describe('a database for each test file', () => {
  test('is migrated, and apart from the others', async () => {
    const other = await createTestDatabase();
    await test1.pool.query('create table only_here ()');
    const seen = await other.pool.query(
      `select to_regclass('only_here') as here, to_regclass('accounts') as migrated`,
    );
    expect(seen.rows).toEqual([{ here: null, migrated: 'accounts' }]);
    await other.close();
  });

  test('tells of a connection that was left open', async () => {
    const leaky = await createTestDatabase();
    const client = new pg.Client({ connectionString: leaky.url, application_name: 'forgetful' });
    client.on('error', () => {});
    await client.connect();
    await expect(leaky.close()).rejects.toThrow(/left open.*forgetful/);
  });
});

describe('values from the database', () => {
  const moment = new Date('2026-02-03T04:05:06.789Z');
  const query = sql`select ${moment.toISOString()}::timestamptz as at, 9007199254740991::int8 as revision`;

  test('have the same types in raw SQL, in a transaction and by the pool', async () => {
    const expected = [{ at: moment, revision: 9007199254740991 }];
    expect((await test1.database.execute(query)).rows).toEqual(expected);
    const inside = await test1.database.transaction(
      async (transaction) => (await transaction.execute(query)).rows,
    );
    expect(inside).toEqual(expected);
    const { rows } = await test1.pool.query(
      `select '${moment.toISOString()}'::timestamptz as at, 9007199254740991::int8 as revision`,
    );
    expect(rows).toEqual(expected);
  });

  test('an int8 beyond what a number holds throws', async () => {
    expect(() => parseInt8('9007199254740993')).toThrow(RangeError);
    await expect(test1.pool.query('select 9007199254740993::int8')).rejects.toThrow(RangeError);
    expect((await test1.pool.query('select 1 as fine')).rows).toEqual([{ fine: 1 }]);
  });
});
