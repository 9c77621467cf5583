import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { addresses } from './addresses.ts';
import { freshAddress, requestWhitelisting, signIn, signInByForm } from './support/portal.ts';
import { becomes, decide } from './support/requests.ts';
import { connectFrom, send } from './support/smtp-client.ts';

// The promise of the product in one go: requested in the browser, proven over SMTP, approved in the browser, used by a
// device without a password, removed while a session is open.

test('request, prove, approve, send without signing in, remove', async ({ browser }) => {
  const { smtpProxyPort, maildir } = addresses();
  const address = freshAddress();
  const mail = { from: 'scanner@acme.example', to: 'office@elsewhere.example' };

  const owner = await signInByForm(browser, 'owner@acme.example');
  await requestWhitelisting(owner, 'acme-production', address, 'Two copiers that scan to mail.');
  await expect(owner.getByRole('heading', { level: 1 })).toContainText(address);
  await expect(owner.getByText('Waiting for proof')).toBeVisible();
  await expect(owner.getByText(/^not in force, its proof is taken on \d of \d nodes$/)).toBeVisible();
  const entryUrl = owner.url();
  const id = entryUrl.split('/').at(-1);

  expect((await send(address, smtpProxyPort, mail)).rcpt).toMatch(/^530 5\.7\.0 PX-/);
  const proofAddress = await owner.getByText(/^\d{10}@/).textContent();
  const proof = await send(address, smtpProxyPort, { ...mail, to: proofAddress ?? '' });
  expect(proof.rcpt).toMatch(/^250 2\.1\.5/);
  await expect(async () => {
    await owner.reload();
    await expect(owner.getByText('In review').first()).toBeVisible({ timeout: 1000 });
  }).toPass();
  // Proven is not approved.
  expect((await send(address, smtpProxyPort, mail)).rcpt).toMatch(/^530 5\.7\.0/);

  const support = await signInByForm(browser, 'support@postern.example');
  await support.getByRole('row', { name: address }).getByRole('link').click();
  await support.getByLabel('Reason').fill('Static business line, proven.');
  await support.getByRole('button', { name: 'Approve' }).click();
  await expect(support.getByText('Approved. The address is in force.')).toBeVisible();

  await owner.reload();
  await expect(owner.getByText('In force').first()).toBeVisible();
  await expect(owner.getByText('Static business line, proven.')).toBeVisible();
  const subject = `Scan of ${address}`;
  expect((await send(address, smtpProxyPort, { ...mail, subject })).end).toMatch(/^250 /);
  const message = await findMessage(maildir, subject);
  expect(message).toMatch(/^Received: /m);
  expect(message).toMatch(new RegExp(`^Postern-Attribution: v=1;[\\s\\S]*entry=${id}`, 'm'));
  expect((await send('45.87.1.1', smtpProxyPort, mail)).rcpt).toMatch(/^530 5\.7\.0/);
  expect((await send(address, smtpProxyPort, { ...mail, from: 'boss@globex.example' })).rcpt).toMatch(
    /^550 5\.7\.1/,
  );

  const open = await connectFrom(address, smtpProxyPort);
  await open.hear();
  await open.say('EHLO scanner');
  await open.say(`MAIL FROM:<${mail.from}>`);
  expect(await open.say(`RCPT TO:<${mail.to}>`)).toMatch(/^250 /);
  await owner.getByRole('button', { name: 'Remove' }).click();
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  expect(await open.hear()).toMatch(/^421 4\.7\.0/);
  await open.ended();
  expect((await send(address, smtpProxyPort, mail)).rcpt).toMatch(/^530 5\.7\.0/);
  await expect(owner.getByText('Removed').first()).toBeVisible();
});

