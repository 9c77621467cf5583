import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { type ParsedMail, simpleParser } from 'mailparser';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { type Addresses, startPostern } from './start-postern.ts';
import { startEvidenceServers } from './support/evidence-servers.ts';
import { postern } from './support/platform.ts';
import { signIn } from './support/portal.ts';
import { connectFrom, type SmtpClient, send } from './support/smtp-client.ts';

// A spam run from a whitelisted address, against the whole product with a real next hop: warned, throttled, removed, told.
// The neighbour of the same account and a legitimate nightly batch go on beside it.

const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
const spammer = '45.89.1.10';
const neighbour = '45.89.1.11';
const nightly = '45.89.1.12';
const from = 'scanner@acme.example';

/** The platform's MTA: takes everything, the customers' mail and Postern's own. */
async function openNextHop(): Promise<{ url: string; mails: ParsedMail[]; close: () => Promise<void> }> {
  const mails: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      simpleParser(stream).then((mail) => {
        mails.push(mail);
        done();
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

let own: Addresses;
let nextHop: Awaited<ReturnType<typeof openNextHop>>;
const stops: (() => Promise<void>)[] = [];
let database: pg.Client;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  nextHop = await openNextHop();
  stops.push(nextHop.close);
  const evidence = await startEvidenceServers();
  stops.push(evidence.stop);
  const started = await startPostern({
    ...evidence.settings,
    SMTP_NEXT_HOP: nextHop.url,
  });
  stops.push(started.stop);
  own = started.addresses;
  database = new pg.Client({ connectionString: own.databaseUrl });
  await database.connect();
  stops.push(() => database.end());
});
test.afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

function token(email: string, scope: string): Promise<string> {
  return postern(own, ...['token', 'create', '--email', email, '--name', 'spam run', '--scope', scope]);
}

async function api(bearer: string, method: string, where: string, body?: object) {
  const response = await fetch(`${own.portalUrl}/api/v1${where}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  expect(response.status, JSON.stringify(answer)).toBeLessThan(300);
  return answer;
}

/** Requested by its owner, proven by sending, approved by support. */
async function putInForce(owner: string, support: string, address: string, label: string): Promise<string> {
  const attestations = { static: true, dedicated: true, responsible: true };
  const wish = { network: address, purpose: 'Scanners', label, attestations };
  const { id, proof } = await api(owner, 'POST', '/servers/acme-production/whitelist', wish);
  expect((await send(address, own.smtpProxyPort, { from, to: proof.address })).rcpt).toMatch(/^250/);
  await expect(async () => {
    expect((await api(support, 'GET', `/whitelist/${id}`)).status).toBe('in_review');
  }).toPass();
  await api(support, 'POST', `/whitelist/${id}/approve`, { reason: 'Static line, proven.' });
  await expect(async () => {
    const client = await hello(address);
    await client.say(`MAIL FROM:<${from}>`);
    const reply = await client.say('RCPT TO:<b@elsewhere.example>');
    client.close();
    expect(reply).toMatch(/^250/);
  }).toPass();
  return id;
}

async function hello(address: string): Promise<SmtpClient> {
  const client = await connectFrom(address, own.smtpProxyPort);
  await client.hear();
  await client.say('EHLO scanner.local');
  return client;
}

async function hand(client: SmtpClient, to: string, subject: string, text: string): Promise<string> {
  const mail = await client.say(`MAIL FROM:<${from}>`);
  if (!mail.startsWith('250')) return mail;
  const rcpt = await client.say(`RCPT TO:<${to}>`);
  if (!rcpt.startsWith('250')) {
    if (rcpt.startsWith('45')) await client.say('RSET');
    return rcpt;
  }
  // What holds an entry may come between two commands.
  const data = await client.say('DATA');
  if (!data.startsWith('354')) return data;
  return client.say(`From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\n${text}\r\n.`);
}

async function rows<Row extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<Row[]> {
  return (await database.query<Row>(text, values)).rows;
}

/** Until the ladder has taken the entry to that step. */
async function ladderAt(id: string, step: string): Promise<void> {
  await expect(async () => {
    const [position] = await rows('select step from ladder_positions where entry_id = $1', id);
    expect(position?.step).toBe(step);
  }).toPass();
}

/** The mail to the owner with that subject, as it came over SMTP. */
async function mailOf(subject: RegExp): Promise<ParsedMail> {
  const found = () =>
    nextHop.mails.find(
      (mail) => subject.test(mail.subject ?? '') && JSON.stringify(mail.to).includes('owner@acme.example'),
    );
  await expect(async () => expect(found()).toBeDefined()).toPass();
  return found() as ParsedMail;
}

test('warned, throttled, removed and told, step by step; neighbour and nightly batch go on', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const [owner, support] = await Promise.all([
    token('owner@acme.example', 'account'),
    token('support@postern.example', 'staff'),
  ]);
  const spam = await putInForce(owner, support, spammer, 'Warehouse');
  const beside = await putInForce(owner, support, neighbour, 'Head office');
  const batch = await putInForce(owner, support, nightly, 'Invoices');
  // Eight weeks of it: sixty invoices each night at this hour.
  await database.query(
    `insert into traffic_hours (entry_id, hour, accepted, recipients, bytes, deferred, unknown_recipients, next_hop_refused)
     select $1, date_trunc('hour', now(), 'UTC') - night * interval '1 day', 60, 60, 60000, 0, 0, 0
     from generate_series(1, 56) night`,
    [batch],
  );
  const portal = await signIn(browser, 'owner@acme.example', own.portalUrl, own.demoPassword);
  const page = (id: string) => `/servers/acme-production/whitelist/${id}`;

  const running = await hello(spammer);
  const office = await hello(neighbour);
  const invoices = await hello(nightly);
  const sent = { batch: 0, office: 0 };
  /** What goes on all the while. */
  async function goOn(): Promise<void> {
    for (let count = 0; count < 15; count += 1) {
      expect(
        await hand(invoices, 'billing@elsewhere.example', `Invoice ${sent.batch}`, 'An invoice.'),
      ).toMatch(/^250/);
      sent.batch += 1;
    }
    expect(await hand(office, 'b@elsewhere.example', 'Scan', 'A page.')).toMatch(/^250/);
    sent.office += 1;
  }
  const spamOnce = () => hand(running, 'jane.doe@elsewhere.example', 'You have won 1000000', gtube);

  expect(await spamOnce()).toMatch(/^250/);
  await ladderAt(spam, 'warned');
  await mailOf(/Something is wrong with mail from 45\.89\.1\.10/);
  await goOn();

  expect(await spamOnce()).toMatch(/^250/);
  expect(await spamOnce()).toMatch(/^250/);
  await ladderAt(spam, 'throttled');
  const slowed = await mailOf(/45\.89\.1\.10 is slowed down to \d+ messages an hour/);
  expect(slowed.text).toContain('3 messages that are spam');
  await portal.goto(page(spam));
  await expect(portal.getByText('The owners were warned of abuse.').first()).toBeVisible();
  await goOn();

  // The node itself holds it with the eighth, before anybody else has judged, as soon as all its threads have heard; the
  // ladder then removes it everywhere.
  let taken = 3;
  let reply = '250';
  for (let count = 0; count < 30 && reply.startsWith('250'); count += 1) {
    reply = await spamOnce().catch(() => 'hung up');
    if (reply.startsWith('250')) taken += 1;
  }
  expect(taken).toBeGreaterThanOrEqual(8);
  expect(taken).toBeLessThanOrEqual(20);
  expect(reply).toMatch(/^(451 4\.7\.0|421 4\.7\.0|550 5\.7\.1|closed|hung up)/);
  await ladderAt(spam, 'removed');
  await goOn();
  await expect(async () => {
    const again = await send(spammer, own.smtpProxyPort, { from, to: 'b@elsewhere.example' });
    expect(again.rcpt).toMatch(
      /^550 5\.7\.1 PX-\S+ This address was removed from the whitelist because of abuse/,
    );
  }).toPass();
  await running.ended();

  const told = await mailOf(/45\.89\.1\.10 is removed for abuse/);
  expect(told.text).toContain('8 messages that are spam');
  expect(told.text).toContain('j…@elsewhere.example');
  expect(told.text).not.toContain('jane');
  expect(told.text).not.toContain('1000000');
  expect(`${told.html}`).toContain(page(spam));
  await portal.goto(page(spam));
  await expect(portal.getByText('Removed for abuse').first()).toBeVisible();

  // The same account's other entries: nothing was seen of them, nothing was done, nobody was written to about them.
  await goOn();
  for (const id of [beside, batch]) {
    expect(await rows('select kind from signals where entry_id = $1', id)).toEqual([]);
    expect(await rows('select step from ladder_positions where entry_id = $1', id)).toEqual([]);
    expect(await rows('select status, throttled_to from entries where id = $1', id)).toEqual([
      { status: 'active', throttled_to: null },
    ]);
    await portal.goto(page(id));
    await expect(portal.getByText('In force').first()).toBeVisible();
  }
  expect(
    nextHop.mails.filter((mail) =>
      /45\.89\.1\.1[12] is (slowed|suspended|removed)|wrong with mail from 45\.89\.1\.1[12]/.test(
        mail.subject ?? '',
      ),
    ),
  ).toEqual([]);

  // And what was counted of all three is what they have sent.
  const counted = async (id: string) => {
    const [sum] = await rows<{ accepted: number; recipients: number }>(
      'select sum(accepted)::int as accepted, sum(recipients)::int as recipients from traffic_minutes where entry_id = $1',
      id,
    );
    return sum;
  };
  await expect(async () => {
    expect(await counted(spam)).toEqual({ accepted: taken, recipients: taken });
    expect(await counted(beside)).toEqual({ accepted: sent.office, recipients: sent.office });
    expect(await counted(batch)).toEqual({ accepted: sent.batch, recipients: sent.batch });
  }).toPass();
  for (const client of [office, invoices]) client.close();
});
