import { expect, type Page } from '@playwright/test';
import { addresses } from '../addresses.ts';
import { query } from './cast.ts';
import { requestWhitelisting } from './portal.ts';
import { send } from './smtp-client.ts';

/** Asks for a network and, where addresses are named, proves it by sending from each. Gives the id of the request. */
export async function ask(
  page: Page,
  server: string,
  network: string,
  purpose: string,
  proveFrom: readonly string[] = [network],
): Promise<string> {
  await requestWhitelisting(page, server, network, purpose);
  await page.waitForURL(/[0-9a-f-]{36}$/);
  const id = page.url().split('/').at(-1) ?? '';
  const to = await page
    .getByText(/^\d{10}@/)
    .first()
    .textContent();
  const [domain] = await query<{ domain: string }>(
    `select d.domain from sender_domains d join servers s on s.id = d.server_id where s.slug = $1`,
    [server],
  );
  for (const address of proveFrom) {
    const mail = { from: `device@${domain?.domain}`, to: to ?? '' };
    expect((await send(address, addresses().smtpProxyPort, mail)).rcpt).toMatch(/^250 2\.1\.5/);
  }
  return id;
}

/** Waits until the entry is in this state: evidence and proof are taken in the background. */
export async function becomes(id: string, status: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const [row] = await query<{ status: string }>('select status from entries where id = $1', [id]);
        return row?.status;
      },
      { message: `the entry becomes ${status}` },
    )
    .toBe(status);
}

/** Opens a request as support and presses a button of the decision, with a reason. */
export async function decide(page: Page, id: string, button: string, reason: string): Promise<void> {
  await page.goto(`/admin/requests/${id}`);
  await page.getByLabel('Reason', { exact: true }).first().fill(reason);
  await page.getByRole('button', { name: button, exact: false }).click();
}

/** Nothing of this page, in sight or not, has the word in it. */
export async function tellsNothingOf(page: Page, word: string): Promise<void> {
  expect((await page.content()).toLowerCase()).not.toContain(word.toLowerCase());
}
