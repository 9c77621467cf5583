import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { hash } from '@node-rs/argon2';
import { hash as bcryptHash } from 'bcryptjs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { verifyAttribution } from '../../lib/secrets/attribution.ts';
import { findCode } from '../../lib/secrets/find-code.ts';
import { proofAddress } from '../../lib/secrets/proof-token.ts';
import { openReference } from '../../lib/secrets/reference.ts';
import { isSignedRehash } from '../../lib/secrets/rehash-signature.ts';
import { type Dialogue, openDialogue } from './testing/dialogue.ts';
import { openSink, type Sink } from './testing/sink.ts';
import { startTestNode, type TestNode, testSecrets } from './testing/test-node.ts';
import {
  insertCredential,
  insertEntry,
  insertServer,
  removeEntry,
  suspendEntry,
  type TestServer,
} from './testing/whitelist-rows.ts';

let database: TestDatabase;
let sink: Sink;
let node: TestNode;
let acme: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = await insertServer(database.pool, 'acme-production');
  await insertCredential(
    database.pool,
    acme,
    'acme-production',
    await hash('right', { memoryCost: 64, timeCost: 1 }),
  );
  sink = await openSink();
  node = await startTestNode(database.url, { SMTP_NEXT_HOP: sink.url });
});
afterAll(async () => {
  await node.close();
  await sink.close();
  await database.close();
});
afterEach(() => {
  sink.answer = () => null;
});

const message = 'From: Scanner <printer@acme.example>\r\nSubject: scan\r\n\r\nhello\r\n..dot\r\n.\r\n';

/** Waits until the node enforces what the database holds now. */
async function caughtUp(): Promise<void> {
  const { rows } = await database.pool.query('select revision from whitelist_clock');
  await node.enforced(rows[0].revision);
}

async function list(network: string, entry = {}): Promise<string> {
  const id = await insertEntry(database.pool, acme, network, entry);
  await caughtUp();
  return id;
}

/** Waits for so many reports of a kind in the node's inbox. */
async function reports(kind: string, count: number): Promise<Record<string, unknown>[]> {
  const listener = new pg.Client({ connectionString: database.url });
  await listener.connect();
  try {
    let arrived = Promise.withResolvers<void>();
    listener.on('notification', () => arrived.resolve());
    await listener.query('listen node_reports');
    for (;;) {
      const { rows } = await listener.query(
        'select id, payload from node_reports where kind = $1 order by created_at',
        [kind],
      );
      if (rows.length >= count) return rows.map(({ id, payload }) => ({ id, ...payload }));
      await arrived.promise;
      arrived = Promise.withResolvers();
    }
  } finally {
    await listener.end();
  }
}

async function hello(address: string | null): Promise<Dialogue> {
  const client = await node.from(address);
  await client.say('EHLO client.example');
  return client;
}

async function rcpt(
  address: string | null,
  from = 'printer@acme.example',
  to = 'b@elsewhere.example',
): Promise<string> {
  const client = await hello(address);
  await client.say(`MAIL FROM:<${from}>`);
  const reply = await client.say(`RCPT TO:<${to}>`);
  await client.say('QUIT');
  return reply;
}

test('whatever sends to the code of a server shows from where it comes, and proves nothing', async () => {
  const { code } = findCode(testSecrets, acme.serverId, new Date());
  const to = `${code}@proof.example`;
  expect(await rcpt('203.0.113.200', 'printer@acme.example', to)).toBe('250 2.1.5 Address seen, thank you');
  const [found] = await reports('address_found', 1);
  expect(found).toMatchObject({ server_id: acme.serverId, address: '203.0.113.200', ehlo: 'client.example' });
  // Not with a sender of somebody else, not with nobody's, not with a code of an hour ago.
  const old = findCode(testSecrets, acme.serverId, new Date(Date.now() - 3_600_000)).code;
  for (const [from, code] of [
    ['a@elsewhere.example', to],
    ['', to],
    ['printer@acme.example', `${old}@proof.example`],
    ['printer@acme.example', '00000000@proof.example'],
  ] as const) {
    expect(await rcpt('203.0.113.201', from, code)).toMatch(/^530 5\.7\.0/);
  }
  expect(await reports('address_found', 1)).toHaveLength(1);
  // A code alone lets nothing through.
  expect(await rcpt('203.0.113.200')).toMatch(/^530 5\.7\.0/);
});

