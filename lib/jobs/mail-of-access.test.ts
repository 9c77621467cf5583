import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { memberships } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { TakenMail } from '../adapters/testing/mail-sink.ts';
import { totp } from '../adapters/totp.ts';
import { addStaff } from '../operations/add-staff.ts';
import { beginSecondFactor } from '../operations/begin-second-factor.ts';
import { changeMember } from '../operations/change-member.ts';
import { changePassword } from '../operations/change-password.ts';
import { createToken } from '../operations/create-token.ts';
import { endSecondFactor } from '../operations/end-second-factor.ts';
import { passSecondFactor } from '../operations/pass-second-factor.ts';
import { endMembership, putPerson } from '../operations/put-person.ts';
import { resetAccess } from '../operations/reset-access.ts';
import { operatorActor } from '../operations/result.ts';
import { signIn } from '../operations/sign-in.ts';
import { type Cast, platform, seedCast, testNow } from '../operations/testing.ts';
import { codeOf, goodPassword, makePerson, passwords, personActor } from '../operations/testing-people.ts';
import { expectWellMade, linksIn, openTestPost, type TestPost } from './testing.ts';

// A person's own sign-in and role, each change by its own operation, and the mail that they get of it.

let db: TestDatabase;
let cast: Cast;
let post: TestPost;
let accountId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  post = await openTestPost(db.database);
  accountId = cast.owner.viewer?.memberships[0]?.accountId ?? '';
});
afterAll(async () => {
  await post.close();
  await db.close();
});

let email: string;
let personId: string;
let count = 0;
beforeEach(async () => {
  count += 1;
  email = `sam-${count}@acme.example`;
  personId = await makePerson(db.database, { email, member: [{ accountId, role: 'member' }] });
  await post.deliver(testNow);
});

async function mails(): Promise<TakenMail[]> {
  const taken = await post.deliver(testNow);
  for (const mail of taken) expectWellMade(mail);
  return taken;
}

async function mail(): Promise<{ subject: string; text: string }> {
  const taken = await mails();
  expect(taken.map(({ to }) => to)).toEqual([[email]]);
  const [only] = taken;
  return { subject: only?.parsed.subject ?? '', text: (only?.parsed.text ?? '').replaceAll(/\s+/g, ' ') };
}

const visitor = { address: '203.0.113.9', userAgent: null };
const context = () => ({ database: db.database, now: testNow });
const self = () => ({ ...personActor(personId), address: '203.0.113.9' });

async function session(): Promise<string> {
  const result = await signIn({ ...context(), passwords, email, password: goodPassword, visitor });
  if (!result.ok) throw new Error(result.code);
  return result.session.id;
}

describe('the sign-in of a person', () => {
  test('a changed password, from where it was, and where to look', async () => {
    const request = { ...context(), passwords, actor: self(), sessionId: await session() };
    const change = (current: string) =>
      changePassword({ ...request, current, password: 'quiet lamp orbits' });
    expect(await change('not this one')).toMatchObject({ ok: false });
    expect(await mails()).toEqual([]);
    expect(await change(goodPassword)).toMatchObject({ ok: true });
    const { subject, text } = await mail();
    expect(subject).toBe('Your password at Example Mail was changed');
    expect(text).toContain('When 20 November 2026, 12:00 UTC From 203.0.113.9');
    expect(linksIn(text)).toContain('https://portal.example/account/security');
  });

  test('an authenticator that is added, and one that is removed; not the code of each sign-in', async () => {
    const { secrets } = post.office;
    const begun = await beginSecondFactor({ ...context(), personId, totp, secrets });
    if (!begun.ok) throw new Error(begun.code);
    const code = (at: Date) => codeOf(begun.secret, at);
    const later = (seconds: number) => new Date(testNow.getTime() + seconds * 1000);
    const pass = async (now: Date) =>
      passSecondFactor({
        ...{ ...context(), now, sessionId: await session(), code: code(now), visitor, totp, secrets },
      });
    expect(await pass(testNow)).toMatchObject({ ok: true, enrolled: true });
    expect(await mail()).toMatchObject({
      subject: 'An authenticator was added to your sign-in at Example Mail',
      text: expect.stringContaining('From 203.0.113.9'),
    });
    expect(await pass(later(60))).toMatchObject({ ok: true, enrolled: false });
    expect(await mails()).toEqual([]);
    const end = { ...context(), actor: self(), code: code(later(120)), totp, secrets, now: later(120) };
    expect(await endSecondFactor(end)).toMatchObject({ ok: true });
    const [removed] = await post.deliver(later(120));
    expect(removed?.to).toEqual([email]);
    expect(removed?.parsed.subject).toBe('Your authenticator at Example Mail was removed');
  });

  test.each([
    ['password', 'Your password at Example Mail was reset', 'by a link that support hands you'],
    ['authenticator', 'Your authenticator at Example Mail was reset', 'set up another authenticator'],
    ['both', 'Your password and authenticator at Example Mail were reset', 'and then another authenticator'],
  ])('a reset by support of the %s: no link, no reason', async (what, subjectLine, next) => {
    const actor = cast.owner;
    const made = { ...context(), personId, name: 'Deploy', scope: 'account' } as const;
    await createToken({ ...made, actor: operatorActor });
    await post.deliver(testNow);
    const lost = { password: what !== 'authenticator', authenticator: what !== 'password' };
    const reset = { ...context(), personId, lost, reason: 'Called back on +49 30 1234' };
    expect(await resetAccess({ ...reset, actor })).toMatchObject({ ok: false });
    expect(await mails()).toEqual([]);
    const done = await resetAccess({ ...reset, actor: operatorActor });
    const { subject, text } = await mail();
    expect(subject).toBe(subjectLine);
    expect(text).toContain(next);
    expect(text).toContain('Your API token was revoked.');
    expect(text).toContain('If you did not ask for it, answer this mail at once');
    // Whoever reads the mailbox must not get in by it.
    expect(text).not.toContain('/invitation/');
    expect(text).not.toContain('+49 30');
    if (done.ok && done.invitation !== null) expect(text).not.toContain(done.invitation);
  });
});

