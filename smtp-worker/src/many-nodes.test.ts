import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { type Dialogue, openDialogue } from './testing/dialogue.ts';
import { type Gate, openGate } from './testing/gate.ts';
import type { Haproxy } from './testing/haproxy.ts';
import { type HaproxyRecipe, readHaproxyRecipe } from './testing/haproxy-recipe.ts';
import { type NodeProcess, startNodeProcess } from './testing/node-process.ts';
import { silentLog } from './testing/silent-log.ts';
import { type StreamingPair, startStreamingPair } from './testing/streaming-pair.ts';
import { insertEntry, insertServer, removeEntry, type TestServer } from './testing/whitelist-rows.ts';
import { standingOf } from './whitelist/entry-table.ts';
import type { Enforced, WhitelistReplica } from './whitelist/replica-types.ts';
import { openReplica } from './whitelist-replica.ts';

// Three nodes as processes, each with a login of `postern_node`: one with two threads and one with a short staleness
// bound on the primary, one that reads from a real streaming replica, all behind the HAProxy of its recipe. One test
// after another tells one story.

let pair: StreamingPair;
let acme: TestServer;
let toPrimary: Gate;
let cutOff: Gate;
let recipe: HaproxyRecipe;
let haproxy: Haproxy;
let nodes: { plain: NodeProcess; short: NodeProcess; fromReplica: NodeProcess };

/** As the nodes' own login, which may do nothing but what nodes do. */
function asNode(url: string): string {
  const own = new URL(url);
  own.username = 'node1';
  return own.href;
}

beforeAll(async () => {
  pair = await startStreamingPair();
  await migrate(pair.primary.url);
  await pair.primary.pool.query('create role node1 login in role postern_node');
  acme = await insertServer(pair.primary.pool, 'acme-production');
  toPrimary = await openGate(asNode(pair.primary.url));
  cutOff = await openGate(asNode(pair.primary.url));
  recipe = await readHaproxyRecipe('127.0.89', 3);
  const [plain, short, fromReplica] = await Promise.all([
    startNodeProcess('node-plain', {
      ...recipe.nodes.get('smtp-1'),
      DATABASE_URL: toPrimary.url,
      SMTP_THREADS: '2',
    }),
    startNodeProcess('node-short', {
      ...recipe.nodes.get('smtp-2'),
      DATABASE_URL: cutOff.url,
      SMTP_THREADS: '1',
      SMTP_STALENESS_SECONDS: '15',
    }),
    startNodeProcess('node-replica', {
      ...recipe.nodes.get('smtp-3'),
      DATABASE_URL: toPrimary.url,
      SMTP_REPLICA_URL: asNode(pair.replica.url),
      SMTP_THREADS: '1',
      SMTP_STALENESS_SECONDS: '15',
    }),
  ]);
  nodes = { plain, short, fromReplica };
  haproxy = await recipe.start();
}, 300_000);
afterAll(async () => {
  await haproxy?.stop();
  await Promise.all(Object.values(nodes ?? {}).map((node) => node.stop()));
  await Promise.all([toPrimary?.close(), cutOff?.close()]);
  await pair?.close();
}, 120_000);

const all = () => Object.values(nodes);

/** Asks again until it is so: how long that takes is not what is tested. */
async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 100));
}

const saysAt = (node: NodeProcess, address: string, start: string) =>
  until(async () => (await node.rcpt(address)).startsWith(start));

async function listed(address: string): Promise<string> {
  const entry = await insertEntry(pair.primary.pool, acme, `${address}/32`);
  await Promise.all(all().map((node) => saysAt(node, address, '250 2.1.5')));
  return entry;
}

async function resting(node: NodeProcess, address: string): Promise<Dialogue> {
  const client = await node.from(address);
  await client.say('MAIL FROM:<printer@acme.example>');
  expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250/);
  return client;
}