describe('a whitelisted address', () => {
  test('sends without signing in, and the next hop gets the message with who answers for it', async () => {
    const entry = await list('203.0.113.5/32');
    const client = await hello('203.0.113.5');
    expect(await client.say('MAIL FROM:<printer@acme.example>')).toMatch(/^250 2\.1\.0/);
    expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250 2\.1\.5/);
    expect(await client.say('DATA')).toMatch(/^354/);
    client.send(message);
    expect(await client.reply()).toMatch(/^250 2\.0\.0 Accepted as /);
    const handed = sink.messages.at(-1);
    expect(handed).toMatchObject({
      from: 'MAIL FROM:<printer@acme.example>',
      to: ['RCPT TO:<b@elsewhere.example>'],
    });
    expect(handed?.raw.endsWith(message)).toBe(true);
    expect(handed?.raw).toMatch(
      /^Received: from client\.example \(\[203\.0\.113\.5\]\)\r\n\tby mx\.postern\.example /,
    );
    const value = /^Postern-Attribution: (.*)\r$/m.exec(handed?.raw ?? '')?.[1] ?? '';
    expect(verifyAttribution(testSecrets, value)).toMatchObject({
      ok: true,
      attribution: { server: 'acme-production', entry, auth: 'ip' },
    });
    expect(
      node
        .lines()
        .filter(({ msg }) => msg === 'transaction')
        .at(-1),
    ).toMatchObject({
      client: '203.0.113.5',
      entry,
      outcome: 'accepted',
      from: 'printer@acme.example',
      to: ['b@elsewhere.example'],
    });
  });

  test('the whole envelope may come in one write', async () => {
    await list('203.0.113.6/32');
    const client = await hello('203.0.113.6');
    client.send(
      'MAIL FROM:<printer@acme.example>\r\nRCPT TO:<b@c.example>\r\nRCPT TO:<d@c.example>\r\nDATA\r\n',
    );
    for (const start of ['250 2.1.0', '250 2.1.5', '250 2.1.5', '354']) await client.expect(start);
    client.send(message);
    await client.expect('250 2.0.0');
  });

  test('IPv6, and IPv4 through IPv6', async () => {
    await list('2001:db8:77::/64');
    await list('198.51.100.9/32');
    expect(await rcpt('2001:db8:77::1234')).toMatch(/^250 2\.1\.5/);
    expect(await rcpt('::ffff:198.51.100.9')).toMatch(/^250 2\.1\.5/);
  });

  test('the next hop refuses a recipient, and its code reaches the client', async () => {
    await list('203.0.113.7/32');
    sink.answer = (line) => (line.includes('nobody@') ? '550 5.1.1 no such user in db7' : null);
    const reply = await rcpt('203.0.113.7', 'printer@acme.example', 'nobody@c.example');
    expect(reply).toMatch(/^550 5\.1\.1 PX-/);
    expect(reply).not.toContain('db7');
  });

  test('250 waits for the next hop', async () => {
    await list('203.0.113.8/32');
    const client = await hello('203.0.113.8');
    await client.say('MAIL FROM:<printer@acme.example>');
    await client.say('RCPT TO:<slow@c.example>');
    await client.say('DATA');
    const held = Promise.withResolvers<string>();
    sink.answer = (line) => (line === '.' ? held.promise : null);
    const dot = sink.upcoming(/^\.$/);
    client.send(message);
    await dot;
    expect(client.transcript()).not.toContain('S 250 2.0.0');
    held.resolve('250 2.0.0 Ok');
    await client.expect('250 2.0.0 Accepted');
  });
});

