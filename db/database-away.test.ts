import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from './client.ts';
import { isDatabaseAway } from './database-away.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function failureOf(url: string, statement = 'select 1'): Promise<unknown> {
  const { database, close } = createDatabase(url);
  try {
    await database.execute(sql.raw(statement));
  } catch (error) {
    return error;
  } finally {
    await close();
  }
  throw new Error('it did not fail');
}

test('nothing listens, no such host, ended by its administrator, only to be read', async () => {
  const elsewhere = (host: string, port: string) =>
    Object.assign(new URL(db.url), { hostname: host, port }).href;
  expect(isDatabaseAway(await failureOf(elsewhere('127.0.0.1', '1')))).toBe(true);
  expect(isDatabaseAway(await failureOf(elsewhere('nowhere.invalid', '5432')))).toBe(true);
  expect(isDatabaseAway(await failureOf(db.url, 'select pg_terminate_backend(pg_backend_pid())'))).toBe(true);
  const readOnly = 'begin read only; create table away (number integer)';
  expect(isDatabaseAway(await failureOf(db.url, readOnly))).toBe(true);
});

test('what the database does not understand or will not have is our own fault', async () => {
  expect(isDatabaseAway(await failureOf(db.url, 'select nothing from nowhere'))).toBe(false);
  expect(isDatabaseAway(await failureOf(db.url, 'select 1 / 0'))).toBe(false);
  for (const other of [new Error('something else'), 'ECONNREFUSED', null, undefined])
    expect(isDatabaseAway(other)).toBe(false);
});
