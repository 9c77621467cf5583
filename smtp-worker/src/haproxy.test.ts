import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireProgram } from '../../bin/find-program.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { readProxyHeader } from './proxy-protocol.ts';
import { openDialogue } from './testing/dialogue.ts';
import { type Haproxy, startHaproxy } from './testing/haproxy.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import { insertEntry, insertServer } from './testing/whitelist-rows.ts';

// Two nodes behind a real HAProxy, one told of its clients by version 1 of the PROXY protocol, one by version 2 with a
// checksum. Clients come to HAProxy from addresses of their own, and by way of another proxy in front of it.

const listedHere = '127.0.77.1';
const strangerHere = '127.0.77.2';
const listedFar = '2001:db8:77::25';

let database: TestDatabase;
let sink: Sink;
let one: TestNode | undefined;
let two: TestNode;
let haproxy: Haproxy;
let ports: { direct: number; behindProxy: number };
/** Once, in the last test or after it. */
const closeOne = async () => {
  const open = one;
  one = undefined;
  await open?.close();
};
/** Stands in for a third node, and keeps what the health checks say first. */
let listener: Server;
const checkHeader = { v1: Promise.withResolvers<Buffer>(), v2: Promise.withResolvers<Buffer>() };

beforeAll(async () => {
  const program = await requireProgram('haproxy');
  database = await createTestDatabase();
  const server = await insertServer(database.pool, 'acme');
  await insertEntry(database.pool, server, `${listedHere}/32`);
  await insertEntry(database.pool, server, `${listedFar}/128`);
  sink = await openSink();
  sink.extensions.push('XFORWARD ADDR PORT');
  one = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url, NODE_NAME: 'node-one' });
  two = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url, NODE_NAME: 'node-two' });
  const [direct = 0, behindProxy = 0] = await freePorts(2);
  ports = { direct, behindProxy };
  const listening = await listenForChecks();
  haproxy = await startHaproxy(program, [
    'frontend direct',
    `  bind 127.0.0.1:${direct}`,
    '  default_backend nodes',
    'frontend behind_another_proxy',
    `  bind 127.0.0.1:${behindProxy} accept-proxy`,
    '  default_backend nodes',
    'backend nodes',
    '  balance roundrobin',
    '  option smtpchk',
    '  default-server inter 500ms fall 2 rise 1 check check-send-proxy',
    `  server one 127.0.0.1:${one.ports.proxy} send-proxy`,
    `  server two 127.0.0.1:${two.ports.proxy} send-proxy-v2 proxy-v2-options crc32c`,
    'backend nobody_goes_to',
    '  option smtpchk',
    '  default-server inter 100ms check check-send-proxy',
    `  server v1 127.0.0.1:${listening} send-proxy`,
    `  server v2 127.0.0.1:${listening} send-proxy-v2`,
  ]);
});
afterAll(async () => {
  await haproxy?.stop();
  await closeOne();
  await two?.close();
  await sink?.close();
  listener?.close();
  await database?.close();
});

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const found = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return found;
}

async function listenForChecks(): Promise<number> {
  listener = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (octets: Buffer) => {
      (octets[0] === 0x0d ? checkHeader.v2 : checkHeader.v1).resolve(octets);
      socket.destroy();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}

async function rcpt(port: number, from: { localAddress?: string; header?: string }): Promise<string> {
  const client = await openDialogue({ port, localAddress: from.localAddress });
  if (from.header !== undefined) client.send(from.header);
  await client.expect('220 ');
  await client.say('EHLO client.example');
  await client.say('MAIL FROM:<printer@acme.example>');
  const reply = await client.say('RCPT TO:<b@elsewhere.example>');
  await client.say('QUIT');
  client.close();
  return reply;
}

const logged = (node: TestNode) => node.lines().flatMap((line) => ('client' in line ? [line.client] : []));

test('health checks find both nodes well; those of version 2 name nobody, those of version 1 the proxy', async () => {
  await haproxy.checked({ one: 'UP L7OK', two: 'UP L7OK' });
  expect(clientOf(await checkHeader.v1.promise)).toBe('127.0.0.1');
  expect(clientOf(await checkHeader.v2.promise)).toBeNull();
});

function clientOf(octets: Buffer): string | null {
  const header = readProxyHeader(octets);
  if (header.status !== 'whole') throw new Error(`HAProxy's own header is ${header.status}`);
  return header.client;
}

test('the address of the client decides, on either node, and stands in the log', async () => {
  for (let round = 0; round < 4; round += 1) {
    expect(await rcpt(ports.direct, { localAddress: listedHere })).toMatch(/^250 2\.1\.5/);
  }
  for (let round = 0; round < 4; round += 1) {
    const refused = await rcpt(ports.direct, { localAddress: strangerHere });
    expect(refused).toMatch(/^530 5\.7\.0/);
    expect(refused).toContain(`Your address: ${strangerHere}`);
  }
  for (const node of [one, two].filter((each) => each !== undefined)) {
    expect(logged(node)).toContain(listedHere);
    expect(logged(node)).toContain(strangerHere);
    expect(logged(node)).not.toContain('127.0.0.1');
  }
});

test('IPv6 that came through another proxy before', async () => {
  const header = (address: string) => `PROXY TCP6 ${address} 2001:db8::1 40000 25\r\n`;
  for (let round = 0; round < 2; round += 1) {
    expect(await rcpt(ports.behindProxy, { header: header(listedFar) })).toMatch(/^250 2\.1\.5/);
    expect(await rcpt(ports.behindProxy, { header: header('2001:db8:77::26') })).toMatch(/^530 5\.7\.0/);
  }
});

test('the next hop learns of the client and not of the proxy', async () => {
  const client = await openDialogue({ port: ports.direct, localAddress: listedHere });
  await client.expect('220 ');
  await client.say('EHLO client.example');
  await client.say('MAIL FROM:<printer@acme.example>');
  await client.say('RCPT TO:<b@elsewhere.example>');
  await client.say('DATA');
  client.send('From: printer@acme.example\r\n\r\nhello\r\n.\r\n');
  await client.expect('250 2.0.0');
  expect(sink.messages.at(-1)?.raw).toMatch(/^Received: from client\.example \(\[127\.0\.77\.1\]\)/);
  client.close();
});

test('and from which of its ports it comes, by either version of the header', async () => {
  for (let round = 0; round < 2; round += 1) {
    const client = await openDialogue({ port: ports.direct, localAddress: listedHere });
    await client.expect('220 ');
    await client.say('EHLO client.example');
    await client.say('MAIL FROM:<printer@acme.example>');
    expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250 2\.1\.5/);
    expect(sink.commands).toContain(`XFORWARD ADDR=${listedHere} PORT=${client.localPort()}`);
    client.close();
  }
});

test('a node that stops is gone round, and the other still knows who comes', async () => {
  await closeOne();
  await haproxy.checked({ one: 'DOWN L4CON', two: 'UP L7OK' });
  for (let round = 0; round < 3; round += 1) {
    expect(await rcpt(ports.direct, { localAddress: listedHere })).toMatch(/^250 2\.1\.5/);
  }
});
