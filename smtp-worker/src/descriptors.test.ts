import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type NodeProcess, startNodeProcess } from './testing/node-process.ts';
import { insertEntry, insertServer } from './testing/whitelist-rows.ts';

// Every connection is a file descriptor, and a process has only so many: strangers can take all of them.

let database: TestDatabase;
let node: NodeProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  const acme = await insertServer(database.pool, 'acme-production');
  await insertEntry(database.pool, acme, '198.51.100.1/32', { mode: 'sandbox' });
  node = await startNodeProcess('node-few', { DATABASE_URL: database.url, SMTP_THREADS: '1' }, 150);
});
afterAll(async () => {
  await node.stop();
  await database.close();
});

test('a node whose descriptors strangers have taken goes on, and takes mail as soon as it has some', async () => {
  const sockets = Array.from({ length: 400 }, () => connect(node.port('plain'), '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => {});
  // It looks at its deny file every second: by the second time it has been without for as long.
  const without = () => node.lines.filter(({ msg }) => /deny file cannot be read/.test(msg)).length;
  await vi.waitFor(() => expect(without()).toBeGreaterThan(1), { timeout: 30_000 });
  const closed = sockets.map((socket) => (socket.closed ? null : once(socket, 'close')));
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
  await vi.waitFor(async () => expect(await node.rcpt('198.51.100.1')).toMatch(/^250 2\.1\.5/), 30_000);
});
