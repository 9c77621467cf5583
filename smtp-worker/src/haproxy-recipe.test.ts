import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { type Dialogue, openDialogue } from './testing/dialogue.ts';
import type { Haproxy } from './testing/haproxy.ts';
import { type HaproxyRecipe, readHaproxyRecipe } from './testing/haproxy-recipe.ts';
import { type NodeProcess, startNodeProcess } from './testing/node-process.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { insertEntry, insertServer } from './testing/whitelist-rows.ts';

// docs/recipes/haproxy.md as it stands there, with two nodes as processes.

const device = '127.0.78.1';
/** Real programs take their time on a busy machine. */
const patientMs = 300_000;

let database: TestDatabase;
let sink: Sink;
let recipe: HaproxyRecipe;
let haproxy: Haproxy;
const nodes = new Map<string, NodeProcess>();
beforeAll(async () => {
  database = await createTestDatabase();
  await insertEntry(database.pool, await insertServer(database.pool, 'acme'), `${device}/32`);
  sink = await openSink();
  recipe = await readHaproxyRecipe('127.0.88', 2);
  const own = { DATABASE_URL: database.url, SMTP_NEXT_HOP: sink.url, SMTP_THREADS: '1' };
  await Promise.all(
    [...recipe.nodes].map(async ([name, settings]) => {
      nodes.set(name, await startNodeProcess(name, { ...own, ...settings }));
    }),
  );
  haproxy = await recipe.start();
}, patientMs);
afterAll(async () => {
  await haproxy?.stop();
  await Promise.all([...nodes.values()].map((node) => node.stop()));
  await sink?.close();
  await database?.close();
});

/** A client that may send its message now. */
async function atData(): Promise<Dialogue> {
  const client = await openDialogue({ port: recipe.port, localAddress: device });
  await client.expect('220 ');
  await client.say('EHLO scanner.acme.example');
  await client.say('MAIL FROM:<scanner@acme.example>');
  expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250 2\.1\.5/);
  expect(await client.say('DATA')).toMatch(/^354/);
  return client;
}

const openOn = async (name: string) =>
  (await haproxy.sessions()).find(({ server }) => server === name)?.open ?? 0;

const message = 'From: scanner@acme.example\r\n\r\nscan\r\n.\r\n';

test(
  'a node that stops finishes its message through HAProxy, and who comes goes to the other',
  async () => {
    await haproxy.checked({ 'smtp-1': 'UP L7OK', 'smtp-2': 'UP L7OK' });
    const answer = Promise.withResolvers<string>();
    sink.answer = (line) => (line === '.' ? answer.promise : null);
    const client = await atData();
    const dot = sink.upcoming(/^\.$/);
    client.send(message);
    await dot;
    sink.answer = () => null;
    const name = (await haproxy.sessions()).find(({ open }) => open > 0)?.server ?? '';
    const [other = ''] = [...nodes.keys()].filter((each) => each !== name);
    // So many that the other has more to do than the one that stops, which HAProxy would therefore choose.
    const resting: Dialogue[] = [];
    while ((await openOn(other)) < 3) {
      const client = await openDialogue({ port: recipe.port, localAddress: device });
      await client.expect('220 ');
      resting.push(client);
    }
    const gone = nodes.get(name)?.stop();
    nodes.delete(name);
    while ((await openOn(name)) > 1);

    // HAProxy has not noticed yet, or has: both are met by clients.
    for (let round = 0; round < 2; round += 1) {
      const another = await atData();
      another.send(message);
      await another.expect('250 2.0.0');
      another.close();
      await haproxy.checked({ [name]: 'DOWN L7STS', [other]: 'UP L7OK' });
    }
    answer.resolve('250 2.0.0 Ok: queued');
    await client.expect('250 2.0.0 Accepted');
    for (const each of [client, ...resting]) each.close();
    await gone;
    expect(sink.messages).toHaveLength(3);
  },
  patientMs,
);
