import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findInvitation } from '../../../db/queries/invitations.ts';
import { entryStanding, events, memberships, smtpCredentials } from '../../../db/schema.ts';
import { addStaff } from '../../../lib/operations/add-staff.ts';
import { operatorActor } from '../../../lib/operations/result.ts';
import { inForce, testNow } from '../../../lib/operations/testing.ts';
import { openTestApi, type TestApi } from './testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

let slug = '';
let count = 0;
beforeEach(() => {
  count += 1;
  slug = `fed-${count}`;
});

const put = (path: string, body: unknown) => api.call('PUT', path, { token: api.tokens.platform, body });
const argon2id = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$rWhnsBPx0vQ1Z3nVZ3nVZ3nVZ3nVZ3nVZ3nVZ3nVZ3k';
const bcrypt = '$2b$12$abcdefghijklmnopqrstuv0123456789012345678901234567890ab'.slice(0, 60);
const sha512Crypt = `$6$rounds=5000$saltsalt$${'a'.repeat(86)}`;

async function newAccount(): Promise<void> {
  expect((await put(`/accounts/${slug}`, { name: 'Fed', status: 'active' })).status).toBe(201);
}

describe('PUT /accounts/{slug}', () => {
  test('creates, updates, and is as it was', async () => {
    const made = await put(`/accounts/${slug}`, {
      name: 'Fed',
      status: 'active',
      as_of: '2026-11-01T10:00:00+02:00',
    });
    expect(made).toMatchObject({
      status: 201,
      body: { slug, name: 'Fed', status: 'active', as_of: '2026-11-01T08:00:00.000Z' },
    });
    const changed = await put(`/accounts/${slug}`, { name: 'Fed again', status: 'suspended' });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Fed again', status: 'suspended' } });
    const before = await api.db.database.$count(events);
    expect((await put(`/accounts/${slug}`, { name: 'Fed again', status: 'suspended' })).status).toBe(200);
    expect(await api.db.database.$count(events)).toBe(before);
  });

  test('that is older than the last is 409 and changes nothing', async () => {
    await put(`/accounts/${slug}`, { name: 'New', status: 'active', as_of: '2026-11-02T00:00:00Z' });
    const older = await put(`/accounts/${slug}`, {
      name: 'Old',
      status: 'cancelled',
      as_of: '2026-11-01T00:00:00Z',
    });
    expect(older).toMatchObject({
      status: 409,
      body: { code: 'stale_feed', as_of: '2026-11-02T00:00:00.000Z' },
    });
    const now = await put(`/accounts/${slug}`, { name: 'New', status: 'active' });
    expect(now.body).toMatchObject({ name: 'New', status: 'active' });
  });

  test.each<[string, object, string]>([
    ['Fed', { name: 'x', status: 'active' }, 'slug'],
    ['fed', { status: 'active' }, 'name'],
    ['fed', { name: 'x', status: 'closed' }, 'status'],
    ['fed', { name: 'x', status: 'active', as_of: 'yesterday' }, 'as_of'],
    ['fed', { name: 'x', status: 'active', as_of: '0000-01-01' }, 'as_of'],
  ])('of %s with %j is 400 and names %s', async (name, body, field) => {
    expect(await put(`/accounts/${name}`, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ field }] },
    });
  });
});

