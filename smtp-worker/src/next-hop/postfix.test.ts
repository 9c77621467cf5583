import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunPostfix, type Postfix, startPostfix } from '../../../bin/testing/postfix.ts';
import { atPlaces, readRecipe, settingsIn } from '../../../bin/testing/recipes.ts';
import { createTestDatabase, type TestDatabase } from '../../../db/testing.ts';
import { type NodeProcess, startNodeProcess } from '../testing/node-process.ts';
import { insertCredential, insertEntry, insertServer } from '../testing/whitelist-rows.ts';

// The recipe of docs/recipes/postfix-next-hop.md as it stands there, with a real Postfix behind a node as a process.

/** A real program takes its time on a busy machine. */
const patientMs = 300_000;

const testdata = (name: string) => fileURLToPath(new URL(`../../testdata/${name}`, import.meta.url));

describe.skipIf(!canRunPostfix)('Postfix as next hop', { timeout: patientMs }, () => {
  let database: TestDatabase;
  let postfix: Postfix;
  let node: NodeProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    const acme = await insertServer(database.pool, 'acme-production');
    await insertEntry(database.pool, acme, '203.0.113.5/32');
    await insertEntry(database.pool, acme, '2001:db8:5::/64');
    const cheap = await hash('right', { memoryCost: 64, timeCost: 1 });
    await insertCredential(database.pool, acme, 'acme-production', cheap);
    const service = await readRecipe('master.cf');
    postfix = await startPostfix(
      {
        smtpd_recipient_restrictions:
          'check_recipient_access inline:{ {nobody@elsewhere.example = 550 5.1.1 no such user} {later@elsewhere.example = 450 4.2.1 busy} }, permit_mynetworks, reject',
        message_size_limit: '100000',
        smtpd_client_port_logging: 'yes',
      },
      {
        service: (address) =>
          atPlaces(service, { '10.0.0.20:10025': address, '10.0.0.10,10.0.0.11': '127.0.0.1' }),
        files: {
          'mta.example.com.pem': readFileSync(testdata('next-hop-certificate.pem'), 'utf8'),
          'mta.example.com.key': readFileSync(testdata('next-hop-key.pem'), 'utf8'),
        },
      },
    );
    node = await startNode();
  }, patientMs);
  afterAll(async () => {
    await node?.stop();
    await postfix?.stop();
    await database.close();
  });

  /** With the settings of the recipe, and some of them otherwise. */
  async function startNode(otherwise: Record<string, string> = {}): Promise<NodeProcess> {
    const settings = atPlaces(await readRecipe('node before Postfix'), {
      'mta.example.com:10025': `localhost:${postfix.port}`,
      '/etc/postern/ca.pem': testdata('private-ca.pem'),
    });
    return startNodeProcess('node-1', {
      DATABASE_URL: database.url,
      SMTP_THREADS: '1',
      SMTP_TLS_CERT: testdata('certificate.pem'),
      SMTP_TLS_KEY: testdata('key.pem'),
      ...settingsIn(settings),
      ...otherwise,
    });
  }

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

  test('a message of which most recipients do not exist reaches the one that does', async () => {
    const nobody = Array<string>(60).fill('nobody@elsewhere.example');
    const replies = await send('203.0.113.5', [...nobody, 'b@elsewhere.example'], `${header}hello\r\n`);
    expect(replies.map((reply) => reply.slice(0, 9))).toEqual([
      ...nobody.map(() => '550 5.1.1'),
      '250 2.1.5',
      expect.stringMatching(/^354/),
      '250 2.0.0',
    ]);
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

  test.each([
    [
      'of an authority that is not trusted',
      () => ({ NODE_EXTRA_CA_CERTS: '' }),
      /unable to verify the first certificate/,
    ],
    [
      'for another name than that of the setting',
      () => ({ SMTP_NEXT_HOP: `smtp://127.0.0.1:${postfix.port}?tls=required` }),
      /IP: 127\.0\.0\.1 is not in the cert/,
    ],
  ])('nothing is handed on to a certificate %s', async (_what, otherwise, reason) => {
    const careful = await startNode(otherwise());
    expect(await careful.rcpt('203.0.113.5').finally(careful.stop)).toMatch(/^451 4\.4\.1/);
    expect(JSON.stringify(careful.lines)).toMatch(reason);
  });
});