describe('refusals', () => {
  test('a stranger: 530 at RCPT with a reference that opens, its own address and the page', async () => {
    const reply = await rcpt('198.51.100.200');
    expect(reply).toMatch(/^530 5\.7\.0 PX-/);
    expect(reply.length).toBeLessThanOrEqual(510);
    const reference = /PX-\w+/.exec(reply)?.[0] ?? '';
    expect(reply).toContain(`https://portal.example/refused/${reference}`);
    expect(reply).toContain('198.51.100.200');
    expect(openReference(testSecrets, reference, new Date())).toMatchObject({
      ok: true,
      refusal: { address: '198.51.100.200', rule: 'not_whitelisted', node: 'node-1' },
    });
    expect(node.lines().some((line) => JSON.stringify(line).includes(reference))).toBe(true);
  });

  test('suspended, removed for abuse, lapsed, cancelled', async () => {
    const suspended = await list('198.51.100.1/32');
    await suspendEntry(database.pool, suspended);
    const removed = await list('198.51.100.2/32');
    await removeEntry(database.pool, removed, 'abuse');
    const other = await insertServer(database.pool, 'other', ['acme.example']);
    await insertEntry(database.pool, other, '198.51.100.3/32');
    await database.pool.query(`update subscriptions set status = 'lapsed' where server_id = $1`, [
      other.serverId,
    ]);
    const third = await insertServer(database.pool, 'third', ['acme.example']);
    await insertEntry(database.pool, third, '198.51.100.4/32');
    await database.pool.query(`update accounts set status = 'cancelled' where id = $1`, [third.accountId]);
    await caughtUp();
    expect(await rcpt('198.51.100.1')).toMatch(/^550 5\.7\.1 PX-/);
    expect(await rcpt('198.51.100.2')).toMatch(/^550 5\.7\.1 PX-/);
    expect(await rcpt('198.51.100.3')).toMatch(/^451 4\.7\.0 PX-/);
    expect(await rcpt('198.51.100.4')).toMatch(/^550 5\.7\.1 PX-/);
  });

  test('out of scope, rate, recipients, size, TLS', async () => {
    await list('198.51.100.10/32', {
      recipientDomains: ['in.example'],
      recipientsPerMessage: 1,
      messageBytes: 2000,
    });
    await list('198.51.100.11/32', { tls: 'required' });
    await list('198.51.100.12/32', { messagesPerHour: 1 });
    expect(await rcpt('198.51.100.10', 'a@globex.example', 'b@in.example')).toMatch(/^550 5\.7\.1/);
    expect(await rcpt('198.51.100.10', 'a@acme.example', 'b@out.example')).toMatch(/^550 5\.7\.1/);
    expect(await rcpt('198.51.100.11')).toMatch(/^530 5\.7\.0/);
    const client = await hello('198.51.100.10');
    expect(await client.say('MAIL FROM:<a@acme.example> SIZE=2001')).toMatch(/^552 5\.3\.4/);
    await client.say('MAIL FROM:<a@acme.example>');
    await client.say('RCPT TO:<b@in.example>');
    expect(await client.say('RCPT TO:<c@in.example>')).toMatch(/^452 4\.5\.3/);
    await client.say('DATA');
    client.send(
      `From: a@acme.example\r\n\r\n${'x'.repeat(500)}\r\n${`${'y'.repeat(500)}\r\n`.repeat(4)}.\r\n`,
    );
    expect(await client.reply()).toMatch(/^552 5\.3\.4/);
    const rated = await hello('198.51.100.12');
    for (const [index, start] of ['250', '451 4.7.0'].entries()) {
      await rated.say('MAIL FROM:<a@acme.example>');
      expect(await rated.say('RCPT TO:<b@c.example>')).toMatch(new RegExp(`^${start}`));
      if (index > 0) break;
      await rated.say('DATA');
      rated.send(message);
      await rated.expect('250 2.0.0');
    }
  });

  test('the next hop is away', async () => {
    const lonely = await openSink();
    await lonely.close();
    await list('198.51.100.20/32');
    const cut = await startTestNode(database.url, { SMTP_NEXT_HOP: lonely.url, NODE_NAME: 'node-cut' });
    const client = await cut.from('198.51.100.20');
    await client.say('EHLO x');
    await client.say('MAIL FROM:<a@acme.example>');
    expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^451 4\.4\.1 PX-/);
    await cut.close();
  });

  test('a copy too old defers everybody, and signs nobody in', async () => {
    await list('198.51.100.21/32');
    // No node brings it forward meanwhile, as each does every few seconds.
    await database.pool.query(
      `create function stand_still() returns trigger language plpgsql as 'begin return null; end';
       create trigger stand_still before update on whitelist_heartbeat for each row when (new.at > old.at)
         execute function stand_still();
       update whitelist_heartbeat set at = clock_timestamp() - interval '1 hour'`,
    );
    const late = await startTestNode(database.url, { SMTP_STALENESS_SECONDS: '900', NODE_NAME: 'node-late' });
    for (const address of ['198.51.100.21', '198.51.100.250']) {
      const client = await late.from(address);
      await client.say('EHLO x');
      await client.say('MAIL FROM:<a@acme.example>');
      expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^451 4\.3\.0 PX-/);
    }
    const ready = await fetch(`http://127.0.0.1:${late.node.metricsPort}/ready`);
    expect(ready.status).toBe(503);
    await late.close();
    await database.pool.query('drop function stand_still() cascade');
    await database.pool.query('select node_heartbeat()');
  });
});

async function signIn(address: string, password = 'right', username = 'acme-production'): Promise<Dialogue> {
  const client = await hello(address);
  expect(await client.say('AUTH PLAIN AGEAYg==')).toMatch(/^538 5\.7\.11/);
  await client.say('STARTTLS');
  await client.encrypt();
  expect(await client.say('EHLO client.example')).toContain('AUTH PLAIN LOGIN');
  const response = Buffer.from(`\0${username}\0${password}`).toString('base64');
  expect(await client.say(`AUTH PLAIN ${response}`)).toMatch(
    password === 'right' ? /^235 2\.7\.0/ : /^535 5\.7\.8 PX-/,
  );
  return client;
}

