import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { accounts, apiTokens, entries, people, throttles } from '../../../db/schema.ts';
import { tokenHash } from '../../../lib/operations/create-token.ts';
import { testNow } from '../../../lib/operations/testing.ts';
import { takeAttempt, throttle, throttleRules } from '../../../lib/operations/throttle.ts';
import { endpoints } from '../../../lib/web/api/endpoints.ts';
import { LARGEST_BODY_BYTES } from '../../../lib/web/api/read-body.ts';
import { log } from '../../../lib/web/log.ts';
import { type ApiOptions, makeToken, openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const attestations = { static: true, dedicated: true, responsible: true };
const whitelist = '/servers/acme-production/whitelist';
const post = (options: ApiOptions) => api.call('POST', whitelist, { token: api.tokens.owner, ...options });

describe('without a valid token', () => {
  test.each(endpoints.map((one) => [one.method.toUpperCase(), one.path] as const))(
    '%s %s is 401, whatever is asked of it',
    async (method, path) => {
      const asked = path.replaceAll(/\{\w+\}/g, 'anything');
      for (const token of [undefined, 'pst_wrong', 'wrong']) {
        const { status, headers, body } = await api.call(method, asked, { token });
        expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthorized' });
        expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    },
  );

  test('a token that has expired, was revoked, or whose person was erased is none', async () => {
    const token = await makeToken(api.db, 'member@acme.example', 'account');
    const get = () => api.call('GET', whitelist, { token });
    expect((await get()).status).toBe(200);
    for (const change of [{ revokedAt: testNow }, { revokedAt: null, expiresAt: testNow }]) {
      await api.db.database.update(apiTokens).set(change);
      expect((await get()).status).toBe(401);
    }
    await api.db.database.update(apiTokens).set({ expiresAt: null });
    expect((await get()).status).toBe(200);
    await api.db.database
      .update(people)
      .set({ erasedAt: testNow, email: null, name: null, passwordHash: null })
      .where(eq(people.email, 'member@acme.example'));
    expect((await get()).status).toBe(401);
  });
});

describe('a body', () => {
  const good = { network: '45.97.1.1', purpose: 'Scanner', attestations };
  const json = { 'content-type': 'application/json' };

  test.each<[string, ApiOptions, number, string, string[]]>([
    ['that is not JSON', { raw: '{', headers: json }, 400, 'malformed_json', []],
    [
      'that is not UTF-8',
      { raw: new Uint8Array([0x22, 0xff, 0x22]), headers: json },
      400,
      'malformed_json',
      [],
    ],
    ['that is no object', { body: [] }, 400, 'invalid_request', ['body']],
    [
      'that is nested without end',
      {
        raw: `{"network":"45.97.1.1","x":${'['.repeat(4000)}${']'.repeat(4000)}}`,
        headers: { ...json, 'idempotency-key': 'deep' },
      },
      400,
      'invalid_request',
      ['body'],
    ],
    [
      'of another type',
      { raw: 'network=1', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
      [],
    ],
    ['without a type', { raw: new Uint8Array([0x7b, 0x7d]) }, 415, 'unsupported_media_type', []],
    ['that is missing', {}, 400, 'invalid_request', ['network', 'purpose', 'attestations']],
    [
      'with wrong types',
      { body: { ...good, network: 1, attestations: { static: 'yes' } } },
      400,
      'invalid_request',
      ['network', 'attestations.static', 'attestations.dedicated', 'attestations.responsible'],
    ],
    ['with an empty purpose', { body: { ...good, purpose: '  ' } }, 400, 'invalid_request', ['purpose']],
    ['with a NUL', { body: { ...good, label: 'a\0b' } }, 400, 'invalid_request', ['label']],
    [
      'with a terminal escape',
      { body: { ...good, label: 'a\u001b[2Jb' } },
      400,
      'invalid_request',
      ['label'],
    ],
    ['with two lines in one', { body: { ...good, site: 'a\nb' } }, 400, 'invalid_request', ['site']],
    [
      'with a text turned around',
      { body: { ...good, label: 'a\u202eb' } },
      400,
      'invalid_request',
      ['label'],
    ],
    [
      'with a day of no year',
      { body: { ...good, lease_end: '0000-01-01' } },
      400,
      'invalid_request',
      ['lease_end'],
    ],
    ['with half a character', { body: { ...good, label: '\ud800' } }, 400, 'invalid_request', ['label']],
    [
      'with a date that is none',
      { body: { ...good, lease_end: '2026-02-30' } },
      400,
      'invalid_request',
      ['lease_end'],
    ],
    [
      'with a rate of nothing',
      { body: { ...good, scope: { messages_per_hour: 0 } } },
      400,
      'invalid_request',
      ['scope.messages_per_hour'],
    ],
    [
      'that begins in the sandbox',
      { body: { ...good, scope: { mode: 'sandbox' } } },
      400,
      'invalid_request',
      ['scope.mode'],
    ],
  ])('%s is refused, and changes nothing', async (_what, options, status, code, fields) => {
    const before = await api.db.database.$count(entries);
    const answer = await post(options);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect((answer.body.errors ?? []).map((error: { field: string }) => error.field)).toEqual(fields);
    expect(await api.db.database.$count(entries)).toBe(before);
  });

  test('of a wrong type is told apart from what is missing', async () => {
    const { body } = await post({ body: { purpose: null, attestations, label: 7 } });
    expect(body.errors).toEqual([
      { field: 'network', message: 'is missing' },
      { field: 'purpose', message: expect.stringContaining('expected string') },
      { field: 'label', message: expect.stringContaining('expected string') },
    ]);
    const read = await api.call('GET', `${whitelist}?limit=many`, { token: api.tokens.owner });
    expect(read.body.errors).toEqual([
      { field: 'limit', message: expect.stringContaining('expected number') },
    ]);
  });

  test('that is too large is 413, announced or not', async () => {
    const raw = JSON.stringify({ ...good, purpose: 'x'.repeat(LARGEST_BODY_BYTES) });
    expect((await post({ raw, headers: json })).status).toBe(413);
    expect((await post({ raw: '{}', headers: { ...json, 'content-length': '9999999' } })).status).toBe(413);
  });

  test('of a JSON type with parameters is taken', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await post({ raw: JSON.stringify(good), headers })).status).toBe(201);
  });
});