describe('PUT /servers/{slug}', () => {
  test('feeds a server with everything, leaves alone what is absent, replaces what is listed', async () => {
    await newAccount();
    const path = `/servers/${slug}-mail`;
    const made = await put(path, {
      account: slug,
      name: 'Mail',
      status: 'active',
      plan: 'paid',
      subscription: { status: 'active', paid_until: '2027-01-31T00:00:00Z' },
      domains: ['Fed.Example', 'mail.fed.example'],
      credentials: [
        { username: `${slug}-one`, password_hash: argon2id },
        { username: `${slug}-two`, password_hash: bcrypt },
        { username: `${slug}-three`, password_hash: sha512Crypt },
      ],
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        slug: `${slug}-mail`,
        account: slug,
        plan: 'paid',
        subscription: { status: 'active', paid_until: '2027-01-31T00:00:00.000Z' },
        domains: ['fed.example', 'mail.fed.example'],
        credentials: [
          { username: `${slug}-one` },
          { username: `${slug}-three` },
          { username: `${slug}-two` },
        ],
      },
    });
    expect(JSON.stringify(made.body)).not.toContain('$argon2id');
    const changed = await put(path, { domains: ['fed.example'], subscription: { status: 'past_due' } });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        name: 'Mail',
        subscription: { status: 'past_due', paid_until: '2027-01-31T00:00:00.000Z' },
        domains: ['fed.example'],
      },
    });
    expect(changed.body.credentials).toHaveLength(3);
    expect((await put(path, { credentials: [] })).body.credentials).toEqual([]);
    const left = await api.db.database
      .select({ endedAt: smtpCredentials.endedAt })
      .from(smtpCredentials)
      .where(eq(smtpCredentials.username, `${slug}-one`));
    expect(left).toEqual([{ endedAt: testNow }]);
  });

  test('takes ten thousand credentials at once', async () => {
    await newAccount();
    const most = Array.from({ length: 10_000 }, (_, number) => ({
      username: `${slug}-${String(number).padStart(40, '0')}`,
      password_hash: `$argon2id$v=19$m=65536,t=3,p=4$${'c'.repeat(22)}$${'h'.repeat(43)}`,
    }));
    const made = await put(`/servers/${slug}-mail`, { account: slug, name: 'Mail', credentials: most });
    expect(made.status).toBe(201);
    expect(made.body.credentials).toHaveLength(10_000);
  });

  test('that lapses ends what is in force at once', async () => {
    const entry = await inForce(api.db.database, api.cast, '45.120.1.1');
    await put('/servers/acme-production', { subscription: { status: 'lapsed' } });
    const read = () => api.call('GET', `/whitelist/${entry.id}`, { token: api.tokens.owner });
    expect((await read()).body).toMatchObject({ status: 'active', in_force: false, state: 'lapsed' });
    await put('/servers/acme-production', { subscription: { status: 'active', paid_until: null } });
    expect((await read()).body).toMatchObject({ in_force: true, state: 'in_force' });
  });

  test('that falls silent stays in force for the grace after paid_until, then does not', async () => {
    const entry = await inForce(api.db.database, api.cast, '45.120.1.2');
    const paidUntil = async (days: number) => {
      const at = new Date(testNow.getTime() + days * 86_400_000).toISOString();
      await put('/servers/acme-production', { subscription: { status: 'past_due', paid_until: at } });
      return (await api.call('GET', `/whitelist/${entry.id}`, { token: api.tokens.owner })).body;
    };
    expect(await paidUntil(-13)).toMatchObject({ in_force: true });
    const silent = { in_force: false, state: 'lapsed', state_reason: 'subscription_unpaid' };
    expect(await paidUntil(-15)).toMatchObject(silent);
    await put('/servers/acme-production', { subscription: { status: 'active', paid_until: null } });
    const rows = await api.db.database
      .select()
      .from(entryStanding)
      .where(eq(entryStanding.entryId, entry.id));
    expect(rows[0]?.state).toBe('in_force');
  });

  test.each<[string, object, number, string]>([
    ['an unknown account', { account: 'nobody', plan: 'paid' }, 422, 'account'],
    ['no account', { plan: 'paid' }, 422, 'account'],
    ['an unknown plan', { account: 'acme', plan: 'gold' }, 422, 'plan'],
    ['a subscription of no plan', { account: 'acme', subscription: { status: 'active' } }, 422, 'plan'],
    [
      'a password in the open',
      { account: 'acme', credentials: [{ username: 'u', password_hash: 'secret' }] },
      400,
      'credentials.0.password_hash',
    ],
    [
      'a hash that nodes cannot bear',
      { account: 'acme', credentials: [{ username: 'u', password_hash: bcrypt.replace('$12$', '$31$') }] },
      400,
      'credentials.0.password_hash',
    ],
    [
      'a username twice',
      {
        account: 'acme',
        credentials: [
          { username: 'u', password_hash: bcrypt },
          { username: 'U', password_hash: bcrypt },
        ],
      },
      400,
      'credentials',
    ],
    ...['0000-01-01', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'].map(
      (at): [string, object, number, string] => [
        `an end that no calendar has, ${at}`,
        { account: 'acme', subscription: { status: 'active', paid_until: at } },
        400,
        'subscription.paid_until',
      ],
    ),
    ['a domain that is none', { account: 'acme', domains: ['acme'] }, 400, 'domains.0'],
    [
      'the user of another',
      { account: 'acme', credentials: [{ username: 'Globex-Mail', password_hash: bcrypt }] },
      409,
      'username',
    ],
  ])('with %s is refused', async (_what, body, status, field) => {
    const answer = await put(`/servers/${slug}-mail`, body);
    expect({ status: answer.status, field: answer.body.errors[0].field }).toEqual({ status, field });
  });
});

