import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiTokens, memberships, people, staff } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { TokenScope } from '../domain/permissions.ts';
import { authenticateToken } from './authenticate-token.ts';
import { createToken } from './create-token.ts';
import { type Actor, systemActor } from './result.ts';
import { revokeToken } from './revoke-token.ts';
import { eventsOf, makeAccount, makePerson, personActor } from './testing-people.ts';
import { throttleRules } from './throttle.ts';

let db: TestDatabase;
let accountId: string;
let count = 0;
beforeAll(async () => {
  db = await createTestDatabase();
  accountId = await makeAccount(db.database, 'acme');
});
afterAll(() => db.close());

const now = new Date('2026-05-01T10:00:00Z');
const minutes = (passed: number) => new Date(now.getTime() + passed * 60_000);

type Who = 'owner' | 'member' | 'nobody' | 'support' | 'admin';

function make(who: Who): Promise<string> {
  const email = `${who}${++count}@acme.example`;
  if (who === 'support' || who === 'admin') return makePerson(db.database, { email, staff: who });
  return makePerson(db.database, { email, member: who === 'nobody' ? [] : [{ accountId, role: who }] });
}

type Given = { actor?: Actor; name?: string; expiresAt?: Date | null };

function create(personId: string, scope: TokenScope, given: Given = {}) {
  const { actor = systemActor, name = 'Ticket system', expiresAt = null } = given;
  return createToken({ database: db.database, actor, personId, name, scope, expiresAt, now });
}

async function tokenOf(personId: string, scope: TokenScope, given: Given = {}) {
  const made = await create(personId, scope, given);
  if (!made.ok) throw new Error(made.code);
  return made;
}

const authenticate = (token: string, at = now) =>
  authenticateToken({ database: db.database, token, now: at });

describe('a token', () => {
  test('is shown once, stored as a digest, and its making is an event', async () => {
    const personId = await make('owner');
    const { token, tokenId } = await tokenOf(personId, 'account', { actor: personActor(personId) });
    expect(token).toMatch(/^pst_[A-Za-z0-9_-]{43}$/);
    const [row] = await db.database.select().from(apiTokens).where(eq(apiTokens.id, tokenId));
    expect(JSON.stringify(row)).not.toContain(token);
    expect((await eventsOf(db.database, 'token_created')).at(-1)).toEqual({
      actorId: personId,
      content: { token: tokenId, person: personId, scope: 'account', expires_at: null },
    });
  });

  test('is made fifty times in a day by one person, and by an operator as often as is needed', async () => {
    const personId = await make('owner');
    const { attempts, blockMs } = throttleRules.tokens_made;
    const own = { actor: personActor(personId) };
    for (let made = 0; made < attempts; made++) await tokenOf(personId, 'account', own);
    const until = new Date(now.getTime() + blockMs);
    expect(await create(personId, 'account', own)).toEqual({ ok: false, code: 'throttled', until });
    expect(await create(personId, 'account')).toMatchObject({ ok: true });
  });

  const fits: Record<Who, TokenScope[]> = {
    nobody: [],
    owner: ['account'],
    member: ['account'],
    support: ['staff'],
    admin: ['staff', 'platform'],
  };
  const scopes: TokenScope[] = ['account', 'staff', 'platform'];
  test.each(
    Object.entries(fits).flatMap(([who, allowed]) =>
      scopes.map((scope) => [who as Who, scope, allowed.includes(scope)] as const),
    ),
  )('%s, %s: %s', async (who, scope, allowed) => {
    const made = await create(await make(who), scope);
    if (allowed) expect(made).toMatchObject({ ok: true });
    else expect(made).toEqual({ ok: false, code: 'invalid', field: 'scope', reason: 'not_for_this_person' });
  });

  test('is made by the person, for nobody else, and an account’s by an owner', async () => {
    const owner = await make('owner');
    const member = await make('member');
    expect(await create(member, 'account', { actor: personActor(owner) })).toEqual({
      ok: false,
      code: 'not_found',
    });
    expect(await create(member, 'account', { actor: personActor(member) })).toEqual({
      ok: false,
      code: 'not_allowed',
      ability: 'manage_tokens',
    });
    expect(await create('not-a-uuid', 'account')).toEqual({ ok: false, code: 'not_found' });
  });

  test.each([
    [{ name: '  ' }, 'name', 'empty'],
    [{ name: 'x'.repeat(101) }, 'name', 'too_long'],
    [{ expiresAt: now }, 'expires_at', 'in_the_past'],
  ])('with %o is refused', async (given, field, reason) => {
    expect(await create(await make('owner'), 'account', given)).toEqual({
      ok: false,
      code: 'invalid',
      field,
      reason,
    });
  });
});