describe('signing in', () => {
  test('relays from anywhere, under the server that signed in', async () => {
    const client = await signIn('198.51.100.60');
    await client.say('MAIL FROM:<a@acme.example>');
    expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^250 2\.1\.5/);
    await client.say('DATA');
    client.send(message);
    await client.expect('250 2.0.0');
    const raw = sink.messages.at(-1)?.raw ?? '';
    expect(raw).toMatch(/with ESMTPSA id /);
    expect(raw).toMatch(/^Postern-Attribution: v=1; server=acme-production; entry=-; auth=login; /m);
  });

  test('a wrong password', async () => {
    const client = await signIn('198.51.100.61', 'wrong');
    await client.say('MAIL FROM:<a@acme.example>');
    expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^530 5\.7\.0/);
  });

  test('proves a pending address of the same server, and is seen from there', async () => {
    const entry = await list('198.51.100.62/32', { status: 'pending' });
    const stranger = await insertServer(database.pool, 'stranger');
    await insertEntry(database.pool, stranger, '198.51.100.62/32', { status: 'pending' });
    await caughtUp();
    await signIn('198.51.100.62');
    const seen = await reports('proof_seen', 1);
    const signIns = seen.filter(({ method }) => method === 'sign_in');
    expect(signIns).toMatchObject([{ entry_id: entry, address: '198.51.100.62', proof_generation: 1 }]);
  });

  test('an older hash gives way to one that the node signs for', async () => {
    await insertCredential(database.pool, acme, 'acme-older', await bcryptHash('right', 4));
    await caughtUp();
    await signIn('198.51.100.63', 'right', 'acme-older');
    const [report] = await reports('credential_rehashed', 1);
    const { signature, ...rehash } = z
      .object({
        credential_id: z.uuid(),
        replaces_sha256: z.string(),
        password_hash: z.string(),
        signature: z.string(),
      })
      .parse(report);
    expect(isSignedRehash(testSecrets, rehash, signature)).toBe(true);
  });

  test('implicit TLS', async () => {
    const client = await openDialogue({ port: node.ports.tls, tls: true });
    await client.expect('220 ');
    expect(await client.say('EHLO x')).toContain('AUTH PLAIN LOGIN');
    client.close();
  });

  test('octets stuffed behind STARTTLS end the connection', async () => {
    const client = await hello('198.51.100.63');
    client.send('STARTTLS\r\nEHLO injected\r\n');
    expect(await client.rest()).toMatch(/^554 5\.5\.1 PX-/);
  });
});

describe('a server that needs a sign-in and a whitelisted address', () => {
  const both = async (needs: 'either' | 'both') => {
    await database.pool.query('update servers set mail_needs = $2 where id = $1', [acme.serverId, needs]);
    await caughtUp();
  };

  test('takes neither alone, at once, and both until the address is removed', async () => {
    const entry = await list('198.51.100.170/32');
    await both('both');
    try {
      expect(await rcpt('198.51.100.170')).toMatch(
        /^530 5\.7\.0 PX-\S+ Authentication required: mail from this whitelisted address is taken only after/,
      );
      const stranger = await signIn('198.51.100.171');
      await stranger.say('MAIL FROM:<printer@acme.example>');
      expect(await stranger.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^550 5\.7\.1 PX-/);
      const client = await signIn('198.51.100.170');
      await client.say('MAIL FROM:<printer@acme.example>');
      expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250 2\.1\.5/);
      await client.say('DATA');
      client.send(message);
      expect(await client.reply()).toMatch(/^250 2\.0\.0 Accepted as /);
      expect(sink.messages.at(-1)?.raw).toContain(`server=acme-production; entry=${entry};`);
      await removeEntry(database.pool, entry);
      expect(await client.reply()).toMatch(/^421 4\.7\.0 PX-/);
    } finally {
      await both('either');
    }
  });

  test('is not relayed for by nodes of other makers', async () => {
    const entry = await list('198.51.100.176/32');
    const relay = async () =>
      (await database.pool.query('select relay, revision from smtp_whitelist where entry_id = $1', [entry]))
        .rows[0];
    const before = await relay();
    await both('both');
    const now = await relay();
    expect([before.relay, now.relay]).toEqual([true, false]);
    expect(Number(now.revision)).toBeGreaterThan(Number(before.revision));
    await both('either');
    expect((await relay()).relay).toBe(true);
  });
});

test('a credential that ends takes its open connection along', async () => {
  const credential = await insertCredential(
    database.pool,
    acme,
    'acme-leaving',
    await hash('right', { memoryCost: 64, timeCost: 1 }),
  );
  await caughtUp();
  const client = await signIn('198.51.100.175', 'right', 'acme-leaving');
  await database.pool.query('update smtp_credentials set ended_at = now() where id = $1', [credential]);
  expect(await client.reply()).toMatch(/^421 4\.7\.0 PX-/);
  expect(await client.rest()).toBe('');
});

