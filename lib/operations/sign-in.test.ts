import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findLiveSession, SESSION_IDLE_DAYS } from '../../db/queries/sessions.ts';
import { eventPrivate, memberships, people, sessions, staff, throttles } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { signIn } from './sign-in.ts';
import { signInByProvider } from './sign-in-by-provider.ts';
import { signOut } from './sign-out.ts';
import {
  countingPasswords,
  eventsOf,
  goodPassword,
  makeAccount,
  makePerson,
  passwords,
} from './testing-people.ts';
import { throttleRules } from './throttle.ts';
import { touchSession } from './touch-session.ts';

let db: TestDatabase;
let accountId: string;
let ownerId: string;

const now = new Date('2026-05-01T10:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const visitor = { address: '203.0.113.9', userAgent: 'Firefox' };

beforeAll(async () => {
  db = await createTestDatabase();
  accountId = await makeAccount(db.database, 'acme');
  ownerId = await makePerson(db.database, {
    email: 'owner@acme.example',
    member: [{ accountId, role: 'owner' }],
  });
  await makePerson(db.database, { email: 'invited@acme.example', withoutPassword: true });
});
afterAll(() => db.close());
beforeEach(() => db.database.delete(throttles));

type Try = { email?: string; password?: string; address?: string | null; at?: Date };

function attempt({ email = 'owner@acme.example', password = goodPassword, address, at = now }: Try = {}) {
  const from = address === undefined ? visitor : { address, userAgent: null };
  return signIn({ database: db.database, passwords, email, password, visitor: from, now: at });
}

async function signedIn(attempted: ReturnType<typeof attempt>) {
  const result = await attempted;
  if (!result.ok) throw new Error(`not signed in: ${result.code}`);
  return result;
}

describe('by password', () => {
  test('the right one makes a session that knows the person and what they may do', async () => {
    const { session, ...rest } = await signedIn(attempt({ email: '  Owner@ACME.example ' }));
    expect(rest).toEqual({ ok: true, staffRole: null, secondFactor: 'not_needed' });
    expect(await findLiveSession(db.database, session.id, now)).toMatchObject({
      sessionId: session.id,
      person: { id: ownerId, email: 'owner@acme.example' },
      secondFactor: 'not_needed',
      viewer: { personId: ownerId, memberships: [{ accountId, role: 'owner' }], staffRole: null },
    });
  });

  test('leaves an event that names session and person, the address apart from the chain', async () => {
    const { session } = await signedIn(attempt());
    const event = (await eventsOf(db.database, 'signed_in')).at(-1);
    expect(event).toEqual({
      actorId: ownerId,
      content: { session: session.id, method: 'password', second_factor: 'not_needed' },
    });
    const told = await db.database.select().from(eventPrivate).where(eq(eventPrivate.personId, ownerId));
    expect(JSON.parse(told.at(-1)?.content ?? '')).toEqual({ address: '203.0.113.9', via: 'portal' });
  });

  test.each([
    ['a wrong password', { password: 'tidal kettle' }],
    ['an empty password', { password: '' }],
    ['nobody’s e-mail', { email: 'nobody@acme.example' }],
    ['no e-mail', { email: '' }],
    ['somebody who never set a password', { email: 'invited@acme.example' }],
    ['a NUL in the e-mail', { email: 'owner@acme.example\u0000' }],
    ['a NUL in the password', { email: 'owner@acme.example', password: `${goodPassword}\u0000` }],
  ])('%s is refused in the same words, after the same work, counted the same', async (_, given) => {
    const counting = countingPasswords();
    const result = await signIn({
      database: db.database,
      passwords: counting,
      email: 'owner@acme.example',
      password: goodPassword,
      visitor,
      now,
      ...given,
    });
    expect(result).toEqual({ ok: false, code: 'wrong_credentials' });
    expect(counting.verified()).toBe(1);
    const counted = await db.database.select().from(throttles);
    expect(counted.filter((row) => row.failures === 1).map((row) => row.key.split(':')[0])).toEqual(
      expect.arrayContaining(['client', 'person_from_client']),
    );
  });

  test('a person who was erased does not exist', async () => {
    const id = await makePerson(db.database, { email: 'gone@acme.example' });
    await db.database
      .update(people)
      .set({ email: null, name: null, passwordHash: null, erasedAt: now })
      .where(eq(people.id, id));
    expect(await attempt({ email: 'gone@acme.example' })).toEqual({ ok: false, code: 'wrong_credentials' });
  });

  test('a flood that could not be checked is not counted', async () => {
    const flooded = { hash: passwords.hash, verify: async () => 'busy' as const };
    const operation = {
      database: db.database,
      email: 'owner@acme.example',
      password: goodPassword,
      visitor,
      now,
    };
    expect(await signIn({ ...operation, passwords: flooded })).toEqual({ ok: false, code: 'busy' });
    expect((await db.database.select().from(throttles)).every((row) => row.failures === 0)).toBe(true);
  });
});

describe('guessing', () => {
  const { attempts } = throttleRules.person_from_client;

  async function guess(times: number, given: Try = {}) {
    for (let time = 0; time < times; time++) await attempt({ password: 'a wrong password', ...given });
  }

  test('is stopped for one person from one client, with the right password as well', async () => {
    await guess(attempts);
    expect(await attempt()).toEqual({ ok: false, code: 'throttled', until: minutes(15) });
    expect(await attempt({ at: minutes(15) })).toMatchObject({ ok: true });
    expect((await eventsOf(db.database, 'sign_in_throttled')).at(-1)).toEqual({
      actorId: null,
      content: { limit: 'person_from_client', person: ownerId },
    });
  });

  test('stops before any password is checked', async () => {
    await guess(attempts);
    const counting = countingPasswords();
    await signIn({
      database: db.database,
      passwords: counting,
      email: 'owner@acme.example',
      password: goodPassword,
      visitor,
      now,
    });
    expect(counting.verified()).toBe(0);
  });

  test('is the same for an e-mail address that nobody has', async () => {
    await guess(attempts, { email: 'nobody@acme.example' });
    expect(await attempt({ email: 'nobody@acme.example' })).toEqual({
      ok: false,
      code: 'throttled',
      until: minutes(15),
    });
  });

  test('a stranger elsewhere does not lock the owner out', async () => {
    await guess(attempts + 3, { address: '198.51.100.66' });
    expect(await attempt()).toMatchObject({ ok: true });
  });

  test('one client is stopped whomever it tries', async () => {
    for (let person = 0; person < throttleRules.client.attempts; person++) {
      await guess(1, { email: `person${person}@acme.example` });
    }
    expect(await attempt()).toMatchObject({ ok: false, code: 'throttled' });
    expect(await attempt({ address: '203.0.113.10' })).toMatchObject({ ok: true });
  });

  test('hopping within an IPv6 network does not help', async () => {
    for (let host = 0; host < attempts; host++) await guess(1, { address: `2001:db8:0:${host}::1` });
    expect(await attempt({ address: '2001:db8:0:ff::1' })).toMatchObject({ ok: false, code: 'throttled' });
  });

  test('many clients together are stopped, but not where the person signed in from lately', async () => {
    const someone = await makePerson(db.database, { email: 'target@acme.example' });
    await signedIn(attempt({ email: 'target@acme.example', address: '203.0.113.77' }));
    const rounds = throttleRules.person_everywhere.attempts;
    for (let client = 0; client < rounds; client++) {
      await guess(1, { email: 'target@acme.example', address: `198.51.100.${client}` });
    }
    expect(await attempt({ email: 'target@acme.example', address: '192.0.2.1' })).toEqual({
      ok: false,
      code: 'throttled',
      until: minutes(10),
    });
    expect(await attempt({ email: 'target@acme.example', address: '203.0.113.77' })).toMatchObject({
      ok: true,
    });
    expect(
      await attempt({ email: 'target@acme.example', address: '192.0.2.1', at: minutes(10) }),
    ).toMatchObject({
      ok: true,
    });
    expect((await eventsOf(db.database, 'sign_in_throttled')).at(-1)?.content).toEqual({
      limit: 'person_everywhere',
      person: someone,
    });
  });

  test('a success forgets the mistakes before it', async () => {
    await guess(attempts - 1);
    await signedIn(attempt());
    await guess(attempts - 1);
    expect(await attempt()).toMatchObject({ ok: true });
  });

  test('many at once get no more tries than one after the other', async () => {
    const counting = countingPasswords();
    await Promise.all(
      Array.from({ length: 30 }, () =>
        signIn({
          database: db.database,
          passwords: counting,
          email: 'owner@acme.example',
          password: 'a wrong password',
          visitor,
          now,
        }),
      ),
    );
    expect(counting.verified()).toBe(attempts);
  });
});

describe('by the operator’s provider', () => {
  const verified = { email: 'Owner@acme.example', email_verified: true };

  test('who exists under a verified e-mail address is signed in', async () => {
    const result = await signInByProvider({ database: db.database, profile: verified, visitor, now });
    expect(result).toMatchObject({ ok: true, secondFactor: 'not_needed' });
    expect((await eventsOf(db.database, 'signed_in')).at(-1)?.content).toMatchObject({ method: 'provider' });
  });

  test.each([
    ['nobody of that address', { ...verified, email: 'nobody@acme.example' }],
    ['an address that is not verified', { ...verified, email_verified: false }],
    ['no word about it', { email: 'owner@acme.example' }],
    ['no address', { email_verified: true }],
  ])('%s: refused, and nobody is made', async (_, profile) => {
    const before = await db.database.$count(people);
    expect(await signInByProvider({ database: db.database, profile, visitor, now })).toEqual({
      ok: false,
      code: 'unknown_person',
    });
    expect(await db.database.$count(people)).toBe(before);
  });

  test('staff still pass their second factor', async () => {
    await makePerson(db.database, { email: 'sso@postern.example', staff: 'support' });
    const profile = { ...verified, email: 'sso@postern.example' };
    expect(await signInByProvider({ database: db.database, profile, visitor, now })).toMatchObject({
      ok: true,
      secondFactor: 'to_enrol',
    });
  });
});

describe('a session', () => {
  test('that was signed out is gone, and stays so', async () => {
    const { session } = await signedIn(attempt());
    await signOut({ database: db.database, sessionId: session.id, visitor, now });
    expect(await findLiveSession(db.database, session.id, now)).toBeUndefined();
    const signOuts = (await eventsOf(db.database, 'signed_out')).length;
    await signOut({ database: db.database, sessionId: session.id, visitor, now });
    expect(await eventsOf(db.database, 'signed_out')).toHaveLength(signOuts);
  });

  test('ends with its time, sooner for staff', async () => {
    const { session } = await signedIn(attempt());
    await db.database
      .update(sessions)
      .set({ lastSeenAt: session.expiresAt })
      .where(eq(sessions.id, session.id));
    const justBefore = new Date(session.expiresAt.getTime() - 1);
    expect(await findLiveSession(db.database, session.id, justBefore)).toBeDefined();
    expect(await findLiveSession(db.database, session.id, session.expiresAt)).toBeUndefined();
    await makePerson(db.database, { email: 'demo-staff@postern.example', staff: 'support', demo: true });
    const staffSession = await signedIn(attempt({ email: 'demo-staff@postern.example' }));
    expect(staffSession.session.expiresAt.getTime()).toBeLessThan(session.expiresAt.getTime());
  });

  test('ends when nobody uses it, and using it is written at most every five minutes', async () => {
    const { session } = await signedIn(attempt());
    const seen = { sessionId: session.id, lastSeenAt: now };
    await touchSession(db.database, seen, minutes(4));
    expect((await findLiveSession(db.database, session.id, minutes(4)))?.lastSeenAt).toEqual(now);
    await touchSession(db.database, seen, minutes(6));
    expect((await findLiveSession(db.database, session.id, minutes(6)))?.lastSeenAt).toEqual(minutes(6));
    const idle = SESSION_IDLE_DAYS * 24 * 60;
    expect(await findLiveSession(db.database, session.id, minutes(6 + idle - 1))).toBeDefined();
    expect(await findLiveSession(db.database, session.id, minutes(6 + idle))).toBeUndefined();
  });

  test('sees nothing of an account from which the person was removed, or as former staff', async () => {
    await makePerson(db.database, {
      email: 'leaving@acme.example',
      staff: 'admin',
      demo: true,
      member: [{ accountId, role: 'owner' }],
    });
    const { session } = await signedIn(attempt({ email: 'leaving@acme.example' }));
    const before = await findLiveSession(db.database, session.id, now);
    expect(before?.viewer).toMatchObject({ memberships: [{ role: 'owner' }], staffRole: 'admin' });
    const personId = before?.viewer.personId ?? '';
    await db.database.update(memberships).set({ endedAt: now }).where(eq(memberships.personId, personId));
    await db.database.update(staff).set({ endedAt: now }).where(eq(staff.personId, personId));
    expect((await findLiveSession(db.database, session.id, now))?.viewer).toEqual({
      personId,
      memberships: [],
      staffRole: null,
    });
  });

  test.each(['', 'not-a-uuid', "' or true --", '00000000-0000-4000-8000-000000000000'])(
    'that is none (%s) is nobody’s',
    async (id) => {
      expect(await findLiveSession(db.database, id, now)).toBeUndefined();
    },
  );
});
