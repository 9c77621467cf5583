import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accounts } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { recordEvent, recordEvents } from './record-event.ts';
import type { Actor } from './result.ts';
import { verifyAudit } from './verify-audit.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const actor: Actor = { kind: 'person', viewer: null, address: '198.51.100.7', via: 'portal' };
const verify = (...anchors: string[]) => verifyAudit({ database: db.database, anchors });

/** A chain of its own for each test, of five events; what an earlier test broke is gone. */
let chain: string;
let hashes: string[];
let count = 0;
beforeEach(async () => {
  await tamper('delete from event_private', 'delete from events', 'delete from event_heads');
  count += 1;
  const [account] = await db.database
    .insert(accounts)
    .values({ slug: `audited-${count}`, name: 'Audited' })
    .returning();
  chain = account?.id ?? '';
  for (const note of ['one', 'two — “zwei” 🎈', 'three', 'four', 'five']) {
    await db.database.transaction((transaction) =>
      recordEvent(transaction, actor, { kind: 'noted', accountId: chain, content: { note } }),
    );
  }
  await recordEvent(db.database, actor, { kind: 'noted' });
  const { rows } = await db.pool.query<{ hash: Buffer }>(
    'select hash from events where chain = $1 order by seq',
    [chain],
  );
  hashes = rows.map((row) => row.hash.toString('hex'));
});

/** As somebody who owns the database: the triggers that protect events are no obstacle to them. */
async function tamper(...statements: string[]): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const statement of statements) await client.query(statement.replaceAll('$chain', `'${chain}'`));
    await client.query('set session_replication_role = origin');
  } finally {
    client.release();
  }
}

test('chains that nobody touched are whole, and their heads are those of the database', async () => {
  const report = await verify(hashes[4] ?? '', (hashes[1] ?? '').toUpperCase());
  expect(report.broken).toEqual([]);
  expect(report.events).toBe(6);
  expect(report.heads).toContainEqual({ chain, seq: 5, hash: hashes[4] });
  expect(report.heads.map((head) => head.chain).sort()).toEqual([chain, 'platform'].sort());
});

test('many events at once, of two chains in turn and by several at the same time, are one row of each chain', async () => {
  const note = (accountId: string | null, place: number) => ({
    kind: 'noted',
    accountId,
    content: { place },
  });
  const both = Array.from({ length: 1200 }, (_, place) => note(place % 2 === 0 ? chain : null, place));
  const ids = await db.database.transaction((transaction) => recordEvents(transaction, actor, both));
  await Promise.all(
    Array.from({ length: 6 }, (_, of) =>
      db.database.transaction(async (transaction) => {
        await recordEvents(
          transaction,
          actor,
          Array.from({ length: 10 }, (_, place) => note(chain, place)),
        );
        await recordEvent(transaction, actor, note(chain, of));
      }),
    ),
  );
  const report = await verify();
  expect(report.broken).toEqual([]);
  expect(report.heads.map((head) => [head.chain, head.seq]).sort()).toEqual(
    [
      [chain, 5 + 600 + 6 * 11],
      ['platform', 1 + 600],
    ].sort(),
  );
  const { rows } = await db.pool.query('select id from events where id = any ($1) order by chain, seq', [
    ids,
  ]);
  const inOrder = (of: number) => ids.filter((_, place) => place % 2 === of);
  expect(rows.map(({ id }) => id)).toEqual([...inOrder(0), ...inOrder(1)]);
});

test('a tail that was cut off stays missing, whatever is written behind it', async () => {
  await tamper('delete from events where chain = $chain and seq = 5');
  await recordEvents(
    db.database,
    actor,
    [1, 2].map(() => ({ kind: 'noted', accountId: chain })),
  );
  expect((await verify()).broken).toMatchObject([{ fault: 'missing', chain, seq: 5 }]);
});

test('what was put behind the head, or a head that was taken away, stays broken, whatever is written behind it', async () => {
  const note = { kind: 'noted', accountId: chain };
  const forged = `insert into events (id, chain, seq, at, kind, actor_kind, content, hash)
    values (gen_random_uuid(), $chain, 6, '2020-01-01', 'noted', 'system', '{}', '\\x00')`;
  await tamper(
    forged,
    `update events e set hash = sha256((select hash from events where chain = $chain and seq = 5)
       || convert_to(event_text(e), 'UTF8')) where chain = $chain and seq = 6`,
  );
  await recordEvents(db.database, actor, [note, note]);
  await recordEvent(db.database, actor, note);
  expect((await verify()).broken).toMatchObject([{ fault: 'beyond_head', chain, seq: 6 }]);
  await tamper('delete from events where chain = $chain and seq > 3');
  await tamper('delete from event_heads where chain = $chain');
  await recordEvent(db.database, actor, note);
  expect((await verify()).broken).toMatchObject([{ fault: 'beyond_head', chain, seq: 1 }]);
});