describe('proof by sending', () => {
  const addressOf = (entry: string) => proofAddress(testSecrets, entry, 1, 'proof.example');

  async function prove(
    address: string,
    to: string,
    from = '<printer@acme.example>',
    header = '',
  ): Promise<string> {
    const client = await hello(address);
    await client.say(`MAIL FROM:${from}`);
    const reply = await client.say(`RCPT TO:<${to}>`);
    if (reply.startsWith('250')) {
      await client.say('DATA');
      client.send(`From: printer@acme.example\r\n${header}Subject: proof\r\n\r\nx\r\n.\r\n`);
      await client.expect('250');
    }
    client.close();
    return reply;
  }

  const proofsOf = async (entry: string) =>
    (await reports('proof_seen', 0)).filter(({ entry_id }) => entry_id === entry);

  test('250 2.1.5 once the report is in the database, and the message goes nowhere', async () => {
    const entry = await list('198.51.100.70/32', { status: 'pending' });
    const before = sink.messages.length;
    expect(await prove('198.51.100.70', addressOf(entry))).toMatch(/^250 2\.1\.5/);
    expect(await proofsOf(entry)).toMatchObject([
      {
        method: 'sending',
        address: '198.51.100.70',
        ehlo: 'client.example',
        mail_from: 'printer@acme.example',
        tls: null,
      },
    ]);
    expect(sink.messages.length).toBe(before);
  });

  test('IPv4 through IPv6 is the same address', async () => {
    const entry = await list('198.51.100.71/32', { status: 'pending' });
    expect(await prove('::ffff:198.51.100.71', addressOf(entry))).toMatch(/^250 2\.1\.5/);
    expect(await proofsOf(entry)).toMatchObject([{ address: '198.51.100.71' }]);
  });

  test('what is borrowed proves nothing', async () => {
    const globex = await insertServer(database.pool, 'globex-mail', ['globex.example']);
    const entry = await list('198.51.100.72/32', { status: 'pending' });
    const theirs = await insertEntry(database.pool, globex, '198.51.100.72/32', { status: 'pending' });
    const elsewhere = await list('198.51.100.73/32', { status: 'pending' });
    await caughtUp();
    const to = addressOf(entry);
    expect(await prove('198.51.100.99', to), 'wrong address').toMatch(/^530 5\.7\.0/);
    expect(await prove('198.51.100.72', to, '<>'), 'bounce').toMatch(/^550 5\.7\.1/);
    expect(await prove('198.51.100.72', to, '<x@evil.example>'), 'foreign sender').toMatch(/^550 5\.7\.1/);
    expect(await prove('198.51.100.72', to, '<x@globex.example>'), "another account's domain").toMatch(
      /^550/,
    );
    expect(await prove('198.51.100.72', addressOf(elsewhere)), 'token of another entry').toMatch(/^530/);
    expect(await prove('198.51.100.72', '0000000000@proof.example'), 'no token').toMatch(/^530/);
    expect(await proofsOf(entry)).toEqual([]);
    expect(await proofsOf(theirs)).toEqual([]);
    expect(await proofsOf(elsewhere)).toEqual([]);
  });

  test('two accounts ask for one address: each token proves its own request alone', async () => {
    const globex = await insertServer(database.pool, 'globex-two', ['globex.example']);
    const ours = await list('198.51.100.74/32', { status: 'pending' });
    const theirs = await insertEntry(database.pool, globex, '198.51.100.74/32', { status: 'pending' });
    await caughtUp();
    expect(await prove('198.51.100.74', addressOf(theirs), '<x@globex.example>')).toMatch(/^250 2\.1\.5/);
    expect(await proofsOf(ours)).toEqual([]);
    expect(await proofsOf(theirs)).toHaveLength(1);
  });

  test('an automatic answer takes its proof back', async () => {
    const entry = await list('198.51.100.75/32', { status: 'pending' });
    await prove(
      '198.51.100.75',
      addressOf(entry),
      '<printer@acme.example>',
      'Auto-Submitted: auto-replied\r\n',
    );
    const [proof] = await proofsOf(entry);
    const withdrawn = await reports('proof_withdrawn', 1);
    expect(withdrawn).toMatchObject([{ entry_id: entry, report_id: proof?.id, cause: 'auto_submitted' }]);
  });

  test('no proof once the request is decided', async () => {
    const entry = await list('198.51.100.79/32', { status: 'pending' });
    await database.pool.query(`update entries set status = 'withdrawn', ended_at = now() where id = $1`, [
      entry,
    ]);
    await caughtUp();
    expect(await prove('198.51.100.79', addressOf(entry))).toMatch(/^530/);
  });
});

