import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listMembers } from '../../db/queries/people.ts';
import { findLiveSession } from '../../db/queries/sessions.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { AccountRole } from '../domain/permissions.ts';
import { changeMember } from './change-member.ts';
import { changePassword } from './change-password.ts';
import { createToken } from './create-token.ts';
import { inviteMember } from './invite-member.ts';
import { type Actor, operatorActor } from './result.ts';
import { signIn } from './sign-in.ts';
import { eventsOf, goodPassword, makeAccount, makePerson, passwords } from './testing-people.ts';
import { throttleRules } from './throttle.ts';

let db: TestDatabase;
let count = 0;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const now = new Date('2026-05-01T10:00:00Z');
const lastOwner = { ok: false, code: 'invalid', field: 'role', reason: 'last_owner' };
const notAllowed = { ok: false, code: 'not_allowed', ability: 'manage_people' };

/** An account with one person for each of these roles, as actors of that account. */
async function account(...roles: AccountRole[]) {
  const accountId = await makeAccount(db.database, `account-${++count}`);
  const actors: Actor[] = [];
  for (const [index, role] of roles.entries()) {
    const personId = await makePerson(db.database, {
      email: `${role}${index}@account-${count}.example`,
      member: [{ accountId, role }],
    });
    const viewer = { personId, memberships: [{ accountId, role }], staffRole: null };
    actors.push({ kind: 'person', viewer, address: null, via: 'portal' });
  }
  return { accountId, actors };
}

function idOf(actor: Actor | undefined): string {
  return actor?.viewer?.personId ?? '';
}

type Who = { accountId: string; actor: Actor | undefined };

const change = ({ accountId, actor }: Who, personId: string, role: AccountRole | null) =>
  changeMember({ database: db.database, actor: actor as Actor, accountId, personId, role, now });
const invite = ({ accountId, actor }: Who, email: string, role: AccountRole = 'member') =>
  inviteMember({ database: db.database, actor: actor as Actor, accountId, email, role, now });
const rolesOf = async (accountId: string) =>
  (await listMembers(db.database, accountId)).map((member) => member.role);