describe('the role of a person', () => {
  const change = (role: 'owner' | 'viewer' | null, actor = cast.owner) =>
    changeMember({ ...context(), actor, accountId, personId, role });

  test('less than before, by an owner', async () => {
    await change('viewer');
    const { subject, text } = await mail();
    expect(subject).toBe('You are now a viewer of Acme Devices');
    expect(text).toContain('Jo Reyes made you a viewer of Acme Devices.');
    expect(linksIn(text)).toContain('https://portal.example/account/whitelist');
  });

  test('an owner is told with all the others, and not twice', async () => {
    await change('owner');
    const taken = await mails();
    expect(taken.filter(({ to }) => to[0] === email).map(({ parsed }) => parsed.subject)).toEqual([
      `${email} is now an owner of Acme Devices`,
    ]);
  });

  test('none any more, by an owner: the mail goes although they no longer belong to the account', async () => {
    await change(null);
    const { subject, text } = await mail();
    expect(subject).toBe('You no longer belong to Acme Devices');
    expect(text).toContain('Jo Reyes removed you from Acme Devices.');
    // Nothing that would not open for them.
    expect(linksIn(text)).toEqual([]);
  });

  test('who leaves by themselves knows it', async () => {
    await db.database.update(memberships).set({ role: 'owner' }).where(eq(memberships.personId, personId));
    const viewer = { personId, memberships: [{ accountId, role: 'owner' as const }], staffRole: null };
    expect(await change(null, { ...self(), viewer })).toMatchObject({ ok: true });
    expect(await mails()).toEqual([]);
  });

  test('by the platform, whose token an admin has made: added, changed, removed', async () => {
    const actor = { ...platform, viewer: cast.admin.viewer };
    const feed = { ...context(), actor, account: 'globex', email };
    await putPerson({ ...feed, role: 'viewer' });
    expect(await mail()).toMatchObject({
      subject: 'You are now a viewer of Globex',
      text: expect.stringContaining('The platform made you a viewer of Globex.'),
    });
    await putPerson({ ...feed, role: 'viewer' });
    expect(await mails()).toEqual([]);
    await putPerson({ ...feed, role: 'member' });
    expect((await mail()).subject).toBe('You are now a member of Globex');
    await endMembership(feed);
    expect((await mail()).subject).toBe('You no longer belong to Globex');
    await putPerson({ ...feed, role: 'owner' });
    const told = await mails();
    expect(told[0]?.parsed.text).toMatch(/Added by\s+The platform/);
    await putPerson({ ...feed, email: `new-${email}`, role: 'member' });
    expect((await mails())[0]?.parsed.text).toContain('The platform adds you as a member of Globex.');
  });

  test('of staff, who can sign in already; who cannot gets the link of the operator', async () => {
    await addStaff({ ...context(), actor: operatorActor, email, role: 'admin' });
    expect((await mail()).subject).toBe('You are now an admin at Example Mail');
    await addStaff({ ...context(), actor: operatorActor, email, role: 'admin' });
    await addStaff({ ...context(), actor: operatorActor, email: 'fresh@postern.example', role: 'support' });
    expect(await mails()).toEqual([]);
  });
});