test.each(['%00', '%ff', '..%2F..', 'ACME-PRODUCTION'])('the server %s is not found', async (slug) => {
  const { status } = await api.call('GET', `/servers/${slug}/whitelist`, { token: api.tokens.owner });
  expect(status).toBe(404);
});

describe('Idempotency-Key', () => {
  const keyed = (key: string, network: string, more: object = {}, token = api.tokens.owner) =>
    post({
      token,
      body: { network, purpose: 'Scanner', attestations, ...more },
      headers: { 'idempotency-key': key },
    });

  test('the same again is answered the same, and nothing is made twice', async () => {
    const first = await keyed('once', '45.98.1.1');
    const again = await keyed('once', '45.98.1.1');
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect((await keyed('other', '45.98.1.1')).body.code).toBe('already_requested');
  });

  test('means nothing for the order of the fields', async () => {
    const headers = { 'idempotency-key': 'order', 'content-type': 'application/json' };
    const fields = Object.entries({ network: '45.98.1.2', purpose: 'Scanner', attestations });
    const first = await post({ headers, raw: JSON.stringify(Object.fromEntries(fields)) });
    const again = await post({ headers, raw: JSON.stringify(Object.fromEntries(fields.reverse())) });
    expect([first.status, again.body.id]).toEqual([201, first.body.id]);
  });

  test('with another body is refused', async () => {
    await keyed('bound', '45.98.2.1');
    const other = await keyed('bound', '45.98.2.2');
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  test('belongs to its token', async () => {
    const mine = await keyed('shared', '45.98.3.1');
    const theirs = await keyed('shared', '45.98.3.1', {}, api.tokens.admin);
    expect([mine.status, theirs.status]).toEqual([201, 403]);
  });

  test('twenty at once make one entry, and all are told of it', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => keyed('race', '45.98.4.1')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  test('keeps a refusal of something endless, cut to whole characters', async () => {
    const { status, body } = await keyed('endless', `x${'🖨️🎈'.repeat(5000)}`);
    expect({ status, reason: body.reason }).toEqual({ status: 422, reason: 'not_an_address' });
    expect(body.detail.length).toBeLessThan(400);
    expect(body.detail.isWellFormed()).toBe(true);
  });

  test('keeps a refusal too, with its reference', async () => {
    const first = await keyed('refused', '10.0.0.1');
    expect(first.status).toBe(422);
    expect((await keyed('refused', '10.0.0.1')).body).toEqual(first.body);
  });

  test.each(['', 'x'.repeat(256), 'a\tb'])('%j is no key', async (key) => {
    expect(await keyed(key, '45.98.5.1')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'Idempotency-Key' }] },
    });
  });
});