test('what was erased on purpose breaks nothing', async () => {
  await db.pool.query('delete from event_private');
  expect((await verify()).broken).toEqual([]);
});

describe('found, and the first broken event is named:', () => {
  test.each<[string, string[], string, number]>([
    [
      'an edit',
      [`update events set content = '{"note":"2"}' where chain = $chain and seq = 2`],
      'altered',
      2,
    ],
    [
      'an edit by a microsecond',
      [`update events set at = at + interval '1 microsecond' where chain = $chain and seq = 3`],
      'altered',
      3,
    ],
    [
      'another actor',
      [`update events set actor_kind = 'system' where chain = $chain and seq = 1`],
      'altered',
      1,
    ],
    ['a deletion', ['delete from events where chain = $chain and seq = 3'], 'missing', 3],
    ['a deletion of the first', ['delete from events where chain = $chain and seq = 1'], 'missing', 1],
    [
      'a deletion closed up',
      [
        'delete from events where chain = $chain and seq = 3',
        'update events set seq = seq - 1 where chain = $chain and seq > 3',
        'update event_heads set seq = 4 where chain = $chain',
      ],
      'altered',
      3,
    ],
    [
      'an insertion',
      [
        'update events set seq = seq + 10 where chain = $chain and seq > 2',
        'update events set seq = seq - 9 where chain = $chain and seq > 10',
        `insert into events (chain, seq, at, kind, actor_kind, content, hash) values ($chain, 3, now(), 'noted', 'system', '{}', '\\x00')`,
        'update event_heads set seq = 6 where chain = $chain',
      ],
      'altered',
      3,
    ],
    [
      'a change of order',
      [
        'update events set seq = 20 where chain = $chain and seq = 2',
        'update events set seq = 2 where chain = $chain and seq = 4',
        'update events set seq = 4 where chain = $chain and seq = 20',
      ],
      'altered',
      2,
    ],
    ['a tail cut off', ['delete from events where chain = $chain and seq > 3'], 'missing', 4],
    ['a whole chain cut off', ['delete from events where chain = $chain'], 'missing', 1],
    [
      'a head put back without its tail',
      [
        `update event_heads set seq = 3, hash = (select hash from events where chain = $chain and seq = 3) where chain = $chain`,
      ],
      'beyond_head',
      4,
    ],
    ['a head that is gone', ['delete from event_heads where chain = $chain'], 'beyond_head', 1],
    [
      'another private part',
      [
        `update event_private set content = '{}' where event_id = (select id from events where chain = $chain and seq = 4)`,
      ],
      'private_altered',
      4,
    ],
  ])('%s', async (_what, statements, fault, seq) => {
    await tamper(...statements);
    const { broken, heads } = await verify();
    expect(broken).toMatchObject([{ fault, chain, seq }]);
    expect(heads.map((head) => head.chain)).toEqual(['platform']);
  });

  test('a tail cut off together with its head, by the anchor alone', async () => {
    await tamper(
      'delete from events where chain = $chain and seq > 3',
      'update event_heads set seq = 3, hash = (select hash from events where chain = $chain and seq = 3) where chain = $chain',
    );
    expect((await verify()).broken).toEqual([]);
    expect((await verify(hashes[2] ?? '')).broken).toEqual([]);
    expect((await verify(hashes[4] ?? '')).broken).toMatchObject([{ fault: 'anchor_missing' }]);
  });

  test('a chain written anew from an edit on, with hashes that fit, by the anchor alone', async () => {
    await tamper(
      `update events set content = '{"note":"never"}' where chain = $chain and seq = 4`,
      `do $$ declare e events; before bytea := (select hash from events where chain = $chain and seq = 3); begin
         for e in select * from events where chain = $chain and seq > 3 order by seq loop
           before := sha256(before || convert_to(event_text(e), 'UTF8'));
           update events set hash = before where chain = e.chain and seq = e.seq;
         end loop;
         update event_heads set hash = before where chain = $chain;
       end $$`,
    );
    expect((await verify()).broken).toEqual([]);
    expect((await verify(hashes[4] ?? '')).broken).toMatchObject([{ fault: 'anchor_missing' }]);
  });

  test('two chains broken at once, each by its first event', async () => {
    await tamper(`update events set kind = 'other'`);
    expect((await verify()).broken.map(({ seq }) => seq)).toEqual([1, 1]);
  });
});
