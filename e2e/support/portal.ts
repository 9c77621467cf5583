import { type Browser, expect, type Page } from '@playwright/test';
import { addresses } from '../addresses.ts';

/** A page of somebody signed in, in a browser context of its own. */
export async function signIn(
  browser: Browser,
  email: string,
  baseURL: string = addresses().portalUrl,
  password: string = addresses().demoPassword,
): Promise<Page> {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  return page;
}

let last = Date.now() % 200;

/** A public address that no other test of this run uses. */
export function freshAddress(): string {
  last += 1;
  return `45.86.${Math.floor(last / 250) % 250}.${(last % 250) + 1}`;
}

/** Fills in the request form and sends it. */
export async function requestWhitelisting(
  page: Page,
  server: string,
  network: string,
  purpose: string,
): Promise<void> {
  await page.goto(`/servers/${server}/whitelist`);
  await page.getByRole('link', { name: 'Request whitelisting' }).click();
  await page.getByLabel('IP address or CIDR range').fill(network);
  await page.getByLabel('What sends from this address?').fill(purpose);
  for (const name of [/static/, /dedicated/, /responsible/])
    await page.getByRole('checkbox', { name }).check();
  await page.getByRole('button', { name: 'Request whitelisting' }).click();
}
