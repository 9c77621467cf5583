import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keptAnswer } from '../../db/queries/lookup-memory.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { bootstrapQuestion } from './evidence-gatherers.ts';
import { refreshRdapBootstrap } from './refresh-rdap-bootstrap.ts';

const now = new Date('2026-11-20T12:00:00Z');
const v4 = [['203.0.113.0/24'], ['https://rdap.one.example/']];
const v6 = [['2001:db8::/32'], ['https://rdap.two.example/']];
const file = (...services: unknown[]) => JSON.stringify({ version: '1.0', services });

let db: TestDatabase;
let server: Server;
let answers: Record<string, string>;
beforeAll(async () => {
  db = await createTestDatabase();
  server = createServer(({ url = '' }, response) => {
    const body = answers[url];
    response.writeHead(body === undefined ? 503 : 200, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await db.close();
});
beforeEach(() => {
  answers = { '/ipv4.json': file(v4), '/ipv6.json': file(v6) };
});

function refresh(mayBeAsked = true): Promise<boolean> {
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = ['ipv4', 'ipv6'].map((name) => `http://${host}/${name}.json`);
  return refreshRdapBootstrap(db.database, now, files, mayBeAsked ? [host] : []);
}
const kept = () => keptAnswer(db.database, bootstrapQuestion.kind, bootstrapQuestion.question, now);

test('both files are one table', async () => {
  expect(await refresh()).toBe(true);
  expect(await kept()).toEqual([v4, v6]);
});

test.each([
  ['one does not come', undefined],
  ['one is something else', '<html>'],
  ['one is empty', file()],
])('where %s, the table stays as it was', async (_, body) => {
  await refresh();
  answers = { '/ipv4.json': file([['198.51.100.0/24'], ['https://new.example/']]) };
  if (body !== undefined) answers['/ipv6.json'] = body;
  expect(await refresh()).toBe(false);
  expect(await kept()).toEqual([v4, v6]);
});

test('a host within our own network is not asked unless it is named', async () => {
  expect(await refresh(false)).toBe(false);
});
