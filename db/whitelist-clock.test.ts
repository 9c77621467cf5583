import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testing.ts';

// The promise that every SMTP node rests on: `where revision > $1` never misses a change, whatever transactions run,
// roll back or cascade beside each other; no two live entries overlap; nothing deadlocks.

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const WRITERS = 6;
const ACCOUNTS = 3;
const SERVERS_EACH = 2;

type World = { accounts: string[]; servers: { id: string; accountId: string }[] };

type Step =
  | { do: 'request'; server: number; network: string }
  | { do: 'move'; from: string[]; to: string; pick: number }
  | { do: 'edit'; pick: number }
  | { do: 'server'; server: number; status: string }
  | { do: 'account'; account: number; status: string }
  | { do: 'subscription'; server: number; status: string }
  | { do: 'domain'; server: number; add: boolean }
  | { do: 'credential'; server: number }
  | { do: 'event'; account: number };

type Transaction = { steps: Step[]; rollback: boolean };

const index = (size: number) => fc.nat({ max: size - 1 });
const network = fc
  .record({ third: fc.nat({ max: 3 }), block: fc.nat({ max: 7 }), prefix: fc.constantFrom(29, 30, 31, 32) })
  .map(({ third, block, prefix }) => `45.80.${third}.${block * 8}/${prefix}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('request' as const), server: index(6), network }) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          [['pending', 'in_review'], 'active'] as const,
          [['active'], 'suspended'] as const,
          [['suspended'], 'active'] as const,
          [['active', 'suspended'], 'removed'] as const,
          [['pending'], 'withdrawn'] as const,
        ),
        fc.nat({ max: 50 }),
      )
      .map(([[from, to], pick]) => ({ do: 'move' as const, from: [...from], to, pick })),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit' as const), pick: fc.nat({ max: 50 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('server' as const),
      server: index(6),
      status: fc.constantFrom('active', 'paused', 'suspended'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('account' as const),
      account: index(ACCOUNTS),
      status: fc.constantFrom('active', 'suspended'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('subscription' as const),
      server: index(6),
      status: fc.constantFrom('active', 'past_due', 'lapsed'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('domain' as const), server: index(6), add: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('credential' as const), server: index(6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('event' as const), account: index(ACCOUNTS) }) },
);
// Events come last in a transaction, as operations write them: the chain's lock follows the clock's.
const transaction: fc.Arbitrary<Transaction> = fc
  .record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }), rollback: fc.boolean() })
  .map(({ steps, rollback }) => {
    const changes = steps.filter((one) => one.do !== 'event');
    const events = steps.filter((one) => one.do === 'event').slice(0, 1);
    return { steps: [...changes, ...events], rollback: rollback && steps.length > 2 };
  });
const workload = fc.array(fc.array(transaction, { minLength: 5, maxLength: 12 }), {
  minLength: WRITERS,
  maxLength: WRITERS,
});

async function makeWorld(client: pg.Client): Promise<World> {
  const world: World = { accounts: [], servers: [] };
  for (let a = 0; a < ACCOUNTS; a += 1) {
    const accountId = randomUUID();
    await client.query('insert into accounts (id, slug, name) values ($1, $2, $2)', [
      accountId,
      `a-${accountId}`,
    ]);
    world.accounts.push(accountId);
    for (let s = 0; s < SERVERS_EACH; s += 1) {
      const id = randomUUID();
      await client.query('insert into servers (id, account_id, slug, name) values ($1, $2, $3, $3)', [
        id,
        accountId,
        `s-${id}`,
      ]);
      await client.query(
        `insert into subscriptions (server_id, plan_id, status, paid_until) values ($1, 'paid', 'active', now() + interval '1 year')`,
        [id],
      );
      world.servers.push({ id, accountId });
    }
  }
  return world;
}

async function runStep(client: pg.Client, world: World, one: Step): Promise<void> {
  const server = 'server' in one ? world.servers[one.server] : undefined;
  switch (one.do) {
    case 'request':
      await client.query(
        `insert into entries (server_id, account_id, network, status, purpose, attested_static, attested_dedicated)
         values ($1, $2, $3, 'pending', 'test', true, true) on conflict do nothing`,
        [server?.id, server?.accountId, one.network],
      );
      return;
    case 'move':
      await client.query(
        `update entries set status = $1,
           suspension_causes = case when $1 = 'suspended' then array['staff'] else '{}' end,
           ended_at = case when $1 in ('removed', 'withdrawn') then now() end
         where status = any ($2) and id = (
           select id from entries where status = any ($2) order by id offset $3 limit 1)`,
        [one.to, one.from, one.pick],
      );
      return;
    case 'edit':
      await client.query(
        `update entries set label = 'x' where id = (select id from entries order by id offset $1 limit 1)`,
        [one.pick],
      );
      return;
    case 'server':
      await client.query('update servers set status = $1 where id = $2', [one.status, server?.id]);
      return;
    case 'account':
      await client.query('update accounts set status = $1 where id = $2', [
        one.status,
        world.accounts[one.account],
      ]);
      return;
    case 'subscription':
      await client.query('update subscriptions set status = $1 where server_id = $2', [
        one.status,
        server?.id,
      ]);
      return;
    case 'domain':
      if (one.add) {
        await client.query(
          `insert into sender_domains (server_id, domain, source) values ($1, 'x.example', 'feed') on conflict do nothing`,
          [server?.id],
        );
      } else {
        await client.query(
          'update sender_domains set ended_at = now() where server_id = $1 and ended_at is null',
          [server?.id],
        );
      }
      return;
    case 'credential':
      await client.query(
        `insert into smtp_credentials (server_id, username, password_hash) values ($1, $2, 'x')`,
        [server?.id, randomUUID()],
      );
      return;
    case 'event':
      await client.query(
        `insert into events (kind, account_id, actor_kind, content) values ('test', $1, 'system', '{}')`,
        [world.accounts[one.account]],
      );
  }
}

const EXCLUDED = '23P01';

/** Runs one transaction; a refused overlap rolls it back, anything else is a failure of the design. */
async function runTransaction(client: pg.Client, world: World, one: Transaction): Promise<void> {
  await client.query('begin');
  try {
    for (const each of one.steps) await runStep(client, world, each);
    await client.query(one.rollback ? 'rollback' : 'commit');
  } catch (error) {
    await client.query('rollback');
    if (!(error instanceof pg.DatabaseError) || error.code !== EXCLUDED) throw error;
  }
}

type Copy = Map<string, string>;

/**
 * What a node does: one statement for the deltas since its revision, together with the clock. What an entry that has
 * ended once allowed is nobody's concern: it is not stamped again when its server changes.
 */
async function readDeltas(client: pg.Client, since: number, copy: Copy): Promise<number> {
  const { rows } = await client.query<{ revision: string; key: string | null; row: string | null }>(
    `with clock as (select revision from node_clock)
     select clock.revision, delta.key, delta.row from clock left join lateral (
       select 'e' || entry_id as key,
         (case when state in ('ended', 'removed_abuse') then to_jsonb(e) - 'scope' else to_jsonb(e) end)::text as row
       from node_entries e where e.revision > $1
       union all select 'c' || credential_id, to_jsonb(c)::text from node_credentials c where c.revision > $1
       union all select 's' || server_id, to_jsonb(s)::text from node_servers s where s.revision > $1
     ) delta on true`,
    [since],
  );
  for (const { key, row } of rows) if (key !== null && row !== null) copy.set(key, row);
  return Number(rows[0]?.revision);
}

async function connected<T>(count: number, work: (clients: pg.Client[]) => Promise<T>): Promise<T> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: db.url }));
  try {
    await Promise.all(clients.map((client) => client.connect()));
    return await work(clients);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

test('a delta reader never misses a change, live entries never overlap, nothing deadlocks', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(workload, async (writers) => {
      await connected(WRITERS + 2, async ([reader, checker, ...clients]) => {
        if (reader === undefined || checker === undefined) throw new Error('no connections');
        const world = await makeWorld(checker);
        const copy: Copy = new Map();
        let revision = 0;
        let writing = true;
        const reading = (async () => {
          while (writing) {
            const next = await readDeltas(reader, revision, copy);
            expect(next).toBeGreaterThanOrEqual(revision);
            revision = next;
          }
        })();
        await Promise.all(
          writers.map(async (transactions, writer) => {
            const client = clients[writer];
            if (client === undefined) throw new Error('no connection for a writer');
            for (const one of transactions) await runTransaction(client, world, one);
          }),
        );
        writing = false;
        await reading;
        await readDeltas(reader, revision, copy);

        const snapshot: Copy = new Map();
        await readDeltas(checker, 0, snapshot);
        expect([...copy].sort()).toEqual([...snapshot].sort());

        const { rows: overlapping } = await checker.query(
          `select a.network, b.network from entries a join entries b on a.id < b.id and a.network && b.network
           where a.status in ('active', 'suspended') and b.status in ('active', 'suspended')`,
        );
        expect(overlapping).toEqual([]);
      });
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test('of 64 rivals for overlapping networks one wins, and no other error than the exclusion occurs', async () => {
  await connected(33, async ([checker, ...clients]) => {
    if (checker === undefined) throw new Error('no connection');
    const world = await makeWorld(checker);
    const ids: string[] = [];
    for (let rival = 0; rival < 64; rival += 1) {
      const server = world.servers[rival % world.servers.length];
      const id = randomUUID();
      ids.push(id);
      const wanted = `46.1.2.${rival % 8}/32`;
      await checker.query(
        `insert into entries (id, server_id, account_id, network, status, purpose, attested_static, attested_dedicated)
         values ($1, $2, $3, $4, 'pending', 'test', true, true) on conflict do nothing`,
        [id, server?.id, server?.accountId, rival < 8 ? '46.1.2.0/29' : wanted],
      );
    }
    const outcomes = await Promise.all(
      clients.flatMap((client, position) =>
        [ids[position * 2], ids[position * 2 + 1]].map(async (id) => {
          try {
            const { rowCount } = await client.query(`update entries set status = 'active' where id = $1`, [
              id,
            ]);
            return rowCount === 1 ? 'won' : 'absent';
          } catch (error) {
            return error instanceof pg.DatabaseError ? error.code : String(error);
          }
        }),
      ),
    );
    expect(new Set(outcomes).difference(new Set(['won', 'absent', EXCLUDED]))).toEqual(new Set());
    const { rows } = await checker.query(
      `select count(*)::int as overlaps from entries a join entries b on a.id < b.id and a.network && b.network
       where a.status = 'active' and b.status = 'active'`,
    );
    expect(rows[0]).toEqual({ overlaps: 0 });
    expect(outcomes).toContain('won');
  });
});

test('a change that a node need not know does not tick the clock', async () => {
  await connected(1, async ([client]) => {
    if (client === undefined) throw new Error('no connection');
    const world = await makeWorld(client);
    const revision = async () =>
      (await client.query<{ revision: string }>('select revision from node_clock')).rows[0]?.revision;
    const before = await revision();
    await client.query(`update servers set name = 'renamed', as_of = now() where id = $1`, [
      world.servers[0]?.id,
    ]);
    await client.query(`update accounts set name = 'renamed', as_of = now() where id = $1`, [
      world.accounts[0],
    ]);
    expect(await revision()).toBe(before);
    await client.query(`update servers set status = 'paused' where id = $1`, [world.servers[0]?.id]);
    expect(await revision()).not.toBe(before);
  });
});

test('rows that nodes hold are never deleted', async () => {
  for (const table of ['entries', 'servers', 'accounts', 'smtp_credentials']) {
    await expect(db.pool.query(`delete from ${table}`), table).rejects.toThrow(/never deleted/);
  }
  await expect(db.pool.query(`update events set content = '{}'`)).rejects.toThrow(/append-only/);
  await expect(db.pool.query('truncate events cascade')).rejects.toThrow(/append-only/);
});
