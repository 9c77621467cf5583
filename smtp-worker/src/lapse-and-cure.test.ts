import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import { insertServer, type TestServer } from './testing/whitelist-rows.ts';

// A thousand addresses that go out of force at once and come back: on every node, and not one is forgotten.

const COUNT = 1000;
const AT_ONCE = 25;

let database: TestDatabase;
let nodes: TestNode[];
let acme: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = await insertServer(database.pool, 'acme-production');
  const other = await insertServer(database.pool, 'globex-mail');
  await database.pool.query(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at)
     select $1::uuid, $2::uuid, ('45.83.' || n / 250 || '.' || n % 250)::cidr, 'active', 'a device', true, true, now()
       from generate_series(0, $3 - 1) n
     union all select $4::uuid, $5::uuid, '45.84.0.1', 'active', 'a neighbour', true, true, now()`,
    [acme.accountId, acme.serverId, COUNT, other.accountId, other.serverId],
  );
  nodes = await Promise.all(
    ['node-1', 'node-2'].map((name) => startTestNode(database.url, { NODE_NAME: name })),
  );
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await database.close();
});

async function everyNodeFollowed(): Promise<void> {
  const { rows } = await database.pool.query('select revision from whitelist_clock');
  await Promise.all(nodes.map((node) => node.enforced(rows[0].revision)));
}

async function change(sql: string, ...values: unknown[]): Promise<void> {
  await database.pool.query(sql, values);
  await everyNodeFollowed();
}

/** What a node answers to a recipient from an address. */
async function answer(node: TestNode, address: string): Promise<string> {
  const client = await node.from(address);
  client.send('HELO device\r\nMAIL FROM:<fax@acme.example>\r\nRCPT TO:<someone@elsewhere.example>\r\n');
  await client.expect('250');
  await client.expect('250');
  const reply = await client.reply();
  client.reset();
  return reply.replace(/^(\d{3} \d\.\d\.\d).*/s, '$1');
}

/** Every address asked at every node: how often each answer came. */
async function answers(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const questions = nodes.flatMap((node) =>
    Array.from({ length: COUNT }, (_, n) => ({
      node,
      address: `45.83.${Math.floor(n / 250)}.${n % 250}`,
    })),
  );
  const ask = async () => {
    for (let next = questions.pop(); next !== undefined; next = questions.pop()) {
      const reply = await answer(next.node, next.address);
      counts[reply] = (counts[reply] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return counts;
}

const all = COUNT * 2;

test('none is in force on any node during the lapse, and all are after', { timeout: 180_000 }, async () => {
  await everyNodeFollowed();
  expect(await answers()).toEqual({ '250 2.1.5': all });
  await change(`update subscriptions set status = 'lapsed' where server_id = $1`, acme.serverId);
  expect(await answers()).toEqual({ '451 4.7.0': all });
  for (const node of nodes) {
    expect(await answer(node, '45.84.0.1'), 'the neighbour does not notice').toBe('250 2.1.5');
  }
  await change(`update subscriptions set status = 'active' where server_id = $1`, acme.serverId);
  expect(await answers()).toEqual({ '250 2.1.5': all });
});

test.each([
  ['a server is paused', 'update servers set status = $2 where id = $1', 'serverId', 'paused', '451 4.7.0'],
  [
    'a server is cancelled',
    'update servers set status = $2 where id = $1',
    'serverId',
    'cancelled',
    '550 5.7.1',
  ],
  [
    'an account is suspended',
    'update accounts set status = $2 where id = $1',
    'accountId',
    'suspended',
    '451 4.7.0',
  ],
] as const)('%s, and is back', async (_what, sql, id, status, reply) => {
  await change(sql, acme[id], status);
  for (const node of nodes) expect(await answer(node, '45.83.3.9')).toBe(reply);
  await change(sql, acme[id], 'active');
  for (const node of nodes) expect(await answer(node, '45.83.3.9')).toBe('250 2.1.5');
});

test('a subscription about which nothing is said any more ends by the clock of each node', async () => {
  const end = `update subscriptions set paid_until = now() - interval '14 days' + $2::interval where server_id = $1`;
  await change(end, acme.serverId, '1 minute');
  for (const node of nodes) expect(await answer(node, '45.83.3.9')).toBe('250 2.1.5');
  await change(end, acme.serverId, '-1 minute');
  for (const node of nodes) expect(await answer(node, '45.83.3.9')).toBe('451 4.7.0');
});
