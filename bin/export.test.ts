import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type DatabaseConnection } from '../db/client.ts';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { parseEnvironment } from '../lib/env.ts';
import { type Cast, inForce, seedCast } from '../lib/operations/testing.ts';
import { runCommandLine } from './commands/run-command-line.ts';
import { startHaraka } from './testing/haraka.ts';
import { canRunPostfix, startPostfix } from './testing/postfix.ts';
import { atPlaces, readRecipe, recipeFolder } from './testing/recipes.ts';
import { askRecipient, sayTo } from './testing/smtp-line.ts';
import { keepExport, watchExport } from './watch-export.ts';

/** Real programs take their time on a busy machine, and Haraka may have to be brought from npm first. */
const patientMs = 300_000;

let db: TestDatabase;
let cast: Cast;
/** As the machine of an MTA reads it: a login in postern_smtp. */
let mta: { url: string; connection: DatabaseConnection };
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  const url = new URL(db.url);
  const login = `mta_${url.pathname.slice(1)}`;
  await db.pool.query(
    atPlaces(await readRecipe('login of an MTA'), { 'role mta': `role ${login}`, '…': 'of-the-mta' }),
  );
  url.username = login;
  url.password = 'of-the-mta';
  mta = { url: url.href, connection: createDatabase(url.href, { max: 2 }) };
});
afterAll(async () => {
  await mta.connection.close();
  await db.pool.query(`drop role ${new URL(mta.url).username}`);
  await db.close();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'postern-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Loopback is refused by policy, so what the tests connect from is put in by hand. */
async function moveTo(entryId: string, network: string): Promise<void> {
  await db.pool.query('update entries set network = $2 where id = $1', [entryId, network]);
}

async function listed(network: string, address: string): Promise<string> {
  const entry = await inForce(db.database, cast, address);
  await moveTo(entry.id, network);
  return entry.id;
}

const removeAll = () =>
  db.pool.query(
    `update entries set status = 'removed', suspension_causes = '{}', end_cause = 'staff', ended_at = now()
     where status in ('active', 'suspended')`,
  );
afterEach(removeAll);

async function postern(url: string, ...argv: string[]) {
  const parsed = parseEnvironment({
    DATABASE_URL: url,
    AUTH_SECRET: 'a secret for tests that is long enough',
  });
  if (!parsed.ok) throw new Error('the environment is wrong');
  return runCommandLine(argv, async () => ({
    ok: true,
    environment: parsed.environment,
    close: async () => {},
  }));
}

/** The command of the recipe for an MTA, except that it writes once, to a file here. */
async function exportTo(file: string, format: string) {
  const lines = (await readRecipe('export commands')).split('\n');
  const [command = ''] = lines.filter((line) => line.includes(` export ${format} `));
  const [, words = ''] = /^npm run -s postern -- (.* --out) \S+ --watch/.exec(command) ?? [];
  return postern(mta.url, ...words.split(/ +/), file);
}

const entriesIn = async (file: string) =>
  (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the command', () => {
  test('prints what is in force, as a login that sees the view and nothing else', async () => {
    const entry = await inForce(db.database, cast, '45.150.1.1');
    await inForce(db.database, cast, '45.150.1.2');
    await db.pool.query(
      `update entries set review_by = now() - interval '1 second' where network = '45.150.1.2'`,
    );
    const run = await postern(mta.url, 'export', 'postfix');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('\n45.150.1.1/32 permit');
    expect(run.stdout).not.toContain('45.150.1.2');
    await db.pool.query(`update servers set mail_needs = 'both' where id = $1`, [entry.serverId]);
    expect((await postern(mta.url, 'export', 'postfix')).stdout).not.toContain('45.150.1.1');
    await db.pool.query(`update servers set mail_needs = 'either' where id = $1`, [entry.serverId]);
  });

  test('writes a file, or says what is wrong', async () => {
    await inForce(db.database, cast, '45.150.2.1');
    const file = path.join(folder, 'acl');
    const run = await postern(mta.url, 'export', 'haraka', '--out', file, '--json');
    expect(JSON.parse(run.stdout)).toEqual({ format: 'haraka', entries: 1, left_out: 0 });
    expect(await entriesIn(file)).toEqual(['45.150.2.1/32']);
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    expect(await postern(mta.url, 'export', 'sendmail')).toMatchObject({ code: 2 });
    expect(await postern(mta.url, 'export', 'haraka', '--watch')).toMatchObject({ code: 2 });
    expect(await postern(mta.url, 'export', 'haraka', '--stale-after', 'soon')).toMatchObject({ code: 2 });
    const nowhere = await postern(mta.url, 'export', 'haraka', '--out', path.join(folder, 'no', 'acl'));
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toContain('ENOENT');
  });
});

describe('keeping a file', () => {
  const started = Date.now();
  const keeping = (changes = {}) => ({
    database: mta.connection.database,
    format: 'postfix' as const,
    file: path.join(folder, 'map'),
    command: `echo told >> ${path.join(folder, 'told')}`,
    staleMs: 900_000,
    now: () => new Date(started),
    say: () => {},
    ...changes,
  });
  const told = async () =>
    (await readFile(path.join(folder, 'told'), 'utf8').catch(() => '')).split('\n').length - 1;
  /** A database that nobody reaches. */
  const away = () => createDatabase('postgresql://nobody@127.0.0.1:1/none', { max: 1 });

  test('writes and tells only where something has changed', async () => {
    await inForce(db.database, cast, '45.150.3.1');
    const look = await keepExport(keeping());
    await look();
    expect(await entriesIn(path.join(folder, 'map'))).toEqual(['45.150.3.1/32 permit']);
    expect(await told()).toBe(1);
    await look();
    expect(await told()).toBe(1);
    await removeAll();
    await look();
    expect(await entriesIn(path.join(folder, 'map'))).toEqual([]);
    expect(await told()).toBe(2);
  });

  test('tells again where the MTA would not listen', async () => {
    await inForce(db.database, cast, '45.150.3.2');
    const said: string[] = [];
    const look = await keepExport(
      keeping({ command: `test -e ${folder}/ready`, say: (line: string) => said.push(line) }),
    );
    await look();
    await writeFile(path.join(folder, 'ready'), '');
    await look();
    await look();
    expect(said.filter((line) => line.startsWith('The command has failed'))).toHaveLength(1);
  });

  test('an entry that runs out leaves the file without anybody saying so', async () => {
    await inForce(db.database, cast, '45.150.3.3');
    await db.pool.query(`update entries set review_by = to_timestamp($1) where network = '45.150.3.3'`, [
      started / 1000 + 60,
    ]);
    let nowMs = started;
    const look = await keepExport(keeping({ now: () => new Date(nowMs) }));
    await look();
    expect(await entriesIn(path.join(folder, 'map'))).toHaveLength(1);
    nowMs += 60_000;
    await look();
    expect(await entriesIn(path.join(folder, 'map'))).toEqual([]);
  });

  test('a database that is away for longer than the bound closes the file, also over a restart', async () => {
    await inForce(db.database, cast, '45.150.3.4');
    const file = path.join(folder, 'map');
    await (await keepExport(keeping()))();
    const connection = away();
    try {
      const { database } = connection;
      let nowMs = started + 900_000;
      const look = await keepExport(keeping({ database, now: () => new Date(nowMs) }));
      await look();
      expect(await entriesIn(file)).toEqual(['45.150.3.4/32 permit']);
      nowMs += 1_001;
      await look();
      expect(await entriesIn(file)).toEqual([]);
      expect(await told()).toBe(2);
      // Nobody who looks later takes the closed file for a fresh one.
      expect((await stat(file)).mtimeMs).toBeLessThan(started + 1_000);
    } finally {
      await connection.close();
    }
    const said: string[] = [];
    await (await keepExport(keeping({ say: (line: string) => said.push(line) })))();
    expect(await entriesIn(file)).toEqual(['45.150.3.4/32 permit']);
  });

  test('while it runs, Postfix hears that known clients are to come back', async () => {
    await inForce(db.database, cast, '45.150.3.5');
    let database = mta.connection.database;
    let nowMs = started;
    const connection = away();
    try {
      const options = keeping({ now: () => new Date(nowMs) });
      const look = await keepExport(
        Object.defineProperty(options, 'database', { get: () => database }) as typeof options,
      );
      await look();
      database = connection.database;
      nowMs += 900_001;
      await look();
      expect(await entriesIn(options.file)).toEqual([
        expect.stringMatching(/^45\.150\.3\.5\/32 451 4\.3\.0 /),
      ]);
      database = mta.connection.database;
      await look();
      expect(await entriesIn(options.file)).toEqual(['45.150.3.5/32 permit']);
    } finally {
      await connection.close();
    }
  });

  test('a nudge of the database is followed at once, and the signal ends it', async () => {
    const stopping = new AbortController();
    const counts = new Map<string, PromiseWithResolvers<void>>();
    const line = (text: string) => {
      const known = counts.get(text) ?? Promise.withResolvers<void>();
      counts.set(text, known);
      return known;
    };
    const watching = watchExport({
      ...keeping({ command: null, say: (text: string) => line(text).resolve() }),
      databaseUrl: mta.url,
      // A timer that never comes: only nudges can.
      pollMs: 3_600_000,
      signal: stopping.signal,
      now: () => new Date(),
    });
    await line('0 entries in force.').promise;
    await inForce(db.database, cast, '45.150.3.6');
    await line('1 entries in force.').promise;
    stopping.abort();
    await watching;
    expect(await entriesIn(path.join(folder, 'map'))).toEqual(['45.150.3.6/32 permit']);
  });
});

describe.skipIf(!canRunPostfix)('a real Postfix', { timeout: patientMs }, () => {
  test('reads the exported file: listed addresses are taken, others refused, also once removed', async () => {
    const ours = await listed('127.0.0.5/32', '45.150.4.1');
    const encrypted = await listed('127.0.0.6/32', '45.150.4.2');
    await db.pool.query(`update entries set tls = 'required' where id = $1`, [encrypted]);
    await exportTo(path.join(folder, 'first'), 'postfix');
    const main = await readRecipe('main.cf');
    const postfix = await startPostfix(
      {},
      {
        main: atPlaces(main, {
          'proxy:pgsql:/etc/postfix/postern-pgsql.cf': 'cidr:/etc/postfix/postern.cidr',
        }),
        files: { 'postern.cidr': await readFile(path.join(folder, 'first'), 'utf8') },
      },
    );
    try {
      expect(await askRecipient(postfix.port, '127.0.0.5')).toMatch(/^250 2\.1\.5 /);
      expect(await askRecipient(postfix.port, '127.0.0.6')).toMatch(
        /^450 4\.7\.1 .*Session encryption is required/,
      );
      expect(await askRecipient(postfix.port, '127.0.0.7')).toMatch(/^554 5\.7\.1 .*Relay access denied/);
      await db.pool.query(
        `update entries set status = 'removed', end_cause = 'staff', ended_at = now() where id = $1`,
        [ours],
      );
      await exportTo(path.join(postfix.folder, 'postern.cidr'), 'postfix');
      await postfix.reload();
      expect(await askRecipient(postfix.port, '127.0.0.5')).toMatch(/^554 5\.7\.1 .*Relay access denied/);
    } finally {
      await postfix.stop();
    }
  });

  test('asks the view as in the recipe at each recipient, beside other tables by proxy:, and defers while the database is away', async () => {
    const ours = await listed('127.0.0.8/30', '45.150.5.1');
    const url = new URL(mta.url);
    const table = atPlaces(await readFile(new URL('postfix-pgsql.cf', recipeFolder), 'utf8'), {
      'db.example.com': url.host,
      'user = mta': `user = ${url.username}`,
      'change-me': url.password,
      'dbname = postern': `dbname = ${url.pathname.slice(1)}`,
    });
    const postfix = await startPostfix(
      { relay_domains: 'proxy:texthash:/etc/postfix/relay_domains' },
      {
        main: await readRecipe('main.cf'),
        files: { 'postern-pgsql.cf': table, relay_domains: 'ours.example yes\n' },
      },
    );
    try {
      expect(await askRecipient(postfix.port, '127.0.0.9')).toMatch(/^250 2\.1\.5 /);
      expect(await askRecipient(postfix.port, '127.0.0.12')).toMatch(/^554 5\.7\.1 /);
      const ofOurs = { recipient: 'b@ours.example' };
      expect(await askRecipient(postfix.port, '127.0.0.12', ofOurs)).toMatch(/^250 2\.1\.5 /);
      await db.pool.query(
        `update entries set status = 'suspended', suspension_causes = '{staff}' where id = $1`,
        [ours],
      );
      expect(await askRecipient(postfix.port, '127.0.0.9')).toMatch(/^554 5\.7\.1 /);
      await writeFile(
        path.join(postfix.folder, 'postern-pgsql.cf'),
        atPlaces(table, { [`hosts = ${url.host}`]: 'hosts = 127.0.0.1:1' }),
      );
      await postfix.reload();
      expect(await askRecipient(postfix.port, '127.0.0.9')).toMatch(/^451 4\.3\.5 /);
    } finally {
      await postfix.stop();
    }
  });
});

describe('a real Haraka', { timeout: patientMs }, () => {
  test('reads the exported file, and reads it again when it changes', async () => {
    await listed('127.0.0.5/32', '45.150.6.1');
    const file = path.join(folder, 'first');
    await exportTo(file, 'haraka');
    const haraka = await startHaraka(await readFile(file, 'utf8'));
    try {
      const ask = async (from: string) =>
        (
          await sayTo(haraka.port, from, ['EHLO a', 'MAIL FROM:<a@acme.example>', 'RCPT TO:<b@c.example>'])
        ).at(-1);
      expect(await ask('127.0.0.5')).toMatch(/^250 /);
      expect(await ask('127.0.0.6')).toMatch(/^550 /);
      await removeAll();
      await listed('127.0.0.6/32', '45.150.6.2');
      await exportTo(path.join(haraka.config, 'relay_acl_allow'), 'haraka');
      await haraka.said(/relay_acl_allow/);
      expect(await ask('127.0.0.5')).toMatch(/^550 /);
      expect(await ask('127.0.0.6')).toMatch(/^250 /);
    } finally {
      await haraka.stop();
    }
  });
});
