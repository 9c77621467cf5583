import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import { type Addresses, startPostern } from './start-postern.ts';
import { type PlatformCall, platformOf } from './support/platform.ts';
import { signIn } from './support/portal.ts';
import { send } from './support/smtp-client.ts';

// What follows from abuse, in a browser and at the real node: removals that suspend a server, proposals about its account,
// an appeal. Then a billing feed that lapses everybody and a rule gone wrong: the fuse holds, mail flows, staff are told,
// and a person decides from the page. A product of its own: what the fuse counts would be in the way of other tests.

test.describe.configure({ mode: 'serial' });

const CUSTOMERS = 24;
/** Entries of acme that are removed first. */
const REMOVED = 4;
/** So many may go within a quarter of an hour. */
const MAY_GO = 20;
const acmeAddress = (number: number) => `45.95.1.${number}`;
const addressOf = (number: number) => `45.94.1.${number}`;
const customerOf = (number: number) => `many-${number}`;

let addresses: Addresses;
let stop: () => Promise<void>;
let platform: PlatformCall;
let support: Page;
let admin: Page;
const acmeIds: string[] = [];

test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000);
  ({ addresses, stop } = await startPostern());
  platform = await platformOf(addresses);
  for (let number = 1; number <= CUSTOMERS; number += 1) await feed(number, 'active');
  // Long ago, so that a report about an hour of today is beyond doubt.
  for (const table of ['accounts', 'servers', 'subscriptions']) {
    await query(`update ${table} set status_since = now() - interval '5 days'`);
  }
  await query(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated,
       responsibility_accepted_at, activated_at)
     select account_id, id, ('45.94.1.' || split_part(slug, '-', 2))::cidr, 'active', 'Scanners', true, true,
       now() - interval '5 days', now() - interval '5 days'
     from servers where slug like 'many-%'`,
  );
  for (let number = 1; number <= REMOVED; number += 1) {
    const [row] = await query<{ id: string }>(
      `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated,
         responsibility_accepted_at, activated_at)
       select account_id, id, $1::cidr, 'active', 'Scanners', true, true, now() - interval '5 days',
         now() - interval '5 days'
       from servers where slug = 'acme-production' returning id`,
      [acmeAddress(number)],
    );
    acmeIds.push(row?.id ?? '');
  }
  support = await signIn(browser, 'support@postern.example', addresses.portalUrl, addresses.demoPassword);
  admin = await signIn(browser, 'admin@postern.example', addresses.portalUrl, addresses.demoPassword);
});
test.afterAll(() => stop?.());

async function query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: addresses.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function feed(number: number, subscription: 'active' | 'lapsed'): Promise<void> {
  const slug = customerOf(number);
  if (subscription === 'active') await platform('PUT', `/accounts/${slug}`, { name: slug, status: 'active' });
  const { status } = await platform('PUT', `/servers/${slug}`, {
    ...{ account: slug, name: slug, status: 'active', plan: 'paid' },
    subscription: { status: subscription, paid_until: '2099-12-31T00:00:00Z' },
    domains: [`${slug}.example`],
  });
  expect([200, 201]).toContain(status);
}

/** What the real node answers to RCPT. */
async function rcptFrom(address: string, domain: string): Promise<string> {
  const mail = { from: `scanner@${domain}`, to: 'office@elsewhere.example' };
  return (await send(address, addresses.smtpProxyPort, mail)).rcpt;
}
const answerTo = (number: number) => rcptFrom(addressOf(number), `${customerOf(number)}.example`);
const eventually = (number: number, reply: RegExp) =>
  expect.poll(() => answerTo(number), { message: `RCPT from ${addressOf(number)}` }).toMatch(reply);
const acmeEventually = (number: number, reply: RegExp) =>
  expect
    .poll(() => rcptFrom(acmeAddress(number), 'acme.example'), {
      message: `RCPT from ${acmeAddress(number)}`,
    })
    .toMatch(reply);

/** Signs in at the real node with the server's own password, and sends: `sent`, or the code of the refusal. */
async function signedInAs(user: string): Promise<'sent' | number> {
  const transport = createTransport({
    ...{ host: '127.0.0.1', port: addresses.smtpPort, requireTLS: true, tls: { rejectUnauthorized: false } },
    auth: { user, pass: addresses.demoPassword },
  });
  try {
    await transport.sendMail({
      from: 'erp@acme.example',
      to: 'office@elsewhere.example',
      text: 'An invoice.',
    });
    return 'sent';
  } catch (error) {
    return (error as { responseCode?: number }).responseCode ?? 0;
  } finally {
    transport.close();
  }
}

/** Support has seen phishing from an entry of acme. */
async function reportGravest(number: number): Promise<void> {
  await support.goto(`${addresses.portalUrl}/admin/entries/${acmeIds[number - 1]}`);
  await support.getByText('Report abuse').first().click();
  await support.getByLabel('Gravest').check();
  await support.getByLabel('What did you see?').fill('Phishing in my own mailbox.');
  await support.getByRole('button', { name: 'Report abuse' }).click();
  await expect(support.getByText('The address is removed, and its sessions have ended.')).toBeVisible();
}

test('the third removal suspends the server: its other address and its password are out of force', async () => {
  await acmeEventually(REMOVED, /^250 /);
  expect(await signedInAs('acme-production')).toBe('sent');
  for (const number of [1, 2, 3]) await reportGravest(number);
  await acmeEventually(1, /^550 5\.7\.1/);
  await acmeEventually(REMOVED, /^451 4\.7\.0/);
  await expect.poll(() => signedInAs('acme-production')).toBe(451);

  await support.goto(`${addresses.portalUrl}/admin/accounts/acme`);
  await support.getByRole('button', { name: 'Lift the suspension' }).click();
  await support.getByRole('alertdialog').getByLabel('Reason').fill('They found the laptop.');
  await support.getByRole('alertdialog').getByRole('button', { name: 'Lift the suspension' }).click();
  await acmeEventually(REMOVED, /^250 /);
  await expect.poll(() => signedInAs('acme-production')).toBe('sent');
});

test('a further removal proposes to suspend the account, which one person decides', async () => {
  await reportGravest(REMOVED);
  await support.goto(`${addresses.portalUrl}/admin/abuse/accounts`);
  await expect(support.getByText('4 removals for abuse in 90 days')).toBeVisible();
  await support.getByLabel('Reason').fill('Until they have called us.');
  await support.getByRole('button', { name: 'Suspend it' }).click();
  await expect(support.getByText('Nothing is proposed')).toBeVisible();
  const [account] = await query(`select status from accounts where slug = 'acme'`);
  expect(account).toEqual({ status: 'suspended' });

  await support.goto(`${addresses.portalUrl}/admin/accounts/acme`);
  const lift = support.getByRole('button', { name: 'Lift the suspension' });
  await expect(lift).toHaveCount(2);
  for (const left of [1, 0]) {
    await lift.first().click();
    await support.getByRole('alertdialog').getByLabel('Reason').fill('They have called.');
    await support.getByRole('alertdialog').getByRole('button', { name: 'Lift the suspension' }).click();
    await expect(support.getByRole('alertdialog')).toHaveCount(0);
    await expect(lift).toHaveCount(left);
  }
  await expect.poll(() => signedInAs('acme-production')).toBe('sent');
});

test('an owner reads what was seen and appeals, two persons accept, and it begins slowed down', async ({
  browser,
}) => {
  const owner = await signIn(browser, 'owner@acme.example', addresses.portalUrl, addresses.demoPassword);
  await owner.goto(`${addresses.portalUrl}/servers/acme-production/whitelist/${acmeIds[0]}`);
  await expect(owner.getByRole('heading', { name: 'Removed for abuse' })).toBeVisible();
  await expect(owner.getByText('1 report to support').first()).toBeVisible();
  await expect(owner.getByText('Phishing in my own mailbox.')).toHaveCount(0);
  await owner.getByRole('button', { name: 'Appeal' }).click();
  await expect(owner.getByText('Nothing is typed.')).toBeVisible();
  await owner.getByLabel('What was it, and what have you changed?').fill('An infected laptop. It is gone.');
  await owner.getByRole('button', { name: 'Appeal' }).click();
  await expect(owner.getByText('You have appealed. Support decides about it.')).toBeVisible();
  await owner.getByRole('link', { name: 'Open the appeal' }).click();
  await expect(owner.getByText('This is your appeal')).toBeVisible();
  const id = owner.url().split('/').at(-1);

  for (const page of [support, admin]) {
    await expect(async () => {
      await page.goto(`${addresses.portalUrl}/admin/requests/${id}`);
      await expect(page.getByRole('button', { name: 'Approve' })).not.toHaveAttribute(
        'aria-disabled',
        'true',
        {
          timeout: 1000,
        },
      );
    }).toPass();
    await expect(page.getByRole('heading', { name: 'An appeal against a removal' })).toBeVisible();
    await expect(page.getByText('“Phishing in my own mailbox.”')).toBeVisible();
    await expect(page.getByText('An infected laptop. It is gone.').first()).toBeVisible();
    for (const override of await page.getByRole('checkbox', { name: /is not met/ }).all())
      await override.check();
    await page.getByLabel('Reason').fill('Clean now.');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText(/^(Your approval is noted\.|Approved\. The address)/)).toBeVisible();
  }
  await acmeEventually(1, /^250 /);
  await owner.reload();
  await expect(
    owner.getByRole('heading', { name: /^It begins slowed down, to \d+ messages an hour$/ }),
  ).toBeVisible();
  await owner.goto(`${addresses.portalUrl}/servers/acme-production/whitelist/${acmeIds[0]}`);
  await expect(owner.getByText('Your appeal was accepted.')).toBeVisible();
  await expect(owner.getByRole('button', { name: 'Appeal' })).toHaveCount(0);
});

test('an account is cancelled by two, and the platform reads what was done', async () => {
  await support.goto(`${addresses.portalUrl}/admin/accounts/acme`);
  await support.getByRole('button', { name: 'Propose to cancel' }).click();
  await support.getByRole('alertdialog').getByLabel('Reason').fill('It goes on and on.');
  await support.getByRole('alertdialog').getByRole('button', { name: 'Propose to cancel' }).click();
  await expect(support.getByText('Proposed: cancel the account.')).toBeVisible();
  await support.getByRole('link', { name: 'Decide it' }).click();
  await expect(support.getByRole('button', { name: 'Cancel it, as the second person' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await admin.goto(`${addresses.portalUrl}/admin/abuse/accounts`);
  await admin.getByLabel('Reason').fill('Agreed.');
  await admin.getByRole('button', { name: 'Cancel it, as the second person' }).click();
  await expect(admin.getByText('Nothing is proposed')).toBeVisible();
  await acmeEventually(1, /^550 5\.7\.1/);
  await expect.poll(() => signedInAs('acme-production')).toBe(550);

  const { status, body } = await platform('GET', '/platform/events');
  expect(status).toBe(200);
  expect(
    (body.data as { kind: string; account: string }[]).map(({ kind, account }) => [kind, account]),
  ).toEqual(
    [
      'server_suspended_for_abuse',
      'server_restored_after_abuse',
      'server_suspended_for_abuse',
      'account_suspended_for_abuse',
      'account_restored_after_abuse',
      'server_restored_after_abuse',
      'account_cancelled_for_abuse',
    ].map((kind) => [kind, 'acme']),
  );
});

/** Subjects of the mail that staff were sent. */
async function mailSubjects(): Promise<string[]> {
  const folder = path.join(addresses.dataDir, 'maildir-notifications', 'new');
  const files = await readdir(folder).catch(() => []);
  const mails = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return mails.flatMap((mail) => /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(mail)?.[1] ?? []);
}

test('a feed that lapses everybody: as many go as may, the others send on, and staff are told', async () => {
  // What the removals before count for would end at a time of its own.
  await query('delete from fuse_counts');
  await eventually(1, /^250 /);
  for (let number = 1; number <= CUSTOMERS; number += 1) await feed(number, 'lapsed');
  await eventually(1, /^451 4\.7\.0/);
  await eventually(MAY_GO, /^451 4\.7\.0/);
  for (let number = MAY_GO + 1; number <= CUSTOMERS; number += 1)
    expect(await answerTo(number)).toMatch(/^250 /);
  await expect.poll(async () => (await mailSubjects()).join('\n')).toMatch(/The fuse holds/);

  await support.goto(`${addresses.portalUrl}/admin/abuse`);
  await expect(support.getByText(`The fuse holds ${CUSTOMERS - MAY_GO} changes`)).toBeVisible();
  await support.getByRole('link', { name: 'Look at what is held' }).click();
  await expect(
    support.getByRole('heading', { name: 'The platform’s feed would take addresses out of force' }),
  ).toBeVisible();
  for (let number = MAY_GO + 1; number <= CUSTOMERS; number += 1)
    await expect(support.getByRole('row', { name: customerOf(number) })).toContainText('subscription lapsed');
});

test('one is let through, the others are discarded; without a reason nothing happens', async () => {
  const last = customerOf(CUSTOMERS);
  await support.getByRole('button', { name: 'Apply' }).click();
  await expect(support.getByText('A decision needs its reason.')).toBeVisible();
  // Whoever ticks one means that one.
  await support.getByLabel(`Decide ${last}`).check();
  await expect(support.getByLabel('Only what is ticked')).toBeChecked();
  await support.getByLabel(`Decide ${last}`).uncheck();
  await support.getByLabel('Reason').fill('This one has not paid.');
  await support.getByRole('button', { name: 'Apply' }).click();
  await expect(support.getByText('Nothing is ticked.')).toBeVisible();
  await support.getByLabel(`Decide ${last}`).check();
  await support.getByRole('button', { name: 'Apply' }).click();
  await expect(support.getByText('1 change let through. The jobs do it now.')).toBeVisible();
  await eventually(CUSTOMERS, /^451 4\.7\.0/);
  expect(await answerTo(CUSTOMERS - 1)).toMatch(/^250 /);

  await support.goto(`${addresses.portalUrl}/admin/abuse/fuse`);
  await expect(support.getByText(`${CUSTOMERS - MAY_GO - 1} changes held`)).toBeVisible();
  await support.getByLabel('Reason').fill('The billing system was restored from a backup.');
  await support.getByRole('button', { name: 'Discard' }).click();
  await expect(support.getByText('The fuse is whole')).toBeVisible();
  await expect(support.getByText('The billing system was restored from a backup.')).toBeVisible();
  expect(await answerTo(CUSTOMERS - 1)).toMatch(/^250 /);
});

test('a rule gone wrong: it is held, mail is slowed down at most, and applied when a person says so', async () => {
  await admin.goto(`${addresses.portalUrl}/admin/abuse/ladder`);
  await admin.getByLabel('Weight, Complaint, by address alone').fill('100');
  await admin.getByLabel('Highest step, Complaint, by address alone').selectOption('Removed');
  await admin.getByLabel('Reporters that weigh').fill('mailbox.example');
  await admin.getByRole('button', { name: 'Try it on the last month' }).click();
  await expect(
    admin.getByRole('heading', { name: 'With this policy, the last month would have done this' }),
  ).toBeVisible();
  await admin.getByLabel('Why').fill('Too much spam.');
  await admin.getByRole('button', { name: 'Make it the policy' }).click();
  await expect(admin.getByText(/^Saved, as version \d+ of the policy\.$/)).toBeVisible();

  // However long the test has taken: those that went are of this quarter of an hour.
  await query('update fuse_counts set at = now()');
  const held = [CUSTOMERS - 3, CUSTOMERS - 2, CUSTOMERS - 1];
  for (const number of held) {
    const { status, body } = await platform(
      'POST',
      '/abuse-reports',
      complaintAbout(number),
      'message/rfc822',
    );
    expect(status).toBe(202);
    expect(body.entry).not.toBeNull();
  }
  for (const number of held) expect(await answerTo(number)).toMatch(/^250 /);
  const rows = await query(
    `select status, throttled_to is not null as slow from entries where host(network) = any ($1) order by network`,
    [held.map(addressOf)],
  );
  expect(rows).toEqual(held.map(() => ({ status: 'active', slow: true })));
  await expect
    .poll(async () => (await mailSubjects()).filter((subject) => subject.includes('The fuse holds')).length)
    // Each of the three of staff, about each of the two trips.
    .toBe(6);

  await support.goto(`${addresses.portalUrl}/admin/abuse/fuse`);
  await expect(
    support.getByRole('heading', { name: 'The abuse ladder would take addresses out of force' }),
  ).toBeVisible();
  await expect(support.getByText('3 changes held')).toBeVisible();
  await support.getByLabel('Reason').fill('I have looked: it is spam.');
  await support.getByRole('button', { name: 'Apply' }).click();
  for (const number of held) await eventually(number, /^550 5\.7\.1/);
  await support.reload();
  await expect(support.getByText('The fuse is whole')).toBeVisible();
});

/** As a mailbox provider would send it: about a message that came an hour ago from a customer's address. */
function complaintAbout(number: number): string {
  const arrival = new Date(Date.now() - 3_600_000).toUTCString().replace('GMT', '+0000');
  return [
    'From: Feedback <fbl@mailbox.example>',
    `Subject: Complaint ${number}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="edge"',
    '',
    '--edge',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'One of our users does not want this message.',
    '',
    '--edge',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: LoopKeeper/3.2',
    'Version: 1',
    `Arrival-Date: ${arrival}`,
    `Source-IP: ${addressOf(number)}`,
    '',
    '--edge',
    'Content-Type: message/rfc822',
    '',
    `From: <scanner@${customerOf(number)}.example>`,
    'To: <jane@mailbox.example>',
    'Subject: Win now',
    '',
    'x',
    '--edge--',
    '',
  ].join('\r\n');
}
