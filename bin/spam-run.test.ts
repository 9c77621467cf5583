import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { entries, ladderPositions, signals, trafficHours, trafficMinutes } from '../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { startMailSink } from '../lib/adapters/testing/mail-sink.ts';
import { installQueues } from '../lib/jobs/queues.ts';
import { judgeTraffic } from '../lib/operations/judge-traffic.ts';
import { rollUpTraffic } from '../lib/operations/roll-up-traffic.ts';
import { inForce, seedCast } from '../lib/operations/testing.ts';
import { projectRoot } from './environment.ts';

// A spam run through the real processes: a node and the jobs beside a real next hop, which takes the customers' mail as
// well as ours. Warned, throttled, removed, told; the neighbour and a nightly batch of the same account go on beside it.

const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
const spammer = '45.89.1.10';
const from = 'scanner@acme.example';
const HOUR_MS = 3_600_000;

let db: TestDatabase;
let dataDir: string;
let proxyPort: number;
let sink: Awaited<ReturnType<typeof startMailSink>>;
const children: ChildProcess[] = [];
const ids = { spam: '', beside: '', batch: '' };

beforeAll(async () => {
  db = await createTestDatabase();
  await installQueues(db.url);
  const cast = await seedCast(db.database);
  ids.spam = (await inForce(db.database, cast, spammer)).id;
  ids.beside = (await inForce(db.database, cast, '45.89.1.11')).id;
  ids.batch = (await inForce(db.database, cast, '45.89.1.12')).id;
  sink = await startMailSink({});
  dataDir = await mkdtemp(path.join(tmpdir(), 'spam-run-'));
  proxyPort = await freePort();
  run('bin/jobs.ts');
  const [ready] = await once(run('smtp-worker/src/main.ts'), 'message');
  expect(ready).toEqual({ ready: true });
});
afterAll(async () => {
  for (const child of children) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await sink.close();
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

function run(file: string): ChildProcess {
  const child = spawn(process.execPath, [path.join(projectRoot, file)], {
    cwd: projectRoot,
    env: {
      ...process.env,
      DATABASE_URL: db.url,
      AUTH_SECRET: 'a secret of some length, for tests',
      POSTERN_DATA_DIR: dataDir,
      SMTP_NEXT_HOP: sink.url,
      SMTP_PORT: '0',
      SMTP_METRICS_PORT: '0',
      SMTP_PROXY_PORT: String(proxyPort),
      SMTP_TRUSTED_PROXIES: '127.0.0.1/32',
      NODE_NAME: 'node-1',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  return child;
}

type Client = { say: (line: string) => Promise<string>; ended: Promise<unknown> };

/** A device behind the PROXY listener that has said EHLO; every reply in one piece, `closed` after the last. */
async function device(address: string): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: proxyPort, noDelay: true });
  const ended = once(socket, 'close');
  socket.on('error', () => {});
  socket.write(`PROXY TCP4 ${address} 192.0.2.25 40000 25\r\n`);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const hear = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) return 'closed';
      if (value[3] !== '-') return value;
    }
  };
  await hear();
  const say = (line: string) => {
    socket.write(`${line}\r\n`);
    return hear();
  };
  await say('EHLO scanner.local');
  return { say, ended };
}

async function hand({ say }: Client, to: string, subject: string, text: string): Promise<string> {
  const mail = await say(`MAIL FROM:<${from}>`);
  if (!mail.startsWith('250')) return mail;
  const rcpt = await say(`RCPT TO:<${to}>`);
  if (!rcpt.startsWith('250')) return rcpt;
  // What holds an entry may come between two commands.
  const data = await say('DATA');
  if (!data.startsWith('354')) return data;
  return say(`From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\n${text}\r\n.`);
}

const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 100_000, interval: 50 });

async function ladderAt(step: string): Promise<void> {
  await until(async () => {
    const [position] = await db.database
      .select()
      .from(ladderPositions)
      .where(eq(ladderPositions.entryId, ids.spam));
    expect(position?.step).toBe(step);
  });
}

/** The mail to the owner with that subject, as it came over SMTP. */
async function told(subject: RegExp) {
  const find = () =>
    sink.taken.find(
      ({ parsed }) =>
        subject.test(parsed.subject ?? '') && JSON.stringify(parsed.to).includes('owner@acme.example'),
    );
  await until(() => expect(find()).toBeDefined());
  return find()?.parsed;
}

async function counted(id: string): Promise<unknown> {
  const [sum] = await db.database
    .select({
      accepted: sql<number>`coalesce(sum(${trafficMinutes.accepted}), 0)::int`,
      recipients: sql<number>`coalesce(sum(${trafficMinutes.recipients}), 0)::int`,
    })
    .from(trafficMinutes)
    .where(eq(trafficMinutes.entryId, id));
  return sum;
}

