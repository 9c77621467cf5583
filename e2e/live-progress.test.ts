import { expect, test } from '@playwright/test';
import { addresses } from './addresses.ts';
import { query } from './support/cast.ts';
import { freshAddress, requestWhitelisting, signIn } from './support/portal.ts';
import { send } from './support/smtp-client.ts';

// The page of a request says who is being asked about the address and for how long, brings itself up to date, says each
// change aloud once, and stops. How long a registry takes is written into the database, so that nothing here is a race.

test('lookups are seen as they go, on both pages and without scripts', async ({ browser }) => {
  const owner = await signIn(browser, 'owner@acme.example');
  await requestWhitelisting(owner, 'acme-production', freshAddress(), 'Scanners');
  await expect(owner).toHaveURL(/whitelist\/[0-9a-f-]{36}$/);
  const id = owner.url().split('/').at(-1) ?? '';
  const entry = `where entry_id = '${id}'`;
  await expect(async () => {
    const [row] = await query<{ done: boolean }>(
      `select checks_completed_at is not null as done from entries where id = '${id}'`,
    );
    expect(row?.done).toBe(true);
  }).toPass();
  const name = 'Looking the address up once more';
  await expect(owner.getByRole('region', { name: /^Looking the address up/ })).toBeHidden();

  // Nothing of it is due: no job asks in between.
  await query(`update evidence_runs set due_at = null ${entry}`);
  await query(`update evidence_runs set started_at = now(), finished_at = null, outcome = null
    ${entry} and source in ('ptr', 'rdap')`);
  await owner.reload();
  const lookups = owner.getByRole('region', { name });
  const registry = lookups.getByRole('listitem').filter({ hasText: 'Registry' });
  const aloud = owner.locator('[aria-live="polite"]').filter({ hasText: /Asking|All lookups/ });
  await expect(registry).toContainText(/asked for \d+ s/);
  await expect(aloud).toHaveText('Asking Reverse DNS, Registry.');

  const support = await signIn(browser, 'support@postern.example');
  await support.goto(`/admin/requests/${id}`);
  const watched = support.getByRole('region', { name });
  await expect(watched.getByRole('listitem').filter({ hasText: 'Registry' })).toContainText('asked for');
  const plain = await browser.newContext({
    baseURL: new URL(owner.url()).origin,
    storageState: await owner.context().storageState(),
    javaScriptEnabled: false,
  });
  const page = await plain.newPage();
  await page.goto(owner.url());
  await expect(page.getByRole('region', { name })).toContainText('Registry');
  await expect(page.getByText('Load this page again to see how far it is.')).toBeVisible();

  // Nobody loads a page again from here on.
  await query(`update evidence_runs set finished_at = started_at + interval '400 ms', outcome = 'found'
    ${entry} and source = 'ptr'`);
  await expect(lookups.getByRole('listitem').filter({ hasText: 'Reverse DNS' })).toContainText(
    'answered after 0.4 s',
  );
  await expect(aloud).toHaveText('Asking Registry.');
  await query(`update evidence_runs set finished_at = now(), outcome = 'temporary_error'
    ${entry} and source = 'rdap'`);
  await expect(lookups).toBeHidden();
  await expect(watched).toBeHidden();
  await expect(aloud).toHaveText('All lookups have ended.');
});

test('whoever has sent from the device sees that it came, without loading the page again', async ({
  browser,
}) => {
  const owner = await signIn(browser, 'owner@acme.example');
  const address = freshAddress();
  await requestWhitelisting(owner, 'acme-production', address, 'Scanners');
  await expect(owner).toHaveURL(/whitelist\/[0-9a-f-]{36}$/);
  // Nothing else brings the page up to date once all lookups have ended.
  await expect(owner.getByText('All lookups have ended.').first()).toBeAttached();
  await expect(owner.getByRole('region', { name: /^Looking the address up/ })).toBeHidden();
  await expect(owner.getByText('Nothing has come yet.')).toBeVisible();
  const to = await owner
    .getByText(/^\d{10}@/)
    .first()
    .textContent();
  const mail = { from: 'device@acme.example', to: to ?? '' };
  expect((await send(address, addresses().smtpProxyPort, mail)).rcpt).toMatch(/^250 2\.1\.5/);
  await expect(owner.getByText('Nothing has come yet.')).toBeHidden();
  await expect(
    owner.locator('[aria-live="polite"]').filter({ hasText: 'Control is proven.' }),
  ).toBeAttached();
  await expect(owner.getByText('In review').first()).toBeVisible();
});

test('a page that takes long to come says that it is on its way', async ({ browser }) => {
  const page = await signIn(browser, 'owner@acme.example');
  await page.goto('/account/whitelist');
  const onItsWay = page.locator('.link-pending');
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/servers/acme-production/whitelist**', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('link', { name: 'acme-production' }).click();
  await expect(onItsWay).toBeVisible();
  letGo();
  await expect(page).toHaveURL(/acme-production/);
  await expect(onItsWay).toHaveCount(0);
});