test('a proof that is taken back when its address is in force already is given anew, or the address up', async ({
  browser,
}) => {
  const { smtpProxyPort } = addresses();
  const address = freshAddress();
  const owner = await signIn(browser, 'owner@acme.example');
  const support = await signIn(browser, 'support@postern.example');
  await requestWhitelisting(owner, 'acme-production', address, 'A fax on the second floor.');
  const to = (await owner.getByText(/^\d{10}@/).textContent()) ?? '';
  const id = owner.url().split('/').at(-1) ?? '';
  const device = await connectFrom(address, smtpProxyPort);
  await device.hear();
  await device.say('EHLO fax');
  await device.say('MAIL FROM:<fax@acme.example>');
  expect(await device.say(`RCPT TO:<${to}>`)).toMatch(/^250 /);
  await becomes(id, 'in_review');
  await decide(support, id, 'Approve', 'Static business line, proven.');
  await becomes(id, 'active');
  // Only now does the message say that no person and no device has sent it.
  await device.say('DATA');
  await device.say('From: fax@acme.example\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n.');
  device.close();

  const card = owner.getByRole('region', { name: 'Prove again that the address is yours' });
  await expect(async () => {
    await owner.reload();
    await expect(card).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(card).toContainText('It stays in force meanwhile.');
  await expect(card.getByRole('button', { name: 'Remove' })).toBeVisible();
  await expect(owner.getByText('Send a fresh message from the device itself.')).toBeVisible();
  // Whoever prints it takes along what to type at the device, and when things were.
  await expect(card.getByText('Mail server')).toBeHidden();
  await owner.emulateMedia({ media: 'print' });
  await expect(card.getByText('Mail server')).toBeVisible();
  await owner.emulateMedia({ media: 'screen' });
  const list = await owner.context().newPage();
  await list.goto('/account/whitelist');
  await expect(list.getByText(`${address} has to be proven again`)).toBeVisible();

  const mail = { from: 'fax@acme.example', to };
  expect((await send(address, smtpProxyPort, mail)).rcpt).toMatch(/^250 2\.1\.5/);
  // The page goes on by itself.
  await expect(card).toBeHidden();
  // Its button goes with what was done by it, and whoever has no mouse goes on in the page.
  await owner.getByRole('button', { name: 'Pause' }).press('Enter');
  await expect(owner.getByRole('button', { name: 'Resume' })).toBeVisible();
  await expect(owner.getByRole('main')).toBeFocused();
  await expect(owner.getByText('Send a fresh message from the device itself.')).toBeHidden();
  await list.reload();
  await expect(list.getByText(`${address} has to be proven again`)).toBeHidden();
});

test('a refused request says what was seen, which rule, and what to do; what was typed stays', async ({
  browser,
}) => {
  const owner = await signIn(browser, 'owner@acme.example');
  await requestWhitelisting(owner, 'acme-production', '45.88.1.17/29', 'Printers');
  const field = owner.getByLabel('IP address or CIDR range');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('45.88.1.17/29');
  await expect(owner.getByLabel('What sends from this address?')).toHaveValue('Printers');
  await owner.getByRole('button', { name: '45.88.1.16/29' }).click();
  await expect(field).toHaveValue('45.88.1.16/29');

  await requestWhitelisting(owner, 'acme-production', '100.64.3.4', 'Printers');
  await expect(owner.getByText('Public address', { exact: false }).first()).toBeVisible();

  const free = await signIn(browser, 'owner@initech.example');
  await free.goto('/servers/initech-trial/whitelist');
  await expect(free.getByText('does not include whitelisting', { exact: false })).toBeVisible();
  await free.goto('/servers/initech-trial/whitelist/new');
  await expect(free.getByText('does not include whitelisting', { exact: false })).toBeVisible();
  await expect(free.getByRole('link', { name: 'What whitelisting needs' })).toBeVisible();
  await requestWhitelisting(free, 'initech-trial', freshAddress(), 'Printers');
  await expect(free.getByText('Paid subscription', { exact: false }).first()).toBeVisible();
});

test('an empty request says at each thing what is missing, and begins with the first', async ({
  browser,
}) => {
  const owner = await signIn(browser, 'owner@acme.example');
  await owner.goto('/servers/acme-production/whitelist/new');
  await owner.getByRole('button', { name: 'Request whitelisting' }).click();
  const network = owner.getByLabel('IP address or CIDR range');
  await expect(network).toBeFocused();
  const boxes = [/static/, /dedicated/, /responsible/].map((name) => owner.getByRole('checkbox', { name }));
  for (const one of [network, owner.getByLabel('What sends from this address?'), ...boxes]) {
    await expect(one).toHaveAttribute('aria-invalid', 'true');
    await expect(one).toHaveAccessibleDescription(/\./);
  }
  await network.fill('45.88.1.77');
  await owner.getByLabel('What sends from this address?').fill('Printers');
  await boxes[0]?.check();
  await owner.getByRole('button', { name: 'Request whitelisting' }).click();
  await expect(boxes[1] ?? network).toBeFocused();
  await expect(boxes[2] ?? network).toHaveAttribute('aria-invalid', 'true');
  await expect(boxes[0] ?? network).toBeChecked();
});

test('the reference in a refusal opens a page that explains it', async ({ page }) => {
  const { smtpProxyPort, portalUrl } = addresses();
  const { rcpt } = await send('45.87.1.2', smtpProxyPort, { from: 'a@b.example', to: 'c@d.example' });
  const reference = /PX-[0-9A-Z-]+/.exec(rcpt)?.[0];
  expect(reference).toBeDefined();
  const response = await page.goto(`${portalUrl}/refused/${reference}`);
  expect(response?.status()).toBe(200);
  await expect(page.getByText('45.87.1.2')).toBeVisible();
  await expect(page.locator('meta[name=robots]')).toHaveAttribute('content', /noindex/);
  expect((await page.goto(`${portalUrl}/refused/PX-AAAA`))?.status()).toBe(404);
});

async function findMessage(maildir: string, subject: string): Promise<string> {
  for (const file of await readdir(path.join(maildir, 'new'))) {
    const text = await readFile(path.join(maildir, 'new', file), 'utf8');
    if (text.includes(subject)) return text;
  }
  throw new Error(`no message about "${subject}" in ${maildir}`);
}
