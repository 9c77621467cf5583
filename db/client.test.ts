import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from './client.ts';
import { isDatabaseAway } from './database-away.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

test('a connection that the server ends within a transaction fails that transaction, and not the process', async () => {
  const broken = database.database.transaction(async (transaction) => {
    const { rows } = await transaction.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await transaction.execute(sql`select 1`);
  });
  await expect(broken).rejects.toThrow();
  const { rows } = await database.pool.query('select 1 as one');
  expect(rows).toEqual([{ one: 1 }]);
});

test('a database that falls silent without hanging up: what waits fails, what comes then has another connection', async () => {
  const real = new URL(database.url);
  const answering: Socket[] = [];
  const between = createServer((socket) => {
    const through = connect(Number(real.port), real.hostname);
    answering.push(through);
    for (const end of [socket, through]) end.on('error', () => {}).on('close', () => through.destroy());
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as AddressInfo;
  const url = Object.assign(new URL(real), { hostname: '127.0.0.1', port }).href;
  const behind = createDatabase(url, { max: 2, silenceMs: 300 });
  try {
    // Silent with nothing asked costs the connection and nothing else.
    await behind.database.execute(sql`select 1`);
    await expect.poll(() => behind.pool.totalCount).toBe(0);
    await Promise.all([1, 2].map(() => behind.database.execute(sql`select 1`)));

    let beside: Promise<unknown> | undefined;
    const inTransaction = behind.database.transaction(async (transaction) => {
      await transaction.execute(sql`select 1`);
      for (const socket of answering) socket.pause();
      beside = failureOf(behind.database.execute(sql`select 1`));
      await transaction.execute(sql`select 1`);
    });
    expect(isDatabaseAway(await failureOf(inTransaction))).toBe(true);
    expect(isDatabaseAway(await beside)).toBe(true);
    const { rows } = await behind.database.execute(sql`select 1 as one`);
    expect(rows).toEqual([{ one: 1 }]);
  } finally {
    await behind.close();
    between.close();
  }
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error) => error,
  );
}
