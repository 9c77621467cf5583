import { expect, type Page, test } from '@playwright/test';
import { type Cast, query, type Role, roles, signInCast } from './cast.ts';
import { type AbuseCase, makeAbuseCase, removeForAbuse, stateOf } from './doors-abuse.ts';
import { freshAddress, requestWhitelisting } from './portal.ts';

// Everybody × every page and every action. What a person may not see does not exist for them; who is not signed in is
// led to where they sign in.

type Access = { signedIn: 'any' } | { only: readonly Role[] } | { open: true };

const acme = { only: ['viewer', 'member', 'owner'] } as const;
const asking = { only: ['member', 'owner'] } as const;
const staff = { only: ['support', 'admin'] } as const;
const admin = { only: ['admin'] } as const;

/** What a change of the policy would do; the change travels in the path. */
const draft = Buffer.from(JSON.stringify({ graceDays: 15 })).toString('base64url');
const previewPath = `/admin/policy/preview?draft=${draft}&version=1`;

type Forged = {
  name: string;
  from: Role;
  page: () => string;
  button: string;
  fields: Record<string, string>;
  allowed: readonly Role[];
  /** For whom the very same form works: so that the refusals are not those of a malformed one. */
  works?: Role;
  /** Makes it possible. */
  prepare?: () => Promise<unknown>;
  /** Puts back what that, or the action, has changed for everybody. */
  undo?: () => Promise<unknown>;
};

function expected(role: Role, path: string, access: Access): unknown {
  if ('open' in access) return path === '/sign-in' && role !== 'nobody' ? expect.anything() : 200;
  if (role === 'nobody') return '/sign-in';
  if ('only' in access) return access.only.includes(role) ? 200 : 404;
  if (path !== '/') return 200;
  return role === 'support' || role === 'admin' ? '/admin/requests' : '/account/whitelist';
}

async function requestAs(page: Page | null): Promise<string> {
  if (page === null) throw new Error('nobody requests nothing');
  await requestWhitelisting(page, 'acme-production', freshAddress(), 'Printers');
  await page.waitForURL(/[0-9a-f-]{36}$/);
  return page.url().split('/').at(-1) ?? '';
}