describe('the entry is removed while sessions are open', () => {
  async function openIn(phase: string): Promise<{ client: Dialogue; entry: string }> {
    const number = phases.indexOf(phase) + 100;
    const entry = await list(`198.51.100.${number}/32`);
    const client = await hello(`198.51.100.${number}`);
    if (phase === 'idle') return { client, entry };
    await client.say('MAIL FROM:<printer@acme.example>');
    if (phase === 'after MAIL') return { client, entry };
    await client.say('RCPT TO:<b@c.example>');
    if (phase === 'after RCPT') return { client, entry };
    await client.say('DATA');
    if (phase === 'in the header') client.send('From: printer@acme');
    if (phase === 'in the body') {
      const opened = sink.upcoming(/^DATA$/);
      client.send('From: printer@acme.example\r\n\r\nhalf');
      await opened;
    }
    return { client, entry };
  }
  const phases = ['idle', 'after MAIL', 'after RCPT', 'after DATA', 'in the header', 'in the body'];

  test.each(phases)('%s: 421, then closed, nothing handed on', async (phase) => {
    const { client, entry } = await openIn(phase);
    const before = sink.messages.length;
    await removeEntry(database.pool, entry);
    expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-[^\r]*\r\n$/);
    expect(sink.messages.length).toBe(before);
    expect(await rcpt(`198.51.100.${phases.indexOf(phase) + 100}`)).toMatch(/^530 5\.7\.0/);
  });

  test('after the dot: its reply, then 421', async () => {
    const entry = await list('198.51.100.110/32');
    const client = await hello('198.51.100.110');
    await client.say('MAIL FROM:<printer@acme.example>');
    await client.say('RCPT TO:<b@c.example>');
    await client.say('DATA');
    const held = Promise.withResolvers<string>();
    const dot = Promise.withResolvers<void>();
    sink.answer = (line) => {
      if (line !== '.') return null;
      dot.resolve();
      return held.promise;
    };
    client.send(message);
    await dot.promise;
    await removeEntry(database.pool, entry);
    await caughtUp();
    held.resolve('250 2.0.0 Ok');
    expect(await client.rest()).toMatch(/^250 2\.0\.0 Accepted[^\r]*\r\n421 4\.7\.0 PX-[^\r]*\r\n$/);
  });

  test.each([
    ['in the clear', '198.51.100.112'],
    ['under TLS', '198.51.100.113'],
  ])(
    'many sessions %s: all hear of it before anything of them is written down, and nothing is lost',
    async (how, address) => {
      const entry = await list(`${address}/32`);
      const clients = await Promise.all(Array.from({ length: 50 }, () => hello(address)));
      if (how === 'under TLS')
        for (const client of clients) {
          await client.say('STARTTLS');
          await client.encrypt();
          await client.say('EHLO client.example');
        }
      for (const client of clients) await client.say('MAIL FROM:<printer@acme.example>');
      const writtenBefore: number[] = [];
      const linesOf = (what: string) =>
        node.lines().filter(({ msg, client }) => msg === what && client === address);
      const real = Socket.prototype.write;
      const write = vi.spyOn(Socket.prototype, 'write').mockImplementation(function (this: Socket, ...said) {
        if (String(said[0]).startsWith('421 ')) writtenBefore.push(linesOf('transaction').length);
        return Reflect.apply(real, this, said);
      });
      try {
        await removeEntry(database.pool, entry);
        for (const client of clients) expect(await client.rest()).toMatch(/^421 4\.7\.0 PX-[^\r]*\r\n$/);
      } finally {
        write.mockRestore();
      }
      expect(writtenBefore).toEqual(clients.map(() => 0));
      expect(linesOf('transaction').map(({ outcome }) => outcome)).toEqual(clients.map(() => 'abandoned'));
      expect(linesOf('refused').map(({ rule }) => rule)).toEqual(clients.map(() => 'removed_while_open'));
    },
  );

  test('who has signed in goes on', async () => {
    const entry = await list('198.51.100.111/32');
    const client = await hello('198.51.100.111');
    await client.say('STARTTLS');
    await client.encrypt();
    await client.say('EHLO x');
    await client.say(`AUTH PLAIN ${Buffer.from('\0acme-production\0right').toString('base64')}`);
    await removeEntry(database.pool, entry);
    await caughtUp();
    await client.say('MAIL FROM:<printer@acme.example>');
    expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^250 2\.1\.5/);
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ family }) => family === 'IPv6'),
);

