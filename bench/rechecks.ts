import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { startDnsServer } from '../lib/adapters/testing/dns-server.ts';
import { rdapNetwork, startRdapServer } from '../lib/adapters/testing/rdap-server.ts';
import { onScene, type Scene } from './scene.ts';

// Re-checks of entries by one jobs process, against a name server and a registry on loopback that are as slow and as
// broken as real ones: how many a minute for how long, how soon a request is looked into alone and beside them, and how often each
// server is asked. Every entry is due at once, which is worse than the spread that a timetable gives.

const ENTRIES = 2000;
const ALONE_MS = 60_000;
const WARM_UP_MS = 60_000;
const MEASURED_MS = 180_000;
const REQUEST_EVERY_MS = 6000;
const PER_DAY = 100_000;
const MINUTES_A_DAY = 1440;
const projectRoot = path.resolve(import.meta.dirname, '..');

export type RecheckRow = {
  'entries re-checked a minute': number;
  'a day at this rate': number;
  'needed a minute': number;
  'sources that failed, %': number;
  'request alone looked into, p50 s': number;
  'request beside them looked into, p50 s': number;
  'request beside them looked into, most s': number;
  'DNS questions a second, mean': number;
  'DNS questions a second, most': number;
  'RDAP questions a second, mean': number;
  'RDAP questions a second, most': number;
};

export async function benchRechecks(): Promise<RecheckRow> {
  const dns = await startSlowDns();
  const rdap = await startSlowRdap();
  try {
    return await onScene(async (scene) => {
      const jobs = await startJobs(scene.databaseUrl, dns.address, rdap.url);
      try {
        const alone = await makeRequests(scene.client, scene, '61.0.0.0', ALONE_MS);
        await seedEntries(scene.client, scene);
        await delay(WARM_UP_MS);
        const since = {
          at: performance.now(),
          clock: new Date(),
          dns: dns.times.length,
          rdap: rdap.times.length,
        };
        const waits = await makeRequests(scene.client, scene, '62.0.0.0', MEASURED_MS);
        const minutes = (performance.now() - since.at) / 60_000;
        const done = await recheckedSince(scene.client, since.clock);
        const asked = perSecond(dns.times.slice(since.dns));
        const registered = perSecond(rdap.times.slice(since.rdap));
        return {
          'entries re-checked a minute': round(done.entries / minutes),
          'a day at this rate': Math.round((done.entries / minutes) * MINUTES_A_DAY),
          'needed a minute': round(PER_DAY / MINUTES_A_DAY),
          'sources that failed, %': round((100 * done.failed) / Math.max(1, done.runs)),
          'request alone looked into, p50 s': round(middle(alone) / 1000),
          'request beside them looked into, p50 s': round(middle(waits) / 1000),
          'request beside them looked into, most s': round((waits.at(-1) ?? 0) / 1000),
          'DNS questions a second, mean': round(asked.mean),
          'DNS questions a second, most': asked.most,
          'RDAP questions a second, mean': round(registered.mean),
          'RDAP questions a second, most': registered.most,
        };
      } finally {
        jobs.kill('SIGTERM');
        if (jobs.exitCode === null) await once(jobs, 'exit');
      }
    });
  } finally {
    await dns.close();
    await rdap.close();
  }
}

/** Spread over the servers' numbers, always the same for a question: 5 to 120 ms, 2 % SERVFAIL, 2 % silent. */
async function startSlowDns() {
  const times: number[] = [];
  const server = await startDnsServer(({ name, type }) => {
    times.push(performance.now());
    const chance = hash(name);
    if (name === '2.0.0.127.list.example')
      return { records: [{ type: 'A', data: '127.0.0.2' }], afterMs: 20 };
    if (name === '1.0.0.127.list.example') return { code: 'NXDOMAIN', afterMs: 20 };
    if (chance % 100 < 2) return 'silence';
    const afterMs = 5 + (chance % 115);
    if (chance % 100 < 4) return { code: 'SERVFAIL', afterMs };
    if (type === 'PTR')
      return { records: [{ type, data: `host-${chance % 100_000}.acme.example` }], afterMs };
    return { code: 'NXDOMAIN', afterMs };
  });
  return { ...server, times };
}

/** 80 to 900 ms, 2 % 500, 1 % silent; the rest knows the network. */
async function startSlowRdap() {
  const times: number[] = [];
  const server = await startRdapServer((asked) => {
    times.push(performance.now());
    const chance = hash(asked);
    if (chance % 100 < 1) return 'silence';
    const afterMs = 80 + (chance % 820);
    if (chance % 100 < 3) return { status: 500, afterMs };
    const body = rdapNetwork({
      handle: null,
      startAddress: '0.0.0.0',
      endAddress: '255.255.255.255',
      cidr0_cidrs: [],
    });
    return { body, afterMs };
  });
  return { ...server, times };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return value >>> 4;
}

