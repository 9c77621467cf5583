import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findLiveSession } from '../../db/queries/sessions.ts';
import { people, sessions, throttles } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { totp } from '../adapters/totp.ts';
import type { Secrets } from '../secrets/keys.ts';
import { beginSecondFactor } from './begin-second-factor.ts';
import { changePassword } from './change-password.ts';
import { endSecondFactor } from './end-second-factor.ts';
import { passSecondFactor } from './pass-second-factor.ts';
import { resetAccess } from './reset-access.ts';
import { operatorActor } from './result.ts';
import { signIn } from './sign-in.ts';
import { codeOf, eventsOf, goodPassword, makePerson, passwords, personActor } from './testing-people.ts';
import { throttleRules } from './throttle.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(() => db.database.delete(throttles));

const secrets: Secrets = { current: 'an auth secret of the tests, long', previous: null };
const visitor = { address: '203.0.113.9', userAgent: null };
const now = new Date('2026-05-01T10:00:05Z');
const seconds = (count: number) => new Date(now.getTime() + count * 1000);

function key(personId: string, known: Secrets = secrets) {
  return beginSecondFactor({ database: db.database, personId, totp, secrets: known });
}

async function keyOf(personId: string): Promise<string> {
  const begun = await key(personId);
  if (!begun.ok) throw new Error(begun.code);
  return begun.secret;
}

async function newSession(email: string, at = now): Promise<string> {
  const result = await signIn({
    database: db.database,
    passwords,
    email,
    password: goodPassword,
    visitor,
    now: at,
  });
  if (!result.ok) throw new Error(result.code);
  return result.session.id;
}

function pass(sessionId: string, code: string, at = now, known: Secrets = secrets) {
  return passSecondFactor({ database: db.database, sessionId, code, visitor, totp, secrets: known, now: at });
}

let count = 0;
async function newStaff(): Promise<{ personId: string; email: string }> {
  const email = `support${++count}@postern.example`;
  return { email, personId: await makePerson(db.database, { email, staff: 'support' }) };
}

async function enrolled() {
  const { personId, email } = await newStaff();
  const secret = await keyOf(personId);
  const sessionId = await newSession(email);
  const passed = await pass(sessionId, codeOf(secret, now));
  if (!passed.ok) throw new Error(passed.code);
  return { personId, email, secret, before: sessionId, sessionId: passed.session.id };
}

describe('enrolling', () => {
  test('a key that was shown and not confirmed goes with the password under which it was shown', async () => {
    const { personId, email } = await newStaff();
    const sessionId = await newSession(email);
    const shown = await keyOf(personId);
    const other = 'quiet lamp orbits';
    const changed = await changePassword({
      ...{ database: db.database, passwords, actor: personActor(personId), sessionId, now },
      ...{ current: goodPassword, password: other },
    });
    expect(changed).toMatchObject({ ok: true });
    const next = await keyOf(personId);
    expect(next).not.toBe(shown);
    const lost = { password: true, authenticator: false };
    const reset = {
      database: db.database,
      actor: operatorActor,
      personId,
      lost,
      reason: 'Asked for it',
      now,
    };
    expect(await resetAccess(reset)).toMatchObject({ ok: true });
    expect(await keyOf(personId)).not.toBe(next);
  });

  test('one that is confirmed stays', async () => {
    const { personId, sessionId, secret, email } = await enrolled();
    const changed = await changePassword({
      ...{ database: db.database, passwords, actor: personActor(personId), sessionId, now },
      ...{ current: goodPassword, password: goodPassword.toUpperCase() },
    });
    expect(changed).toMatchObject({ ok: true });
    const again = await signIn({
      ...{ database: db.database, passwords, email, visitor, now },
      password: goodPassword.toUpperCase(),
    });
    if (!again.ok) throw new Error(again.code);
    expect(await pass(again.session.id, codeOf(secret, seconds(60)), seconds(60))).toMatchObject({
      ok: true,
    });
  });

  test('the first right code makes the key the person’s, and the session signed in', async () => {
    const { personId, email } = await newStaff();
    const sessionId = await newSession(email);
    expect((await findLiveSession(db.database, sessionId, now))?.secondFactor).toBe('to_enrol');
    const secret = await keyOf(personId);
    const result = await pass(sessionId, codeOf(secret, now));
    expect(result).toMatchObject({ ok: true, enrolled: true, staffRole: 'support' });
    const after = result.ok ? result.session.id : '';
    expect((await findLiveSession(db.database, after, now))?.secondFactor).toBe('passed');
    expect((await eventsOf(db.database, 'second_factor_enrolled')).at(-1)).toEqual({
      actorId: personId,
      content: { session: after, before: sessionId },
    });
  });

  test('shows one key until it is confirmed, then none', async () => {
    const { personId, email } = await newStaff();
    const secret = await keyOf(personId);
    expect(await keyOf(personId)).toBe(secret);
    await pass(await newSession(email), codeOf(secret, now));
    expect(await key(personId)).toEqual({ ok: false, code: 'already_enrolled' });
  });

  test('in two tabs at once is one key', async () => {
    const { personId } = await newStaff();
    const [one, other] = await Promise.all([keyOf(personId), keyOf(personId)]);
    expect(one).toBe(other);
  });

  test('the database holds no key that can be read', async () => {
    const { personId } = await newStaff();
    const secret = await keyOf(personId);
    const [row] = await db.database.select().from(people).where(eq(people.id, personId));
    expect(row?.totpSecret).not.toContain(secret);
    expect(row?.totpConfirmedAt).toBeNull();
  });
});

