import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { installQueues } from '../lib/jobs/queues.ts';
import { projectRoot } from './environment.ts';

// The real jobs process, and a database that is away for a while: between them is a server that hangs up on everybody.

let database: TestDatabase;
let between: Server;
let dataDir: string;
let child: ChildProcess;
const open = new Set<Socket>();
let away = false;
let turnedAway = 0;
let wake = Promise.withResolvers<void>();
const lines: { level: number; msg: string; time: string; times?: number }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await installQueues(database.url);
  dataDir = await mkdtemp(path.join(tmpdir(), 'jobs-outage-'));
  const real = new URL(database.url);
  between = createServer((socket) => {
    socket.on('error', () => {});
    if (away) {
      turnedAway += 1;
      wake.resolve();
      return void socket.destroy();
    }
    const upstream = connect(Number(real.port), real.hostname);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      open.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const socket of open) socket.destroy();
  between.close();
  await database.close();
  await rm(dataDir, { recursive: true });
});

async function until(met: () => boolean): Promise<void> {
  while (!met()) {
    wake = Promise.withResolvers();
    await wake.promise;
  }
}

test('an outage of the database is told of, and not at each poll of each queue', async () => {
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String((between.address() as AddressInfo).port);
  child = spawn(process.execPath, [path.join(projectRoot, 'bin', 'jobs.ts')], {
    cwd: dataDir,
    env: {
      ...process.env,
      DATABASE_URL: url.href,
      AUTH_SECRET: 'a secret of some length, for tests',
      POSTERN_DATA_DIR: dataDir,
      SMTP_NEXT_HOP: 'smtp://user:secret@192.0.2.25:587,smtp://user:secret@mta.example?tls=required',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line));
    wake.resolve();
  });
  await until(() => lines.some(({ msg }) => msg === 'working'));
  expect(lines.find(({ msg }) => msg === 'working')).toMatchObject({
    handsOnTo: ['192.0.2.25:587', 'mta.example'],
  });
  const warned = lines.filter(({ level }) => level === 40);
  expect(warned).toMatchObject([{ nextHop: '192.0.2.25:587', msg: expect.stringContaining('tls=required') }]);
  expect(JSON.stringify(warned)).not.toContain('secret');
  expect(warned[0]?.time, 'as the nodes write it').toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

  away = true;
  for (const socket of open) socket.destroy();
  await until(() => turnedAway >= 40);
  const failures = lines.filter(({ level }) => level === 50);
  expect(failures.length).toBeGreaterThan(0);
  expect(failures.length).toBeLessThan(15);
  expect(failures.every(({ times }) => times === 1)).toBe(true);
});
