import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { addresses } from './addresses.ts';
import { query } from './support/cast.ts';
import { makeAbuseCase, removeForAbuse } from './support/doors-abuse.ts';
import { freshAddress, requestWhitelisting, signIn } from './support/portal.ts';

// Every main page, light on a desk and dark on a telephone: nothing that axe finds, nothing that scrolls sideways.

const ways = [
  { colorScheme: 'light', width: 1440 },
  { colorScheme: 'dark', width: 390 },
] as const;

// axe reads every page twice, and there are many.
test.describe.configure({ timeout: 900_000 });

async function check(page: Page, path: string): Promise<void> {
  for (const { colorScheme, width } of ways) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(path);
    // Without frames there is nothing to gather from them on a page of its own.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
    const { violations } = await axe.analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
      `${path}, ${colorScheme}, ${width} px`,
    ).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, `${path} scrolls sideways at ${width} px`).toBe(0);
  }
}

/** What people type has no blanks where it likes. */
async function nameWithoutBlanks(id: string | undefined): Promise<void> {
  await query(
    `update entries set label = repeat('Label', 20), purpose = repeat('Purpose', 70) where id = $1`,
    [id],
  );
}

test('public pages', async ({ page }) => {
  for (const path of ['/sign-in', '/help/whitelisting', '/terms', '/refused/PX-AAAA']) {
    await check(page, `${addresses().portalUrl}${path}`);
  }
});

test('an account’s pages', async ({ browser }) => {
  const abuse = await makeAbuseCase();
  const page = await signIn(browser, 'owner@acme.example');
  await requestWhitelisting(page, 'acme-production', freshAddress(), 'Printers');
  await page.waitForURL(/[0-9a-f-]{36}$/);
  await nameWithoutBlanks(page.url().split('/').at(-1));
  for (const path of [
    page.url(),
    '/account/whitelist',
    '/account/servers',
    '/servers/acme-production/whitelist',
    '/servers/acme-production/whitelist/new',
  ]) {
    await check(page, path);
  }
  await removeForAbuse(abuse, true);
  await check(page, `/servers/acme-production/whitelist/${abuse.removedId}`);
  await removeForAbuse(abuse, false);
});

test('support’s pages', async ({ browser }) => {
  const owner = await signIn(browser, 'owner@globex.example');
  await requestWhitelisting(owner, 'globex-mail', freshAddress(), 'Door controllers');
  await owner.waitForURL(/[0-9a-f-]{36}$/);
  const id = owner.url().split('/').at(-1);
  await nameWithoutBlanks(id);
  const abuse = await makeAbuseCase();
  const page = await signIn(browser, 'support@postern.example');
  for (const path of [
    '/admin/requests',
    `/admin/requests/${id}`,
    '/admin/entries',
    `/admin/entries/${id}`,
    '/admin/accounts',
    '/admin/nodes',
    '/admin/policy',
    '/admin/policy/versions',
    '/admin/policy/versions/1',
    '/admin/policy/blocked',
    '/admin/abuse',
    '/admin/abuse/reports',
    `/admin/abuse/reports/${abuse.reportId}`,
    '/admin/abuse/fuse',
    '/admin/abuse/accounts',
    '/admin/abuse/ladder',
    '/admin/abuse/incident',
    `/admin/entries/${abuse.liveId}`,
    '/admin/accounts/acme',
  ]) {
    await check(page, path);
  }
});

test('the preview of a policy', async ({ browser }) => {
  const page = await signIn(browser, 'admin@postern.example');
  const draft = Buffer.from(JSON.stringify({ graceDays: 15, proofDays: 1 })).toString('base64url');
  await check(page, `/admin/policy/preview?draft=${draft}&version=1`);
});
