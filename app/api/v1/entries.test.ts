import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { completeChecks } from '../../../lib/operations/complete-checks.ts';
import { currentRow, inForce, proven, testNow } from '../../../lib/operations/testing.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());
afterEach(() => {
  vi.setSystemTime(testNow);
});

const attestations = { static: true, dedicated: true, responsible: true };
const request = (network: string, more: object = {}, token = api.tokens.owner, headers = {}) =>
  api.call('POST', '/servers/acme-production/whitelist', {
    token,
    headers,
    body: { network, purpose: 'Scanners', attestations, ...more },
  });

test('request, prove, approve, remove, over HTTP alone but for the proof', async () => {
  const made = await request('45.90.1.1', { label: 'Warehouse' });
  expect(made.status).toBe(201);
  expect(made.headers.get('location')).toBe(`/api/v1/whitelist/${made.body.id}`);
  expect(made.body).toMatchObject({
    account: 'acme',
    server: 'acme-production',
    network: '45.90.1.1',
    status: 'pending',
    in_force: false,
    purpose: 'Scanners',
    label: 'Warehouse',
    scope: { sender_domains: ['acme.example'], recipient_domains: null, tls: 'offered', mode: 'enforce' },
    proof: {
      address: expect.stringMatching(/^\d{10}@proof\.example$/),
      url: expect.stringMatching(/^http.*\/api\/proof\/\d{10}$/),
      proven_at: null,
    },
  });
  expect(made.body.requirements.map((one: { requirement: string }) => one.requirement)).toEqual([
    'paid_subscription',
    'valid_network',
    'public_address',
    'static',
    'not_residential',
    'dedicated',
    'not_shared',
    'control',
    'responsibility',
    'no_abuse_history',
    'reputation',
  ]);
  expect(made.body.requirements[7]).toEqual({
    requirement: 'control',
    verdict: 'fail',
    reason: 'not_proven',
    message:
      'Control is not proven: no message has come from this address yet. Send one message from it to the proof address.',
  });
  const { id } = made.body;
  const approve = (body: object) =>
    api.call('POST', `/whitelist/${id}/approve`, { token: api.tokens.support, body });
  expect((await approve({ reason: 'Too early.' })).body).toMatchObject({
    code: 'state_forbids',
    state: 'pending',
  });
  await completeChecks(api.db.database, id, testNow);
  await proven(api.db.database, await currentRow(api.db.database, id), '45.90.1.1');
  const approved = await approve({ reason: 'Static line, proven.' });
  expect(approved.status).toBe(200);
  expect(approved.body).toMatchObject({ status: 'active', in_force: true, proof: { address: null } });

  const detail = await api.call('GET', `/whitelist/${id}`, { token: api.tokens.viewer });
  expect(detail.body.events.map((event: { message: string }) => event.message)).toEqual([
    'Requested by Jo Reyes.',
    'All lookups have ended.',
    'Proven by sending, from 45.90.1.1.',
    expect.any(String),
    'Approved by support.',
  ]);
  expect(detail.body.events.at(-1)).toMatchObject({
    actor: { kind: 'staff', name: null },
    quote: 'Static line, proven.',
  });
  expect(JSON.stringify(detail.body)).not.toContain('evidence');

  const removed = await api.call('POST', `/whitelist/${id}/remove`, { token: api.tokens.owner });
  expect(removed.body).toMatchObject({ status: 'removed', end_cause: 'owner', in_force: false });
  const again = await api.call('POST', `/whitelist/${id}/remove`, { token: api.tokens.owner });
  expect(again).toMatchObject({ status: 409, body: { code: 'state_forbids', state: 'removed' } });
});

describe('a refused requirement', () => {
  test.each([
    ['10.0.0.1', 'public_address', 'special_purpose', undefined],
    ['45.91.0.1/24', 'valid_network', 'host_bits_set', ['45.91.0.0/24', '45.91.0.1']],
    ['45.91.0.0/24', 'valid_network', 'too_wide', ['45.91.0.0/29']],
    ['045.91.0.1', 'valid_network', 'leading_zero', undefined],
    ['::ffff:45.91.0.1', 'valid_network', 'ipv4_mapped', ['45.91.0.1']],
    ['printer', 'valid_network', 'not_an_address', undefined],
  ])('of %s is 422 with %s, %s and a way out', async (network, requirement, reason, suggestions) => {
    const { status, body } = await request(network);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'requirement_failed', requirement, reason });
    expect(body.reference).toMatch(/^PX-[0-9A-Z]{36,76}$/);
    expect(body.suggestions).toEqual(suggestions);
    expect(body.detail).toMatch(/\.$/);
  });

  test('of an unpaid plan', async () => {
    const { status, body } = await api.call('POST', '/servers/initech-trial/whitelist', {
      token: api.tokens.freeOwner,
      body: { network: '45.91.1.1', purpose: 'Scanner', attestations },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ requirement: 'paid_subscription', reason: 'plan_not_entitled' });
  });

  test.each([
    ['static', 'not_attested'],
    ['dedicated', 'not_attested'],
    ['responsible', 'not_accepted'],
  ])('of %s that nobody attests', async (name, reason) => {
    const { status, body } = await request('45.91.1.2', { attestations: { ...attestations, [name]: false } });
    expect({ status, reason: body.reason }).toEqual({ status: 422, reason });
  });
});

