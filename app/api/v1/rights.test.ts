import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memberships } from '../../../db/schema.ts';
import { completeChecks } from '../../../lib/operations/complete-checks.ts';
import { requestReview } from '../../../lib/operations/request-review.ts';
import {
  attestations,
  inForce,
  proven,
  requested,
  reviewable,
  testNow,
} from '../../../lib/operations/testing.ts';
import { type ApiOptions, openTestApi, type TestApi, type TokenName } from './testing.ts';

// Every token with every endpoint, on an entry of acme. An entry that a token cannot see is 404, whatever the verb.

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

let lastOctet = 0;
const freshAddress = () => {
  lastOctet += 1;
  return `45.100.1.${lastOctet}`;
};

type State = 'pending' | 'in_review' | 'waiting' | 'active' | 'suspended';

async function entryIn(state: State): Promise<string> {
  const { db, cast, call, tokens } = api;
  if (state === 'pending') return (await requested(db.database, cast.owner, freshAddress())).id;
  if (state === 'active') return (await inForce(db.database, cast, freshAddress())).id;
  if (state === 'suspended') {
    const { id } = await inForce(db.database, cast, freshAddress());
    await call('POST', `/whitelist/${id}/suspend`, { token: tokens.admin, body: { reason: 'Test.' } });
    return id;
  }
  const { id } = await reviewable(db.database, cast.owner, freshAddress());
  if (state === 'waiting') {
    await call('POST', `/whitelist/${id}/ask`, { token: tokens.admin, body: { reason: 'Why?' } });
  }
  return id;
}

const everybody: readonly TokenName[] = [
  'owner',
  'member',
  'viewer',
  'otherOwner',
  'support',
  'admin',
  'platform',
];

/** Who gets further than a refusal of who they are; the others of the account, and staff, get 403, strangers 404. */
const verbs = [
  ['GET', '', 'pending', undefined, ['owner', 'member', 'viewer', 'support', 'admin']],
  ['PATCH', '', 'pending', { label: 'New' }, ['owner', 'member']],
  ['POST', '/withdraw', 'pending', undefined, ['owner']],
  ['POST', '/review', 'pending', undefined, ['owner']],
  ['POST', '/answer', 'waiting', { answer: 'So.' }, ['owner']],
  ['POST', '/renew', 'active', undefined, ['owner']],
  ['POST', '/remove', 'active', { reason: 'Gone.' }, ['owner', 'support', 'admin']],
  ['POST', '/approve', 'in_review', { reason: 'Good.' }, ['support', 'admin']],
  ['POST', '/reject', 'in_review', { reason: 'Bad.' }, ['support', 'admin']],
  ['POST', '/ask', 'in_review', { reason: 'Why?' }, ['support', 'admin']],
  ['POST', '/suspend', 'active', { reason: 'Spam.' }, ['support', 'admin']],
  ['POST', '/critical', 'active', { critical: true, reason: 'Hospital.' }, ['support', 'admin']],
  ['POST', '/restore', 'suspended', { reason: 'Fixed.' }, ['support', 'admin']],
] as const satisfies [string, string, State, object | undefined, TokenName[]][];

