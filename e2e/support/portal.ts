import { type Browser, expect, type Page } from '@playwright/test';
import { addresses } from '../addresses.ts';

/** A page of somebody signed in, in a browser context of its own; it shows nothing yet. */
export async function signIn(
  browser: Browser,
  email: string,
  baseURL: string = addresses().portalUrl,
  password: string = addresses().demoPassword,
): Promise<Page> {
  const context = await browser.newContext({ baseURL });
  const { csrfToken } = await (await context.request.get('/api/auth/csrf')).json();
  const response = await context.request.post('/api/auth/callback/credentials', {
    form: { csrfToken, email, password, json: 'true' },
  });
  expect(response.status(), `signing in as ${email}: ${await response.text()}`).toBe(200);
  return context.newPage();
}

/** The same as people do it: the page shows what they see first. */
export async function signInByForm(browser: Browser, email: string): Promise<Page> {
  const { portalUrl, demoPassword } = addresses();
  const context = await browser.newContext({ baseURL: portalUrl });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(demoPassword);
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
