import { expect, type Page, test } from '@playwright/test';
import { query } from './support/cast.ts';
import { freshAddress, requestWhitelisting, signIn } from './support/portal.ts';
import { ask, becomes } from './support/requests.ts';

// What people of a large account see: lists that go on, pages that are not there, requests that are in the way.

const next = (page: Page, name = 'Next page') => page.getByRole('link', { name, exact: true });

test('the people of an account of 120 stand on three pages, its 26 servers for support on two', async ({
  browser,
}) => {
  const account = await makeAccount('crowd');
  await query(
    `with made as (
       insert into people (email, name) select 'person' || lpad(n::text, 3, '0') || '@crowd.example', 'Person ' || n
       from generate_series(1, 119) n returning id)
     insert into memberships (account_id, person_id, role) select $1, id, 'member' from made`,
    [account],
  );
  const page = await signIn(browser, 'owner@crowd.example');
  await page.goto('/account/people');
  const people = page.getByRole('button', { name: 'Change role' });
  await expect(people).toHaveCount(50);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('link', { name: 'Invite somebody' }).click();
  await expect(page.getByLabel('Email of the new person')).toBeInViewport();
  await page.setViewportSize({ width: 1280, height: 720 });
  await next(page).click();
  await expect(page.getByText('Person 50', { exact: true })).toBeVisible();
  await expect(people).toHaveCount(50);
  await next(page).click();
  await expect(people).toHaveCount(20);
  await expect(next(page)).toHaveCount(0);
  await page.getByRole('link', { name: 'First page' }).click();
  await expect(page.getByText('owner@crowd.example')).toBeVisible();

  await query(
    `insert into servers (account_id, slug, name)
     select $1, 'crowd-' || lpad(n::text, 2, '0'), 'crowd' from generate_series(1, 25) n`,
    [account],
  );
  const support = await signIn(browser, 'support@postern.example');
  await support.goto('/admin/accounts/crowd');
  await expect(support.getByRole('cell', { name: 'crowd-mail' })).toHaveCount(0);
  await support.getByRole('navigation', { name: 'Servers' }).getByRole('link', { name: 'Next page' }).click();
  await expect(support.getByRole('cell', { name: 'crowd-mail' })).toBeVisible();
  await support
    .getByRole('navigation', { name: 'Servers' })
    .getByRole('link', { name: 'First page' })
    .click();
  await expect(support.getByText(/@crowd\.example/)).toHaveCount(25);
  await support.getByRole('navigation', { name: 'People' }).getByRole('link', { name: 'Next page' }).click();
  await expect(support.getByText('Person 25', { exact: true })).toBeVisible();
});