test('a removal ends the sessions on every node, the one on the streaming replica too', async () => {
  const entry = await listed('203.0.113.1');
  const clients = (
    await Promise.all(all().map((node) => Promise.all([1, 2, 3, 4].map(() => resting(node, '203.0.113.1')))))
  ).flat();
  await removeEntry(pair.primary.pool, entry);
  for (const client of clients) expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-/);
  for (const node of all()) expect(await node.rcpt('203.0.113.1')).toMatch(/^530 5\.7\.0/);
}, 120_000);

/** From an address of loopback, by way of HAProxy; its sender has been noted. */
async function throughHaproxy(localAddress: string): Promise<Dialogue> {
  const client = await openDialogue({ port: recipe.port, localAddress });
  await client.expect('220 ');
  await client.say('EHLO client.example');
  await client.say('MAIL FROM:<printer@acme.example>');
  return client;
}

test('a removal reaches the sessions that came through HAProxy, on all of them', async () => {
  const entry = await listed('127.0.79.1');
  await haproxy.checked({ 'smtp-1': 'UP L7OK', 'smtp-2': 'UP L7OK', 'smtp-3': 'UP L7OK' });
  const clients: Dialogue[] = [];
  while ((await haproxy.sessions()).some(({ open }) => open === 0)) {
    const client = await throughHaproxy('127.0.79.1');
    expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250/);
    clients.push(client);
  }
  await removeEntry(pair.primary.pool, entry);
  for (const client of clients) expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-/);
}, 120_000);

test('a removal is enforced where the streaming replica does not follow', async () => {
  const entry = await listed('203.0.113.71');
  const client = await resting(nodes.fromReplica, '203.0.113.71');
  await pair.replica.pool.query('select pg_wal_replay_pause()');
  await removeEntry(pair.primary.pool, entry);
  expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-/);
  // It asks the replica again and again, which knows nothing of it.
  for (let asked = 0; asked < 20; asked += 1) {
    expect(await nodes.fromReplica.rcpt('203.0.113.71')).toMatch(/^530 5\.7\.0/);
  }
  await pair.replica.pool.query('select pg_wal_replay_resume()');
  await listed('203.0.113.72');
  expect(await nodes.fromReplica.rcpt('203.0.113.71')).toMatch(/^530 5\.7\.0/);
}, 120_000);

test('they report the same of what they hold', async () => {
  await listed('203.0.113.2');
  const { rows: clock } = await pair.primary.pool.query('select revision, generation from node_clock');
  await until(async () => {
    const { rows } = await pair.primary.pool.query(
      `select count(distinct node) as nodes, count(distinct (payload->>'hash', payload->>'entries')) as contents
       from node_reports where kind = 'enforced' and (payload->>'revision')::int = $1 and payload->>'generation' = $2`,
      [clock[0].revision, clock[0].generation],
    );
    return rows[0].nodes === '3' && rows[0].contents === '1';
  });
}, 120_000);

test('a node that is cut off, and one whose replica no longer follows, close after the bound and come back', async () => {
  const { short, fromReplica, plain } = nodes;
  await listed('203.0.113.3');
  await listed('127.0.79.2');
  cutOff.shut();
  // The replica goes on answering whatever it is asked: with an old heartbeat.
  await pair.replica.pool.query('select pg_wal_replay_pause()');
  await Promise.all([short, fromReplica].map((node) => saysAt(node, '203.0.113.3', '451 4.3.0')));
  for (const node of [short, fromReplica]) {
    const ready = await node.ready();
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'the copy of the whitelist is too old' },
    ]);
    expect(await node.rcpt('198.51.100.9')).toMatch(/^451 4\.3\.0/);
  }
  expect(await plain.rcpt('203.0.113.3')).toMatch(/^250/);
  // HAProxy leaves them out: nobody who comes that way is put off.
  await haproxy.checked({ 'smtp-1': 'UP L7OK', 'smtp-2': 'DOWN L7STS', 'smtp-3': 'DOWN L7STS' });
  for (let came = 0; came < 20; came += 1) {
    const client = await throughHaproxy('127.0.79.2');
    expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250 2\.1\.5/);
    client.close();
  }
  cutOff.reopen();
  await pair.replica.pool.query('select pg_wal_replay_resume()');
  await haproxy.checked({ 'smtp-2': 'UP L7OK', 'smtp-3': 'UP L7OK' });
  await Promise.all([short, fromReplica].map((node) => saysAt(node, '203.0.113.3', '250')));
}, 300_000);

