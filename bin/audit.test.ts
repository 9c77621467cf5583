import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { type JobContext, jobs } from '../lib/jobs/job-table.ts';
import { recordEvent } from '../lib/operations/record-event.ts';
import { seedCast } from '../lib/operations/testing.ts';
import { postern as posternOn } from './testing/postern.ts';

// What an operator finds out with `audit verify`, when somebody who owns the database has changed the log in it.

let db: TestDatabase;
let chain: string;
let actor: Awaited<ReturnType<typeof seedCast>>['owner'];
beforeAll(async () => {
  db = await createTestDatabase();
  actor = (await seedCast(db.database)).owner;
  const { rows } = await db.pool.query<{ id: string }>(`select id from accounts where slug = 'acme'`);
  chain = rows[0]?.id ?? '';
});
afterAll(() => db.close());

const postern = (...argv: string[]) => posternOn(db.url, ...argv);

test('audit export of an account that there is not says so', async () => {
  expect(await postern('audit', 'export', 'nobody')).toMatchObject({
    code: 1,
    stderr: 'There is no account nobody.',
  });
});

/** As the owner of the database with its triggers turned off: nothing in it is an obstacle then. */
async function tamper(...statements: string[]): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const statement of statements) await client.query(statement.replaceAll('$chain', `'${chain}'`));
  } finally {
    client.release(true);
  }
}

/** Five events in the chain of one account, each time anew. */
let ids: string[];
beforeEach(async () => {
  await tamper('delete from event_private', 'delete from events', 'delete from event_heads');
  ids = [];
  for (const note of ['one', 'two', 'three', 'four', 'five']) {
    ids.push(await recordEvent(db.database, actor, { kind: 'noted', accountId: chain, content: { note } }));
  }
  await recordEvent(db.database, actor, { kind: 'noted' });
  expect(await postern('audit', 'verify')).toMatchObject({ code: 0 });
});

/** What the jobs wrote to their log, elsewhere, in the hour before. */
async function notedHeads(): Promise<{ chain: string; seq: number; hash: string }[]> {
  const noted: { chain: string; seq: number; hash: string }[] = [];
  const job = jobs.find(({ name }) => name === 'note-heads');
  const onNote = (_what: string, values: object) => noted.push(values as (typeof noted)[number]);
  await job?.run({ database: db.database, now: () => new Date(), onNote } as unknown as JobContext);
  return noted;
}

describe('found, and the first broken event is named', () => {
  test.each<[string, string[], (at: (place: number) => string) => string]>([
    [
      'an edit',
      [`update events set content = '{"note":"another"}' where chain = $chain and seq = 2`],
      (at) => `${at(2)} is not what was written there`,
    ],
    [
      'a deletion',
      [
        `delete from event_private where event_id = (select id from events where chain = $chain and seq = 3)`,
        'delete from events where chain = $chain and seq = 3',
      ],
      () => `Event 3 of the chain ${chain} is missing`,
    ],
    [
      'an insertion',
      [
        'update events set seq = seq + 100 where chain = $chain and seq >= 3',
        `insert into events (chain, seq, id, at, kind, account_id, actor_kind, content, hash)
         select chain, 3, gen_random_uuid(), at, kind, account_id, actor_kind, '{"note":"between"}', hash
         from events where chain = $chain and seq = 2`,
        'update events set seq = seq - 99 where chain = $chain and seq > 100',
        'update event_heads set seq = seq + 1 where chain = $chain',
      ],
      () => `Event 3 of the chain ${chain} (`,
    ],
    [
      'two that changed places',
      [
        'update events set seq = 200 where chain = $chain and seq = 2',
        'update events set seq = 2 where chain = $chain and seq = 3',
        'update events set seq = 3 where chain = $chain and seq = 200',
      ],
      () => `Event 2 of the chain ${chain} (${ids[2]}) is not what was written there`,
    ],
    [
      'a tail that was cut off',
      [
        `delete from event_private where event_id in (select id from events where chain = $chain and seq > 3)`,
        'delete from events where chain = $chain and seq > 3',
      ],
      () => `Event 4 of the chain ${chain} is missing`,
    ],
  ])('%s', async (_what, statements, expected) => {
    await tamper(...statements);
    const found = await postern('audit', 'verify');
    expect(found.code).toBe(1);
    const named = expected((place) => `Event ${place} of the chain ${chain} (${ids[place - 1]})`);
    expect(found.stderr.split('\n')).toHaveLength(1);
    expect(found.stderr).toContain(named);
  });

  test('a tail that was cut off with its head, by an hour’s head in the log of the jobs', async () => {
    const noted = await notedHeads();
    const head = noted.find((one) => one.chain === chain);
    expect(head).toMatchObject({ seq: 5, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await postern('audit', 'verify', '--anchor', head?.hash ?? '')).toMatchObject({ code: 0 });
    await tamper(
      `delete from event_private where event_id in (select id from events where chain = $chain and seq > 3)`,
      'delete from events where chain = $chain and seq > 3',
      `update event_heads h set seq = 3, hash = (select hash from events where chain = $chain and seq = 3)
       where chain = $chain`,
    );
    expect(await postern('audit', 'verify')).toMatchObject({ code: 0 });
    expect(await postern('audit', 'verify', '--anchor', head?.hash ?? '')).toMatchObject({
      code: 1,
      stderr: 'No event has the hash of the anchor: its chain was cut off or written anew.',
    });
  });
});

test('with its triggers in place even the owner of the database changes nothing', async () => {
  for (const statement of [
    `update events set content = '{}' where seq = 2`,
    'delete from events where seq = 2',
    'truncate events cascade',
  ]) {
    await expect(db.pool.query(statement)).rejects.toThrow();
  }
  expect(await postern('audit', 'verify')).toMatchObject({ code: 0 });
});

test('a person is handed out and forgotten, and every chain is whole', async () => {
  const email = 'member@acme.example';
  const exported = await postern('person', 'export', email);
  expect(JSON.parse(exported.stdout)).toMatchObject({ person: { email } });
  expect(await postern('person', 'erase', email, '--reason', 'Asked for it.')).toMatchObject({ code: 0 });
  expect((await postern('person', 'export', email)).code).toBe(1);
  const { rows } = await db.pool.query(`select count(*)::int as left from people where email = $1`, [email]);
  expect(rows).toEqual([{ left: 0 }]);
  expect(await postern('audit', 'verify')).toMatchObject({ code: 0 });
});