/** Active entries whose three sources are all due: 60.0.0.0 and on, one address each. */
async function seedEntries(client: pg.Client, { accountId, serverId }: Scene): Promise<void> {
  await client.query(
    `insert into entries (account_id, server_id, network, purpose, status, attested_static, attested_dedicated,
        responsibility_accepted_at, terms_version, activated_at, review_by, checks_completed_at)
      select $1, $2, set_masklen('60.0.0.0'::inet + n * 3, 32)::cidr, 'Bench', 'active', true, true,
        now(), '2026-11', now(), now() + interval '1 year', now()
      from generate_series(1, $3::int) n`,
    [accountId, serverId, ENTRIES],
  );
  await client.query(
    `insert into evidence_runs (entry_id, source, started_at, finished_at, outcome, due_at)
      select e.id, s.source, now() - interval '7 days', now() - interval '7 days', 'none', now() - interval '1 minute'
      from entries e cross join (values ('ptr'), ('dnsbl'), ('rdap')) s (source)
      where e.status = 'active'`,
  );
}

async function startJobs(databaseUrl: string, dnsServer: string, rdapUrl: string): Promise<ChildProcess> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: 'a secret for measurements, of no use elsewhere',
    PORTAL_URL: 'http://127.0.0.1:9',
    DNS_SERVERS: dnsServer,
    DNSBL_ZONES: 'list.example',
    RDAP_URL: rdapUrl,
  };
  const run = (file: string, ...args: string[]) =>
    spawn(process.execPath, [path.join(projectRoot, 'bin', file), ...args], {
      cwd: projectRoot,
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  // The queues are made by the same command that brings the tables up to date.
  const [code] = await once(run('postern.ts', 'migrate'), 'exit');
  if (code !== 0) throw new Error('the queues could not be made');
  const child = run('jobs.ts');
  const [outcome] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (typeof outcome !== 'object') throw new Error('the jobs process ended at once');
  return child;
}

/** Makes a request every few seconds, and waits for each until its checks are complete. Waits in order, milliseconds. */
async function makeRequests(client: pg.Client, scene: Scene, from: string, forMs: number): Promise<number[]> {
  const waits: number[] = [];
  const since = performance.now();
  for (let number = 1; performance.now() - since < forMs; number += 1) {
    const at = performance.now();
    const { rows } = await client.query<{ id: string }>(
      `insert into entries (account_id, server_id, network, purpose, status, attested_static, attested_dedicated,
          responsibility_accepted_at, terms_version)
        values ($1, $2, set_masklen($4::inet + $3::int * 7, 32)::cidr, 'Beside', 'pending', true, true, now(), '2026-11')
        returning id`,
      [scene.accountId, scene.serverId, number, from],
    );
    for (let complete = false; !complete; ) {
      await delay(100);
      const { rows: found } = await client.query<{ done: boolean }>(
        `select checks_completed_at is not null as done from entries where id = $1`,
        [rows[0]?.id],
      );
      complete = found[0]?.done ?? false;
    }
    waits.push(performance.now() - at);
    await delay(Math.max(0, REQUEST_EVERY_MS - (performance.now() - at)));
  }
  return waits.sort((one, other) => one - other);
}

async function recheckedSince(client: pg.Client, since: Date) {
  const { rows } = await client.query<{ entries: number; runs: number; failed: number }>(
    `select count(distinct r.entry_id) filter (where whole)::int as entries, count(*)::int as runs,
        count(*) filter (where r.outcome = 'temporary_error')::int as failed
      from (select r.*, bool_and(r.finished_at >= $1) over (partition by r.entry_id) as whole
            from evidence_runs r join entries e on e.id = r.entry_id where e.status = 'active') r
      where r.finished_at >= $1`,
    [since],
  );
  return rows[0] ?? { entries: 0, runs: 0, failed: 0 };
}

function perSecond(times: readonly number[]): { mean: number; most: number } {
  const counts = new Map<number, number>();
  for (const time of times)
    counts.set(Math.floor(time / 1000), (counts.get(Math.floor(time / 1000)) ?? 0) + 1);
  const spanSeconds = Math.max(1, ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000);
  return { mean: times.length / spanSeconds, most: Math.max(0, ...counts.values()) };
}

/** The middle of values in order. */
function middle(values: readonly number[]): number {
  return values[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