test('two hundred listeners see a removal', async () => {
  const entry = await listed('203.0.113.4');
  const listeners: WhitelistReplica[] = [];
  const seen: Promise<void>[] = [];
  try {
    for (let number = 0; number < 200; number += 1) {
      const ended = Promise.withResolvers<void>();
      seen.push(ended.promise);
      listeners.push(
        openReplica({
          databaseUrl: asNode(pair.primary.url),
          replicaUrl: null,
          node: `listener-${number}`,
          stalenessMs: 900_000,
          pollMs: 600_000,
          loginLimits: { recipientsPerMessage: 100, messageBytes: 1000 },
          log: silentLog().log,
          onEnded: () => ended.resolve(),
          onReloaded: () => {},
          onCredentialsChanged: () => {},
          onEnforced: (_: Enforced) => {},
        }),
      );
      // Twenty at a time: a server forks for each.
      if (number % 20 === 19) await Promise.all(listeners.map(({ loaded }) => loaded));
    }
    await removeEntry(pair.primary.pool, entry);
    await Promise.all(seen);
    const standings = listeners.map((one) => standingOf(one.table(), '203.0.113.4', Date.now()).standing);
    expect(new Set(standings)).toEqual(new Set(['none']));
  } finally {
    await Promise.all(listeners.map((one) => one.close()));
  }
}, 300_000);

test('the replica is promoted without the last removal: what nodes had seen end stays refused until staff confirm', async () => {
  const { plain, fromReplica } = nodes;
  const removed = await listed('203.0.113.5');
  await listed('203.0.113.6');
  // It no longer hears of anything, so it is behind when it is made the primary.
  await pair.replica.pool.query(`alter system set primary_conninfo = ''`);
  await pair.replica.pool.query('select pg_reload_conf()');
  await until(async () => {
    const { rows } = await pair.primary.pool.query('select count(*) from pg_stat_replication');
    return rows[0].count === '0';
  });
  await removeEntry(pair.primary.pool, removed);
  await saysAt(plain, '203.0.113.5', '530');
  toPrimary.shut();
  await pair.replica.pool.query('select pg_promote()');
  await until(async () => {
    const { rows } = await pair.replica.pool.query('select pg_is_in_recovery() as standby');
    return rows[0].standby === false;
  });
  // Changes since then: its revision may be beyond what nodes know, and mean something else.
  for (const number of [7, 8, 9]) await insertEntry(pair.replica.pool, acme, `203.0.113.${number}/32`);
  toPrimary.leadTo(asNode(pair.replica.url));
  toPrimary.reopen();
  for (const node of [plain, fromReplica]) {
    await saysAt(node, '203.0.113.9', '250');
    expect(await node.rcpt('203.0.113.6')).toMatch(/^250/);
    // What a node says of it comes a moment after what it does.
    await until(async () =>
      node.lines.some(
        ({ level, msg }) => level === 50 && msg === 'the database was restored: the whitelist is loaded anew',
      ),
    );
  }
  expect(await plain.rcpt('203.0.113.5')).toMatch(/^550 5\.7\.1/);
  await pair.replica.pool.query(`update entries set label = 'mine' where id = $1`, [removed]);
  await insertEntry(pair.replica.pool, acme, '203.0.113.10/32');
  await saysAt(plain, '203.0.113.10', '250');
  expect(await plain.rcpt('203.0.113.5')).toMatch(/^550 5\.7\.1/);
  await until(async () => {
    const { rows } = await pair.replica.pool.query(
      `select 1 from node_reports where node = 'node-plain' and payload->'held_back_entries' ? $1`,
      [removed],
    );
    return rows.length > 0;
  });
  await pair.replica.pool.query(
    'insert into restore_confirmations select $1, generation, now() from node_clock',
    [removed],
  );
  await saysAt(plain, '203.0.113.5', '250');
}, 300_000);