describe('who is the client', () => {
  test('a PROXY header that names nobody is never in force', async () => {
    await list('127.0.0.2/32');
    expect(await rcpt(null)).toMatch(/^530 5\.7\.0 PX-[^ ]* .*Your address is not known/);
  });

  test.each([
    'EHLO x\r\n',
    'PROXY TCP4 1.2.3.4 x 1 2\r\n',
    'PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n',
    '\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c',
  ])('no good header, no banner: %j', async (octets) => {
    const client = await openDialogue({ port: node.ports.proxy });
    client.send(octets);
    expect(await client.rest()).toBe('');
  });

  test('an untrusted peer is not listened to', async () => {
    const client = await openDialogue({ port: node.ports.proxy, localAddress: '127.0.0.2' });
    client.send('PROXY TCP4 203.0.113.5 192.0.2.1 1 25\r\n');
    expect(await client.rest()).toBe('');
  });

  test('on the other listeners a PROXY header is a command that nobody knows', async () => {
    const client = await openDialogue({ port: node.ports.plain });
    await client.expect('220 ');
    expect(await client.say('PROXY TCP4 203.0.113.5 192.0.2.1 1 25')).toMatch(/^500 5\.5\.2/);
    await client.say('EHLO x');
    await client.say('MAIL FROM:<printer@acme.example>');
    expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^530/);
    client.close();
  });

  test('the next hop is told from which port it comes, on every listener', async () => {
    await list('127.0.0.4/32');
    const hop = await openSink();
    hop.extensions.push('XFORWARD ADDR PORT');
    const own = await startTestNode(database.url, { SMTP_NEXT_HOP: hop.url, NODE_NAME: 'node-ports' });
    try {
      const plain = await openDialogue({ port: own.ports.plain, localAddress: '127.0.0.4' });
      await plain.expect('220 ');
      const tls = await openDialogue({ port: own.ports.tls, localAddress: '127.0.0.4', tls: true });
      await tls.expect('220 ');
      const behind = await own.from('127.0.0.4');
      for (const client of [plain, tls, behind]) {
        await client.say('EHLO x');
        await client.say('MAIL FROM:<printer@acme.example>');
        expect(await client.say('RCPT TO:<b@c.example>')).toMatch(/^250 2\.1\.5/);
      }
      expect(hop.commands.filter((line) => line.startsWith('XFORWARD'))).toEqual(
        [plain.localPort(), tls.localPort(), 40_000].map((port) => `XFORWARD ADDR=127.0.0.4 PORT=${port}`),
      );
      for (const client of [plain, tls]) client.close();
    } finally {
      await own.close();
      await hop.close();
    }
  });

  test('a client that leaves at once harms nobody', async () => {
    for (const octets of ['', 'PROXY TCP4 ', 'PROXY TCP4 203.0.113.5 192.0.2.1 1 25\r\nEHLO']) {
      const client = await openDialogue({ port: node.ports.proxy });
      client.send(octets);
      client.reset();
    }
    expect(await rcpt('198.51.100.201')).toMatch(/^530/);
  });

  test('a header that never becomes whole ends the connection by itself, without a word', async () => {
    const waiting = ['', 'PROXY TCP4 203.', '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb'].map(async (octets) => {
      const client = await openDialogue({ port: node.ports.proxy });
      client.send(octets);
      return client.rest();
    });
    expect(await Promise.all(waiting)).toEqual(['', '', '']);
  });

  test.runIf(hasIpv6)(
    'proxies and clients that come as IPv4 through an IPv6 socket are the IPv4 that they are',
    async () => {
      await list('127.0.0.3/32');
      const own = await startTestNode(database.url, {
        SMTP_NEXT_HOP: sink.url,
        NODE_NAME: 'node-mapped',
        SMTP_HOST: '::',
        SMTP_TRUSTED_PROXIES: '127.0.0.1/32',
      });
      try {
        const direct = await openDialogue({ port: own.ports.plain, localAddress: '127.0.0.3' });
        await direct.expect('220 ');
        await direct.say('EHLO x');
        await direct.say('MAIL FROM:<printer@acme.example>');
        expect(await direct.say('RCPT TO:<b@c.example>')).toMatch(/^250 2\.1\.5/);
        direct.close();
        const behind = await own.from('198.51.100.202');
        expect(await behind.say('EHLO x')).toMatch(/^250/);
        const other = await openDialogue({ port: own.ports.proxy, localAddress: '127.0.0.2' });
        other.send('PROXY TCP4 203.0.113.5 192.0.2.1 1 25\r\n');
        expect(await other.rest()).toBe('');
      } finally {
        await own.close();
      }
    },
  );

  test('what is coalesced behind the header is read', async () => {
    const client = await openDialogue({ port: node.ports.proxy });
    client.send('PROXY TCP4 198.51.100.202 192.0.2.1 1 25\r\nEHLO x\r\nQUIT\r\n');
    expect(await client.rest()).toMatch(/^220 [^\r]*\r\n250-[\s\S]*221 2\.0\.0/);
  });
});

test('thousands of commands in one write do not hold up anybody', async () => {
  await list('198.51.100.203/32');
  const busy = await hello('198.51.100.203');
  busy.send('NOOP\r\n'.repeat(20_000));
  expect(await rcpt('198.51.100.204')).toMatch(/^530/);
  for (let count = 0; count < 20_000; count += 1) await busy.expect('250');
});

test('what each refuses and takes is counted, and readiness is told', async () => {
  const at = (name: string) => fetch(`http://127.0.0.1:${node.node.metricsPort}${name}`);
  expect((await at('/health')).status).toBe(200);
  expect(await (await at('/ready')).json()).toEqual({ status: 'ready' });
  const metrics = await (await at('/metrics')).text();
  expect(metrics).toMatch(/postern_smtp_decisions_total\{rule="not_whitelisted"\} [1-9]/);
  expect(metrics).toMatch(/postern_smtp_transactions_total\{outcome="accepted"\} [1-9]/);
  expect(metrics).toMatch(/postern_smtp_entries_in_force [1-9]/);
  expect((await at('/else')).status).toBe(404);
});

