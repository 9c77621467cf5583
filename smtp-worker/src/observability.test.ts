import { readFile } from 'node:fs/promises';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { openDialogue } from './testing/dialogue.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import { insertCredential, insertEntry, insertServer } from './testing/whitelist-rows.ts';

// After a session with a bit of everything: what the dashboard and the alerts ask for is there, and the log says who,
// what and why, and no secret.

const password = 'Correct-Horse-Battery-Staple';
const bodyText = 'the quarterly figures are strictly confidential';
const subject = 'not for your eyes';

let database: TestDatabase;
let sink: Sink;
let node: TestNode;
beforeAll(async () => {
  database = await createTestDatabase();
  const acme = await insertServer(database.pool, 'acme-production');
  await insertEntry(database.pool, acme, '203.0.113.5/32');
  const cheap = await hash(password, { memoryCost: 64, timeCost: 1 });
  await insertCredential(database.pool, acme, 'acme-production', cheap);
  sink = await openSink();
  node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url });
  const { rows } = await database.pool.query('select revision from whitelist_clock');
  await node.enforced(rows[0].revision);
  await beBusy();
});
afterAll(async () => {
  await node?.close();
  await sink?.close();
  await database.close();
});

const plain = (secret: string) => Buffer.from(`\0acme-production\0${secret}`).toString('base64');

async function beBusy(): Promise<void> {
  const message = `From: printer@acme.example\r\nSubject: ${subject}\r\n\r\n${bodyText}\r\n.\r\n`;
  const device = await node.from('203.0.113.5');
  await device.say('EHLO scanner');
  await device.say('MAIL FROM:<printer@acme.example>');
  await device.say('RCPT TO:<b@elsewhere.example>');
  await device.say('DATA');
  device.send(message);
  await device.expect('250');
  await device.say('MAIL FROM:<boss@globex.example>');
  await device.say('RCPT TO:<b@elsewhere.example>');
  await device.say('QUIT');

  const stranger = await node.from('198.51.100.1');
  await stranger.say('EHLO stranger');
  await stranger.say(`AUTH PLAIN ${plain(password)}`);
  await stranger.say('MAIL FROM:<a@acme.example>');
  await stranger.say('RCPT TO:<b@elsewhere.example>');
  await stranger.say(`${password} as a command`);
  await stranger.say('QUIT');

  const client = await openDialogue({ port: node.ports.tls, tls: true });
  await client.expect('220');
  await client.say('EHLO client');
  await client.say(`AUTH PLAIN ${plain(`${password}-wrong`)}`);
  await client.say(`AUTH ${plain(password)}`);
  await client.say('AUTH LOGIN');
  await client.say(Buffer.from('acme-production').toString('base64'));
  await client.say(Buffer.from(password).toString('base64'));
  await client.say('MAIL FROM:<printer@acme.example>');
  await client.say('RCPT TO:<b@elsewhere.example>');
  await client.say('DATA');
  client.send(`From: nobody@elsewhere.example\r\nSubject: ${subject}\r\n\r\n${bodyText}\r\n.\r\n`);
  await client.expect('550');
  client.close();
}

describe('the dashboard and the alerts', () => {
  const docs = new URL('../../docs/grafana/', import.meta.url);
  type Panel = {
    id: number;
    type: string;
    title: string;
    targets?: { expr: string }[];
    gridPos: { w: number; x: number };
  };

  async function known(): Promise<Set<string>> {
    const response = await fetch(`http://127.0.0.1:${node.node.metricsPort}/metrics`);
    const types = [...(await response.text()).matchAll(/^# TYPE (\w+) (\w+)$/gm)];
    return new Set(
      types.flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
  }

  const asked = (text: string) =>
    new Set([...text.matchAll(/\b(?:postern|process|nodejs)_\w+/g)].map(([name]) => name));

  const dashboard = async (): Promise<{ uid: string; schemaVersion: number; panels: Panel[] }> =>
    JSON.parse(await readFile(new URL('smtp-nodes.json', docs), 'utf8'));

  test('ask for nothing that a node does not give', async () => {
    const metrics = await known();
    const { panels } = await dashboard();
    const expressions = panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr));
    expect([...asked(expressions.join('\n'))].filter((name) => !metrics.has(name))).toEqual([]);
    const alerts = await readFile(new URL('alerts.yml', docs), 'utf8');
    const conditions = [...alerts.matchAll(/^ {8}expr: (.*)$/gm)].map(([, expr]) => expr);
    expect(conditions.length).toBe([...alerts.matchAll(/- alert: /g)].length);
    expect([...asked(conditions.join('\n'))].filter((name) => !metrics.has(name))).toEqual([]);
  });

  test('show everything that a node counts', async () => {
    const shown = asked(JSON.stringify((await dashboard()).panels))
      .values()
      .toArray();
    const own = [...(await known())].filter((name) => name.startsWith('postern_'));
    const families = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
    expect(own.filter((name) => !shown.some((one) => families(one) === families(name)))).toEqual([]);
  });

  test('panels stand beside one another, each with its own number', async () => {
    const { panels, schemaVersion, uid } = await dashboard();
    expect([schemaVersion, uid]).toEqual([39, 'postern-smtp-nodes']);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, title, targets, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      if (type !== 'row') expect(targets?.length, title).toBeGreaterThan(0);
    }
  });
});

describe('the log', () => {
  const transactions = () =>
    node.lines().filter(({ msg }) => msg === 'transaction') as Record<string, unknown>[];

  test('has one line for each transaction, with the private reason and the public reference', () => {
    const lines = transactions();
    expect(lines.map(({ outcome }) => outcome)).toEqual(['accepted', 'abandoned', 'abandoned', 'refused']);
    const [accepted, outOfScope, stranger, header] = lines;
    expect(accepted).toMatchObject({
      client: '203.0.113.5',
      ehlo: 'scanner',
      server: 'acme-production',
      from: 'printer@acme.example',
      to: ['b@elsewhere.example'],
      login: null,
      reference: null,
      bytes: expect.any(Number),
      milliseconds: expect.any(Number),
    });
    expect(outOfScope?.refused).toMatchObject([
      {
        to: expect.any(String),
        rule: 'sender_out_of_scope',
        reason: 'ip: in_force',
        reference: expect.stringMatching(/^PX-/),
      },
    ]);
    expect(stranger?.refused).toMatchObject([{ rule: 'not_whitelisted', reason: 'ip: none' }]);
    expect(header).toMatchObject({
      login: 'acme-production',
      rule: 'header_from_out_of_scope',
      reference: expect.stringMatching(/^PX-/),
    });
  });

  test('holds no password in any form, no body, no subject', () => {
    const text = JSON.stringify(node.lines());
    expect(text).toContain('acme-production');
    for (const secret of [
      password,
      Buffer.from(password).toString('base64'),
      plain(password),
      plain(`${password}-wrong`),
      bodyText,
      subject,
    ]) {
      expect(text, secret).not.toContain(secret);
    }
  });
});
