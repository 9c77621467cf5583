import { expect, test } from '@playwright/test';
import { addresses } from './addresses.ts';
import { postern } from './support/command-line.ts';
import { platformOf } from './support/platform.ts';
import { freshAddress, requestWhitelisting, signIn } from './support/portal.ts';

test('somebody known elsewhere is an address to who invites them, and belongs to the account once they accept', async ({
  browser,
}) => {
  const invited = 'owner@globex.example';
  const owner = await signIn(browser, 'owner@acme.example');
  const row = owner.getByRole('row').filter({ hasText: invited });
  await owner.goto('/account/people');
  const email = owner.getByLabel('Email of the new person');
  await email.fill('globex');
  await owner.getByRole('button', { name: 'Invite' }).click();
  await expect(email).toBeFocused();
  await expect(email).toHaveValue('globex');
  await email.fill(invited);
  await owner.getByRole('button', { name: 'Invite' }).click();
  await expect(owner.getByText('Invited by mail.')).toBeVisible();
  await expect(email).toHaveValue('');
  // No name, and no role to change.
  await expect(row.getByRole('cell').first()).toHaveText(`${invited}Invited`);
  await expect(row.getByRole('button', { name: 'Withdraw' })).toBeVisible();
  await expect(row.getByRole('button', { name: 'Change role' })).toHaveCount(0);

  const guest = await signIn(browser, invited);
  await guest.goto('/account/whitelist');
  await expect(guest.getByText('acme-production')).toHaveCount(0);
  await guest.getByRole('link', { name: 'Invitations' }).click();
  const invitation = guest.getByRole('row').filter({ hasText: 'Acme Devices' });
  await expect(invitation).toContainText('Member');
  await invitation.getByRole('button', { name: 'Accept' }).click();
  await expect(guest.getByText('No invitation waits')).toBeVisible();
  await expect(guest.getByRole('link', { name: 'acme-production' }).first()).toBeVisible();

  await owner.reload();
  await expect(row.getByRole('button', { name: 'Change role' })).toBeVisible();
  await row.getByRole('button', { name: 'Remove' }).click();
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(row).toHaveCount(0);
});

test('an invitation that is withdrawn is not said to have gone out any more', async ({ browser }) => {
  const owner = await signIn(browser, 'owner@acme.example');
  await owner.goto('/account/people');
  const stranger = `stranger-${Date.now()}@nobody.example`;
  await owner.getByLabel('Email of the new person').fill(stranger);
  await owner.getByRole('button', { name: 'Invite' }).click();
  await expect(owner.getByText('Invited by mail.')).toBeVisible();
  const row = owner.getByRole('row').filter({ hasText: stranger });
  await row.getByRole('button', { name: 'Withdraw' }).click();
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(row).toHaveCount(0);
  await expect(owner.getByText('Invited by mail.')).toHaveCount(0);
});

test('a request that was asked for again leads to the one that is open, and not to a refusal', async ({
  browser,
}) => {
  const owner = await signIn(browser, 'owner@acme.example');
  const network = freshAddress();
  const ask = () => requestWhitelisting(owner, 'acme-production', network, 'Scanners');
  await ask();
  await expect(owner.getByRole('button', { name: 'Withdraw' })).toBeVisible();
  const old = owner.url();
  await owner.getByRole('button', { name: 'Withdraw' }).click();
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect(owner.getByRole('link', { name: 'Ask again' })).toBeVisible();
  await ask();
  await expect(owner.getByRole('button', { name: 'Withdraw' })).toBeVisible();
  const anew = owner.url();
  await owner.goto(old);
  await expect(owner.getByRole('link', { name: 'Ask again' })).toHaveCount(0);
  await owner.getByRole('link', { name: 'Open the current entry' }).click();
  await expect(owner).toHaveURL(anew);
});

test('an invitation taken with nothing typed says at each field what is missing', async ({ page }) => {
  const email = `nothing-typed-${Date.now()}@postern.example`;
  await page.goto(await postern('staff', 'add', '--email', email, '--role', 'support'));
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await expect(page.getByLabel('Your name')).toBeFocused();
  for (const [field, says] of [
    ['Your name', 'Your name is missing.'],
    ['New password', /^The password is missing\./],
  ] as const) {
    const one = page.getByLabel(field, { exact: true });
    await expect(one).toHaveAttribute('aria-invalid', 'true');
    await expect(one).toHaveAccessibleDescription(says);
  }
});

test('whoever belongs to no account any more reads that, and is nobody’s viewer', async ({
  browser,
  page,
}) => {
  const platform = await platformOf(addresses());
  const where = `/accounts/acme/people/left-${Date.now()}@acme.example`;
  const { body } = await platform('PUT', where, { role: 'viewer' });
  await page.goto(String(body.invitation_url));
  await page.getByLabel('Your name').fill('Robin Leaver');
  await page.getByLabel('New password', { exact: true }).fill('four random words it is');
  await page.getByLabel('New password again').fill('four random words it is');
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  const role = page.getByText('Viewer', { exact: true }).filter({ visible: true });
  await expect(role).toBeVisible();
  const owner = await signIn(browser, 'owner@acme.example');
  await owner.goto('/account/people');
  await owner
    .getByRole('row')
    .filter({ hasText: 'Robin Leaver' })
    .getByRole('button', { name: 'Remove' })
    .click();
  await owner.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(owner.getByText('Robin Leaver')).toHaveCount(0);
  await page.goto(`${addresses().portalUrl}/account/whitelist`);
  await expect(page.getByText(/You belong to no account/).filter({ visible: true })).toBeVisible();
  await expect(role).toHaveCount(0);
});

test('whoever cannot sign in reads whom to write to', async ({ page }) => {
  await page.goto(`${addresses().portalUrl}/sign-in`);
  await expect(page.getByText('Forgotten it? Write to support@postern.example.')).toBeVisible();
});

test('whoever may make no token still sees and revokes one that they have', async ({ browser }) => {
  const member = await signIn(browser, 'member@acme.example');
  await postern('token', 'create', '--email', 'member@acme.example', '--name', 'Scan reports');
  await member.goto('/account/tokens');
  const row = member.getByRole('row').filter({ hasText: 'Scan reports' });
  await expect(member.getByRole('button', { name: 'Make token' })).toHaveCount(0);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await member.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(member.getByText('No token yet')).toBeVisible();
});
