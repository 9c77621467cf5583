import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInvitation } from '../../db/queries/invitations.ts';
import { findLiveSession } from '../../db/queries/sessions.ts';
import { invitations, memberships, people, staff } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { invitePerson } from './invite-person.ts';
import { systemActor } from './result.ts';
import { signIn } from './sign-in.ts';
import { eventsOf, goodPassword, makeAccount, makePerson, passwords } from './testing-people.ts';

let db: TestDatabase;
let accountId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  accountId = await makeAccount(db.database, 'acme');
});
afterAll(() => db.close());

const now = new Date('2026-05-01T10:00:00Z');
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
const visitor = { address: '203.0.113.9', userAgent: null };
const gone = { ok: false, code: 'invitation_gone' };

/** As whoever lets them in does it: they belong to an account with it. */
async function invite(email: string) {
  const result = await invitePerson({ database: db.database, actor: systemActor, email, now });
  const { personId } = result;
  await db.database
    .insert(memberships)
    .values({ accountId, personId, role: 'viewer', createdAt: now })
    .onConflictDoNothing();
  return result;
}

async function invited(email: string): Promise<{ personId: string; token: string }> {
  const { personId, token } = await invite(email);
  if (token === null) throw new Error('no token');
  return { personId, token };
}

function accept(token: string, given: { password?: string; name?: string; at?: Date } = {}) {
  return acceptInvitation({
    database: db.database,
    passwords,
    token,
    name: given.name ?? 'Jo Baker',
    password: given.password ?? goodPassword,
    visitor,
    now: given.at ?? now,
  });
}

describe('an invitation', () => {
  test('makes the person, who sets a password, is signed in, and can sign in again', async () => {
    const { personId, token } = await invited(' New@Acme.example ');
    expect(await findInvitation(db.database, token, now)).toMatchObject({
      email: 'new@acme.example',
      person: { id: personId, name: null },
      staffRole: null,
    });
    const result = await accept(token);
    expect(result).toMatchObject({ ok: true, secondFactor: 'not_needed' });
    const session = result.ok ? await findLiveSession(db.database, result.session.id, now) : undefined;
    expect(session?.person).toMatchObject({ id: personId, email: 'new@acme.example', name: 'Jo Baker' });
    const again = { email: 'new@acme.example', password: goodPassword, visitor, now };
    expect(await signIn({ database: db.database, passwords, ...again })).toMatchObject({ ok: true });
  });

  test('leaves two events, without the token and without the e-mail address', async () => {
    const { personId, token } = await invited('told@acme.example');
    await accept(token);
    const told = [
      ...(await eventsOf(db.database, 'person_invited')),
      ...(await eventsOf(db.database, 'invitation_accepted')),
    ].filter((event) => event.content.person === personId);
    expect(told).toHaveLength(2);
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`${token}|told@`));
    const [row] = await db.database.select().from(invitations).where(eq(invitations.personId, personId));
    expect(row?.tokenHash.toString('utf8')).not.toContain(token);
  });

  test('works once', async () => {
    const { token } = await invited('once@acme.example');
    expect(await accept(token)).toMatchObject({ ok: true });
    expect(await accept(token, { password: 'another good password' })).toEqual(gone);
    expect(await findInvitation(db.database, token, now)).toBeUndefined();
  });

  test('of two at once one works, also with two links', async () => {
    const { token } = await invited('twice@acme.example');
    const second = await invite('twice@acme.example');
    const results = await Promise.all([accept(token), accept(second.token ?? ''), accept(token)]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.filter((result) => !result.ok)).toEqual([gone, gone]);
  });

  test('ends after seven days', async () => {
    const { token } = await invited('late@acme.example');
    expect(await accept(token, { at: days(7) })).toEqual(gone);
    const justBefore = new Date(days(7).getTime() - 1);
    expect(await accept(token, { at: justBefore })).toMatchObject({ ok: true });
  });

  test('ends with the last thing that there was to sign in to, and is good again with the next', async () => {
    const { personId, token } = await invited('removed@acme.example');
    const membership = eq(memberships.personId, personId);
    await db.database.update(memberships).set({ endedAt: now }).where(membership);
    expect(await findInvitation(db.database, token, now)).toBeUndefined();
    expect(await accept(token)).toEqual(gone);
    await db.database.update(memberships).set({ endedAt: null }).where(membership);
    expect(await accept(token)).toMatchObject({ ok: true });
  });

  test('is given to nobody who has a password', async () => {
    const personId = await makePerson(db.database, { email: 'known@acme.example' });
    expect(await invite('KNOWN@acme.example')).toEqual({ personId, token: null, made: false });
  });

  test('of one person by two at once makes one person', async () => {
    const both = await Promise.all([invite('both@acme.example'), invite('both@acme.example')]);
    expect(both[0].personId).toBe(both[1].personId);
    expect(await db.database.$count(people, eq(people.email, 'both@acme.example'))).toBe(1);
  });

  test.each([
    ['short', 'too_short'],
    ['careful@acme.example', 'like_email'],
    ['password1234', 'too_common'],
  ])('takes no password like %s, and stays open', async (password, reason) => {
    const { token } = await invited('careful@acme.example');
    expect(await accept(token, { password })).toEqual({ ok: false, code: 'password_refused', reason });
    expect(await findInvitation(db.database, token, now)).toBeDefined();
  });

  test('takes no name that would be a link in mail to others, and stays open', async () => {
    const { token } = await invited('named@acme.example');
    const given = { name: 'You have won: https://evil.example' };
    expect(await accept(token, given)).toEqual({ ok: false, code: 'name_refused' });
    expect(await accept(token, { name: ' Kim Sato ' })).toMatchObject({ ok: true });
  });

  test('leads staff to their second factor', async () => {
    const { personId, token } = await invited('new-support@postern.example');
    await db.database.insert(staff).values({ personId, role: 'support' });
    expect(await accept(token)).toMatchObject({ ok: true, staffRole: 'support', secondFactor: 'to_enrol' });
  });

  test('of somebody erased since does not open', async () => {
    const { personId, token } = await invited('erased@acme.example');
    await db.database
      .update(people)
      .set({ email: null, name: null, erasedAt: now })
      .where(eq(people.id, personId));
    expect(await accept(token)).toEqual(gone);
  });

  test.each(['', 'x', '\u0000'])('“%s” is none', async (token) => {
    expect(await accept(token)).toEqual(gone);
  });
});
