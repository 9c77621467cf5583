import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { startPostern } from './start-postern.ts';
import { query } from './support/cast.ts';
import { startEvidenceServers } from './support/evidence-servers.ts';
import { signIn } from './support/portal.ts';
import { send } from './support/smtp-client.ts';
import type { World } from './support/world.ts';

// `npm run pictures`: starts the product, fills it as customers would, and takes the picture in the README of its real
// pages: an account's list and an entry in light, support's review in dark.

const folder = path.resolve(import.meta.dirname, '..', 'docs', 'pictures');
const WIDTH = 1280;
const HEIGHT = 860;

const acme = { holder: 'Acme Devices B.V.', network: 'ACME-OFFICE' };

/** What name servers, a DNS list and the registry know of the addresses in the picture. */
const pictured: World = {
  list: 'zen.lists.example',
  hosts: {
    '45.80.3.17': { names: ['copiers.acme.example'], ...acme },
    '45.80.3.24': { names: ['labels.acme.example'], ...acme },
    '45.80.12.9': { names: ['elm-street.acme.example'], ...acme },
    '2a01:7c8:aab0:1f::25': { names: ['erp.acme.example'], ...acme },
    '2a01:7c8:aab0:1f::/64': acme,
    '45.84.201.66': {
      names: ['66-201-84-45.dyn.metro.example'],
      holder: 'Metro Cable',
      network: 'METRO-CUSTOMER-POOL',
    },
  },
};

const evidence = await startEvidenceServers(pictured);
const { addresses, stop } = await startPostern(evidence.settings);
process.env.POSTERN_E2E = JSON.stringify([addresses]);
const browser = await chromium.launch({
  executablePath: process.env.POSTERN_CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await fill(browser);
  for (const [number, address] of ['45.80.3.17', '45.80.3.24'].entries()) await countWeeks(address, number);
  const [entry] = await query<{ id: string }>(`select id from entries where network = '45.80.3.17/32'`);
  const [request] = await query<{ id: string }>(`select id from entries where network = '45.84.201.66/32'`);
  const owner = await signIn(browser, 'owner@acme.example');
  const support = await signIn(browser, 'support@postern.example');
  await support.emulateMedia({ colorScheme: 'dark' });
  const pictures = {
    list: await take(owner, '/servers/acme-production/whitelist'),
    entry: await take(owner, `/servers/acme-production/whitelist/${entry?.id}`),
    review: await take(support, `/admin/requests/${request?.id}`),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'pages.png'), await together(browser, Object.values(pictures)));
} finally {
  await browser.close();
  await stop();
  await evidence.stop();
}

async function take(page: Page, where: string): Promise<Buffer> {
  await page.setViewportSize({ width: WIDTH, height: HEIGHT });
  await page.goto(where);
  return page.screenshot();
}