describe.each(verbs)('%s /whitelist/{id}%s', (method, verb, state, body, allowed) => {
  test.each(everybody)('by %s', async (name) => {
    const id = await entryIn(state);
    const { status, body: answered } = await api.call(method, `/whitelist/${id}${verb}`, {
      token: api.tokens[name],
      body,
    });
    const may = (allowed as readonly TokenName[]).includes(name);
    const stranger = name === 'otherOwner' || name === 'platform';
    expect({ status, code: answered.code }).toEqual(
      may
        ? { status: 200, code: undefined }
        : stranger
          ? { status: 404, code: 'not_found' }
          : { status: 403, code: 'not_allowed' },
    );
  });

  test.each(['owner', 'support'] as const)('of no entry, by %s', async (name) => {
    for (const id of [randomUUID(), 'x']) {
      const answer = await api.call(method, `/whitelist/${id}${verb}`, { token: api.tokens[name], body });
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });
});

describe('what is not there for a token is 404 before anything that was sent is judged', () => {
  const unfit: readonly ApiOptions[] = [
    {},
    { body: {} },
    { body: [] },
    { body: { reason: 7, answer: 7, label: 7, abuse: 7, lease_end: 7, network: 7, role: 7 } },
    { raw: '{', headers: { 'content-type': 'application/json' } },
    { raw: 'x', headers: { 'content-type': 'text/plain' } },
  ];
  const expectNotFound = async (method: string, path: string, name: TokenName) => {
    const withBody = method !== 'GET' && method !== 'DELETE';
    for (const options of withBody ? unfit : [{}]) {
      const answer = await api.call(method, path, { token: api.tokens[name], ...options });
      expect(answer, `${method} ${path} by ${name}`).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    }
  };

  test.each(verbs)('%s /whitelist/{id}%s', async (...[method, verb]) => {
    const { id } = await requested(api.db.database, api.cast.owner, freshAddress());
    for (const name of ['otherOwner', 'platform'] as const) {
      await expectNotFound(method, `/whitelist/${id}${verb}`, name);
    }
    for (const name of ['owner', 'support', 'platform'] as const) {
      for (const none of [randomUUID(), 'x', '%00', `${id}%20`]) {
        await expectNotFound(method, `/whitelist/${none}${verb}`, name);
      }
    }
  });

  test.each([
    ['GET', '/whitelist?limit=x&cursor=y'],
    ['POST', '/whitelist'],
  ])('%s /servers/{server}%s', async (method, rest) => {
    await expectNotFound(method, `/servers/acme-production${rest}`, 'otherOwner');
    await expectNotFound(method, `/servers/acme-production${rest}`, 'platform');
    for (const none of ['none', 'No%20server', '%00']) {
      await expectNotFound(method, `/servers/${none}${rest}`, 'owner');
      await expectNotFound(method, `/servers/${none}${rest}`, 'support');
    }
  });

  test.each(['PUT', 'DELETE'])('%s /accounts/{slug}/people/{email}', async (method) => {
    for (const none of ['none', 'No%20account', '%00']) {
      await expectNotFound(method, `/accounts/${none}/people/a@b.example`, 'platform');
      await expectNotFound(method, `/accounts/${none}/people/x`, 'platform');
    }
  });

  test('of what is there the body is judged', async () => {
    const { id } = await requested(api.db.database, api.cast.owner, freshAddress());
    for (const path of [`/whitelist/${id}/answer`, '/servers/acme-production/whitelist']) {
      const answer = await api.call('POST', path, { token: api.tokens.owner, body: {} });
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    }
  });
});

const newEntry = () => ({ network: freshAddress(), purpose: 'Scanner', attestations });
const account = { name: 'Acme Devices', status: 'active' };
const others = [
  [
    'GET',
    '/servers/acme-production/whitelist',
    undefined,
    { owner: 200, member: 200, viewer: 200, otherOwner: 404, support: 200, admin: 200, platform: 404 },
  ],
  [
    'GET',
    '/servers/none/whitelist',
    undefined,
    { owner: 404, member: 404, viewer: 404, otherOwner: 404, support: 404, admin: 404, platform: 404 },
  ],
  [
    'POST',
    '/servers/acme-production/whitelist',
    newEntry,
    { owner: 201, member: 201, viewer: 403, otherOwner: 404, support: 403, admin: 403, platform: 404 },
  ],
  [
    'GET',
    '/whitelist',
    undefined,
    { owner: 403, member: 403, viewer: 403, otherOwner: 403, support: 200, admin: 200, platform: 403 },
  ],
  [
    'PUT',
    '/accounts/acme',
    () => account,
    { owner: 403, member: 403, viewer: 403, otherOwner: 403, support: 403, admin: 403, platform: 200 },
  ],
  [
    'PUT',
    '/servers/acme-production',
    () => ({}),
    { owner: 403, member: 403, viewer: 403, otherOwner: 403, support: 403, admin: 403, platform: 200 },
  ],
  [
    'PUT',
    '/accounts/acme/people/viewer@acme.example',
    () => ({ role: 'viewer' }),
    { owner: 403, member: 403, viewer: 403, otherOwner: 403, support: 403, admin: 403, platform: 200 },
  ],
  [
    'DELETE',
    '/accounts/acme/people/nobody@acme.example',
    undefined,
    { owner: 403, member: 403, viewer: 403, otherOwner: 403, support: 403, admin: 403, platform: 404 },
  ],
] as const;

describe.each(others)('%s %s', (method, path, body, expected) => {
  test.each(everybody)('by %s', async (name) => {
    const answer = await api.call(method, path, { token: api.tokens[name], body: body?.() });
    expect(answer.status).toBe(expected[name as keyof typeof expected]);
  });
});

test('an owner who has left finds nothing, with the token that they still have', async () => {
  const { db, cast, tokens, call } = api;
  const { id } = await requested(db.database, cast.otherOwner, '45.100.9.1', 'globex-mail');
  const read = () => call('GET', `/whitelist/${id}`, { token: tokens.otherOwner });
  expect((await read()).status).toBe(200);
  const left = await call('DELETE', '/accounts/globex/people/owner@globex.example', {
    token: tokens.platform,
  });
  expect(left).toMatchObject({ status: 204, body: null });
  expect((await read()).status).toBe(404);
});

test('a customer learns nothing of another: the verdict that rests on one is for staff alone', async () => {
  const { db, cast, tokens, call } = api;
  await inForce(db.database, cast, '45.101.1.1');
  await call('PUT', '/accounts/initech', {
    token: tokens.platform,
    body: { name: 'Initech', status: 'active' },
  });
  await call('PUT', '/servers/initech-trial', { token: tokens.platform, body: { plan: 'paid' } });
  const entry = await reviewable(db.database, cast.freeOwner, '45.101.1.1', 'initech-trial');
  const notShared = async (token: string) => {
    const { body } = await call('GET', `/whitelist/${entry.id}`, { token });
    const [found] = body.requirements.filter(
      (one: { requirement: string }) => one.requirement === 'not_shared',
    );
    return found.reason;
  };
  expect(await notShared(tokens.support)).toBe('overlaps_other');
  // What it reads where nobody else is: a code of its own for such cases would tell that there is somebody.
  expect(await notShared(tokens.freeOwner)).toBe('not_checked');
  const approval = await call('POST', `/whitelist/${entry.id}/approve`, {
    token: tokens.support,
    body: { reason: 'Try.' },
  });
  expect(approval).toMatchObject({ status: 409, body: { code: 'overlaps_live_entry' } });
});

test('support of the account concerned decides nothing on it', async () => {
  const { db, cast, tokens, call } = api;
  const entry = await reviewable(db.database, cast.owner, '45.102.1.1');
  const personId = cast.support2.viewer?.personId ?? '';
  await db.database.insert(memberships).values({ accountId: entry.accountId, personId, role: 'member' });
  const approve = (token: string) =>
    call('POST', `/whitelist/${entry.id}/approve`, { token, body: { reason: 'Mine.' } });
  expect(await approve(tokens.support2)).toMatchObject({ status: 403, body: { code: 'own_account' } });
  expect((await approve(tokens.support)).status).toBe(200);
});

test('control is overridden by two persons, each with a reason', async () => {
  const { db, cast, tokens, call } = api;
  const entry = await requested(db.database, cast.owner, '45.103.1.1');
  await completeChecks(db.database, entry.id, testNow);
  await requestReview({ database: db.database, actor: cast.owner, id: entry.id, now: testNow });
  const approve = (token: string, more: object = {}) =>
    call('POST', `/whitelist/${entry.id}/approve`, { token, body: { reason: 'Alarm panel.', ...more } });
  expect(await approve(tokens.support)).toMatchObject({
    status: 422,
    body: {
      requirement: 'control',
      reason: 'not_proven',
      overridable: true,
      reference: expect.stringMatching(/^PX-/),
    },
  });
  const first = await approve(tokens.support, { override: ['control'] });
  expect(first).toMatchObject({ status: 202, body: { approvals: 1, required: 2 } });
  expect(await approve(tokens.support, { override: ['control'] })).toMatchObject({
    status: 409,
    body: { code: 'same_person' },
  });
  const second = await approve(tokens.admin, { override: ['control'] });
  expect(second).toMatchObject({ status: 200, body: { status: 'active' } });
  const { body } = await call('GET', `/whitelist/${entry.id}`, { token: tokens.owner });
  expect(body.events.at(-1).message).toBe('Approved by support although not met: “Control”.');
});

test('64 hostile approvals of overlapping networks at once: one is 200, the rest are 409', async () => {
  const { db, cast, tokens, call } = api;
  const rivals: string[] = [];
  for (const [owner, server] of [
    [cast.owner, 'acme-production'],
    [cast.freeOwner, 'initech-trial'],
  ] as const) {
    for (const [network, ...addresses] of [
      ['45.110.1.0', '45.110.1.0'],
      ['45.110.1.0/31', '45.110.1.0', '45.110.1.1'],
    ] as const) {
      const entry = await requested(db.database, owner, network, server);
      await completeChecks(db.database, entry.id, testNow);
      for (const address of addresses) await proven(db.database, entry, address);
      rivals.push(entry.id);
    }
  }
  const attempts = Array.from({ length: 64 }, (_, index) =>
    call('POST', `/whitelist/${rivals[index % rivals.length]}/approve`, {
      token: index % 2 === 0 ? tokens.support : tokens.admin,
      body: { reason: 'Race.' },
    }),
  );
  const statuses = (await Promise.all(attempts)).map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array(63).fill(409)]);
});
