import { readFileSync } from 'node:fs';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { bodyOf, type Conversation, playConversation, type Stage } from './testing/play-conversation.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import {
  insertCredential,
  insertEntry,
  insertServer,
  removeEntry,
  type TestServer,
} from './testing/whitelist-rows.ts';

// Malformed conversations from public test suites, octet for octet, and relay probes of public testers.

const conversations = readFileSync(new URL('../testdata/conversations.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Conversation);

const probes = readFileSync(new URL('../testdata/openrelay.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('\t') as [id: string, helo: string, from: string, to: string, technique: string]);

let database: TestDatabase;
let sink: Sink;
let node: TestNode;
let server: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await insertServer(database.pool, 'listed-server', ['listed.example']);
  await insertCredential(database.pool, server, 'user', await hash('other', { memoryCost: 64, timeCost: 1 }));
  sink = await openSink();
  node = await startTestNode(database.url, {
    SMTP_NEXT_HOP: sink.url,
    SMTP_PUBLIC_NAME: 'mx.postern.example',
  });
});
afterAll(async () => {
  await node.close();
  await sink.close();
  await database.close();
});

async function caughtUp(): Promise<void> {
  const { rows } = await database.pool.query('select revision from whitelist_clock');
  await node.enforced(rows[0].revision);
}

let addresses = 0;

/** A stage with an address of its own, so that what one conversation does concerns no other. */
async function setStage(): Promise<Stage> {
  addresses += 1;
  const listed = `203.0.113.${addresses}`;
  const entry = await insertEntry(database.pool, server, `${listed}/32`);
  await caughtUp();
  return {
    ports: node.ports,
    listed,
    unlisted: `198.51.100.${addresses}`,
    unlist: async () => {
      await removeEntry(database.pool, entry);
      await caughtUp();
    },
  };
}

describe('malformed conversations', () => {
  test.each(conversations.map((each) => [each.id, each.title, each] as const))(
    '%s %s',
    async (_id, _title, conversation) => {
      const before = sink.messages.length;
      const codes = await playConversation(conversation, await setStage());
      const handedOn = sink.messages.slice(before);
      expect(codes).toEqual(conversation.replies);
      // Whatever the conversation: one message at most, from whom it said, and only with a 250 to its dot.
      expect(handedOn.length).toBe(
        conversation.replies.filter((code) => code === '354').length > 0 && codes.at(-1) === '250' ? 1 : 0,
      );
      // Behind our own fields it is octet for octet what was sent.
      for (const { raw } of handedOn) expect(raw.endsWith(`\r\n${bodyOf(conversation)}`)).toBe(true);
      expect(JSON.stringify(handedOn)).not.toMatch(/victim|SMUGGLED|injected/);
      expect(sink.commands.filter((line) => line.startsWith('BAD'))).toEqual([]);
    },
  );
});

describe('relay probes', () => {
  test.each(probes)('%s: %s %s → %s (%s)', async (_id, helo, from, to) => {
    const before = sink.commands.length;
    const client = await node.from('198.51.100.250');
    client.send(`EHLO ${helo}\r\nMAIL FROM:<${from}>\r\nRCPT TO:<${to.replaceAll('\\0', '\0')}>\r\nDATA\r\n`);
    const codes: string[] = [];
    for (const _ of ['EHLO', 'MAIL', 'RCPT', 'DATA']) {
      const reply = await client.reply().catch(() => '---');
      codes.push(reply.slice(0, 3));
      if (reply === '---') break;
    }
    client.close();
    expect(codes.slice(2).every((code) => /^[45-]/.test(code))).toBe(true);
    expect(sink.commands.length).toBe(before);
  });
});
