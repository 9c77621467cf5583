import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodes } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { confirmRestored } from './confirm-restored.ts';
import { operatorActor } from './result.ts';

let db: TestDatabase;
let entry: string;
beforeAll(async () => {
  db = await createTestDatabase();
  const { rows } = await db.pool.query(`
    with account as (insert into accounts (slug, name) values ('acme', 'Acme') returning id),
    server as (insert into servers (account_id, slug, name) select id, 'acme', 'Acme' from account returning id, account_id)
    insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated)
    select account_id, id, '203.0.113.1/32', 'pending', 'a printer', true, true from server returning id`);
  entry = rows[0].id;
});
afterAll(() => db.close());

const now = new Date('2026-03-01T10:00:00Z');
const generation = '0198c1d2-0000-7000-8000-000000000001';
const confirm = (entryIds: string[] | 'all') =>
  confirmRestored({ database: db.database, actor: operatorActor, entryIds, now });

test('nothing is confirmed that no node holds back', async () => {
  expect(await confirm([entry])).toMatchObject({ ok: false, code: 'not_found' });
  expect(await confirm('all')).toMatchObject({ ok: false, code: 'not_found' });
});

test('staff confirm what nodes have named, for the database that each speaks to', async () => {
  await db.database.insert(nodes).values([
    { name: 'a', generation, lastSeenAt: now, heldBack: [entry], heldBackCount: 3 },
    { name: 'b', generation, lastSeenAt: now, heldBack: [entry], heldBackCount: 1 },
  ]);
  expect(await confirm([entry])).toEqual({ ok: true, confirmed: 1, unnamed: 2 });
  expect(await confirm('all')).toEqual({ ok: true, confirmed: 1, unnamed: 2 });
  const { rows } = await db.pool.query('select entry_id, generation from node_confirmations');
  expect(rows).toEqual([{ entry_id: entry, generation }]);
  const { rows: events } = await db.pool.query(`select 1 from events where kind = 'restore_confirmed'`);
  expect(events).toHaveLength(2);
});

test('nobody else may', async () => {
  const actor = { kind: 'system', viewer: null, address: null, via: 'jobs' } as never;
  expect(await confirmRestored({ database: db.database, actor, entryIds: 'all', now })).toMatchObject({
    ok: false,
  });
});
