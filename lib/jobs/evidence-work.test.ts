import { fork } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq, inArray } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { entries, evidenceRuns } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type DnsServer, startDnsServer, zone } from '../adapters/testing/dns-server.ts';
import { type RdapServer, rdapNetwork, startRdapServer } from '../adapters/testing/rdap-server.ts';
import { type Cast, currentRow, inForce, loadEvidence, requested, seedCast } from '../operations/testing.ts';
import { createBoss, installQueues } from './queues.ts';
import { runJobs } from './run-jobs.ts';
import { testMailSettings } from './testing.ts';

// The real queues, the real lookups: a process that works, one that is killed, and many re-checks beside one request.

const projectRoot = path.resolve(import.meta.dirname, '../..');

let db: TestDatabase;
let cast: Cast;
let dns: DnsServer;
let rdap: RdapServer;
let dataDir: string;
const working = new Set<() => Promise<void>>();
beforeAll(async () => {
  db = await createTestDatabase();
  await installQueues(db.url);
  cast = await seedCast(db.database);
  dataDir = await mkdtemp(path.join(tmpdir(), 'postern-evidence-'));
});
beforeEach(async () => {
  dns = await startDnsServer(zone({}));
  rdap = await startRdapServer(() => ({ status: 404 }));
});
afterEach(async () => {
  // Of a test that has failed; the next one has workers of its own.
  for (const stop of working) await stop();
  await dns.close();
  await rdap.close();
});
afterAll(async () => {
  await rm(dataDir, { recursive: true });
  await db.close();
});

async function work() {
  const finished = new EventEmitter();
  const failures: unknown[] = [];
  const running = await runJobs(
    db.url,
    { ran: (job) => finished.emit('ran', job), failed: (error) => failures.push(error) },
    {
      ...testMailSettings({ dataDir }),
      dnsServers: [dns.address],
      dnsblZones: [],
      rdapUrl: rdap.url,
      maxmindDbDir: null,
      maxmind: null,
    },
  );
  const runs = on(finished, 'ran');
  /** Waits for one piece of work after the other until it holds. */
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await runs.next();
  };
  const stop = async () => {
    if (working.delete(stop)) await running.stop();
  };
  working.add(stop);
  return { stop, until, failures };
}

const checked = async (id: string) => (await currentRow(db.database, id)).checksCompletedAt !== null;

test('a request is investigated as soon as it is made', async () => {
  rdap.use(() => ({ body: rdapNetwork() }));
  const { stop, until, failures } = await work();
  const { id } = await requested(db.database, cast.owner, '45.90.1.7');
  await until(() => checked(id));
  const evidence = await loadEvidence(db.database, id);
  expect(evidence.rdap?.facts?.holders).toContain('Acme Devices B.V.');
  expect(evidence.progress.map((run) => [run.source, run.outcome])).toEqual([
    ['ptr', 'none'],
    ['rdap', 'found'],
  ]);
  await stop();
  expect(failures).toEqual([]);
});

test('no number of re-checks makes a request wait', { timeout: 180_000 }, async () => {
  const due = new Date(Date.now() - 1000);
  const ids: string[] = [];
  // More than there are workers for re-checks.
  for (let host = 1; host <= 20; host += 1) {
    ids.push((await inForce(db.database, cast, `45.95.1.${host}`)).id);
  }
  await db.database.insert(evidenceRuns).values(
    ids.map((entryId) => ({
      entryId,
      source: 'rdap' as const,
      startedAt: due,
      finishedAt: due,
      outcome: 'none' as const,
      dueAt: due,
    })),
  );
  // Whoever is re-checked waits for silence; the request gets its answers.
  dns.use(({ name }) => (name.includes('.1.95.45.') ? 'silence' : { code: 'NXDOMAIN' }));
  rdap.use((asked) => (asked.includes('45.95.1.') ? 'silence' : { status: 404 }));
  const { stop, until } = await work();
  const boss = createBoss(db.url, { supervise: false, schedule: false, migrate: false });
  await boss.start();
  await boss.send('recheck-evidence');
  const asking = () => db.database.$count(evidenceRuns, inArray(evidenceRuns.entryId, ids));
  await until(async () => (await asking()) > ids.length);
  const { id } = await requested(db.database, cast.owner, '45.90.2.7');
  await until(() => checked(id));
  const runs = await db.database.select().from(evidenceRuns).where(inArray(evidenceRuns.entryId, ids));
  expect(runs.filter((run) => run.finishedAt === null).length).toBeGreaterThan(0);
  await boss.stop();
  // Lets go of everything that is still being asked.
  rdap.use(() => 'hang_up');
  await dns.close();
  await rdap.close();
  await stop();
  dns = await startDnsServer(zone({}));
  rdap = await startRdapServer(() => ({ status: 404 }));
  // Nothing of theirs is left for the tests that follow.
  await db.database.update(evidenceRuns).set({ dueAt: null }).where(inArray(evidenceRuns.entryId, ids));
});

test('what a killed process left is taken over by another, from where it was', {
  timeout: 180_000,
}, async () => {
  const asked = new EventEmitter();
  rdap.use(() => {
    asked.emit('rdap');
    return 'silence';
  });
  const first = startProcess();
  await once(first, 'message');
  const reached = once(asked, 'rdap');
  const { id } = await requested(db.database, cast.owner, '45.90.3.7');
  await reached;
  while ((await loadEvidence(db.database, id)).ptr === null);
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(await checked(id)).toBe(false);

  // As after ten seconds without a sign of life.
  await db.pool.query(
    `update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`,
  );
  rdap.use(() => ({ body: rdapNetwork({ cidr0_cidrs: [{ v4prefix: '45.90.0.0', length: 16 }] }) }));
  const { stop, until } = await work();
  const boss = createBoss(db.url, { schedule: false, migrate: false });
  await boss.start();
  await boss.supervise();
  await until(() => checked(id));
  const questions = dns.questions.filter((question) => question === 'PTR 7.3.90.45.in-addr.arpa');
  expect(questions).toHaveLength(1);
  expect((await loadEvidence(db.database, id)).rdap?.outcome).toBe('found');
  const [row] = await db.database.select().from(entries).where(eq(entries.id, id));
  expect(row?.status).toBe('pending');
  await boss.stop();
  await stop();
});

function startProcess() {
  return fork(path.join(projectRoot, 'bin', 'jobs.ts'), {
    cwd: projectRoot,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      NODE_ENV: 'production',
      PATH: process.env.PATH,
      DATABASE_URL: db.url,
      AUTH_SECRET: 'a secret of more than thirty-two characters',
      POSTERN_DATA_DIR: dataDir,
      DNS_SERVERS: dns.address,
      RDAP_URL: rdap.url,
    },
  });
}