test('a network that is still open is 409 with the request, one that is live is refused as overlap', async () => {
  const first = await request('45.92.1.0/30');
  const second = await request('45.92.1.0/30');
  expect(second).toMatchObject({ status: 409, body: { code: 'already_requested', entry: first.body.id } });
  await inForce(api.db.database, api.cast, '45.92.2.1');
  expect((await request('45.92.2.0/30')).body).toMatchObject({
    requirement: 'valid_network',
    reason: 'own_overlap',
  });
});

test('responsibility counts from the token of an owner alone', async () => {
  const byMember = await request('45.92.3.1', {}, api.tokens.member);
  expect(byMember.body.attestations.responsible).toBe(false);
  expect(byMember.body.requirements[8]).toMatchObject({
    requirement: 'responsibility',
    reason: 'needs_owner',
  });
  expect((await request('45.92.3.2', {}, api.tokens.viewer)).status).toBe(403);
});

describe('scope', () => {
  test('is taken, read back, and refused with its field', async () => {
    const scope = {
      sender_domains: ['Acme.Example'],
      recipient_domains: ['partner.example'],
      tls: 'required',
      messages_per_hour: 50,
      recipients_per_message: 5,
      message_bytes: 1_000_000,
    };
    const made = await request('45.94.1.1', { scope });
    expect(made.body.scope).toEqual({
      ...scope,
      sender_domains: ['acme.example'],
      mode: 'enforce',
      sandbox_until: null,
    });
    const foreign = await request('45.94.1.2', { scope: { sender_domains: ['globex.example'] } });
    expect(foreign).toMatchObject({ status: 422, body: { code: 'invalid_value' } });
    expect(foreign.body.errors[0].field).toBe('sender_domains');
  });

  test('narrower holds at once, wider waits, and what was read can be sent back', async () => {
    const { id } = await inForce(api.db.database, api.cast, '45.94.2.1');
    const patch = (body: object, token = api.tokens.owner) =>
      api.call('PATCH', `/whitelist/${id}`, { token, body });
    const narrow = await patch({ label: 'Gate 4', scope: { recipient_domains: ['partner.example'] } });
    expect(narrow.body).toMatchObject({ label: 'Gate 4', scope: { recipient_domains: ['partner.example'] } });
    const wide = await patch({ scope: { recipient_domains: null } });
    expect(wide.status).toBe(200);
    expect(wide.body.scope.recipient_domains).toEqual(['partner.example']);
    expect(wide.body.wider_scope).toEqual({ recipient_domains: null });
    const back = await patch({ scope: { ...wide.body.scope, tls: 'required' } });
    expect(back.body.scope).toMatchObject({ tls: 'required', recipient_domains: ['partner.example'] });
    expect((await patch({ label: null })).body.label).toBeNull();
    expect((await patch({ scope: { mode: 'sandbox' } }, api.tokens.member)).status).toBe(403);
    expect((await patch({ scope: { mode: 'sandbox' } })).body.scope).toMatchObject({
      mode: 'sandbox',
      sandbox_until: '2026-11-21T12:00:00.000Z',
    });
    expect((await patch({ label: 'late', revision: 1 })).body).toMatchObject({ code: 'changed_meanwhile' });
  });

  test('support grants or refuses what is wider with the verbs that it decides requests with', async () => {
    const { id } = await inForce(api.db.database, api.cast, '45.94.3.1');
    const owner = (body: object) =>
      api.call('PATCH', `/whitelist/${id}`, { token: api.tokens.owner, body: { scope: body } });
    const support = (verb: string, body: object = { reason: 'Looked at.' }) =>
      api.call('POST', `/whitelist/${id}/${verb}`, { token: api.tokens.support, body });
    await owner({ tls: 'hidden' });
    const refused = await support('reject');
    expect(refused.body).toMatchObject({ status: 'active', wider_scope: null, scope: { tls: 'offered' } });
    const { revision } = (await owner({ tls: 'hidden' })).body;
    await owner({ message_bytes: 50_000_000 });
    expect((await support('approve', { reason: 'x', revision })).status).toBe(409);
    const granted = await support('approve');
    expect(granted).toMatchObject({
      status: 200,
      body: { status: 'active', wider_scope: null, scope: { tls: 'hidden', message_bytes: 50_000_000 } },
    });
    expect((await support('approve')).body).toMatchObject({ code: 'state_forbids' });
  });
});

