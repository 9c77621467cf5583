import { eq } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { people } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { errorForLog } from './error-for-log.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

/** The line that the portal's log would write. */
function lineOf(error: unknown): string {
  let line = '';
  const log = pino(
    { serializers: { err: errorForLog } },
    {
      write: (text) => {
        line = text;
      },
    },
  );
  log.error({ err: error }, 'an action failed');
  return line;
}

const thrown = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a failed query is told without the values that it had', async () => {
  await db.database.insert(people).values({ email: 'private@acme.example' });
  const again = db.database
    .insert(people)
    .values({ email: 'private@acme.example', passwordHash: '$argon2id$secret', name: 'Jo Baker' });
  const line = lineOf(await thrown(again));
  expect(line).not.toMatch(/private@|argon2id|Jo Baker/);
  expect(JSON.parse(line).err).toMatchObject({
    type: 'QueryError',
    query: expect.stringContaining('insert into "people"'),
    cause: { code: '23505', message: expect.stringContaining('people_email') },
  });
});

test('also one inside another error', async () => {
  const query = db.database.select().from(people).where(eq(people.id, 'a-secret-that-is-no-uuid'));
  const error = new Error('the page failed', { cause: await thrown(query) });
  const line = lineOf(error);
  expect(line).not.toContain('a-secret');
  const { err } = JSON.parse(line);
  expect(err).toMatchObject({
    message: 'the page failed',
    cause: { type: 'QueryError', cause: { message: 'invalid input syntax for type uuid' } },
  });
  expect(err.stack).toContain('error-for-log.test');
});

test('what is no error is told as it is', () => {
  expect(errorForLog('just text')).toEqual({ type: 'string', message: 'just text' });
  expect(errorForLog(undefined)).toEqual({ type: 'undefined', message: 'undefined' });
});