/** Makes the tests of every door of the portal at this address. */
export function tryEveryDoor(portalUrl: () => string): void {
  test.describe.configure({ mode: 'serial' });

  let cast: Cast;
  let pendingId: string;
  let reviewId: string;
  let abuse: AbuseCase;

  test.beforeAll(async ({ browser }) => {
    abuse = await makeAbuseCase();
    cast = await signInCast(browser, portalUrl());
    pendingId = await requestAs(cast.owner.page);
    reviewId = await requestAs(cast.owner.page);
    await cast.owner.page?.getByRole('button', { name: 'Ask for review without proof' }).click();
    await expect(async () => {
      const [row] = await query<{ status: string }>('select status from entries where id = $1', [reviewId]);
      expect(row?.status).toBe('in_review');
    }).toPass();
  });

  const pages: [string, () => string, Access][] = [
    ['front door', () => '/', { signedIn: 'any' }],
    ['own addresses', () => '/account/whitelist', { signedIn: 'any' }],
    ['invitations', () => '/account/invitations', { signedIn: 'any' }],
    ['addresses of a server', () => '/servers/acme-production/whitelist', acme],
    ['request form', () => '/servers/acme-production/whitelist/new', asking],
    ['entry', () => `/servers/acme-production/whitelist/${pendingId}`, acme],
    ['entry under the wrong server', () => `/servers/globex-mail/whitelist/${pendingId}`, { only: [] }],
    ['no such server', () => '/servers/none/whitelist', { only: [] }],
    ['queue', () => '/admin/requests', staff],
    ['request under review', () => `/admin/requests/${reviewId}`, staff],
    ['entries', () => '/admin/entries', staff],
    ['entry for support', () => `/admin/entries/${pendingId}`, staff],
    ['accounts', () => '/admin/accounts', staff],
    ['nodes', () => '/admin/nodes', staff],
    ['policy', () => '/admin/policy', staff],
    ['versions of the policy', () => '/admin/policy/versions', staff],
    ['a version of the policy', () => '/admin/policy/versions/1', staff],
    ['blocked networks', () => '/admin/policy/blocked', staff],
    ['preview of a policy', () => previewPath, admin],
    ['abuse desk', () => '/admin/abuse', staff],
    ['reports', () => '/admin/abuse/reports', staff],
    ['report', () => `/admin/abuse/reports/${abuse.reportId}`, staff],
    ['fuse', () => '/admin/abuse/fuse', staff],
    ['proposals', () => '/admin/abuse/accounts', staff],
    ['ladder', () => '/admin/abuse/ladder', staff],
    ['incident', () => '/admin/abuse/incident', staff],
    ['person', () => `/admin/people/${abuse.personId}`, admin],
    ['removed entry', () => `/servers/acme-production/whitelist/${abuse.removedId}`, acme],
    ['help', () => '/help/whitelisting', { open: true }],
    ['terms', () => '/terms', { open: true }],
    ['sign-in', () => '/sign-in', { open: true }],
  ];

  for (const [name, path, access] of pages) {
    test(`page: ${name}`, async () => {
      for (const role of roles) {
        const response = await cast[role].request.get(path(), { maxRedirects: 0 });
        const outcome =
          response.status() === 307 || response.status() === 302
            ? (response.headers().location?.replace(portalUrl(), '').split('?')[0] ?? '')
            : response.status();
        expect(outcome, `${role} at ${path()}`).toEqual(expected(role, path(), access));
      }
    });
  }

  // Server actions are public endpoints. The form of somebody who may is taken from their page, as a browser without
  // JavaScript would post it, and sent by everybody else.

  const forgeries: Forged[] = [
    {
      name: 'ask for review without proof',
      from: 'owner',
      page: () => `/servers/acme-production/whitelist/${pendingId}`,
      button: 'Ask for review without proof',
      fields: {},
      allowed: ['owner'],
      works: 'owner',
    },
    {
      name: 'approve',
      from: 'support',
      page: () => `/admin/requests/${reviewId}`,
      button: 'Approve',
      fields: { verb: 'approve', reason: 'Forged.', override: 'control' },
      allowed: ['support', 'admin'],
      works: 'admin',
    },
    {
      name: 'reject',
      from: 'support',
      page: () => `/admin/requests/${reviewId}`,
      button: 'Reject',
      fields: { verb: 'reject', reason: 'Forged.' },
      allowed: ['support', 'admin'],
    },
    {
      name: 'change the policy',
      from: 'admin',
      page: () => previewPath,
      button: 'Save as version',
      fields: { reason: 'Forged.' },
      allowed: ['admin'],
    },
    {
      name: 'block a network',
      from: 'admin',
      page: () => '/admin/policy/blocked',
      button: 'Block it',
      fields: { network: '45.66.0.0/16', reason: 'Forged.', last_day: '' },
      allowed: ['admin'],
    },
    {
      name: 'report abuse',
      from: 'support',
      page: () => `/admin/entries/${abuse.liveId}`,
      button: 'Report abuse',
      fields: { grade: 'minor', reason: 'Forged.' },
      allowed: ['support', 'admin'],
      works: 'admin',
    },
    {
      name: 'appeal',
      from: 'owner',
      page: () => `/servers/acme-production/whitelist/${abuse.removedId}`,
      button: 'Appeal',
      fields: { statement: 'Forged.' },
      allowed: ['owner'],
      works: 'owner',
      prepare: () => removeForAbuse(abuse, true),
      undo: () => removeForAbuse(abuse, false),
    },
    {
      name: 'discard what the fuse holds',
      from: 'support',
      page: () => '/admin/abuse/fuse',
      button: 'Discard',
      fields: { verb: 'discard', which: 'all', reason: 'Forged.' },
      allowed: ['support', 'admin'],
      works: 'support',
    },
    {
      name: 'settle a report',
      from: 'support',
      page: () => `/admin/abuse/reports/${abuse.reportId}`,
      button: 'Settle it',
      fields: { reason: 'Forged.' },
      allowed: ['support', 'admin'],
      works: 'admin',
    },
    {
      name: 'suspend an account',
      from: 'support',
      page: () => '/admin/abuse/accounts',
      button: 'Suspend it',
      fields: { verb: 'do', reason: 'Forged.' },
      allowed: ['support', 'admin'],
      works: 'support',
    },
    {
      name: 'freeze approvals',
      from: 'admin',
      page: () => '/admin/abuse/incident',
      button: 'Freeze approvals',
      fields: { reason: 'Forged.' },
      allowed: ['admin'],
      works: 'admin',
      undo: () =>
        query('update platform_state set approvals_frozen_at = null, approvals_frozen_reason = null'),
    },
    {
      name: 'close an account',
      from: 'admin',
      page: () => '/admin/abuse/incident',
      button: 'Close the account',
      fields: { reason: 'Forged.' },
      allowed: ['admin'],
      works: 'admin',
    },
  ];

  for (const forged of forgeries) {
    test(`action: ${forged.name}`, async () => {
      const page = cast[forged.from].page;
      if (page === null) throw new Error('a page is needed to take the form from');
      await forged.prepare?.();
      await page.goto(forged.page());
      const hidden = await page
        // Also one that is folded away.
        .getByRole('button', { name: forged.button, includeHidden: true })
        .first()
        .evaluate((button) => {
          const form = button.closest('form');
          const inputs = [...(form?.querySelectorAll<HTMLInputElement>('input[type=hidden]') ?? [])];
          return Object.fromEntries(inputs.map((input) => [input.name, input.value]));
        });
      const fields = { slug: abuse.slug, ...forged.fields };
      const state = async () => [
        await stateOf(abuse),
        await query(
          `select e.id, e.status, e.review_requested_at, (select count(*) from decisions d where d.entry_id = e.id) as decisions,
             (select count(*) from policies) as policies, (select count(*) from blocked_prefixes) as blocked
           from entries e where e.id in ($1, $2) order by e.id`,
          [pendingId, reviewId],
        ),
      ];
      const before = await state();
      for (const role of roles.filter((one) => !forged.allowed.includes(one))) {
        const response = await cast[role].request.post(forged.page(), {
          multipart: { ...hidden, ...fields },
          headers: { origin: portalUrl() },
          maxRedirects: 0,
        });
        expect(response.status(), `${role} forging "${forged.name}"`).toBeLessThan(500);
        expect(await state(), `${role} forging "${forged.name}"`).toEqual(before);
      }
      // The same form from elsewhere on the web does nothing even for those who may.
      const elsewhere = await cast[forged.from].request.post(forged.page(), {
        multipart: { ...hidden, ...fields },
        headers: { origin: 'https://evil.example' },
        maxRedirects: 0,
      });
      expect(elsewhere.status()).toBeLessThanOrEqual(500);
      expect(await state()).toEqual(before);
      if (forged.works === undefined) return;
      await cast[forged.works].request.post(forged.page(), {
        multipart: { ...hidden, ...fields },
        headers: { origin: portalUrl() },
        maxRedirects: 0,
      });
      expect(await state()).not.toEqual(before);
      await forged.undo?.();
    });
  }

  const figures = ['viewer', 'member', 'owner', 'support', 'admin'] as const;
  const downloads: [string, () => string, readonly Role[]][] = [
    ['log of an account', () => '/admin/accounts/acme/audit', ['support', 'admin']],
    ['what is kept about a person', () => `/admin/people/${abuse.personId}/data`, ['member', 'admin']],
    ['messages of a server', () => '/servers/acme-production/messages.csv?days=90', figures],
    [
      'messages of an entry',
      () => `/servers/acme-production/whitelist/${pendingId}/messages.csv?unit=hour`,
      figures,
    ],
    [
      'messages of an entry, under a server that is not its own',
      () => `/servers/globex-mail/whitelist/${pendingId}/messages.csv`,
      [],
    ],
  ];

  for (const [name, path, allowed] of downloads) {
    test(`download: ${name}`, async () => {
      for (const role of roles) {
        const response = await cast[role].request.post(path(), {
          headers: { origin: portalUrl() },
          maxRedirects: 0,
        });
        const may = allowed.includes(role);
        // With proxy.ts, who has no cookie is led to signing in before anything is looked at.
        const refused = role === 'nobody' ? [404, 307] : [404];
        expect(may ? [200] : refused, `${role} at ${path()}`).toContain(response.status());
        if (may) expect(response.headers()['content-disposition']).toContain('attachment');
        // Led to signing in, they read the address that they asked for themselves.
        else expect((await response.text()).replaceAll(encodeURIComponent(path()), '')).not.toContain('acme');
      }
      const elsewhere = await cast.admin.request.post(path(), {
        headers: { origin: 'https://evil.example' },
      });
      expect(elsewhere.status()).toBe(404);
    });
  }

  test('two persons approve what needs two: the second one puts it in force', async () => {
    const support = cast.support.page;
    if (support === null) throw new Error('no page of support');
    await support.goto(`/admin/requests/${reviewId}`);
    await support.getByLabel('Reason').fill('Called the owner.');
    await support.getByRole('checkbox', { name: /Control/ }).check();
    await support.getByRole('button', { name: 'Approve' }).click();
    await expect(support.getByText('Approved. The address is in force.')).toBeVisible();
    const [row] = await query<{ status: string }>('select status from entries where id = $1', [reviewId]);
    expect(row?.status).toBe('active');
  });
}
