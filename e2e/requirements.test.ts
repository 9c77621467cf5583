import { type APIRequestContext, expect, request, test } from '@playwright/test';
import { addresses } from './addresses.ts';
import { postern } from './support/command-line.ts';
import { becomes } from './support/requests.ts';
import { send } from './support/smtp-client.ts';
import { at } from './support/world.ts';

// Every requirement with one line, from the request to what the customer is told: refused at once, refused by the
// evidence, or left to a person with its reason.

type Case = {
  requirement: string;
  network: string;
  /** `at_once`: 422, and nothing is made. `by_evidence`: the system ends the request. `weighed`: for a person. */
  refused: 'at_once' | 'by_evidence' | 'weighed';
  reason: string;
  says: RegExp;
  server?: string;
  as?: 'owner' | 'member' | 'free' | 'removed';
  attestations?: object;
  suggestions?: string[];
};

const cases: readonly Case[] = [
  {
    requirement: 'paid_subscription',
    network: '45.82.9.100',
    server: 'initech-trial',
    as: 'free',
    refused: 'at_once',
    reason: 'plan_not_entitled',
    says: /plan/i,
  },
  {
    requirement: 'valid_network',
    network: '45.82.9.77/29',
    refused: 'at_once',
    reason: 'host_bits_set',
    says: /network/i,
    suggestions: ['45.82.9.72/29', '45.82.9.77'],
  },
  {
    requirement: 'public_address',
    network: '10.1.2.3',
    refused: 'at_once',
    reason: 'special_purpose',
    says: /Private-Use/,
  },
  {
    requirement: 'static',
    network: at.poolByPolicy,
    refused: 'weighed',
    reason: 'pool_name',
    says: /says it is dynamic.*45-82-9-1\.dsl\.dynamic\.provider\.example/,
  },
  {
    requirement: 'not_residential',
    network: at.listedPolicy,
    refused: 'weighed',
    reason: 'policy_list',
    says: /on PBL/,
  },
  {
    requirement: 'dedicated',
    network: at.anothers,
    refused: 'weighed',
    reason: 'names_another',
    says: /mail\.unrelated-company\.example/,
  },
  {
    requirement: 'not_shared',
    network: at.cloud,
    refused: 'by_evidence',
    reason: 'shared_egress',
    says: /Google/,
  },
  {
    requirement: 'control',
    network: at.unproven,
    refused: 'weighed',
    reason: 'not_proven',
    says: /proof address|Nothing/i,
  },
  {
    requirement: 'responsibility',
    network: at.members,
    as: 'member',
    refused: 'weighed',
    reason: 'needs_owner',
    says: /Only an owner/,
  },
  {
    requirement: 'responsibility',
    network: '45.82.9.101',
    attestations: { static: true, dedicated: true, responsible: false },
    refused: 'at_once',
    reason: 'not_accepted',
    says: /responsib/i,
  },
  {
    requirement: 'no_abuse_history',
    network: '45.82.9.102',
    server: 'umbrella-mail',
    as: 'removed',
    refused: 'at_once',
    reason: 'cool_down',
    says: /An address of this account was removed for abuse lately/,
  },
  {
    requirement: 'reputation',
    network: at.spammer,
    refused: 'by_evidence',
    reason: 'listed',
    says: /SBL at zen\.lists\.example/,
  },
];

const people = {
  owner: ['owner@acme.example', 'account'],
  member: ['member@acme.example', 'account'],
  free: ['owner@initech.example', 'account'],
  removed: ['owner@umbrella.example', 'account'],
  support: ['support@postern.example', 'staff'],
  platform: ['admin@postern.example', 'platform'],
} as const;
type Holder = keyof typeof people;

const clients = new Map<Holder, APIRequestContext>();