test('of 1,000 servers the side bar names some, and leads to the others', async ({ browser }) => {
  const account = await makeAccount('fleet');
  await query(
    `insert into servers (account_id, slug, name, status)
     select $1::uuid, 'fleet-' || n, 'Ship ' || n, 'active' from generate_series(1000, 1998) n union all select $1::uuid, 'fleet-777', 'The flagship', 'paused'`,
    [account],
  );
  const page = await signIn(browser, 'owner@fleet.example');
  const answer = await page.goto('/account/security');
  // It was 600 bytes a server more, on every page.
  expect((await answer?.text())?.length).toBeLessThan(150_000);
  const sideBar = page.getByRole('navigation', { name: 'Main' }).getByRole('list', { name: 'Servers' });
  await expect(sideBar.getByRole('link')).toHaveCount(21);
  await sideBar.getByRole('link', { name: 'All servers 1001' }).click();
  const names = page.getByRole('table').getByRole('link');
  await expect(names).toHaveCount(50);
  await next(page).click();
  await expect(page.getByRole('link', { name: 'fleet-1050', exact: true })).toBeVisible();
  await page.getByLabel('Find by name').fill('FLAGSHIP');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(names).toHaveCount(1);
  await expect(page.getByRole('cell', { name: 'Paused' })).toBeVisible();
  await names.click();
  await expect(page.getByRole('heading', { name: 'Whitelisted IPs' })).toBeVisible();
  await expect(sideBar.getByRole('link', { name: 'All servers 1001' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  await page.goto('/account/servers?q=nothing');
  await expect(page.getByText('No server matches')).toBeVisible();
});

test('the domains of a server, and the history of an entry, go on where a page ends', async ({ browser }) => {
  await makeAccount('domains');
  await query(
    `insert into sender_domains (server_id, domain, source)
     select s.id, 'domain' || lpad(n::text, 3, '0') || '.example', 'feed' from servers s, generate_series(1, 60) n
     where s.slug = 'domains-mail'`,
  );
  const many = await signIn(browser, 'owner@domains.example');
  await many.goto('/servers/domains-mail/domains');
  await expect(many.getByRole('row')).toHaveCount(51);
  await next(many).click();
  await expect(many.getByRole('cell', { name: 'domain051.example' })).toBeVisible();
  await expect(many.getByRole('row')).toHaveCount(11);

  const page = await signIn(browser, 'owner@acme.example');
  const address = freshAddress();
  await requestWhitelisting(page, 'acme-production', address, 'Printers');
  await page.waitForURL(/[0-9a-f-]{36}$/);
  const id = page.url().split('/').at(-1);
  for (let number = 1; number <= 30; number += 1) {
    await query(
      `insert into events (kind, account_id, entry_id, server_id, actor_kind, content)
       select 'renewed', account_id, id, server_id, 'system', '{}' from entries where id = $1`,
      [id],
    );
  }
  await page.reload();
  const history = page.getByRole('region', { name: 'What happened' });
  await expect(history.getByRole('listitem')).toHaveCount(25);
  await expect(history.getByText(/^Requested by/)).toHaveCount(0);
  await next(page, 'Earlier events').click();
  await expect(history.getByText(/^Requested by/)).toBeVisible();
  await expect(page.getByRole('heading', { name: address })).toBeVisible();
  await next(page, 'Newest events').click();
  await expect(history.getByRole('listitem')).toHaveCount(25);
});

test('an entry of a long list is found by its address, a part of it, or what it is called', async ({
  browser,
}) => {
  const account = await makeAccount('lots');
  await query(
    `insert into entries (account_id, server_id, network, status, ended_at, purpose, label, attested_static, attested_dedicated)
     select $1, s.id, ('45.87.1.' || n)::cidr, 'withdrawn', now(), 'Scanner ' || n, case n when 7 then '100% fax' end, true, true
     from servers s, generate_series(1, 55) n where s.slug = 'lots-mail'`,
    [account],
  );
  const page = await signIn(browser, 'owner@lots.example');
  for (const path of ['/account/whitelist', '/servers/lots-mail/whitelist']) {
    await page.goto(path);
    const rows = page.getByRole('row').filter({ hasText: '45.87' });
    await expect(rows).toHaveCount(50);
    for (const [typed, count] of [
      ['45.87.1.55', 1],
      ['87.1.5', 7],
      ['100% F', 1],
      ['%', 1],
      ['45.87.1.0/28', 15],
      ['nothing like it', 0],
    ] as const) {
      await page.getByLabel('Find by address, label or purpose').fill(typed);
      await page.getByRole('button', { name: 'Find', exact: true }).click();
      await expect(page).toHaveURL(/q=/);
      await expect(rows, typed).toHaveCount(count);
    }
    await expect(page.getByText('No address matches')).toBeVisible();
    await page.getByRole('link', { name: 'Show all' }).click();
    await expect(rows).toHaveCount(50);
    // The way on stands beneath the list that it belongs to.
    const list = page.getByRole('table').first();
    await expect(
      list.locator('xpath=following::nav[1]').getByRole('link', { name: 'Next page' }),
    ).toBeVisible();
    const beneathTheChart = page.getByRole('heading', { name: 'Messages' }).locator('xpath=following::nav');
    await expect(beneathTheChart.getByRole('link', { name: 'Next page' })).toHaveCount(0);
  }
  // What PostgreSQL cannot hold finds nothing wrong.
  expect((await page.goto('/account/whitelist?q=%00&q=2'))?.status()).toBe(200);
});

test('a request that is open already is linked where another is refused', async ({ browser }) => {
  const page = await signIn(browser, 'owner@acme.example');
  const address = freshAddress();
  await requestWhitelisting(page, 'acme-production', address, 'Printers');
  await page.waitForURL(/[0-9a-f-]{36}$/);
  const first = page.url();
  // In the list as well it says what it is for, having no name.
  await page.goto('/servers/acme-production/whitelist');
  await expect(page.getByRole('row').filter({ hasText: address })).toContainText('Printers');
  await requestWhitelisting(page, 'acme-production', address, 'Printers');
  await page.getByRole('link', { name: 'Open the request' }).click();
  await expect(page).toHaveURL(first);
});

test('where no domain is verified, that is the first step', async ({ browser }) => {
  await makeAccount('fresh');
  const page = await signIn(browser, 'owner@fresh.example');
  await page.goto('/servers/fresh-mail/whitelist/new');
  await expect(page.getByRole('heading', { name: 'First verify a domain for fresh-mail' })).toBeVisible();
  const submit = page.getByRole('button', { name: 'Request whitelisting' });
  await expect(submit).toHaveAttribute('aria-disabled', 'true');
  await expect(submit).toHaveAccessibleDescription(/no verified domain yet/);
  await page.getByRole('link', { name: 'Verify a domain' }).click();
  await expect(page.getByRole('heading', { name: 'Sender domains' })).toBeVisible();
  // The way that leads here stays marked.
  await expect(page.getByRole('link', { name: 'fresh-mail' })).toHaveAttribute('aria-current', 'page');
});

test('a request that waits for an owner says so to both sides, and nobody can approve it', async ({
  browser,
}) => {
  const member = await signIn(browser, 'member@acme.example');
  const id = await ask(member, 'acme-production', freshAddress(), 'Printers');
  await becomes(id, 'in_review');
  const support = await signIn(browser, 'support@postern.example');
  await support.goto(`/admin/requests/${id}`);
  await expect(support.getByText('An owner’s turn.')).toBeVisible();
  const approve = support.getByRole('button', { name: /^Approve/ });
  await expect(approve).toHaveAttribute('aria-disabled', 'true');
  await expect(approve).toHaveAccessibleDescription(/“Responsible”/);
  await expect(support.getByText(/^Approving over .*Responsible/)).toHaveCount(0);
  const owner = await signIn(browser, 'owner@acme.example');
  await owner.goto(`/servers/acme-production/whitelist/${id}`);
  await expect(owner.getByText('An owner’s turn.')).toBeVisible();
  await owner.getByRole('button', { name: 'Accept responsibility' }).click();
  await expect(owner.getByText('Support’s turn.')).toBeVisible();
  await support.reload();
  await expect(approve).not.toHaveAttribute('aria-disabled', 'true');
});

test('a page that is not there is called so, also where it is there for others', async ({
  browser,
  page,
}) => {
  const nowhere = 'Nothing is here · Postern';
  const member = await signIn(browser, 'member@acme.example');
  const none = '00000000-0000-4000-8000-000000000000';
  for (const path of [
    '/account/people',
    '/servers/globex-mail/whitelist',
    '/servers/globex-mail/whitelist/new',
    '/servers/globex-mail/domains',
    `/servers/acme-production/whitelist/${none}`,
    '/admin/requests',
    `/admin/entries/${none}`,
    '/nowhere',
  ]) {
    await member.goto(path);
    await expect(member, path).toHaveTitle(nowhere);
  }
  const support = await signIn(browser, 'support@postern.example');
  for (const path of [
    `/admin/entries/${none}`,
    `/admin/requests/${none}`,
    `/admin/people/${none}`,
    `/admin/abuse/reports/${none}`,
    '/admin/accounts/nobody',
    '/admin/policy/versions/999',
  ]) {
    await support.goto(path);
    await expect(support, path).toHaveTitle(nowhere);
  }
  await page.goto(new URL('/refused/PX-AAAA', support.url()).href);
  await expect(page).toHaveTitle('This reference does not open · Postern');
  // Whose link no longer opens is led on.
  const main = page.getByRole('main');
  await page.goto(new URL('/mail/nothing', support.url()).href);
  await expect(main.getByRole('link', { name: 'Notification mail' })).toBeVisible();
  await page.goto(new URL('/invitation/nothing', support.url()).href);
  await main.getByRole('link', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Password')).toBeVisible();
});

test('of what is no address support does not read that no entry covers it', async ({ browser }) => {
  const support = await signIn(browser, 'support@postern.example');
  await support.goto('/admin/entries?address=9.9.9.9');
  await expect(support.getByText('No entry covers this')).toBeVisible();
  await support.goto('/admin/entries?address=scanner');
  await expect(support.getByText(/^This is not an address or a network/)).toBeVisible();
  await expect(support.getByText('No entry covers this')).toHaveCount(0);
});

/** An account with an owner and a server that has a plan and no domain. */
async function makeAccount(slug: string): Promise<string> {
  const [account] = await query<{ id: string }>(
    'insert into accounts (slug, name) values ($1, $1) returning id',
    [slug],
  );
  const id = account?.id ?? '';
  await query(
    `with owner as (
       insert into people (email, name, password_hash, demo)
       select $2, 'The owner', password_hash, true from people where email = 'owner@acme.example' returning id)
     insert into memberships (account_id, person_id, role) select $1, id, 'owner' from owner`,
    [id, `owner@${slug}.example`],
  );
  await query(
    `with made as (insert into servers (account_id, slug, name) values ($1, $2, $2) returning id)
     insert into subscriptions (server_id, plan_id, status, paid_until)
     select made.id, plans.id, 'active', now() + interval '1 year' from made, plans where plans.id = 'paid'`,
    [id, `${slug}-mail`],
  );
  return id;
}