describe('PUT and DELETE /accounts/{slug}/people/{email}', () => {
  const email = () => `jo@${slug}.example`;
  const person = (body: unknown = { role: 'owner' }) =>
    put(`/accounts/${slug}/people/${encodeURIComponent(email())}`, body);

  test('invites who is new, once, and changes the role of who is not', async () => {
    await newAccount();
    const made = await person();
    expect(made).toMatchObject({ status: 201, body: { account: slug, email: email(), role: 'owner' } });
    const [, token = ''] =
      /^https:\/\/portal\.example\/invitation\/(.+)$/.exec(made.body.invitation_url) ?? [];
    expect(await findInvitation(api.db.database, token, testNow)).toMatchObject({ email: email() });
    const before = await api.db.database.$count(events);
    expect(await person()).toMatchObject({ status: 200, body: { invitation_url: null } });
    expect(await api.db.database.$count(events)).toBe(before);
    expect(await person({ role: 'viewer' })).toMatchObject({ status: 200, body: { role: 'viewer' } });
  });

  test('gives somebody who can sign in already another account, without an invitation', async () => {
    await newAccount();
    const answer = await put(`/accounts/${slug}/people/Owner@Acme.example`, { role: 'member' });
    expect(answer).toMatchObject({
      status: 201,
      body: { email: 'owner@acme.example', invitation_url: null },
    });
  });

  test('tells no link by which somebody known before sets a password', async () => {
    await newAccount();
    await person();
    await api.call('DELETE', `/accounts/${slug}/people/${email()}`, { token: api.tokens.platform });
    expect(await person()).toMatchObject({ status: 201, body: { invitation_url: null } });
  });

  test('lets nobody of staff in, who could not act on the account any more', async () => {
    await newAccount();
    const { personId } = await addStaff({
      ...{ database: api.db.database, actor: operatorActor, email: email(), role: 'support', now: testNow },
    });
    expect(await person()).toMatchObject({ status: 409, body: { code: 'staff_member' } });
    expect(await api.db.database.$count(memberships, eq(memberships.personId, personId))).toBe(0);
  });

  test('gives a link that ends when the person becomes staff', async () => {
    await newAccount();
    const made = await person();
    const token = made.body.invitation_url.split('/').at(-1);
    await addStaff({
      ...{ database: api.db.database, actor: operatorActor, email: email(), role: 'admin', now: testNow },
    });
    expect(await findInvitation(api.db.database, token, testNow)).toBeUndefined();
  });

  test('ten at once make one person and one membership', async () => {
    await newAccount();
    const answers = await Promise.all(Array.from({ length: 10 }, () => person()));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
  });

  test('of an unknown account is 404, of no address 400, of no role 400', async () => {
    expect((await person()).status).toBe(404);
    expect((await put('/accounts/acme/people/nobody', { role: 'owner' })).status).toBe(400);
    expect((await put('/accounts/acme/people/jo@acme.example', { role: 'king' })).status).toBe(400);
  });

  test('ends, once', async () => {
    await newAccount();
    await person();
    const end = () =>
      api.call('DELETE', `/accounts/${slug}/people/${email()}`, { token: api.tokens.platform });
    expect((await end()).status).toBe(204);
    expect((await end()).status).toBe(404);
    expect((await person()).status).toBe(201);
  });
});