describe('people of an account', () => {
  test('an owner gives another role, and ends a membership, each an event of the account', async () => {
    const { accountId, actors } = await account('owner', 'member');
    const [actor, member] = actors;
    expect(await change({ accountId, actor }, idOf(member), 'owner')).toEqual({ ok: true, role: 'owner' });
    expect(await rolesOf(accountId)).toEqual(['owner', 'owner']);
    expect(await change({ accountId, actor }, idOf(member), null)).toEqual({ ok: true, role: null });
    expect(await rolesOf(accountId)).toEqual(['owner']);
    expect((await eventsOf(db.database, 'membership_set')).at(-1)).toEqual({
      actorId: idOf(actor),
      content: { person: idOf(member), role: 'owner', before: 'member' },
    });
    expect((await eventsOf(db.database, 'membership_ended')).at(-1)?.content).toEqual({
      person: idOf(member),
      role: 'owner',
    });
  });

  test('the last owner stays', async () => {
    const { accountId, actors } = await account('owner', 'member');
    const [actor] = actors;
    expect(await change({ accountId, actor }, idOf(actor), null)).toEqual(lastOwner);
    expect(await change({ accountId, actor }, idOf(actor), 'viewer')).toEqual(lastOwner);
  });

  test('two owners who remove each other at once: one remains', async () => {
    const { accountId, actors } = await account('owner', 'owner');
    const [one, other] = actors;
    const results = await Promise.all([
      change({ accountId, actor: one }, idOf(other), null),
      change({ accountId, actor: other }, idOf(one), null),
    ]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(await rolesOf(accountId)).toEqual(['owner']);
  });

  test('are managed by owners alone; for strangers the account does not exist', async () => {
    const { accountId, actors } = await account('owner', 'member', 'viewer');
    const stranger = await account('owner');
    for (const actor of actors.slice(1)) {
      expect(await change({ accountId, actor }, idOf(actors[0]), 'viewer')).toEqual(notAllowed);
      expect(await invite({ accountId, actor }, 'new@acme.example')).toEqual(notAllowed);
    }
    const actor = stranger.actors[0];
    expect(await change({ accountId, actor }, idOf(actors[0]), null)).toEqual({
      ok: false,
      code: 'not_found',
    });
    expect(await invite({ accountId, actor }, 'new@acme.example')).toEqual({ ok: false, code: 'not_found' });
    const own = { accountId: stranger.accountId, actor };
    expect(await change(own, idOf(actors[0]), null)).toEqual({ ok: false, code: 'not_found' });
    expect(await change(own, 'not-a-uuid', null)).toEqual({ ok: false, code: 'not_found' });
    expect(await rolesOf(accountId)).toEqual(['owner', 'member', 'viewer']);
  });

  test('are invited in the same words, known elsewhere or not', async () => {
    const { accountId, actors } = await account('owner');
    const elsewhere = await account('owner');
    const [known] = await listMembers(db.database, elsewhere.accountId);
    const owner = { accountId, actor: actors[0] };
    expect(await invite(owner, known?.email ?? '')).toEqual({ ok: true });
    expect(await invite(owner, 'Brand.New@acme.example', 'viewer')).toEqual({ ok: true });
    expect(await rolesOf(accountId)).toEqual(['owner']);
    expect(await invite(owner, 'brand.new@acme.example', 'owner')).toEqual({
      ok: false,
      code: 'taken',
      field: 'email',
    });
  });
});

describe('another password', () => {
  const visitor = { address: '203.0.113.9', userAgent: null };
  const other = 'velvet anchor sings';

  async function someone() {
    const email = `someone${++count}@acme.example`;
    const personId = await makePerson(db.database, { email, staff: 'support' });
    const open = async (password = goodPassword) => {
      const result = await signIn({ database: db.database, passwords, email, password, visitor, now });
      return result.ok ? result.session.id : null;
    };
    const viewer = { personId, memberships: [], staffRole: null };
    const actor: Actor = { kind: 'person', viewer, address: null, via: 'portal' };
    const to = (password: string, current: string, sessionId: string | null) =>
      changePassword({
        database: db.database,
        passwords,
        actor,
        sessionId: sessionId ?? '',
        current,
        password,
        now,
      });
    return { personId, open, to };
  }

  test('is set by who knows the current one; every other session ends', async () => {
    const { personId, open, to } = await someone();
    const here = await open();
    const there = await open();
    await createToken({
      database: db.database,
      actor: operatorActor,
      personId,
      name: 'Deploy',
      scope: 'staff',
      now,
    });
    expect(await to(other, goodPassword, here)).toEqual({ ok: true, tokens: 1 });
    expect(await findLiveSession(db.database, here ?? '', now)).toBeDefined();
    expect(await findLiveSession(db.database, there ?? '', now)).toBeUndefined();
    expect(await open()).toBeNull();
    expect(await open(other)).not.toBeNull();
    expect((await eventsOf(db.database, 'password_changed')).at(-1)?.actorId).toBe(personId);
  });

  test('not without it, not a weak one, and not by guessing', async () => {
    const { open, to } = await someone();
    const here = await open();
    expect(await to('short', goodPassword, here)).toEqual({
      ok: false,
      code: 'password_refused',
      reason: 'too_short',
    });
    // In other letters it is the same one.
    const wide = goodPassword.replace(/[a-z]/, (letter) =>
      String.fromCodePoint(letter.charCodeAt(0) + 0xfee0),
    );
    expect(wide).not.toBe(goodPassword);
    for (const same of [goodPassword, wide]) {
      expect(await to(same, goodPassword, here)).toEqual({
        ok: false,
        code: 'password_refused',
        reason: 'unchanged',
      });
    }
    for (let time = 0; time < throttleRules.person_from_client.attempts; time++) {
      expect(await to(other, 'a wrong one', here)).toEqual({ ok: false, code: 'wrong_credentials' });
    }
    expect(await to(other, goodPassword, here)).toMatchObject({ ok: false, code: 'throttled' });
    expect(await open()).not.toBeNull();
  });
});
