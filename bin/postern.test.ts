import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../db/embedded.ts';
import { listEntryEvents } from '../db/queries/events.ts';
import { findInvitation } from '../db/queries/invitations.ts';
import { accounts, entries, events, nodes, platformState } from '../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { authenticateToken } from '../lib/operations/authenticate-token.ts';
import { type Cast, currentRow, inForce, requested, seedCast } from '../lib/operations/testing.ts';
import type { CommandOutcome } from './commands/run-command-line.ts';
import { postern as posternOn } from './testing/postern.ts';

// The command line as it is started, beside a real database and no portal.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const postern = (...argv: string[]) => posternOn(db.url, ...argv);

/** As it is started, in a process of its own. No AUTH_SECRET: an operator need not have it at hand. */
function start(env: Record<string, string>, ...argv: string[]): Promise<CommandOutcome> {
  const script = path.join(import.meta.dirname, 'postern.ts');
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...argv],
      { env: { PATH, NODE_ENV: 'test', ...env } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('entry', () => {
  test('critical marks the live entry that covers an address, and unmarks it', async () => {
    const entry = await inForce(db.database, cast, '45.140.1.2');
    const run = await postern('entry', 'critical', '45.140.1.2', 'on', '--reason', 'A hospital');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect((await currentRow(db.database, entry.id)).critical).toBe(true);
    expect((await postern('entry', 'show', '45.140.1.2')).stdout).toMatch(/^Critical +yes/m);
    expect((await postern('entry', 'critical', '45.140.1.2', 'no', '--reason', 'x')).code).toBe(2);
    const off = await postern('entry', 'critical', '45.140.1.2', 'off', '--reason', 'Moved out');
    expect(off.stdout).toMatch(/is critical no more, in revision \d+\.$/);
    expect((await currentRow(db.database, entry.id)).critical).toBe(false);
    expect((await postern('entry', 'show', '45.140.1.2')).stdout).not.toMatch(/^Critical/m);
  });

  test('suspend takes the live entry that covers an address out of force, and says so in its events', async () => {
    const entry = await inForce(db.database, cast, '45.140.1.1');
    const run = await postern('entry', 'suspend', '45.140.1.1', '--reason', 'Under attack');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^45\.140\.1\.1 of acme is suspended, in revision \d+\.$/);
    expect(await currentRow(db.database, entry.id)).toMatchObject({
      status: 'suspended',
      suspensionCauses: ['staff'],
    });
    const history = await listEntryEvents(db.database, entry.id, 'staff');
    expect(history.at(-1)).toMatchObject({
      kind: 'suspended',
      actorKind: 'system',
      content: { cause: 'staff', reason: 'Under attack', via: 'cli' },
    });
    const again = await postern('entry', 'suspend', '45.140.1.1', '--reason', 'Again');
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toBe('The entry is suspended, which forbids it.');
  });

  test('of a network that several live entries lie in, one has to be named', async () => {
    await inForce(db.database, cast, '45.140.3.0');
    await inForce(db.database, cast, '45.140.3.1');
    const run = await postern('entry', 'suspend', '45.140.3.0/30', '--reason', 'x');
    expect(run).toMatchObject({ code: 1 });
    expect(run.stderr).toContain('Name one');
    expect((await postern('entry', 'suspend', '45.140.3.0', '--reason', 'x')).code).toBe(0);
  });

  test('list and show read every account', async () => {
    const entry = await requested(db.database, cast.otherOwner, '45.140.4.1', 'globex-mail');
    const list = await postern('entry', 'list', '45.140.4.1', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject([{ id: entry.id, account: 'globex', status: 'pending' }]);
    expect((await postern('entry', 'list', '--status', 'rejected')).stdout).toBe('No entries.');
    const shown = await postern('entry', 'show', '45.140.4.1');
    expect(shown.stdout).toMatch(/^Network {5}45\.140\.4\.1\nStatus {6}pending/);
    expect(shown.stdout).toMatch(/control +fail +not_proven/);
    const json = JSON.parse((await postern('entry', 'show', entry.id, '--json')).stdout);
    expect(json).toMatchObject({ id: entry.id, proof: { address: null }, events: [{ kind: 'requested' }] });
  });

  test('list prints all there are, however many', async () => {
    const one = await requested(db.database, cast.otherOwner, '45.150.0.0', 'globex-mail');
    const { id, revision, ...model } = { ...one, status: 'withdrawn' as const, endedAt: one.createdAt };
    const many = Array.from({ length: 2100 }, (_, index) => `45.150.${(index >> 8) + 1}.${index & 255}`);
    // A statement takes no more than 65,535 values.
    for (let at = 0; at < many.length; at += 700) {
      const rows = many.slice(at, at + 700).map((network) => ({ ...model, network }));
      await db.database.insert(entries).values(rows);
    }
    const listed = JSON.parse(
      (await postern('entry', 'list', '--network', '45.150.0.0/16', '--json')).stdout,
    );
    expect(new Set(listed.map(({ network }: { network: string }) => network))).toEqual(
      new Set(['45.150.0.0', ...many]),
    );
    expect(listed).toHaveLength(2101);
    const text = (await postern('entry', 'list', '--network', '45.150.0.0/16')).stdout;
    expect(text.split('\n')).toHaveLength(2102);
  });

  test('what a customer wrote moves no cursor and makes no line of its own; in JSON it is all there', async () => {
    const entry = await requested(db.database, cast.owner, '45.140.5.1');
    const purpose = 'A scanner\nStatus      active (in force)\u001b[2J\u009b31m\u202e';
    await db.database
      .update(entries)
      .set({ purpose, label: '\u001b]0;x\u0007label\r' })
      .where(eq(entries.id, entry.id));
    const { stdout } = await postern('entry', 'show', entry.id);
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(stdout).toContain(
      'A scanner\n            Status      active (in force)\ufffd[2J\ufffd31m\ufffd\n',
    );
    expect(stdout).toContain('Label       \ufffd]0;x\ufffdlabel');
    const raw = (await postern('entry', 'show', entry.id, '--json')).stdout;
    expect(raw).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(JSON.parse(raw)).toMatchObject({ purpose });
    const missing = await postern('entry', 'show', '\u001b[2J');
    expect(missing.stderr).not.toContain('\u001b');
  });

  test('remove ends it, for abuse where that is said', async () => {
    const entry = await inForce(db.database, cast, '45.140.2.1');
    const run = await postern('entry', 'remove', '45.140.2.1', '--reason', 'Spam', '--abuse', '--json');
    expect(JSON.parse(run.stdout)).toMatchObject({ id: entry.id, network: '45.140.2.1', status: 'removed' });
    expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'removed', endCause: 'abuse' });
    const gone = await postern('entry', 'remove', '45.140.2.1', '--reason', 'Spam', '--json');
    expect(gone).toMatchObject({ code: 1, stderr: 'No live entry covers 45.140.2.1.' });
    expect(JSON.parse(gone.stdout)).toMatchObject({ ok: false, code: 'not_found' });
  });

  test('what is no address is a wrong use, with what may be meant', async () => {
    expect(await postern('entry', 'show', '45.140.1.1/24')).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        '"45.140.1.1/24" is no address and no network in canonical form. Do you mean 45.140.1.0/24 or 45.140.1.1?',
    });
  });
});

