import { once } from 'node:events';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { openMaildir } from './next-hop/maildir.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import { insertEntry, insertServer } from './testing/whitelist-rows.ts';

// What a message leaves behind on its way through the node, over real sockets: in memory, at the next hop, on disk.

const device = '203.0.113.5';
let database: TestDatabase;
let sink: Sink;
beforeAll(async () => {
  database = await createTestDatabase();
  const acme = await insertServer(database.pool, 'acme-production');
  await insertEntry(database.pool, acme, `${device}/32`, { messageBytes: 104_857_600 });
  sink = await openSink();
});
afterAll(async () => {
  await sink.close();
  await database.close();
});

async function startBody(node: TestNode) {
  const client = await node.from(device);
  await client.say('EHLO client.example');
  await client.say('MAIL FROM:<a@acme.example>');
  await client.say('RCPT TO:<b@c.example>');
  expect(await client.say('DATA')).toMatch(/^354/);
  client.send('From: a@acme.example\r\n\r\n');
  return client;
}

test('a client that leaves in the middle of a body leaves nothing at the next hop: it never sees a dot', async () => {
  const node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url });
  const opened = sink.upcoming(/^DATA$/);
  const client = await startBody(node);
  client.send('half of a line');
  await opened;
  const before = sink.open();
  client.reset();
  await sink.closed();
  expect(sink.open()).toBe(before - 1);
  expect(sink.commands).not.toContain('.');
  expect(sink.messages).toEqual([]);
  await node.close();
});

test('nor in a Maildir', async () => {
  const node = await startTestNode(database.url);
  const maildir = path.join(node.folder, 'maildir');
  const drafts = () => readdir(path.join(maildir, 'tmp'));
  const leaving = await startBody(node);
  leaving.send(`${'x'.repeat(900)}\r\n`.repeat(500));
  while ((await drafts()).length === 0) await nextTurn();
  leaving.reset();
  while ((await drafts()).length > 0) await nextTurn();
  const staying = await startBody(node);
  staying.send('hello\r\n.\r\n');
  await staying.expect('250 2.0.0');
  expect(await drafts()).toEqual([]);
  expect(await readdir(path.join(maildir, 'new'))).toHaveLength(1);
  await node.close();
});

test('drafts of a process that was killed are removed once nobody can be writing to them', async () => {
  const node = await startTestNode(database.url);
  const drafts = path.join(node.folder, 'maildir', 'tmp');
  const old = new Date(Date.now() - 37 * 60 * 60 * 1000);
  await writeFile(path.join(drafts, 'old'), 'half');
  await utimes(path.join(drafts, 'old'), old, old);
  await writeFile(path.join(drafts, 'fresh'), 'half');
  await openMaildir(path.dirname(drafts));
  expect(await readdir(drafts)).toEqual(['fresh']);
  await node.close();
});

const bodyOctets = 90 * 1024 * 1024;
/** What the buffers of two TCP connections of the system may hold, and a little for the node. */
const mostInFlight = 40 * 1024 * 1024;

test('a large body for a slow next hop waits at the client, not in memory', async () => {
  const slow = await openSlowHop();
  const node = await startTestNode(database.url, { SMTP_NEXT_HOP: `smtp://127.0.0.1:${slow.port}` });
  const socket = connect({ port: node.ports.proxy, host: '127.0.0.1' });
  socket.write(
    `PROXY TCP4 ${device} 192.0.2.25 40000 25\r\nEHLO x\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<b@c.example>\r\nDATA\r\n`,
  );
  let said = '';
  for await (const [octets] of onData(socket)) {
    said += octets.toString('latin1');
    if (/^354 /m.test(said)) break;
  }
  socket.write('From: a@acme.example\r\n\r\n');
  const piece = Buffer.from(`${'x'.repeat(1022 - 24)}\r\n`.repeat(64));
  let peak = 0;
  for (let sent = 0; sent < bodyOctets; sent += piece.length) {
    if (!socket.write(piece)) await once(socket, 'drain');
    peak = Math.max(peak, sent - slow.octets());
  }
  const answered = once(socket, 'data');
  socket.write('.\r\n');
  expect(String((await answered)[0])).toMatch(/^250 2\.0\.0/);
  expect(slow.octets()).toBeGreaterThan(bodyOctets);
  expect(peak).toBeLessThan(mostInFlight);
  socket.destroy();
  await node.close();
  await slow.close();
});

async function* onData(socket: Socket): AsyncGenerator<[Buffer]> {
  for (;;) yield (await once(socket, 'data')) as [Buffer];
}

/** Reads one piece of the body at a time and lets everybody else go first. */
async function openSlowHop() {
  let octets = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let inBody = false;
    let end = '';
    socket.write('220 slow\r\n');
    socket.on('data', (piece) => {
      if (inBody) {
        octets += piece.length;
        end = (end + piece.subarray(-5).toString('latin1')).slice(-5);
        socket.pause();
        setImmediate(() => setImmediate(() => socket.resume()));
        if (end !== '\r\n.\r\n') return;
        inBody = false;
        socket.write('250 2.0.0 Ok\r\n');
        return;
      }
      for (const line of piece.toString('latin1').split('\r\n').slice(0, -1)) {
        inBody = line === 'DATA';
        socket.write(inBody ? '354 Go on\r\n' : '250 Ok\r\n');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    octets: () => octets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