test('twenty requests for one network at once, without a key, make one entry', async () => {
  const body = { network: '45.99.1.1', purpose: 'Scanner', attestations };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post({ body })));
  const codes = answers.map(({ status, body: { code } }) => code ?? status);
  expect(codes.sort()).toEqual([201, ...Array(19).fill('already_requested')]);
});

test('a token that has lost control of a loop is told when to come back', async () => {
  const token = await makeToken(api.db, 'owner@globex.example', 'account');
  const [row] = await api.db.database
    .select({ id: apiTokens.id })
    .from(apiTokens)
    .where(eq(apiTokens.tokenHash, tokenHash(token)));
  const key = throttle('api_token', row?.id ?? '');
  await takeAttempt(api.db.database, key, testNow);
  await api.db.database
    .update(throttles)
    .set({ failures: throttleRules.api_token.attempts })
    .where(eq(throttles.key, key.key));
  const { status, headers, body } = await api.call('GET', '/servers/globex-mail/whitelist', { token });
  expect({ status, code: body.code }).toEqual({ status: 429, code: 'too_many_requests' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await makeToken(api.db, 'owner@globex.example', 'account');
  expect((await api.call('GET', '/servers/globex-mail/whitelist', { token: other })).status).toBe(200);
});

test('who asks and withdraws without end is told when to go on, and the key of that request is still good', async () => {
  const [account] = await api.db.database.select().from(accounts).where(eq(accounts.slug, 'acme'));
  const key = throttle('account_requests', account?.id ?? '');
  const later = new Date(Date.now() + 90_000);
  const blocked = { key: key.key, failures: 10_000, windowStartedAt: new Date(), blockedUntil: later };
  await api.db.database.insert(throttles).values(blocked).onConflictDoUpdate({
    target: throttles.key,
    set: blocked,
  });
  const ask = () =>
    post({
      body: { network: '45.98.7.1', purpose: 'Scanner', attestations },
      headers: { 'idempotency-key': 'patient' },
    });
  const refused = await ask();
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(60);
  expect(wait).toBeLessThanOrEqual(90);
  await api.db.database.delete(throttles).where(eq(throttles.key, key.key));
  expect((await ask()).status).toBe(201);
});

test('what fails because the database has gone is 503, and says when to try again', async () => {
  const logged = vi.spyOn(log, 'error').mockReturnValue();
  const holder = await api.db.pool.connect();
  try {
    await holder.query('begin; lock table entries in access exclusive mode');
    const asked = api.call('GET', whitelist, { token: api.tokens.owner });
    const endWaiting = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await holder.query(endWaiting)).rowCount).toBe(1);
    const { status, headers, body } = await asked;
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body.reference).toMatch(/^PX-/);
  } finally {
    await holder.query('rollback');
    holder.release();
    logged.mockRestore();
  }
});

test('what breaks is 500 with a reference, and says nothing of what broke', async () => {
  const logged = vi.spyOn(log, 'error').mockReturnValue();
  await api.db.pool.query('alter table entries rename column site to place');
  try {
    const { status, body } = await api.call('GET', whitelist, { token: api.tokens.owner });
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'unexpected' });
    expect(body.reference).toMatch(/^PX-/);
    expect(JSON.stringify(body)).not.toContain('site');
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({ endpoint: 'listEntries', reference: body.reference }),
      expect.any(String),
    );
  } finally {
    await api.db.pool.query('alter table entries rename column place to site');
    logged.mockRestore();
  }
});