/** Three pages in one picture, the first large and the others beside it. */
async function together(browser: Browser, pages: readonly Buffer[]): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 744 }, deviceScaleFactor: 1 });
  const [first, ...others] = pages.map((png, index) => {
    const height = index === 0 ? 696 : 338;
    return `<img src="data:image/png;base64,${png.toString('base64')}" alt="" style="height: ${height}px">`;
  });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 24px; display: flex; justify-content: space-between; background: #e9e7e1 }
    body > div { height: 696px; display: flex; flex-direction: column; justify-content: space-between }
    img { display: block; aspect-ratio: ${WIDTH} / ${HEIGHT}; border-radius: 10px; box-shadow: 0 1px 6px #0003 }
  </style><div>${first}</div><div>${others.join('')}</div>`);
  return page.screenshot();
}

/** What nodes would have counted in the weeks before: more on working days, most before noon and in the afternoon. */
async function countWeeks(address: string, number: number): Promise<void> {
  const [row] = await query<{ id: string }>('select id from entries where network = $1', [`${address}/32`]);
  await query(
    `with counted as (
       select $1::uuid as entry_id, hour,
         ceil(busy * (3 + (hashtext(hour::text || $2::text) & 7)))::integer as accepted
       from generate_series(date_trunc('hour', now()) - interval '27 days', now() - interval '1 hour', '1 hour') hour
       cross join lateral (select case when extract(isodow from hour) > 5 then 0.3 else 1 end
         * case extract(hour from hour)::integer / 3 when 2 then 1 when 3 then 3 when 4 then 2 when 5 then 2.5 else 0 end
         as busy)
     ), hours as (
       insert into traffic_hours (entry_id, hour, accepted, recipients, bytes, deferred, unknown_recipients, next_hop_refused)
       select entry_id, hour, accepted, accepted, accepted * 180000::bigint, 0, 0, 0 from counted where accepted > 0
       on conflict do nothing
     )
     insert into traffic_days (entry_id, day, accepted, recipients, bytes, deferred, unknown_recipients, next_hop_refused)
     select entry_id, (hour at time zone 'UTC')::date, sum(accepted), sum(accepted), sum(accepted) * 180000::bigint, 0, 0, 0
     from counted group by 1, 2 having sum(accepted) > 0 on conflict do nothing`,
    [row?.id, number],
  );
  await query(
    `insert into entry_activity (entry_id, last_accepted_at) values ($1, now() - $2 * interval '1 minute')
     on conflict (entry_id) do update set last_accepted_at = excluded.last_accepted_at`,
    [row?.id, 2 + 16 * number],
  );
}

type Wanted = {
  network: string;
  label: string;
  purpose: string;
  server?: string;
  step: 'pending' | 'review' | 'approve';
};

async function fill(browser: Browser): Promise<void> {
  const wanted: Wanted[] = [
    {
      network: '45.84.201.66',
      label: 'Door controllers',
      purpose: 'Door controllers, two buildings. They cannot sign in.',
      server: 'globex-mail',
      step: 'review',
    },
    {
      network: '2a01:7c8:aab0:1f::/64',
      label: 'Data centre, ERP',
      purpose: 'The ERP sends invoices.',
      step: 'review',
    },
    {
      network: '45.80.12.9',
      label: 'Elm Street scanner',
      purpose: 'A scanner on the first floor.',
      step: 'pending',
    },
    {
      network: '45.80.3.24',
      label: 'Warehouse label printers',
      purpose: 'Four label printers.',
      step: 'approve',
    },
    {
      network: '45.80.3.17',
      label: 'Head office, Canon copiers',
      purpose: 'Two copiers that scan to mail.',
      step: 'approve',
    },
  ];
  const owners = {
    'acme-production': await signIn(browser, 'owner@acme.example'),
    'globex-mail': await signIn(browser, 'owner@globex.example'),
  };
  const support = await signIn(browser, 'support@postern.example');
  for (const one of wanted) {
    const server = one.server === 'globex-mail' ? 'globex-mail' : 'acme-production';
    const domain = server === 'globex-mail' ? 'globex.example' : 'acme.example';
    const page = owners[server];
    await page.goto(`/servers/${server}/whitelist/new`);
    await page.getByLabel('IP address or CIDR range').fill(one.network);
    await page.getByLabel('What sends from this address?').fill(one.purpose);
    for (const name of [/static/, /dedicated/, /responsible/])
      await page.getByRole('checkbox', { name }).check();
    await page.getByText('More about this address').click();
    await page.getByLabel('Label').fill(one.label);
    await page.getByRole('button', { name: 'Request whitelisting' }).click();
    await page.waitForURL(/[0-9a-f-]{36}$/);
    if (one.step === 'pending') continue;
    const to = await page
      .getByText(/^\d{10}@/)
      .first()
      .textContent();
    const from = one.network.replace('::/64', '::25');
    await send(from, addresses.smtpProxyPort, { from: `device@${domain}`, to: to ?? '' });
    await stateOf(page.url().split('/').at(-1) ?? '', 'in_review');
    if (one.step !== 'approve') continue;
    await support.goto(page.url().replace(/.*\//, `${addresses.portalUrl}/admin/requests/`));
    await support.getByLabel('Reason').fill('Static business line, proven, holder is Acme.');
    await support.getByRole('button', { name: 'Approve' }).click();
    await stateOf(page.url().split('/').at(-1) ?? '', 'active');
    await send(from, addresses.smtpProxyPort, { from: `device@${domain}`, to: 'office@elsewhere.example' });
  }
}

async function stateOf(id: string, status: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const [row] = await query<{ status: string }>('select status from entries where id = $1', [id]);
    if (row?.status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the entry never became ${status}`);
}