describe('the owner’s verbs', () => {
  test('review, ask, answer, withdraw', async () => {
    const { id } = (await request('45.95.1.1')).body;
    const verb = (name: string, token: string, body?: object) =>
      api.call('POST', `/whitelist/${id}/${name}`, { token, body });
    await completeChecks(api.db.database, id, testNow);
    expect((await verb('review', api.tokens.owner)).body.status).toBe('in_review');
    expect((await verb('review', api.tokens.owner)).status).toBe(409);
    expect((await verb('ask', api.tokens.support, { reason: 'Whose line is it?' })).body.status).toBe(
      'waiting',
    );
    vi.setSystemTime(new Date(testNow.getTime() + 60_000));
    expect((await verb('answer', api.tokens.owner, { answer: 'Our own.' })).body.status).toBe('in_review');
    const { body } = await api.call('GET', `/whitelist/${id}`, { token: api.tokens.owner });
    expect(body.thread).toMatchObject([
      { side: 'support', name: null, body: 'Whose line is it?' },
      { side: 'account', name: 'Jo Reyes', body: 'Our own.' },
    ]);
    expect((await verb('withdraw', api.tokens.owner)).body).toMatchObject({ status: 'withdrawn' });
    expect((await verb('withdraw', api.tokens.owner)).body).toMatchObject({ code: 'state_forbids' });
  });

  test('renew moves the review date', async () => {
    const { id } = await inForce(api.db.database, api.cast, '45.95.2.1');
    const renew = (body?: object) =>
      api.call('POST', `/whitelist/${id}/renew`, { token: api.tokens.owner, body });
    const renewed = await renew({ lease_end: '2027-03-01' });
    expect(renewed.body).toMatchObject({ lease_end: '2027-03-01', review_by: '2027-03-01T00:00:00.000Z' });
    expect(await renew({ lease_end: '2026-01-01' })).toMatchObject({ status: 422 });
    expect((await renew()).status).toBe(200);
  });
});

describe('lists', () => {
  test('come newest first in pages, and find a network', async () => {
    const list = (query: string, token = api.tokens.owner) =>
      api.call('GET', `/servers/acme-production/whitelist${query}`, { token });
    const all = (await list('')).body;
    expect(all.next_cursor).toBeNull();
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await list(`?limit=3&cursor=${cursor}`);
      expect(body.data.length).toBeLessThanOrEqual(3);
      paged.push(...body.data.map((entry: { id: string }) => entry.id));
      cursor = body.next_cursor;
    }
    expect(paged).toEqual(all.data.map((entry: { id: string }) => entry.id));
    const one = await list('?network=45.92.1.0/30&status=pending,active');
    const twice = await list('?network=45.92.1.0/30&status=pending&status=active');
    expect(twice.body).toEqual(one.body);
    expect(one.body.data).toMatchObject([{ network: '45.92.1.0/30' }]);
    expect((await list('?network=45.92.1.0/30&status=active')).body.data).toEqual([]);
    expect((await list('?status=&network=&limit=&cursor=')).body.data).toHaveLength(all.data.length);
  });

  test.each([
    ['status=open', 'status'],
    ['network=45.92.1.1/30', 'network'],
    ['limit=none', 'limit'],
    ['cursor=e30', 'cursor'],
  ])('?%s is 400 and names %s', async (query, field) => {
    const { status, body } = await api.call('GET', `/servers/acme-production/whitelist?${query}`, {
      token: api.tokens.owner,
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ field }] });
  });

  const id = '0b0f3f0e-8a4d-4c56-9d6e-3f1c2b7a9e10';
  const at = '2026-11-23T12:00:00.000Z';
  test.each([
    ...['2026', '+275760-09-13T00:00:00.001Z', '0000-01-01T00:00:00.000Z', '2026-11-23', '23 Nov 2026'],
    ...['2026-02-30T12:00:00.000Z', '2026-11-23T12:00:00Z', `${at} `, `${at}\0`, 'infinity', '', 2026, null],
  ])('a cursor with the moment %j is none', async (moment) => {
    const forged = [
      { at: moment, id },
      { at, id: moment },
    ];
    for (const one of forged) {
      const cursor = Buffer.from(JSON.stringify(one)).toString('base64url');
      const { status, body } = await api.call('GET', `/whitelist?cursor=${cursor}`, {
        token: api.tokens.support,
      });
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'cursor' }] });
    }
  });

  test('a cursor is taken as it was given, and not otherwise', async () => {
    const search = async (cursor: string) =>
      (await api.call('GET', `/whitelist?cursor=${cursor}`, { token: api.tokens.support })).status;
    const given = Buffer.from(JSON.stringify({ at, id })).toString('base64url');
    expect(await search(given)).toBe(200);
    for (const other of [
      `${given}=`,
      `${given}%20`,
      Buffer.from(JSON.stringify({ id, at })).toString('base64url'),
    ]) {
      expect(await search(other)).toBe(400);
    }
  });

  test('over all accounts find what covers an address, for staff', async () => {
    await inForce(api.db.database, api.cast, '45.96.1.1', api.cast.otherOwner, 'globex-mail');
    const search = (query: string) => api.call('GET', `/whitelist${query}`, { token: api.tokens.support });
    const found = await search('?address=45.96.1.1&status=active');
    expect(found.body.data).toMatchObject([{ account: 'globex', network: '45.96.1.1' }]);
    expect((await search('?address=45.92.1.2')).body.data).toMatchObject([{ network: '45.92.1.0/30' }]);
    expect((await search('?address=45.96.1.9')).body.data).toEqual([]);
  });
});
