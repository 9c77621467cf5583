import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import {
  keepConnected,
  type LastingConnection,
  type LastingConnectionOptions,
} from './lasting-connection.ts';
import { type Gate, openGate } from './testing/gate.ts';

let database: TestDatabase;
let gate: Gate;
let told: ('connected' | 'lost')[];
const open: LastingConnection[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  gate = await openGate(database.url);
  told = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
  await gate.close();
});

function keep(options: Partial<LastingConnectionOptions> = {}): LastingConnection {
  const lasting = keepConnected({
    url: gate.url,
    applicationName: 'lasting',
    onConnected: () => told.push('connected'),
    onLost: () => told.push('lost'),
    ...options,
  });
  open.push(lasting);
  return lasting;
}

const waitFor = (assert: () => unknown) => vi.waitFor(assert, { timeout: 20_000 });
const tells = (...wanted: typeof told) => waitFor(() => expect(told).toEqual(wanted));
const answers = (lasting: LastingConnection) => lasting.client()?.query('select 7 as seven');

async function connections(): Promise<number> {
  const { rows } = await database.pool.query(
    `select from pg_stat_activity where application_name = 'lasting' and datname = current_database()`,
  );
  return rows.length;
}

test('it comes back, and each loss is told once, however often it was tried again', async () => {
  const lasting = keep();
  await tells('connected');
  gate.shut();
  const triedWhile = vi.spyOn(globalThis, 'setTimeout');
  await tells('connected', 'lost');
  expect(lasting.client()).toBeNull();
  await waitFor(() => expect(triedWhile.mock.calls.map(([, ms]) => ms)).toContain(400));
  triedWhile.mockRestore();
  gate.reopen();
  await tells('connected', 'lost', 'connected');
  expect((await answers(lasting))?.rows).toEqual([{ seven: 7 }]);
  gate.shut();
  gate.reopen();
  await tells('connected', 'lost', 'connected', 'lost', 'connected');
});

test('one that breaks while it is prepared is nobody’s, and is tried again once', async () => {
  let cuts = 1;
  const prepare = async (client: Client) => {
    const answer = client.query('select pg_sleep(0)');
    if (cuts > 0) gate.shut();
    gate.reopen();
    cuts -= 1;
    await answer;
  };
  keep({ prepare });
  await tells('lost', 'connected');
  // A second try beside it would have come by now.
  await delay(500);
  expect(told).toEqual(['lost', 'connected']);
  expect(await connections()).toBe(1);
});

test('one that no longer answers is replaced: what waits for it fails, what comes then is answered', async () => {
  const lasting = keep({ answerWithinMs: 300 });
  await tells('connected');
  const first = lasting.client();
  expect((await answers(lasting))?.rows).toEqual([{ seven: 7 }]);
  // What was answered is not late afterwards.
  await delay(500);
  expect(lasting.client()).toBe(first);
  gate.fallSilent();
  const asked = [answers(lasting), answers(lasting)];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await tells('connected', 'lost', 'connected');
  expect((await answers(lasting))?.rows).toEqual([{ seven: 7 }]);
});

test('closed, it leaves nothing behind and does not come back, whatever it was doing', async () => {
  const connected = keep();
  await tells('connected');
  await connected.close();
  expect(connected.client()).toBeNull();
  const connecting = keep();
  await connecting.close();
  await waitFor(async () => expect(await connections()).toBe(0));
  gate.shut();
  await keep().close();
  const away = keep();
  await tells('connected', 'lost');
  await away.close();
  gate.reopen();
  await waitFor(async () => expect(await connections()).toBe(0));
  await keep().close();
  expect(told).toEqual(['connected', 'lost']);
});