describe('passing', () => {
  test('ends the session that could do nothing, so that its cookie does not rise', async () => {
    const { before, sessionId } = await enrolled();
    expect(await findLiveSession(db.database, before, now)).toBeUndefined();
    expect(await findLiveSession(db.database, sessionId, now)).toBeDefined();
  });

  test('a code works once: not again, not in another session, and none before it', async () => {
    const { email, secret } = await enrolled();
    const next = await newSession(email);
    expect(await pass(next, codeOf(secret, now))).toEqual({ ok: false, code: 'wrong_code' });
    expect(await pass(next, codeOf(secret, seconds(-30)))).toEqual({ ok: false, code: 'wrong_code' });
    expect(await pass(next, codeOf(secret, seconds(30)), seconds(30))).toMatchObject({
      ok: true,
      enrolled: false,
    });
  });

  test('of many with the same code at once one is right', async () => {
    const { email, secret } = await enrolled();
    const open = await Promise.all([1, 2, 3, 4].map(() => newSession(email, seconds(60))));
    const results = await Promise.all(open.map((id) => pass(id, codeOf(secret, seconds(60)), seconds(60))));
    expect(results.filter((result) => result.ok)).toHaveLength(1);
  });

  test('guessing is stopped, with the right code as well, and is an event', async () => {
    const { personId, email, secret } = await enrolled();
    const sessionId = await newSession(email, seconds(60));
    const right = codeOf(secret, seconds(60));
    const wrong = right === '000000' ? '111111' : '000000';
    for (let time = 0; time < throttleRules.second_factor.attempts; time++) {
      expect(await pass(sessionId, wrong, seconds(60))).toEqual({ ok: false, code: 'wrong_code' });
    }
    expect(await pass(sessionId, right, seconds(60))).toMatchObject({ ok: false, code: 'throttled' });
    expect((await eventsOf(db.database, 'second_factor_throttled')).at(-1)?.content).toEqual({
      person: personId,
    });
    expect(await pass(sessionId, codeOf(secret, seconds(960)), seconds(960))).toMatchObject({ ok: true });
  });

  test.each(['', '12345', '1234567', 'abcdef'])('“%s” is no code', async (code) => {
    const { email } = await enrolled();
    expect(await pass(await newSession(email), code)).toEqual({ ok: false, code: 'wrong_code' });
  });

  test('needs a session that lives', async () => {
    const { email, secret } = await enrolled();
    const sessionId = await newSession(email);
    await db.database.update(sessions).set({ revokedAt: now }).where(eq(sessions.id, sessionId));
    expect(await pass(sessionId, codeOf(secret, seconds(30)), seconds(30))).toEqual({
      ok: false,
      code: 'not_found',
    });
  });

  test('works through a rotation of the secret, which seals the key anew', async () => {
    const { email, secret } = await enrolled();
    const rotating = { current: 'the next auth secret of the tests', previous: secrets.current };
    const rotated = { ...rotating, previous: null };
    expect(
      await pass(await newSession(email), codeOf(secret, seconds(30)), seconds(30), rotated),
    ).toMatchObject({
      ok: false,
    });
    expect(
      await pass(await newSession(email), codeOf(secret, seconds(30)), seconds(30), rotating),
    ).toMatchObject({ ok: true });
    expect(
      await pass(await newSession(email), codeOf(secret, seconds(60)), seconds(60), rotated),
    ).toMatchObject({
      ok: true,
    });
  });
});

describe('an owner', () => {
  test('may have one, is asked for it from then on, and may take it off with a code', async () => {
    const email = 'careful@acme.example';
    const personId = await makePerson(db.database, { email });
    const open = await newSession(email);
    const secret = await keyOf(personId);
    expect(await pass(open, codeOf(secret, now))).toMatchObject({ ok: true, enrolled: true });
    const next = await newSession(email);
    expect((await findLiveSession(db.database, next, now))?.secondFactor).toBe('needed');

    const end = (code: string) =>
      endSecondFactor({
        database: db.database,
        actor: personActor(personId),
        code,
        totp,
        secrets,
        now: seconds(30),
      });
    expect(await end('000000')).toEqual({ ok: false, code: 'wrong_code' });
    expect(await end(codeOf(secret, seconds(30)))).toEqual({ ok: true });
    expect((await findLiveSession(db.database, next, now))?.secondFactor).toBe('not_needed');
    expect((await eventsOf(db.database, 'second_factor_removed')).at(-1)?.actorId).toBe(personId);
    expect(await keyOf(personId)).not.toBe(secret);
  });

  test('staff must keep theirs', async () => {
    const { personId, secret } = await enrolled();
    const actor = personActor(personId);
    const code = codeOf(secret, seconds(30));
    expect(
      await endSecondFactor({ database: db.database, actor, code, totp, secrets, now: seconds(30) }),
    ).toEqual({ ok: false, code: 'not_allowed', ability: 'end_second_factor' });
  });
});
