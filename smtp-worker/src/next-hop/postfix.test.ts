import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunPostfix, type Postfix, startPostfix } from '../../../bin/testing/postfix.ts';
import { createTestDatabase, type TestDatabase } from '../../../db/testing.ts';
import { startTestNode, type TestNode } from '../testing/test-node.ts';
import { insertCredential, insertEntry, insertServer } from '../testing/whitelist-rows.ts';

// The recipe of docs/recipes/postfix-next-hop.md, with a real Postfix behind the node.

/** A real program takes its time on a busy machine. */
const patientMs = 300_000;

describe.skipIf(!canRunPostfix)('Postfix as next hop', { timeout: patientMs }, () => {
  let database: TestDatabase;
  let postfix: Postfix;
  let node: TestNode;
  beforeAll(async () => {
    database = await createTestDatabase();
    const acme = await insertServer(database.pool, 'acme-production');
    await insertEntry(database.pool, acme, '203.0.113.5/32');
    await insertEntry(database.pool, acme, '2001:db8:5::/64');
    const cheap = await hash('right', { memoryCost: 64, timeCost: 1 });
    await insertCredential(database.pool, acme, 'acme-production', cheap);
    postfix = await startPostfix({
      smtpd_authorized_xforward_hosts: '127.0.0.1',
      mynetworks: '127.0.0.1',
      smtpd_relay_restrictions: 'permit_mynetworks, reject',
      smtpd_recipient_restrictions:
        'check_recipient_access inline:{ {nobody@elsewhere.example = 550 5.1.1 no such user} {later@elsewhere.example = 450 4.2.1 busy} }, permit_mynetworks, reject',
      message_size_limit: '100000',
      smtpd_client_port_logging: 'yes',
    });
    node = await startTestNode(database.url, { SMTP_NEXT_HOP: `smtp://127.0.0.1:${postfix.port}` });
    const { rows } = await database.pool.query('select revision from whitelist_clock');
    await node.enforced(rows[0].revision);
  }, patientMs);
  afterAll(async () => {
    await node?.close();
    await postfix?.stop();
    await database.close();
  });

  const header = 'From: printer@acme.example\r\nSubject: scan\r\n\r\n';

  async function send(address: string, recipients: string[], body: string): Promise<string[]> {
    const client = await node.from(address);
    await client.say('EHLO scanner.acme.example');
    await client.say('MAIL FROM:<printer@acme.example>');
    const replies: string[] = [];
    for (const recipient of recipients) replies.push(await client.say(`RCPT TO:<${recipient}>`));
    if (!replies.some((reply) => reply.startsWith('250'))) return replies;
    replies.push(await client.say('DATA'));
    client.send(`${body}.\r\n`);
    replies.push(await client.reply());
    return replies;
  }

  test.each([
    [
      '203.0.113.5',
      /: \w+: client=unknown\[127\.0\.0\.1\]:\d+, .*orig_client=unknown\[203\.0\.113\.5\]:40000/,
    ],
    [
      '2001:db8:5::7',
      /: \w+: client=unknown\[127\.0\.0\.1\]:\d+, .*orig_client=unknown\[2001:db8:5::7\]:40000/,
    ],
  ])('its log names the device at %s with its port, and the message is delivered', async (address, line) => {
    const [rcpt, data, accepted] = await send(address, ['b@elsewhere.example'], `${header}hello\r\n`);
    expect([rcpt, data, accepted]).toEqual([
      expect.stringMatching(/^250 2\.1\.5/),
      expect.stringMatching(/^354/),
      expect.stringMatching(/^250 2\.0\.0 Accepted as /),
    ]);
    const lines = await postfix.logged(line);
    const queueId = /: (\w+): client=/.exec(lines.find((text) => line.test(text)) ?? '')?.[1];
    await postfix.logged(
      new RegExp(`discard\\[\\d+\\]: ${queueId}: to=<b@elsewhere\\.example>.*status=sent`),
    );
  });

  test('its refusal reaches the device, recipient by recipient', async () => {
    const replies = await send(
      '203.0.113.5',
      ['nobody@elsewhere.example', 'b@elsewhere.example', 'later@elsewhere.example'],
      `${header}hello\r\n`,
    );
    expect(replies).toEqual([
      expect.stringMatching(/^550 5\.1\.1 PX-\S+ This mailbox does not exist\./),
      expect.stringMatching(/^250 2\.1\.5/),
      expect.stringMatching(/^450 4\.2\.1 PX-/),
      expect.stringMatching(/^354/),
      expect.stringMatching(/^250 2\.0\.0/),
    ]);
    await postfix.logged(/reject: RCPT from .*: 550 5\.1\.1 <nobody@elsewhere\.example>/);
  });

  test('its refusal of a message does too', async () => {
    const replies = await send(
      '203.0.113.5',
      ['b@elsewhere.example'],
      `${header}${`${'x'.repeat(78)}\r\n`.repeat(2_000)}`,
    );
    expect(replies.at(-1)).toMatch(/^552 5\.3\.4 PX-\S+ /);
  });

  test('who has signed in is named by the address as well', async () => {
    const client = await node.from('198.51.100.9');
    await client.say('EHLO scanner.acme.example');
    await client.say('STARTTLS');
    await client.encrypt();
    await client.say('EHLO scanner.acme.example');
    await client.say(`AUTH PLAIN ${Buffer.from('\0acme-production\0right').toString('base64')}`);
    await client.say('MAIL FROM:<printer@acme.example>');
    expect(await client.say('RCPT TO:<b@elsewhere.example>')).toMatch(/^250 2\.1\.5/);
    await client.say('DATA');
    client.send(`${header}.\r\n`);
    await client.expect('250 2.0.0');
    await postfix.logged(/orig_client=unknown\[198\.51\.100\.9\]:40000/);
  });
});
