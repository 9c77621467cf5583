import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { outbox } from '../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { startMailSink } from '../lib/adapters/testing/mail-sink.ts';
import { installQueues } from '../lib/jobs/queues.ts';
import { LEASE_MS, sendMail } from '../lib/jobs/send-mail.ts';
import { testOffice } from '../lib/jobs/testing.ts';
import { notifyPerson } from '../lib/operations/notify.ts';
import { type Cast, seedCast } from '../lib/operations/testing.ts';
import { projectRoot } from './environment.ts';

// The real jobs process, run by plain Node, and what becomes of mail when it is killed.

let db: TestDatabase;
let cast: Cast;
let dataDir: string;
beforeAll(async () => {
  db = await createTestDatabase();
  await installQueues(db.url);
  cast = await seedCast(db.database);
  dataDir = await mkdtemp(path.join(tmpdir(), 'jobs-mail-'));
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true });
});

let child: ChildProcess | undefined;
beforeEach(async () => {
  await db.database.delete(outbox);
  // The run of a process that was killed counts as running until its heartbeat is missed: not what is tested here.
  await db.pool.query('delete from pgboss.job');
});
afterEach(() => kill());

function startJobs(nextHop: string | null): ChildProcess {
  const started = spawn(process.execPath, [path.join(projectRoot, 'bin', 'jobs.ts')], {
    cwd: dataDir,
    env: {
      ...process.env,
      DATABASE_URL: db.url,
      AUTH_SECRET: 'a secret of some length, for tests',
      POSTERN_DATA_DIR: dataDir,
      ...(nextHop === null ? {} : { SMTP_NEXT_HOP: nextHop }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  return started;
}

/** As a machine that loses its power: nothing is finished, nothing is said. */
async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function tell(key: string): Promise<void> {
  await notifyPerson(db.database, {
    kind: 'token_created',
    personId: cast.owner.viewer?.personId ?? '',
    key,
    values: { name: key, scope: 'account', expiresAt: null, from: null },
    now: new Date(),
  });
}

/** Another sender, when the lease of the dead one is over. */
async function sendAfterLease(url: string): Promise<number> {
  const office = testOffice([url]);
  const at = new Date(Date.now() + LEASE_MS);
  const failed = (error: unknown) => {
    throw error;
  };
  try {
    return await sendMail({ database: db.database, office, now: () => at, onFailure: failed });
  } finally {
    office.mailer.close();
  }
}

test('killed between taking the row and sending it: nothing is lost, and it comes once', async () => {
  const connected = Promise.withResolvers<void>();
  let answers = false;
  const sink = await startMailSink({
    onConnect: (_session, callback) => {
      if (answers) return callback(null);
      // No banner: the row is taken, and nothing of it has been said yet.
      connected.resolve();
    },
  });
  await tell('before');
  startJobs(sink.url);
  await connected.promise;
  const [row] = await db.database.select().from(outbox);
  expect(row).toMatchObject({ attempts: 1, sentAt: null });
  await kill();
  answers = true;
  expect(await sendAfterLease(sink.url)).toBe(1);
  expect(await sendAfterLease(sink.url)).toBe(0);
  expect(sink.taken.map(({ parsed }) => parsed.messageId?.slice(1, 37))).toEqual([row?.id]);
  await sink.close();
});

test('killed between the 250 of the next hop and the mark: offered again as the very same message', async () => {
  const sink = await startMailSink({ onMessage: () => kill() });
  await tell('after');
  const exited = once(startJobs(sink.url), 'exit');
  await exited;
  const [row] = await db.database.select().from(outbox);
  expect(row?.sentAt).toBeNull();
  expect(await sendAfterLease(sink.url)).toBe(1);
  expect(await sendAfterLease(sink.url)).toBe(0);
  // The one case in which it is handed over twice: by its Message-ID a mailbox knows that it has it.
  const ids = sink.taken.map(({ parsed }) => parsed.messageId?.slice(1, 37));
  expect(ids).toEqual([row?.id, row?.id]);
  await sink.close();
});

test('without a next hop it is a file that a mail program reads', async () => {
  await tell('file');
  const jobs = startJobs(null);
  let said = '';
  jobs.stderr?.on('data', (chunk) => (said += chunk));
  const fresh = path.join(dataDir, 'maildir-notifications', 'new');
  // The mark is written after the file: wait for it by the channel that tells of it, not by a clock.
  const client = await db.pool.connect();
  const marked = new Promise<void>((resolve) => client.on('notification', () => resolve()));
  await client.query(`create function tell_mark() returns trigger language plpgsql as
    $$ begin perform pg_notify('marked', ''); return null; end $$`);
  await client.query(`create trigger tell_mark after update of sent_at on outbox
    for each row when (new.sent_at is not null) execute function tell_mark()`);
  await client.query('listen marked');
  if ((await db.database.select().from(outbox)).every(({ sentAt }) => sentAt === null)) await marked;
  await client.query('unlisten marked');
  client.release();
  const [file] = await readdir(fresh);
  const parsed = await simpleParser(await readFile(path.join(fresh, file ?? '')));
  expect(parsed.subject).toBe('API token “file” was made');
  expect(parsed.to).toMatchObject({ value: [{ address: 'owner@acme.example' }] });
  const ended = once(jobs, 'exit');
  jobs.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(said).toBe('');
});
