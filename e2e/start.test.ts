import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';
import pg from 'pg';
import { makeDataDir, startPostern } from './start-postern.ts';

test.describe.configure({ mode: 'serial' });

let dataDir: string;
test.beforeAll(async () => {
  dataDir = await makeDataDir();
});
test.afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function query(databaseUrl: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function health(portalUrl: string): Promise<number> {
  return fetch(`${portalUrl}/api/health`).then(
    (response) => response.status,
    () => 0,
  );
}

async function banner(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const [chunk] = await once(socket, 'data');
  socket.destroy();
  return String(chunk);
}

async function lineWith(child: ChildProcess, text: string): Promise<void> {
  if (child.stdout === null) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) if (line.includes(text)) return;
  throw new Error(`"${text}" was never said`);
}

test('everything answers, and ends in order, with nothing left behind', async () => {
  const { addresses, child, stop } = await startPostern({ POSTERN_DATA_DIR: dataDir });
  expect(await health(addresses.portalUrl)).toBe(200);
  expect(await banner(addresses.smtpPort)).toMatch(/^220 /);
  expect((await fetch(`${addresses.metricsUrl}/metrics`)).status).toBe(200);
  await query(addresses.databaseUrl, 'create table kept as select 42 as answer');
  await stop();
  expect(child.exitCode).toBe(0);
  expect(await health(addresses.portalUrl)).toBe(0);
  await expect(query(addresses.databaseUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
});

test('the next start finds everything as it was', async () => {
  const { addresses, stop } = await startPostern({ POSTERN_DATA_DIR: dataDir });
  try {
    expect(await query(addresses.databaseUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await query(addresses.databaseUrl, 'select count(*)::int as accounts from accounts')).toEqual([
      { accounts: 3 },
    ]);
  } finally {
    await stop();
  }
});

test('a part that is killed comes back', async () => {
  const { addresses, child, stop } = await startPostern({ POSTERN_DATA_DIR: dataDir });
  try {
    const died = lineWith(child, 'portal has ended with SIGKILL, starting it again');
    const back = lineWith(child, 'portal is back');
    const line =
      (await readFile(path.join(dataDir, 'logs', 'portal.log'), 'utf8')).trim().split('\n').at(-1) ?? '';
    process.kill(JSON.parse(line).pid, 'SIGKILL');
    await died;
    await back;
    expect(await health(addresses.portalUrl)).toBe(200);
  } finally {
    await stop();
  }
});
