import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outbox } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { testSecrets } from '../operations/testing.ts';
import { takeNodeReports } from './take-node-reports.ts';
import { tellOfDisagreement } from './tell-of-disagreement.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.pool.query(
    `with person as (insert into people (email, name) values ('support@postern.example', 'Support') returning id)
     insert into staff (person_id, role) select id, 'support' from person`,
  );
});
afterAll(() => db.close());

const now = new Date('2026-03-01T10:00:00Z');
const failures: unknown[] = [];

/** As a node reports it, by way of its inbox. */
async function report(node: string, revision: number, hash: string): Promise<void> {
  const payload = {
    revision,
    generation: '0198c1d2-0000-7000-8000-000000000001',
    entries: 7,
    hash,
    at: now.toISOString(),
  };
  await db.pool.query(
    `insert into node_reports (id, node, kind, payload) values (gen_random_uuid(), $1, 'enforced', $2)`,
    [node, payload],
  );
  await takeNodeReports(
    db.database,
    () => now,
    testSecrets,
    (error) => failures.push(error),
  );
}

const look = (at = now) => tellOfDisagreement(db.database, at, (error) => failures.push(error));
const told = () => db.database.$count(outbox, eq(outbox.kind, 'nodes_disagree'));

test('nodes that hold the same, or are at different revisions, are no news', async () => {
  await report('fra-1', 5, 'aaaaaaaa');
  await report('iad-1', 5, 'aaaaaaaa');
  await report('syd-1', 4, 'bbbbbbbb');
  await look();
  expect([await told(), failures]).toEqual([0, []]);
});

test('one that holds something else at the same revision is told of, once a day and in the log every time', async () => {
  await report('syd-1', 5, 'bbbbbbbb');
  for (let times = 0; times < 3; times += 1) await look();
  expect([await told(), failures.length]).toEqual([1, 3]);
  expect(String(failures[0])).toMatch(/fra-1, iad-1, syd-1/);
  await look(new Date(now.getTime() + 86_400_000));
  expect(await told()).toBe(1);
});