async function as(holder: Holder): Promise<APIRequestContext> {
  const known = clients.get(holder);
  if (known !== undefined) return known;
  const [email, scope] = people[holder];
  const token = await postern('token', 'create', '--email', email, '--name', 'e2e', '--scope', scope);
  const client = await request.newContext({
    baseURL: `${addresses().portalUrl}/api/v1/`,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  clients.set(holder, client);
  return client;
}

test.afterAll(async () => {
  for (const client of clients.values()) await client.dispose();
});

type Judged = { requirement: string; verdict: string; reason: string; message: string };
type EntryJson = { id: string; status: string; requirements: Judged[]; proof: { address: string } };

const purpose = 'Scanners';
const declared = { static: true, dedicated: true, responsible: true };

async function ask(one: Pick<Case, 'network' | 'server' | 'as' | 'attestations'>) {
  const client = await as(one.as ?? 'owner');
  return client.post(`servers/${one.server ?? 'acme-production'}/whitelist`, {
    data: { network: one.network, purpose, attestations: one.attestations ?? declared },
  });
}

/** An account of its own, so that nobody else has to wait for the end of its cool-down. */
async function makeRemovedAccount(): Promise<void> {
  const platform = await as('platform');
  const put = async (path: string, data: object) => {
    const response = await platform.put(path, { data });
    expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
  };
  await put('accounts/umbrella', { name: 'Umbrella', status: 'active' });
  await put('servers/umbrella-mail', {
    account: 'umbrella',
    name: 'Mail',
    status: 'active',
    plan: 'paid',
    subscription: { status: 'active', paid_until: '2099-01-01T00:00:00Z' },
    domains: ['umbrella.example'],
  });
  await put('accounts/umbrella/people/owner@umbrella.example', { role: 'owner' });

  const made = await ask({ network: at.abused, server: 'umbrella-mail', as: 'removed' });
  expect(made.status(), await made.text()).toBe(201);
  const entry = (await made.json()) as EntryJson;
  const mail = { from: 'device@umbrella.example', to: entry.proof.address };
  expect((await send(at.abused, addresses().smtpProxyPort, mail)).rcpt).toMatch(/^250 2\.1\.5/);
  await becomes(entry.id, 'in_review');
  const support = await as('support');
  const approved = await support.post(`whitelist/${entry.id}/approve`, { data: { reason: 'Proven.' } });
  expect(approved.status(), await approved.text()).toBe(200);
  const removed = await support.post(`whitelist/${entry.id}/remove`, {
    data: { reason: 'Spam.', abuse: true },
  });
  expect(removed.status(), await removed.text()).toBe(200);
}

for (const one of cases) {
  test(`${one.requirement}: ${one.reason} is ${one.refused.replace('_', ' ')}`, async () => {
    if (one.as === 'removed') await makeRemovedAccount();
    const response = await ask(one);
    if (one.refused === 'at_once') {
      expect(response.status(), await response.text()).toBe(422);
      const problem = await response.json();
      expect(problem).toMatchObject({
        code: 'requirement_failed',
        requirement: one.requirement,
        reason: one.reason,
        detail: expect.stringMatching(one.says),
        reference: expect.stringMatching(/^PX-/),
        ...(one.suggestions === undefined ? {} : { suggestions: one.suggestions }),
      });
      return;
    }
    expect(response.status(), await response.text()).toBe(201);
    const { id } = (await response.json()) as EntryJson;
    const client = await as(one.as ?? 'owner');
    const judged = async () => {
      const entry = (await (await client.get(`whitelist/${id}`)).json()) as EntryJson;
      return {
        status: entry.status,
        ...entry.requirements.find((each) => each.requirement === one.requirement),
      };
    };
    await expect.poll(async () => (await judged()).reason).toBe(one.reason);
    if (one.refused === 'by_evidence') await becomes(id, 'rejected');
    expect(await judged()).toMatchObject({
      status: one.refused === 'by_evidence' ? 'rejected' : 'pending',
      verdict: 'fail',
      message: expect.stringMatching(one.says),
    });
    if (one.refused === 'by_evidence') return;
    // Nobody approves over it without saying so.
    await (one.as === 'member' ? await as('owner') : client).post(`whitelist/${id}/review`);
    await becomes(id, 'in_review');
    const support = await as('support');
    const approval = await support.post(`whitelist/${id}/approve`, { data: { reason: 'Fine.' } });
    expect(approval.status()).toBe(422);
    await becomes(id, 'in_review');
  });
}

test('every requirement has its line', async () => {
  const client = await as('owner');
  const { data } = (await (await client.get('servers/acme-production/whitelist?limit=1')).json()) as {
    data: EntryJson[];
  };
  const all = data[0]?.requirements.map((each) => each.requirement) ?? [];
  expect(new Set(cases.map((one) => one.requirement))).toEqual(new Set(all));
});
