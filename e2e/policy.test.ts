import { expect, test } from '@playwright/test';
import { query } from './support/cast.ts';
import { signIn } from './support/portal.ts';
import { ask, becomes } from './support/requests.ts';
import { at } from './support/world.ts';

// The policy is data: changed with a preview, as a new version with its reason, and never over a change unseen.

const versions = async () => (await query('select version from policies')).length;

test('a change is previewed, refused over an unseen one, saved with its reason, and told in the history', async ({
  browser,
}) => {
  const owner = await signIn(browser, 'owner@acme.example');
  const id = await ask(owner, 'acme-production', at.judgedAnew, 'A franking machine.');
  await becomes(id, 'in_review');

  const admin = await signIn(browser, 'admin@postern.example');
  const other = await signIn(browser, 'admin@postern.example');
  await admin.goto('/admin/policy');
  const list = admin.getByLabel('What their answers mean');
  await expect(list).toHaveValue(/^127\.0\.0\.2 sbl$/m);
  const codes = await list.inputValue();

  // What means nothing is said at its field, and nothing is lost.
  await admin.getByLabel('Grace for what is unpaid').fill('365');
  await list.fill('127.0.0.77 evil');
  await admin.getByRole('button', { name: 'See what it would change' }).click();
  await expect(admin.getByLabel('Grace for what is unpaid')).toHaveAccessibleDescription(
    /Type a whole number from 0 to 90\./,
  );
  await expect(list).toHaveValue('127.0.0.77 evil');

  const before = await versions();
  await admin.getByLabel('Grace for what is unpaid').fill('21');
  await list.fill(`${codes}\n127.0.0.77 sbl`);
  await admin.getByRole('button', { name: 'See what it would change' }).click();
  await expect(admin.getByRole('heading', { name: 'Change the policy' })).toBeVisible();
  await expect(admin.getByRole('row', { name: /Grace for what is unpaid 14 days 21 days/ })).toBeVisible();
  const judged = admin.getByRole('region', { name: 'Entries that would be judged otherwise' });
  await expect(judged.getByRole('row', { name: new RegExp(at.judgedAnew) })).toContainText('Reputation');
  await expect(judged).toContainText('“Reputation”: not known → not met');
  await expect(judged.getByRole('link', { name: at.judgedAnew })).toHaveAttribute(
    'href',
    `/admin/requests/${id}`,
  );
  expect(await versions()).toBe(before);

  // Somebody else changes it meanwhile.
  await other.goto('/admin/policy');
  await other.getByLabel('Age at which a proof no longer counts').fill('31');
  await other.getByRole('button', { name: 'See what it would change' }).click();
  await other.getByLabel('Reason').fill('A day longer.');
  await other.getByRole('button', { name: /^Save as version/ }).click();
  await expect(other.getByRole('heading', { name: 'Policy', exact: true })).toBeVisible();
  expect(await versions()).toBe(before + 1);

  await admin.getByRole('button', { name: /^Save as version/ }).click();
  await expect(admin.getByText('Say in a sentence what decides it.')).toBeVisible();
  await admin.getByLabel('Reason').fill('Banks were closed.');
  await admin.getByRole('button', { name: /^Save as version/ }).click();
  await expect(admin.getByText('The policy has been changed since you opened it.')).toBeVisible();
  await expect(admin.getByText('“A day longer.”', { exact: false })).toBeVisible();
  await expect(admin.getByRole('row', { name: /no longer counts 30 days 31 days/ })).toBeVisible();
  await expect(admin.getByLabel('Reason')).toHaveValue('Banks were closed.');
  expect(await versions()).toBe(before + 1);

  await admin.getByRole('button', { name: `Save as version ${before + 2}` }).click();
  await expect(admin.getByText('Banks were closed.', { exact: false })).toBeVisible();
  await expect(admin.getByLabel('Grace for what is unpaid')).toHaveValue('21');
  await expect(admin.getByLabel('Age at which a proof no longer counts')).toHaveValue('31');

  const support = await signIn(browser, 'support@postern.example');
  await support.goto('/admin/policy/versions');
  await support
    .getByRole('row', { name: /Banks were closed\./ })
    .getByRole('link')
    .click();
  await expect(support.getByRole('row', { name: /Grace for what is unpaid 14 days 21 days/ })).toBeVisible();
  await support.goto('/admin/policy');
  await expect(support.getByLabel('Grace for what is unpaid')).not.toBeEditable();
  await expect(support.getByRole('button', { name: 'See what it would change' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
});

test('a blocked network refuses new requests until the block ends', async ({ browser }) => {
  const admin = await signIn(browser, 'admin@postern.example');
  await admin.goto('/admin/policy/blocked');
  await admin.getByLabel('Network', { exact: true }).fill('45.67.8.1/24');
  await admin.getByLabel('Reason', { exact: true }).fill('Handed out to everybody.');
  await admin.getByRole('button', { name: 'Block it' }).click();
  await expect(admin.getByLabel('Network', { exact: true })).toHaveAccessibleDescription(
    /Clear its last bits\./,
  );
  await admin.getByLabel('Network', { exact: true }).fill('45.67.8.0/24');
  await admin.getByRole('button', { name: 'Block it' }).click();
  const row = admin.getByRole('row', { name: /45\.67\.8\.0\/24/ });
  await expect(row).toContainText('Handed out to everybody.');

  const owner = await signIn(browser, 'owner@acme.example');
  await owner.goto('/servers/acme-production/whitelist/new');
  await owner.getByLabel('IP address or CIDR range').fill('45.67.8.9');
  await owner.getByLabel('What sends from this address?').fill('Printers');
  for (const name of [/static/, /dedicated/, /responsible/])
    await owner.getByRole('checkbox', { name }).check();
  await owner.getByRole('button', { name: 'Request whitelisting' }).click();
  await expect(owner.getByText('We take no whitelisting requests for this network.')).toBeVisible();
  // Why is for staff.
  expect(await owner.content()).not.toContain('Handed out to everybody');

  await row.getByRole('button', { name: 'End' }).click();
  const dialog = admin.getByRole('alertdialog');
  await dialog.getByLabel('Why it ends').fill('Sold to a company.');
  await dialog.getByRole('button', { name: 'End' }).click();
  await expect(admin.getByText('No network is blocked')).toBeVisible();
  await owner.getByRole('button', { name: 'Request whitelisting' }).click();
  await owner.waitForURL(/[0-9a-f-]{36}$/);
});