test('each revision that is enforced is reported, with what is in force', async () => {
  await list('198.51.100.90/32');
  const { rows } = await database.pool.query('select revision, generation from node_clock');
  for (let count = 1; ; count += 1) {
    const seen = (await reports('enforced', count)).find(({ revision }) => revision === rows[0].revision);
    if (seen === undefined) continue;
    expect(seen).toMatchObject({
      generation: rows[0].generation,
      hash: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(seen.entries).toBeGreaterThan(0);
    break;
  }
});

test('a network in the deny file is refused at once, also in a session that is open', async () => {
  await list('198.51.100.95/32');
  const directory = await mkdtemp(path.join(tmpdir(), 'postern-deny-'));
  const denyFile = path.join(directory, 'deny');
  const own = await startTestNode(database.url, { NODE_NAME: 'node-deny', SMTP_DENY_FILE: denyFile });
  try {
    const open = await own.from('198.51.100.95');
    await open.say('EHLO x');
    await open.say('MAIL FROM:<a@acme.example>');
    expect(await open.say('RCPT TO:<b@c.example>')).toMatch(/^250/);
    await writeFile(denyFile, '198.51.100.95/32\n');
    expect(await open.rest()).toMatch(/^554 5\.7\.1/);
    const next = await openDialogue({ port: own.ports.proxy });
    expect(await next.say('PROXY TCP4 198.51.100.95 127.0.0.1 4000 25')).toMatch(/^554 5\.7\.1/);
  } finally {
    await own.close();
    await rm(directory, { recursive: true, force: true });
  }
});

test('a network in the deny file is refused at once, also in the handshake of implicit TLS', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'postern-deny-'));
  const denyFile = path.join(directory, 'deny');
  const own = await startTestNode(database.url, { NODE_NAME: 'node-deny-tls', SMTP_DENY_FILE: denyFile });
  try {
    const halfway = await openDialogue({ port: own.ports.tls });
    // Accepted behind the other one: by then that is accepted as well.
    const open = await openDialogue({ port: own.ports.tls, tls: true });
    await open.expect('220 ');
    await writeFile(denyFile, '127.0.0.0/8\n');
    expect(await open.rest()).toMatch(/^554 5\.7\.1/);
    expect(await halfway.rest()).toBe('');
  } finally {
    await own.close();
    await rm(directory, { recursive: true, force: true });
  }
});

test('a client that is turned away before implicit TLS has a moment for the handshake', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'postern-deny-'));
  const denyFile = path.join(directory, 'deny');
  await writeFile(denyFile, '127.0.0.0/8\n');
  let nowMs = Date.UTC(2026, 2, 1);
  const settings = { NODE_NAME: 'node-away', SMTP_DENY_FILE: denyFile };
  const own = await startTestNode(database.url, settings, () => new Date(nowMs));
  try {
    const halfway = await openDialogue({ port: own.ports.tls });
    // Accepted behind the other one: by then that is accepted as well.
    const whole = await openDialogue({ port: own.ports.tls, tls: true });
    expect(await whole.rest()).toMatch(/^554 5\.7\.1/);
    nowMs += 6_000;
    expect(await halfway.rest()).toBe('');
  } finally {
    await own.close();
    await rm(directory, { recursive: true, force: true });
  }
});

test('stopping lets a message be finished, and without a next hop it is a file', async () => {
  await list('198.51.100.91/32');
  const own = await startTestNode(database.url, { NODE_NAME: 'node-own' });
  const client = await own.from('198.51.100.91');
  await client.say('EHLO x');
  await client.say('MAIL FROM:<a@acme.example>');
  await client.say('RCPT TO:<b@c.example>');
  await client.say('DATA');
  const idle = await own.from('198.51.100.91');
  const stopped = own.node.stop();
  expect(await idle.rest()).toMatch(/^421 4\.3\.2/);
  client.send(message);
  expect(await client.rest()).toMatch(/^250 2\.0\.0 [^\r]*\r\n421 4\.3\.2/);
  await stopped;
  const folder = path.join(own.folder, 'maildir', 'new');
  const files = await readdir(folder);
  expect(files).toHaveLength(1);
  const stored = await readFile(path.join(folder, files[0] ?? ''), 'latin1');
  expect(stored).toMatch(/^Return-Path: <a@acme\.example>\r\nDelivered-To: b@c\.example\r\nReceived: /);
  expect(stored).toMatch(/\r\nhello\r\n\.dot\r\n$/);
});

test('a client that has sent a message may be silent for a while, one in the middle of a command may not', async () => {
  await list('198.51.100.92/32');
  let nowMs = Date.UTC(2026, 2, 1);
  const settings = { NODE_NAME: 'node-silent', SMTP_NEXT_HOP: sink.url };
  const own = await startTestNode(database.url, settings, () => new Date(nowMs));
  try {
    const silent = await own.from('198.51.100.92');
    await silent.say('EHLO x');
    await silent.say('MAIL FROM:<a@acme.example>');
    await silent.say('RCPT TO:<b@c.example>');
    await silent.say('DATA');
    silent.send(message);
    expect(await silent.reply()).toMatch(/^250 /);
    const halfway = await own.from('198.51.100.92');
    halfway.send('EH');
    // Its first octets are looked at by the time that another client is answered.
    await (await own.from('198.51.100.92')).say('NOOP');
    nowMs += 70_000;
    expect(await halfway.rest()).toMatch(/^421 4\.4\.2/);
    expect(await silent.say('NOOP')).toMatch(/^250/);
  } finally {
    await own.close();
  }
});