describe('people', () => {
  test('token create prints the token, alone, and it works', async () => {
    const run = await postern('token', 'create', '--email', 'owner@acme.example', '--name', 'CI');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^pst_[\w-]{43}$/);
    const holder = await authenticateToken({
      database: db.database,
      token: run.stdout.trim(),
      now: new Date(),
    });
    expect(holder).toMatchObject({ scope: 'account', viewer: { staffRole: null } });
  });

  test.each([
    ['owner@acme.example', 'staff', 'owner@acme.example is not staff, which a token of scope staff needs.'],
    [
      'support@postern.example',
      'platform',
      'support@postern.example is not admin, which a token of scope platform needs.',
    ],
    [
      'support@postern.example',
      'account',
      'support@postern.example belongs to no account, which a token of scope account needs.',
    ],
    ['nobody@acme.example', 'account', 'Nobody has the e-mail address nobody@acme.example.'],
  ])('%s gets no %s token', async (email, scope, sentence) => {
    const run = await postern('token', 'create', '--email', email, '--name', 'x', '--scope', scope);
    expect(run).toEqual({ code: 1, stdout: '', stderr: `${sentence}` });
  });

  test('staff add invites the first admin, who may then feed', async () => {
    const run = await postern('staff', 'add', '--email', 'first@ops.example', '--role', 'admin');
    const [, token = ''] = /^https:\/\/portal\.example\/invitation\/(\S+)$/.exec(run.stdout) ?? [];
    expect(await findInvitation(db.database, token, new Date())).toMatchObject({
      email: 'first@ops.example',
      staffRole: 'admin',
    });
    const made = await postern(
      'token',
      'create',
      '--email',
      'first@ops.example',
      '--name',
      'x',
      '--scope',
      'platform',
    );
    expect(made.code).toBe(0);
    const known = await postern(
      'staff',
      'add',
      '--email',
      'support@postern.example',
      '--role',
      'admin',
      '--json',
    );
    expect(JSON.parse(known.stdout)).toEqual({
      email: 'support@postern.example',
      role: 'admin',
      invitation_url: null,
    });
    // Somebody's rights become less by the same words: it says so.
    const less = await postern('staff', 'add', '--email', 'support@postern.example', '--role', 'support');
    expect(less.stdout).toMatch(
      /^support@postern\.example is support now, was admin until now, and signs in /,
    );
    const same = await postern('staff', 'add', '--email', 'support@postern.example', '--role', 'support');
    expect(same.stdout).toMatch(/^support@postern\.example is support now, and signs in /);
    expect((await postern('staff', 'add', '--email', 'nobody', '--role', 'admin')).code).toBe(2);
  });
});

