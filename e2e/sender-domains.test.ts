import { expect, test } from '@playwright/test';
import { signIn } from './support/portal.ts';

test('a domain that was given up no longer stands above the form that added it', async ({ browser }) => {
  const page = await signIn(browser, 'owner@globex.example');
  await page.goto('/servers/globex-mail/domains');
  await page.getByLabel('Domain', { exact: true }).fill('scans.globex.example');
  await page.getByRole('button', { name: 'Add domain' }).click();
  await expect(page.getByText('Publish its record next')).toBeVisible();
  await page.getByRole('button', { name: 'Give up' }).click();
  await expect(page.getByText('scans.globex.example waits for its record')).toHaveCount(0);
  await expect(page.getByText('Publish its record next')).toHaveCount(0);
});
