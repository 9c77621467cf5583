import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedDatabase, findRunningEmbedded, startEmbedded } from './embedded.ts';

let dataDir: string;
const cleanUp: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'postern-embedded-'));
  await chmod(dataDir, 0o711);
});
afterEach(async () => {
  for (const each of cleanUp.splice(0)) await each();
  // The server of a starter that was killed ends by itself, and writes until then.
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function start(): Promise<EmbeddedDatabase> {
  const outcome = await startEmbedded({ dataDir, durable: false });
  if (!outcome.ok) throw new Error(outcome.message);
  cleanUp.push(outcome.database.stop);
  return outcome.database;
}

async function refusal(): Promise<{ code: string; message: string }> {
  const outcome = await startEmbedded({ dataDir, durable: false });
  if (!outcome.ok) return outcome;
  cleanUp.push(outcome.database.stop);
  throw new Error('it started');
}

/** Another process that starts the database and then waits for its end. */
async function startElsewhere(): Promise<{ child: ChildProcess; url: string }> {
  const script = `
    import { startEmbedded } from ${JSON.stringify(new URL('embedded.ts', import.meta.url).href)};
    const outcome = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    console.log(outcome.database.url);
    setInterval(() => {}, 1e9);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url };
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded database', () => {
  test('keeps data, port and password from start to start', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    expect(await findRunningEmbedded(dataDir)).toBeNull();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await findRunningEmbedded(dataDir)).toBe(second.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('takes nobody without the password', async () => {
    const { url } = await start();
    const stranger = new URL(url);
    stranger.password = 'guessed';
    await expect(query(stranger.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  test('writes durably unless a test says otherwise', async () => {
    const outcome = await startEmbedded({ dataDir });
    if (!outcome.ok) throw new Error(outcome.message);
    cleanUp.push(outcome.database.stop);
    const settings = `select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name`;
    expect(await query(outcome.database.url, settings)).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
  });

  test('is refused to a second starter, in one sentence', async () => {
    const { child, url } = await startElsewhere();
    expect(await refusal()).toEqual({
      ok: false,
      code: 'already_running',
      message: `Postern already runs with the data directory ${dataDir} (process ${child.pid}): stop that one first, or set another POSTERN_DATA_DIR.`,
    });
    expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  test('ends with whoever started it, also one that was killed, and starts again with its data', async () => {
    const { child, url } = await startElsewhere();
    await query(url, 'create table kept as select 42 as answer');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const again = await start();
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('starts although the number in a left-over postmaster.pid is now that of another process', async () => {
    const first = await start();
    const file = path.join(first.directory, 'postmaster.pid');
    const left = await readFile(file, 'utf8');
    await first.stop();
    // This very process lives, and is no server.
    await writeFile(file, left.replace(/^\d+/, String(process.ppid)));
    expect(await findRunningEmbedded(dataDir)).toBeNull();
    const second = await start();
    expect(await query(second.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });

  test('of another major version is refused, in one sentence', async () => {
    const first = await start();
    await first.stop();
    await writeFile(path.join(first.directory, 'PG_VERSION'), '16\n');
    expect(await refusal()).toEqual({
      ok: false,
      code: 'other_major',
      message: `The database in ${first.directory} was made by PostgreSQL 16, and this Postern brings PostgreSQL 18: dump it with the old version, or set another POSTERN_DATA_DIR.`,
    });
  });

  test('that was kept elsewhere and is gone is not silently begun anew', async () => {
    await writeFile(
      path.join(dataDir, 'database.json'),
      JSON.stringify({
        directory: '/var/lib/postern/nowhere/postgres',
        password: 'x',
        port: null,
        owner: null,
      }),
    );
    expect(await refusal()).toMatchObject({
      code: 'cluster_gone',
      message: expect.stringMatching(/nowhere.*which is gone/),
    });
  });

  test('goes to another port when its own is taken meanwhile', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(squatter, 'listening');
    cleanUp.push(async () => squatter.close());
    const second = await start();
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    expect(await query(second.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
  });
});
