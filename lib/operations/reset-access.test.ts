import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findInvitation } from '../../db/queries/invitations.ts';
import { findLiveSession } from '../../db/queries/sessions.ts';
import { people, sessions } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { PasswordHasher } from '../adapters/password-hasher.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { authenticateToken } from './authenticate-token.ts';
import { changePassword } from './change-password.ts';
import { createToken } from './create-token.ts';
import { erasePerson } from './erase-person.ts';
import { issueInvitation } from './issue-invitation.ts';
import { resetAccess } from './reset-access.ts';
import { operatorActor } from './result.ts';
import { signIn } from './sign-in.ts';
import { eventsOf, goodPassword, makePerson, passwords, personActor } from './testing-people.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const now = new Date('2026-05-01T10:00:05Z');
const visitor = { address: '203.0.113.9', userAgent: null };
const other = 'quiet lamp orbits';

let email: string;
let personId: string;
let count = 0;
beforeEach(async () => {
  count += 1;
  email = `lost-${count}@acme.example`;
  personId = await makePerson(db.database, { email, staff: 'support' });
  await db.database
    .update(people)
    .set({ totpSecret: 'sealed', totpConfirmedAt: now, totpLastStep: 5 })
    .where(eq(people.id, personId));
});

const enter = (password: string) =>
  signIn({ database: db.database, passwords, email, password, visitor, now });
const accept = (token: string, password: string) =>
  acceptInvitation({ database: db.database, passwords, token, name: '', password, visitor, now });
const reset = (lost: { password: boolean; authenticator: boolean }, changes = {}) =>
  resetAccess({
    database: db.database,
    actor: operatorActor,
    personId,
    lost,
    reason: 'Showed an identity card',
    now,
    ...changes,
  });

test('a forgotten password: sessions end, the old one is good no longer, a link sets one once', async () => {
  const before = await enter(goodPassword);
  if (!before.ok) throw new Error(before.code);
  const older = await issueInvitation(db.database, personId, now);
  const result = await reset({ password: true, authenticator: false });
  if (!result.ok || result.invitation === null) throw new Error('no link');
  expect(await findLiveSession(db.database, before.session.id, now)).toBeUndefined();
  expect(await enter(goodPassword)).toMatchObject({ ok: false });
  expect(await findInvitation(db.database, older.token, now)).toBeUndefined();

  // The authenticator stays, and is asked for.
  expect(await accept(result.invitation, other)).toMatchObject({ ok: true, secondFactor: 'needed' });
  expect(await enter(other)).toMatchObject({ ok: true, secondFactor: 'needed' });
  expect(await accept(result.invitation, 'a third of them')).toEqual({ ok: false, code: 'invitation_gone' });
});

test.each([
  { password: true, authenticator: false },
  { password: false, authenticator: true },
])('ends the tokens of the person, who may not have made them all: %o', async (lost) => {
  const make = async (holder: string) => {
    const made = await createToken({
      ...{
        database: db.database,
        actor: operatorActor,
        personId: holder,
        name: 'Deploy',
        scope: 'staff',
        now,
      },
    });
    return made.ok ? made.token : '';
  };
  const other = await makePerson(db.database, { email: `other-${count}@acme.example`, staff: 'support' });
  const [mine, theirs] = [await make(personId), await make(other)];
  expect(await reset(lost)).toMatchObject({ ok: true, tokens: 1 });
  expect(await authenticateToken({ database: db.database, token: mine, now })).toBeNull();
  expect(await authenticateToken({ database: db.database, token: theirs, now })).not.toBeNull();
  expect((await eventsOf(db.database, 'access_reset')).at(-1)?.content).toMatchObject({ tokens: 1 });
  expect(await reset(lost)).toMatchObject({ ok: true, tokens: 0 });
});

/** A hasher while whose look at a password that one is reset. */
const resetMeanwhile: PasswordHasher = {
  hash: passwords.hash,
  verify: async (stored, password) => {
    const verdict = await passwords.verify(stored, password);
    expect(await reset({ password: true, authenticator: false })).toMatchObject({ ok: true });
    return verdict;
  },
};

test('a sign-in that was looking at the password does not outlive the reset', async () => {
  const slow = {
    database: db.database,
    passwords: resetMeanwhile,
    email,
    password: goodPassword,
    visitor,
    now,
  };
  expect(await signIn(slow)).toEqual({ ok: false, code: 'wrong_credentials' });
  expect(await db.database.$count(sessions, eq(sessions.personId, personId))).toBe(0);
});

test('a link that was being used does not set a password after the reset', async () => {
  await reset({ password: true, authenticator: false });
  const older = await issueInvitation(db.database, personId, now);
  const slow: PasswordHasher = {
    verify: passwords.verify,
    hash: async (password) => {
      const hashed = await passwords.hash(password);
      expect(await reset({ password: true, authenticator: false })).toMatchObject({ ok: true });
      return hashed;
    },
  };
  const used = { database: db.database, passwords: slow, token: older.token, name: '', visitor, now };
  expect(await acceptInvitation({ ...used, password: other })).toEqual({
    ok: false,
    code: 'invitation_gone',
  });
  expect(await enter(other)).toEqual({ ok: false, code: 'wrong_credentials' });
});

test('a change of the password that was under way does not undo the reset', async () => {
  const before = await enter(goodPassword);
  if (!before.ok) throw new Error(before.code);
  const changed = await changePassword({
    ...{ database: db.database, passwords: resetMeanwhile, actor: personActor(personId), now },
    ...{ sessionId: before.session.id, current: goodPassword, password: other },
  });
  expect(changed).toEqual({ ok: false, code: 'wrong_credentials' });
  expect(await enter(other)).toEqual({ ok: false, code: 'wrong_credentials' });
});

test('a lost authenticator: the password stays, and staff must set up another one', async () => {
  const before = await enter(goodPassword);
  if (!before.ok) throw new Error(before.code);
  expect(await reset({ password: false, authenticator: true })).toEqual({
    ok: true,
    invitation: null,
    tokens: 0,
  });
  expect(await findLiveSession(db.database, before.session.id, now)).toBeUndefined();
  expect(await enter(goodPassword)).toMatchObject({ ok: true, secondFactor: 'to_enrol' });
  const [row] = await db.database.select().from(people).where(eq(people.id, personId));
  expect(row).toMatchObject({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null });
});

test('leaves an event with its reason, and nothing without one', async () => {
  const events = async () => (await eventsOf(db.database, 'access_reset')).length;
  const before = await events();
  expect(await reset({ password: true, authenticator: true }, { reason: ' ' })).toEqual({
    ok: false,
    code: 'reason_missing',
  });
  expect(await enter(goodPassword)).toMatchObject({ ok: true });
  expect(await events()).toBe(before);
  await reset({ password: true, authenticator: true });
  expect(await events()).toBe(before + 1);
});

test('nobody in the portal may do it to anybody, and who was forgotten is not found', async () => {
  const actor = personActor(personId);
  const lost = { password: true, authenticator: true };
  expect(await reset(lost, { actor })).toEqual({ ok: false, code: 'not_found' });
  const admin = { ...actor, viewer: { personId, memberships: [], staffRole: 'admin' as const } };
  expect(await reset(lost, { actor: admin })).toEqual({ ok: false, code: 'not_found' });
  expect(await enter(goodPassword)).toMatchObject({ ok: true });
  await erasePerson({ database: db.database, actor: operatorActor, personId, reason: 'Asked for it', now });
  expect(await reset(lost)).toEqual({ ok: false, code: 'not_found' });
});