test('warned, throttled, removed and told; neighbour and nightly batch go on, and all is counted', {
  timeout: 300_000,
}, async () => {
  // Eight weeks of invoices at this hour of the night.
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  await db.database
    .update(entries)
    .set({ activatedAt: new Date(hour - 100 * 24 * HOUR_MS) })
    .where(eq(entries.id, ids.batch));
  const none = { bytes: 0, deferred: 0, unknownRecipients: 0, nextHopRefused: 0, refused: {} };
  await db.database.insert(trafficHours).values(
    Array.from({ length: 56 }, (_, night) => ({
      ...none,
      entryId: ids.batch,
      hour: new Date(hour - (night + 1) * 24 * HOUR_MS),
      accepted: 55,
      recipients: 55,
    })),
  );
  const [running, office, invoices] = await Promise.all([
    device(spammer),
    device('45.89.1.11'),
    device('45.89.1.12'),
  ]);
  const sent = { office: 0, invoices: 0, spam: 0 };
  async function goOn(): Promise<void> {
    for (let count = 0; count < 15; count += 1) {
      expect(await hand(invoices, 'billing@elsewhere.example', 'Invoice', 'An invoice.')).toMatch(/^250/);
      sent.invoices += 1;
    }
    expect(await hand(office, 'b@elsewhere.example', 'Scan', 'A page.')).toMatch(/^250/);
    sent.office += 1;
  }
  async function spam(): Promise<string> {
    const reply = await hand(running, 'jane.doe@elsewhere.example', 'You have won 1000000', gtube);
    if (reply.startsWith('250')) sent.spam += 1;
    return reply;
  }

  expect(await spam()).toMatch(/^250/);
  await ladderAt('warned');
  await told(/Something is wrong with mail from 45\.89\.1\.10/);
  await goOn();
  expect(await spam()).toMatch(/^250/);
  expect(await spam()).toMatch(/^250/);
  await ladderAt('throttled');
  expect((await told(/45\.89\.1\.10 is slowed down to \d+ messages an hour/))?.text).toContain(
    '3 messages that are spam',
  );
  await goOn();
  // The node itself holds it with the eighth as soon as all its threads have heard; the ladder then removes it everywhere.
  let reply = '250';
  for (let count = 0; count < 30 && reply.startsWith('250'); count += 1) reply = await spam();
  expect(reply).toMatch(/^(451 4\.7\.0|421 4\.7\.0|550 5\.7\.1|closed)/);
  expect(sent.spam).toBeGreaterThanOrEqual(8);
  expect(sent.spam).toBeLessThanOrEqual(20);
  await ladderAt('removed');
  await goOn();
  await running.ended;
  await until(async () => {
    const again = await hand(await device(spammer), 'b@elsewhere.example', 'Again', gtube);
    expect(again).toMatch(/^550 5\.7\.1 PX-\S+ This address was removed from the whitelist because of abuse/);
  });
  const removed = await told(/45\.89\.1\.10 is removed for abuse/);
  expect(removed?.text).toContain('8 messages that are spam');
  expect(removed?.text).toContain('j…@elsewhere.example');
  expect(removed?.text).not.toMatch(/jane|1000000/);

  await until(async () => {
    expect(await counted(ids.spam)).toEqual({ accepted: sent.spam, recipients: sent.spam });
    expect(await counted(ids.beside)).toEqual({ accepted: sent.office, recipients: sent.office });
    expect(await counted(ids.batch)).toEqual({ accepted: sent.invoices, recipients: sent.invoices });
  });
  // Also once the traffic of this night has been judged.
  while ((await rollUpTraffic(db.database)) > 0);
  const failures: unknown[] = [];
  await judgeTraffic(db.database, new Date(), (error) => failures.push(error));
  expect(failures).toEqual([]);
  for (const id of [ids.beside, ids.batch]) {
    expect(await db.database.$count(signals, eq(signals.entryId, id))).toBe(0);
    expect(await db.database.$count(ladderPositions, eq(ladderPositions.entryId, id))).toBe(0);
    const [row] = await db.database.select().from(entries).where(eq(entries.id, id));
    expect(row).toMatchObject({ status: 'active', throttledTo: null });
  }
  const bad = /wrong with mail from 45\.89\.1\.1[12]|45\.89\.1\.1[12] is (slowed|suspended|removed)/;
  expect(sink.taken.map(({ parsed }) => parsed.subject ?? '').filter((subject) => bad.test(subject))).toEqual(
    [],
  );
});
