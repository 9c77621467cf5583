import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import pino from 'pino';
import { startEmbedded } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { standingOf } from '../smtp-worker/src/whitelist/entry-table.ts';
import { openReplica } from '../smtp-worker/src/whitelist-replica.ts';

// A node's copy of a million entries: how long it takes to load from PostgreSQL, what memory it takes, how long one
// decision takes from the peer's text to the entry's terms, and one removal from its commit to being enforced.

const ENTRIES = 1_000_000;
const SERVERS = 20_000;
const DECISIONS = 2_000_000;
const REMOVALS = 50;

export type MillionRow = {
  entries: number;
  loadSeconds: number;
  memoryMiB: number;
  listedNanoseconds: number;
  strangerNanoseconds: number;
  removalP50Ms: number;
  removalMaxMs: number;
};

export async function benchMillionEntries(): Promise<MillionRow> {
  const directory = await mkdtemp(path.join(tmpdir(), 'postern-million-'));
  await chmod(directory, 0o711);
  const started = await startEmbedded({ dataDir: directory, durable: false });
  if (!started.ok) throw new Error(started.message);
  const client = new pg.Client({ connectionString: started.database.url });
  try {
    await migrate(started.database.url);
    await client.connect();
    await seed(client, ENTRIES);
    return await measure(started.database.url, client, ENTRIES);
  } finally {
    await client.end();
    await started.database.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function seed(client: pg.Client, entries: number): Promise<void> {
  // Without the triggers, which stamp every row for nodes that are not there yet: many minutes become one.
  await client.query('set session_replication_role = replica');
  // What keeps networks apart, and finds them for the portal: nodes never ask for it.
  await client.query('alter table entries drop constraint entries_no_overlap');
  await client.query('drop index entries_network');
  await client.query(`
    insert into accounts (slug, name) select 'account-' || n, 'A' from generate_series(1, ${SERVERS}) n;
    insert into servers (account_id, slug, name)
      select id, replace(slug, 'account', 'server'), 'S' from accounts where slug like 'account-%';
    insert into sender_domains (server_id, domain, source)
      select id, slug || '.example', 'feed' from servers where slug like 'server-%';
    insert into subscriptions (server_id, plan_id, status, paid_until)
      select id, 'paid', 'active', now() + interval '1 year' from servers where slug like 'server-%';
    create temporary table known as select id, account_id, row_number() over (order by slug) - 1 as place
      from servers where slug like 'server-%';
    create unique index on known (place)`);
  await client.query(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at, revision)
     select k.account_id, k.id, set_masklen((inet '11.0.0.0' + n * 8)::cidr, 32), 'active', 'bench', true, true, now(), 1
     from generate_series(0, $1::bigint - 1) n join known k on k.place = n % ${SERVERS}`,
    [entries],
  );
  await client.query('set session_replication_role = origin');
  await client.query('analyze');
}

async function measure(databaseUrl: string, client: pg.Client, entries: number): Promise<MillionRow> {
  global.gc?.();
  const memoryBefore = process.memoryUsage().rss;
  const began = performance.now();
  let enforced = Promise.withResolvers<void>();
  const replica = openReplica({
    databaseUrl,
    replicaUrl: null,
    node: 'bench',
    stalenessMs: 900_000,
    loginLimits: { recipientsPerMessage: 100, messageBytes: 1_000_000 },
    log: pino({ level: 'warn' }),
    onEnded: () => enforced.resolve(),
    onReloaded: () => {},
    onCredentialsChanged: () => {},
    onEnforced: () => {},
  });
  try {
    await replica.loaded;
    const loadSeconds = (performance.now() - began) / 1000;
    const table = replica.table();
    if (table.inForce !== entries) throw new Error(`${table.inForce} entries are in force`);
    global.gc?.();
    const memoryMiB = (process.memoryUsage().rss - memoryBefore) / 1024 / 1024;
    const listed = Array.from({ length: 4096 }, (_, index) => addressOf((index * 7919) % entries));
    const strangers = Array.from({ length: 4096 }, (_, index) => addressOf(entries + 5 + index * 7919));
    const decide = (addresses: readonly string[]) => {
      const now = Date.now();
      const start = performance.now();
      let inForce = 0;
      for (let count = 0; count < DECISIONS; count += 1) {
        if (standingOf(table, addresses[count & 4095] as string, now).terms !== null) inForce += 1;
      }
      if (inForce !== 0 && inForce !== DECISIONS) throw new Error(`${inForce} of ${DECISIONS}`);
      return ((performance.now() - start) / DECISIONS) * 1e6;
    };
    decide(listed);
    const listedNanoseconds = decide(listed);
    const removals: number[] = [];
    for (let count = 0; count < REMOVALS; count += 1) {
      enforced = Promise.withResolvers();
      const start = performance.now();
      await client.query(
        `update entries set status = 'removed', end_cause = 'staff', ended_at = now() where id = $1`,
        [standingOf(table, addressOf(count), Date.now()).terms?.entryId],
      );
      await enforced.promise;
      removals.push(performance.now() - start);
    }
    removals.sort((one, other) => one - other);
    return {
      entries,
      loadSeconds: round(loadSeconds, 1),
      memoryMiB: round(memoryMiB, 0),
      listedNanoseconds: round(listedNanoseconds, 0),
      strangerNanoseconds: round(decide(strangers), 0),
      removalP50Ms: round(removals[Math.floor(REMOVALS / 2)] ?? 0, 1),
      removalMaxMs: round(removals.at(-1) ?? 0, 1),
    };
  } finally {
    await replica.close();
  }
}

/** Every eighth address from 11.0.0.0 on. */
function addressOf(index: number): string {
  const value = 0x0b000000 + index * 8;
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  console.table([await benchMillionEntries()]);
