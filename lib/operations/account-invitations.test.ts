import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAccountInvitations, listInvitationsOf } from '../../db/queries/account-invitations.ts';
import { belongsTo, findPersonByEmail, listMembers } from '../../db/queries/people.ts';
import { outbox, people } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import type { AccountRole, Viewer } from '../domain/permissions.ts';
import { answerAccountInvitation } from './answer-account-invitation.ts';
import { changeMember } from './change-member.ts';
import { inviteMember } from './invite-member.ts';
import { endMembership, putPerson } from './put-person.ts';
import type { Actor } from './result.ts';
import { platform } from './testing.ts';
import { eventsOf, makeAccount, makePerson, personActor } from './testing-people.ts';
import { throttleRules } from './throttle.ts';
import { withdrawAccountInvitation } from './withdraw-account-invitation.ts';

let db: TestDatabase;
let count = 0;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const now = new Date('2026-05-01T10:00:00Z');
const days = (number: number) => new Date(now.getTime() + number * 86_400_000);
const notFound = { ok: false, code: 'not_found' };

async function account() {
  const slug = `account-${++count}`;
  const accountId = await makeAccount(db.database, slug);
  const email = `owner@${slug}.example`;
  const personId = await makePerson(db.database, { email, member: [{ accountId, role: 'owner' }] });
  const viewer = { personId, memberships: [{ accountId, role: 'owner' as const }], staffRole: null };
  const owner: Actor = { kind: 'person', viewer, address: null, via: 'portal' };
  return { slug, accountId, email, owner };
}

type Account = Awaited<ReturnType<typeof account>>;

const invite = ({ accountId, owner }: Account, email: string, role: AccountRole = 'member', at = now) =>
  inviteMember({ database: db.database, actor: owner, accountId, email, role, now: at });
const idOf = async (email: string) => (await findPersonByEmail(db.database, email))?.person.id ?? '';
const shown = async ({ accountId }: Account, at = now) =>
  (await listAccountInvitations(db.database, accountId, at)).map(({ id: _, ...rest }) => rest);
const openOf = async (email: string, at = now) =>
  (await listInvitationsOf(db.database, await idOf(email), at))[0]?.id ?? '';
const rolesOf = async ({ accountId }: Account) =>
  (await listMembers(db.database, accountId)).map(({ role }) => role);

async function answer(email: string, invitationId: string, accepted: boolean, at = now) {
  const actor = personActor(await idOf(email));
  return answerAccountInvitation({ database: db.database, actor, invitationId, accepted, now: at });
}