describe('who comes with a token', () => {
  test('has of the person’s roles only what its scope reaches', async () => {
    const personId = await makePerson(db.database, {
      email: 'both@postern.example',
      staff: 'admin',
      member: [{ accountId, role: 'owner' }],
    });
    const viewers = {
      account: { personId, memberships: [{ accountId, role: 'owner' }], staffRole: null },
      staff: { personId, memberships: [], staffRole: 'admin' },
      platform: { personId, memberships: [], staffRole: null },
    };
    for (const scope of ['account', 'staff', 'platform'] as const) {
      const { token, tokenId } = await tokenOf(personId, scope);
      expect(await authenticate(token)).toEqual({ tokenId, personId, scope, viewer: viewers[scope] });
    }
  });

  test('may do what the person may do now', async () => {
    const owner = await make('owner');
    const { token } = await tokenOf(owner, 'account');
    await db.database.update(memberships).set({ endedAt: now }).where(eq(memberships.personId, owner));
    expect((await authenticate(token))?.viewer).toEqual({
      personId: owner,
      memberships: [],
      staffRole: null,
    });

    const admin = await make('admin');
    const staffToken = await tokenOf(admin, 'staff');
    const platformToken = await tokenOf(admin, 'platform');
    await db.database.update(staff).set({ role: 'support' }).where(eq(staff.personId, admin));
    expect((await authenticate(staffToken.token))?.viewer.staffRole).toBe('support');
    expect(await authenticate(platformToken.token)).toBeNull();
    await db.database.update(staff).set({ endedAt: now }).where(eq(staff.personId, admin));
    expect(await authenticate(staffToken.token)).toBeNull();
  });

  test('is nobody once it has expired, or the person is erased', async () => {
    const personId = await make('owner');
    const { token } = await tokenOf(personId, 'account', { expiresAt: minutes(10) });
    expect(await authenticate(token, minutes(9))).not.toBeNull();
    expect(await authenticate(token, minutes(10))).toBeNull();
    await db.database
      .update(people)
      .set({ email: null, name: null, passwordHash: null, erasedAt: now })
      .where(eq(people.id, personId));
    expect(await authenticate(token)).toBeNull();
  });

  test.each(['', 'pst_', 'pst_unknown', 'Bearer pst_x', '\u0000'])('“%s” is nobody', async (token) => {
    expect(await authenticate(token)).toBeNull();
  });

  test('its use is noted, at most every five minutes', async () => {
    const { token, tokenId } = await tokenOf(await make('owner'), 'account');
    const used = async () =>
      (await db.database.select().from(apiTokens).where(eq(apiTokens.id, tokenId)))[0]?.lastUsedAt;
    expect(await used()).toBeNull();
    await authenticate(token);
    await authenticate(token, minutes(4));
    expect(await used()).toEqual(now);
    await authenticate(token, minutes(6));
    expect(await used()).toEqual(minutes(6));
  });
});

describe('revoking', () => {
  const revoke = (tokenId: string, actor: Actor) =>
    revokeToken({ database: db.database, actor, tokenId, now });

  test('ends it at once, by its own person, and is an event', async () => {
    const personId = await make('owner');
    const { token, tokenId } = await tokenOf(personId, 'account');
    const stranger = personActor(await make('owner'));
    expect(await revoke(tokenId, stranger)).toEqual({ ok: false, code: 'not_found' });
    expect(await authenticate(token)).not.toBeNull();
    expect(await revoke(tokenId, personActor(personId))).toEqual({ ok: true });
    expect(await authenticate(token)).toBeNull();
    expect(await revoke(tokenId, personActor(personId))).toEqual({ ok: false, code: 'not_found' });
    expect((await eventsOf(db.database, 'token_revoked')).map((event) => event.content.token)).toEqual([
      tokenId,
    ]);
  });

  test('by the operator ends any; what is none is not found', async () => {
    const { tokenId } = await tokenOf(await make('owner'), 'account');
    expect(await revoke(tokenId, systemActor)).toEqual({ ok: true });
    expect(await revoke('not-a-uuid', systemActor)).toEqual({ ok: false, code: 'not_found' });
  });
});
