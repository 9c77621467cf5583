import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { startPostern } from './start-postern.ts';
import { query } from './support/cast.ts';
import { signIn } from './support/portal.ts';
import { send } from './support/smtp-client.ts';

// `npm run pictures`: starts the product, fills it as customers would, and takes the picture in the README of its real
// pages: an account's list and an entry in light, support's review in dark.

const folder = path.resolve(import.meta.dirname, '..', 'docs', 'pictures');
const WIDTH = 1280;
const HEIGHT = 860;

const { addresses, stop } = await startPostern();
process.env.POSTERN_E2E = JSON.stringify([addresses]);
const browser = await chromium.launch({
  executablePath: process.env.POSTERN_CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await fill(browser);
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
}

async function take(page: Page, where: string): Promise<Buffer> {
  await page.setViewportSize({ width: WIDTH, height: HEIGHT });
  await page.goto(where);
  return page.screenshot();
}

/** Three pages in one picture, the first large and the others beside it. */
async function together(browser: Browser, pages: readonly Buffer[]): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 760 }, deviceScaleFactor: 1 });
  const images = pages.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}" alt="">`);
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 24px; display: grid; grid-template: 1fr 1fr / 2.08fr 1fr; gap: 20px; height: 712px; background: #e9e7e1 }
    img { width: 100%; height: 100%; object-fit: cover; object-position: top left; border-radius: 10px; box-shadow: 0 1px 6px #0003 }
    img:first-child { grid-row: span 2 }
  </style>${images.join('')}`);
  return page.screenshot();
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