describe('somebody invited to an account', () => {
  test('belongs to it once they have accepted, and not before', async () => {
    const acme = await account();
    const elsewhere = await account();
    expect(await invite(acme, elsewhere.email)).toEqual({ ok: true });
    expect(await rolesOf(acme)).toEqual(['owner']);
    const id = await openOf(elsewhere.email);
    expect(await answer(elsewhere.email, id, true)).toEqual({ ok: true, accepted: true });
    expect(await rolesOf(acme)).toEqual(['owner', 'member']);
    expect((await eventsOf(db.database, 'membership_set')).at(-1)).toEqual({
      actorId: await idOf(elsewhere.email),
      content: { person: await idOf(elsewhere.email), role: 'member', before: null, invitation: id },
    });
    expect(await answer(elsewhere.email, id, true)).toEqual(notFound);
    expect(await shown(acme)).toEqual([]);
  });

  test('is an address to the inviter, and nothing else, known elsewhere or not', async () => {
    const acme = await account();
    const elsewhere = await account();
    const support = `support@staff-${count}.example`;
    await makePerson(db.database, { email: support, staff: 'support' });
    const fresh = `fresh@account-${count}.example`;
    for (const email of [elsewhere.email, support, fresh])
      expect(await invite(acme, email)).toEqual({ ok: true });
    expect(await shown(acme)).toEqual(
      [elsewhere.email, support, fresh].sort().map((email) => ({ email, role: 'member', since: now })),
    );
    for (const email of [elsewhere.email, support, fresh]) {
      expect(await invite(acme, email.toUpperCase())).toEqual({ ok: false, code: 'taken', field: 'email' });
    }
  });

  test('of staff can still act on the account, whoever invites them', async () => {
    const acme = await account();
    const email = `admin@staff-${count}.example`;
    const personId = await makePerson(db.database, { email, staff: 'admin' });
    await invite(acme, email, 'owner');
    expect(await belongsTo(db.database, personId, acme.accountId)).toBe(false);
    // The platform's feed makes nobody of staff a member either.
    const put = {
      database: db.database,
      actor: platform,
      account: acme.slug,
      email,
      role: 'viewer',
      now,
    } as const;
    expect(await putPerson(put)).toEqual({ ok: false, code: 'staff_member' });
    expect(await belongsTo(db.database, personId, acme.accountId)).toBe(false);
  });

  test('declines, and may be invited again', async () => {
    const acme = await account();
    const elsewhere = await account();
    await invite(acme, elsewhere.email);
    const id = await openOf(elsewhere.email);
    expect(await answer(elsewhere.email, id, false)).toEqual({ ok: true, accepted: false });
    expect(await answer(elsewhere.email, id, true)).toEqual(notFound);
    expect(await rolesOf(acme)).toEqual(['owner']);
    expect(await invite(acme, elsewhere.email)).toEqual({ ok: true });
  });

  test('has seven days, and may be invited again after them', async () => {
    const acme = await account();
    const elsewhere = await account();
    await invite(acme, elsewhere.email);
    const id = await openOf(elsewhere.email);
    expect(await answer(elsewhere.email, id, true, days(7))).toEqual(notFound);
    expect(await shown(acme, days(7))).toEqual([]);
    expect(await invite(acme, elsewhere.email, 'viewer', days(7))).toEqual({ ok: true });
    expect(await openOf(elsewhere.email, days(7))).not.toBe(id);
  });

  test('keeps the role that the platform has given them meanwhile', async () => {
    const acme = await account();
    const elsewhere = await account();
    await invite(acme, elsewhere.email, 'owner');
    const { email } = elsewhere;
    await putPerson({
      database: db.database,
      actor: platform,
      account: acme.slug,
      email,
      role: 'viewer',
      now,
    });
    expect(await answer(email, await openOf(email), true)).toEqual({ ok: true, accepted: true });
    expect(await rolesOf(acme)).toEqual(['owner', 'viewer']);
  });

  test('answers for themselves alone', async () => {
    const acme = await account();
    const elsewhere = await account();
    await invite(acme, elsewhere.email);
    const id = await openOf(elsewhere.email);
    expect(await answer(acme.email, id, true)).toEqual(notFound);
    expect(await answer(elsewhere.email, 'not-a-uuid', true)).toEqual(notFound);
    expect(await rolesOf(acme)).toEqual(['owner']);
  });

  test('twice at once belongs to it once', async () => {
    const acme = await account();
    const elsewhere = await account();
    await Promise.all([invite(acme, elsewhere.email), invite(acme, elsewhere.email)]);
    expect(await shown(acme)).toHaveLength(1);
    const id = await openOf(elsewhere.email);
    const answers = await Promise.all([answer(elsewhere.email, id, true), answer(elsewhere.email, id, true)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await rolesOf(acme)).toEqual(['owner', 'member']);
  });
});

describe('invitations are not for writing to strangers', () => {
  const mailTo = async (email: string) => {
    const written = and(eq(outbox.personId, await idOf(email)), eq(outbox.kind, 'invitation'));
    return db.database.select().from(outbox).where(written);
  };

  test('an account makes thirty in an hour', async () => {
    const acme = await account();
    const { attempts, blockMs } = throttleRules.account_invitations;
    for (let index = 0; index < attempts; index++) {
      expect(await invite(acme, `stranger${index}@many-${count}.example`)).toEqual({ ok: true });
    }
    const until = new Date(now.getTime() + blockMs);
    const one = `one-more@many-${count}.example`;
    expect(await invite(acme, one)).toEqual({ ok: false, code: 'throttled', until });
    expect(await findPersonByEmail(db.database, one)).toBeUndefined();
    expect(await invite(await account(), one)).toEqual({ ok: true });
    expect(await invite(acme, `later@many-${count}.example`, 'member', until)).toEqual({ ok: true });
  });

  test('a mailbox gets three in a day, from whomever, and nobody is told of the others', async () => {
    const email = `wanted@sought-${++count}.example`;
    const { attempts, blockMs } = throttleRules.invited_mailbox;
    for (let index = 0; index < attempts + 2; index++) {
      const inviting = await account();
      expect(await invite(inviting, email)).toEqual({ ok: true });
      expect(await shown(inviting)).toHaveLength(1);
    }
    expect(await mailTo(email)).toHaveLength(attempts);
    await invite(await account(), email, 'member', new Date(now.getTime() + blockMs));
    expect(await mailTo(email)).toHaveLength(attempts + 1);
  });

  test('who invites stands in it by name only where that is one', async () => {
    const acme = await account();
    const by = async (name: string | null) => {
      await db.database.update(people).set({ name }).where(eq(people.email, acme.email));
      const email = `asked${++count}@asked.example`;
      await invite(acme, email);
      return (await mailTo(email))[0]?.content.values;
    };
    expect(await by('Jo Baker')).toMatchObject({ invitedBy: 'Jo Baker' });
    for (const name of ['You have won: https://evil.example', 'Jo\nBaker', null]) {
      expect(await by(name)).toMatchObject({ invitedBy: acme.email });
    }
  });
});

describe('who is shut out of an account has no way back into it', () => {
  const fed = ({ slug }: Account, email: string) => ({
    ...{ database: db.database, actor: platform, account: slug, email, now },
  });
  /** Another owner of the account, and how one owner or the platform ends it. */
  async function second(acme: Account): Promise<Account> {
    const email = `second-${++count}@acme.example`;
    const { accountId } = acme;
    const personId = await makePerson(db.database, { email, member: [{ accountId, role: 'owner' }] });
    const viewer = { personId, memberships: [{ accountId, role: 'owner' as const }], staffRole: null };
    return { ...acme, email, owner: { ...acme.owner, viewer } };
  }
  const change = ({ accountId, owner }: Account, personId: string, role: AccountRole | null) =>
    changeMember({ database: db.database, actor: owner, accountId, personId, role, now });

  test.each<[string, (acme: Account, rogue: Account) => Promise<{ ok: boolean }>]>([
    ['by another owner', async (acme, rogue) => change(acme, await idOf(rogue.email), null)],
    ['as owner alone', async (acme, rogue) => change(acme, await idOf(rogue.email), 'viewer')],
    ['by the platform', (acme, rogue) => endMembership(fed(acme, rogue.email))],
    ['as owner by the platform', (acme, rogue) => putPerson({ ...fed(acme, rogue.email), role: 'viewer' })],
  ])('by inviting another mailbox of theirs before: %s', async (_, shutOut) => {
    const acme = await account();
    const rogue = await second(acme);
    const [mailbox, colleague] = [await account(), await account()];
    await invite(rogue, mailbox.email, 'owner');
    await invite(acme, colleague.email);
    const id = await openOf(mailbox.email);
    expect(await shutOut(acme, rogue)).toMatchObject({ ok: true });
    expect(await answer(mailbox.email, id, true)).toEqual(notFound);
    expect(await shown(acme)).toEqual([{ email: colleague.email, role: 'member', since: now }]);
    expect((await eventsOf(db.database, 'member_invitation_withdrawn')).at(-1)?.content).toEqual({
      person: await idOf(mailbox.email),
      invitation: id,
    });
    expect(await change(rogue, await idOf(acme.email), 'viewer')).toMatchObject({ code: 'not_allowed' });
    expect(await invite(rogue, `late-${count}@elsewhere.example`)).toEqual({
      ...{ ok: false, code: 'not_allowed', ability: 'manage_people' },
    });
  });

  test('by an invitation that they have kept', async () => {
    const acme = await account();
    const elsewhere = await account();
    await invite(acme, elsewhere.email, 'owner');
    const id = await openOf(elsewhere.email);
    await putPerson({ ...fed(acme, elsewhere.email), role: 'viewer' });
    expect(await endMembership(fed(acme, elsewhere.email))).toMatchObject({ ok: true });
    expect(await answer(elsewhere.email, id, true)).toEqual(notFound);
    expect(await rolesOf(acme)).toEqual(['owner']);
  });
});

test('an owner of the account withdraws an invitation, and nobody else', async () => {
  const acme = await account();
  const elsewhere = await account();
  await invite(acme, elsewhere.email);
  const invitationId = await openOf(elsewhere.email);
  const withdraw = ({ accountId, owner: actor }: Account) =>
    withdrawAccountInvitation({ database: db.database, actor, accountId, invitationId, now });
  expect(await withdraw(elsewhere)).toEqual(notFound);
  expect(await withdraw({ ...acme, owner: elsewhere.owner })).toEqual(notFound);
  const { personId } = acme.owner.viewer as Viewer;
  for (const role of ['member', 'viewer'] as const) {
    const viewer = { personId, memberships: [{ accountId: acme.accountId, role }], staffRole: null };
    const owner: Actor = { ...acme.owner, viewer };
    expect(await withdraw({ ...acme, owner })).toMatchObject({ code: 'not_allowed' });
  }
  expect(await withdraw(acme)).toEqual({ ok: true });
  expect(await withdraw(acme)).toEqual(notFound);
  expect(await answer(elsewhere.email, invitationId, true)).toEqual(notFound);
  expect(await rolesOf(acme)).toEqual(['owner']);
});