describe('in an incident', () => {
  test('approvals are frozen and unfrozen', async () => {
    const frozen = async () => (await db.database.select().from(platformState))[0]?.approvalsFrozenReason;
    expect((await postern('freeze', 'approvals', 'on', '--reason', 'Incident 7')).stdout).toBe(
      'Approvals are frozen.',
    );
    expect(await frozen()).toBe('Incident 7');
    expect((await postern('freeze', 'approvals', 'maybe', '--reason', 'x')).code).toBe(2);
    await postern('freeze', 'approvals', 'off', '--reason', 'Over');
    expect(await frozen()).toBeNull();
  });

  test('an account is closed with all that it has', async () => {
    const entry = await requested(db.database, cast.otherOwner, '45.141.1.77', 'globex-mail');
    await inForce(db.database, cast, '45.141.1.78', cast.otherOwner, 'globex-mail');
    const run = await postern('account', 'close', 'globex', '--reason', 'Fraud');
    expect(run.stdout).toMatch(/^globex is cancelled: 1 entries removed, \d+ requests rejected\.$/);
    expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'rejected' });
    const [account] = await db.database.select().from(accounts).where(eq(accounts.slug, 'globex'));
    expect(account?.status).toBe('cancelled');
    expect(await postern('account', 'close', 'none', '--reason', 'x')).toMatchObject({
      code: 1,
      stderr: 'There is no account none.',
    });
    const again = await postern('account', 'close', 'globex', '--reason', 'Fraud');
    expect(again).toMatchObject({
      code: 0,
      stdout: 'globex is cancelled: 0 entries removed, 0 requests rejected.',
    });
    const reopened = await postern('account', 'reopen', 'globex', '--reason', 'It was not them.');
    expect(reopened).toMatchObject({ code: 0, stdout: 'globex is open again: active.' });
    expect(await postern('account', 'reopen', 'globex', '--reason', 'x')).toMatchObject({
      code: 1,
      stderr: 'There is no account globex that staff has closed.',
    });
  });

  test('nodes are listed and retired', async () => {
    await db.database.insert(nodes).values({ name: 'fra-1', revision: 7, lastSeenAt: new Date() });
    expect((await postern('node', 'list')).stdout).toMatch(/\nfra-1 +- +7 /);
    expect((await postern('node', 'retire', 'fra-1')).stdout).toBe('fra-1 is retired.');
    expect((await postern('node', 'retire', 'fra-1')).code).toBe(1);
    expect((await postern('node', 'list', '--json')).stdout).toBe('[]');
  });
});

test('audit verify says that all is whole, and names the first event that is not', async () => {
  const whole = await postern('audit', 'verify');
  expect(whole).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ events in \d+ chains, all as/),
  });
  const anchor = /head is ([0-9a-f]{64})/.exec(whole.stdout)?.[1] ?? '';
  expect((await postern('audit', 'verify', '--anchor', anchor)).code).toBe(0);
  expect(await postern('audit', 'verify', '--anchor', '0'.repeat(64))).toMatchObject({
    code: 1,
    stderr: 'No event has the hash of the anchor: its chain was cut off or written anew.',
  });
  expect((await postern('audit', 'verify', '--anchor', 'x')).code).toBe(2);
  const [event] = await db.database.select().from(events).where(eq(events.chain, 'platform')).limit(1);
  const client = await db.pool.connect();
  await client.query('set session_replication_role = replica');
  await client.query(`update events set content = '{}' where id = $1`, [event?.id]);
  client.release(true);
  const broken = await postern('audit', 'verify', '--json');
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain(`Event ${event?.seq} of the chain platform (${event?.id}) is not what`);
  expect(JSON.parse(broken.stdout)).toMatchObject({
    ok: false,
    broken: [{ fault: 'altered', id: event?.id }],
  });
});

describe('a program that asks with --json reads', () => {
  test.each([
    ['no command', []],
    ['one that is none', ['entry', 'sing']],
    ['what misses an option', ['entry', 'suspend', '45.1.1.1']],
    ['an option that is none', ['entry', 'list', '--raw']],
    ['what the command itself finds wrong', ['entry', 'show', '45.140.1.1/24']],
  ])('of a wrong use: %s', async (_what, argv) => {
    const run = await postern(...argv, '--json');
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stdout)).toEqual({ ok: false, code: 'usage', message: run.stderr });
  });

  test('the help', async () => {
    const run = await postern('--help', '--json');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toEqual({ help: (await postern('--help')).stdout });
  });

  test.each([
    ['a wrong setting', { DATABASE_URL: 'nonsense', PORT: 'x' }, 'settings', '2 settings are wrong:'],
    [
      'an unusable data directory',
      { POSTERN_DATA_DIR: '/dev/null/x' },
      'data_directory',
      'The data directory',
    ],
  ])('of %s, before the command', async (_what, env, code, beginning) => {
    const run = await start(env, 'entry', 'list', '--json');
    expect(run.code).toBe(1);
    const message = expect.stringContaining(beginning);
    expect(JSON.parse(run.stdout)).toEqual({ ok: false, code, message });
    expect(run.stderr).toEqual(message);
  });
});

test('a database that is not there, or has no tables, is one sentence', {
  timeout: 120_000,
}, async () => {
  const away = await start({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }, 'entry', 'list');
  expect(away).toMatchObject({ code: 1, stdout: '' });
  expect(away.stderr).toMatch(/^The database at 127\.0\.0\.1:1\/none cannot be used: .*\n$/);
  const empty = await start({ DATABASE_URL: db.url.replace(/[^/]+$/, 'postgres') }, 'entry', 'list');
  expect(empty.stderr).toMatch(/has no tables of Postern yet: run "npm run postern -- migrate" first\.\n$/);
});

test('without DATABASE_URL it finds the embedded database, running beside it or not', {
  timeout: 120_000,
}, async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'postern-cli-'));
  await chmod(dataDir, 0o711);
  const here = (...argv: string[]) =>
    start({ POSTERN_DATA_DIR: dataDir, DEMO_PASSWORD: 'tidal-kettle' }, ...argv);
  try {
    // Whoever meant another database must not work on an empty one.
    const forgotten = await here('staff', 'add', '--email', 'you@example.com', '--role', 'admin');
    expect(forgotten).toMatchObject({ code: 1, stdout: '' });
    expect(forgotten.stderr).toMatch(
      /^DATABASE_URL is not set, and .* has no embedded database: set DATABASE_URL /,
    );
    expect(await readdir(dataDir)).toEqual([]);
    expect(await here('migrate')).toMatchObject({
      code: 0,
      stdout: 'The database has the newest schema.\n',
      stderr: expect.stringMatching(/^DATABASE_URL is not set: this is the embedded database in /),
    });
    const seeded = await here('seed', 'demo');
    expect(seeded.stdout).toContain('owner@acme.example');
    expect(seeded.stdout).toContain('tidal-kettle');
    const outcome = await startEmbedded({ dataDir, durable: false });
    if (!outcome.ok) throw new Error(outcome.message);
    const made = await here('token', 'create', '--email', 'owner@acme.example', '--name', 'x');
    await outcome.database.stop();
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pst_/) });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('person reset revokes the tokens of the person, and says how many on stderr', async () => {
  const email = 'member@acme.example';
  expect(await postern('token', 'create', '--email', email, '--name', 'Deploy')).toMatchObject({ code: 0 });
  const run = await postern('person', 'reset', email, '--password', '--reason', 'Called back');
  expect(run.stdout).toMatch(/^https:\S+$/);
  expect(run.stderr).toMatch(/^An API token of the person is revoked/);
  const again = await postern('person', 'reset', email, '--password', '--reason', 'Again', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ tokens_revoked: 0 });
});

test('person reset says what is lost, and prints the link alone', async () => {
  const email = 'owner@acme.example';
  expect(await postern('person', 'reset', email, '--reason', 'x')).toMatchObject({ code: 2 });
  const nobody = await postern('person', 'reset', 'nobody@acme.example', '--password', '--reason', 'x');
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  await postern('person', 'reset', email, '--password', '--reason', 'Called back');
  const run = await postern('person', 'reset', email, '--password', '--reason', 'Called back again');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/^https:\/\/portal\.example\/invitation\/[\w-]{43}$/);
});
