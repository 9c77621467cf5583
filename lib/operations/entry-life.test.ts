import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approversOf } from '../../db/queries/approvals.ts';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { listEntryEvents, listThread } from '../../db/queries/events.ts';
import { entryActivity, entryStanding, memberships, staff } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { acceptResponsibility } from './accept-responsibility.ts';
import { answerQuestion } from './answer-question.ts';
import { approveEntry } from './approve-entry.ts';
import { askQuestion } from './ask-question.ts';
import { completeChecks } from './complete-checks.ts';
import { editEntry } from './edit-entry.ts';
import { freezeApprovals } from './freeze-approvals.ts';
import { grantScope } from './grant-scope.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { requestEntry } from './request-entry.ts';
import { requestReview } from './request-review.ts';
import { restoreEntry } from './restore-entry.ts';
import { suspendEntry } from './suspend-entry.ts';
import {
  attestations,
  type Cast,
  currentRow,
  inForce,
  testNow as now,
  proven,
  requested,
  reviewable,
  seedCast,
} from './testing.ts';
import { makePerson } from './testing-people.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

let approvers = 0;
const kinds = async (id: string) => (await listEntryEvents(db.database, id)).map((event) => event.kind);
const standing = async (id: string) =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, id)))[0];

test('request, prove, approve, remove: each step is an event, and nodes see each state', async () => {
  const entry = await requested(db.database, cast.owner, '45.90.1.1');
  expect((await standing(entry.id))?.state).toBe('pending');
  await completeChecks(db.database, entry.id, now);
  await proven(db.database, entry, '45.90.1.1');
  expect((await currentRow(db.database, entry.id)).status).toBe('in_review');
  const approved = await approveEntry({
    database: db.database,
    actor: cast.support,
    id: entry.id,
    now,
    reason: 'Proven.',
    override: [],
  });
  expect(approved).toMatchObject({ ok: true, approvals: 1, required: 1 });
  expect(await standing(entry.id)).toMatchObject({
    state: 'in_force',
    scope: { sender_domains: ['acme.example'], tls: 'offered', messages_per_hour: 1000 },
  });
  const removed = await removeEntry({
    database: db.database,
    actor: cast.owner,
    id: entry.id,
    now,
    side: 'owner',
    reason: '',
  });
  expect(removed).toMatchObject({ ok: true, entry: { status: 'removed', endCause: 'owner' } });
  expect((await standing(entry.id))?.state).toBe('ended');
  expect(await kinds(entry.id)).toEqual([
    'requested',
    'checks_completed',
    'proof_seen',
    'in_review',
    'approved',
    'removed',
  ]);
});

describe('refused at once, with the requirement, and kept as an event', () => {
  const ask = (network: string, more: object = {}, actor = cast.owner, server = 'acme-production') =>
    requestEntry({
      database: db.database,
      actor,
      now,
      request: { server, network, purpose: 'Scanners', attestations, ...more },
    });

  test.each([
    ['not an address', 'printer.local', 'valid_network', 'not_an_address'],
    ['host bits set', '45.90.2.17/29', 'valid_network', 'host_bits_set'],
    ['wider than the plan', '45.90.0.0/24', 'valid_network', 'too_wide'],
    ['private', '10.0.0.1', 'public_address', 'special_purpose'],
    ['shared address space', '100.64.1.1', 'public_address', 'special_purpose'],
    ['documentation', '2001:db8::1', 'public_address', 'special_purpose'],
  ])('%s', async (_what, network, requirement, reason) => {
    expect(await ask(network)).toMatchObject({ ok: false, code: 'requirement_failed', requirement, reason });
    const { rows } = await db.pool.query(
      `select content from events where kind = 'request_refused' order by at desc limit 1`,
    );
    expect(JSON.parse(rows[0].content)).toMatchObject({ requirement, reason });
  });

  test.each([
    [
      'a sender domain that is not verified',
      { senderDomains: ['other.example'] },
      'sender_domains',
      'not_verified',
    ],
    ['more than the plan has', { messagesPerHour: 1_000_000 }, 'messages_per_hour', 'over_plan'],
  ])('%s', async (_what, scope, field, reason) => {
    expect(await ask('45.90.2.21', { scope })).toMatchObject({ ok: false, code: 'invalid', field, reason });
    const { rows } = await db.pool.query(
      `select content from events where kind = 'request_refused' order by at desc limit 1`,
    );
    expect(JSON.parse(rows[0].content)).toEqual({ network: '45.90.2.21', field, reason });
  });

  test('host bits set offers the canonical network and the single address', async () => {
    expect(await ask('45.90.2.17/29')).toMatchObject({ suggestions: ['45.90.2.16/29', '45.90.2.17'] });
  });

  test('a plan that does not entitle', async () => {
    expect(await ask('45.90.3.1', {}, cast.freeOwner, 'initech-trial')).toMatchObject({
      requirement: 'paid_subscription',
      reason: 'plan_not_entitled',
    });
  });

  test.each(['static', 'dedicated', 'responsible'] as const)('without attesting %s', async (name) => {
    const result = await ask('45.90.3.2', { attestations: { ...attestations, [name]: false } });
    expect(result).toMatchObject({
      code: 'requirement_failed',
      requirement: name === 'responsible' ? 'responsibility' : name,
    });
  });

  test('what overlaps an own live entry is to be widened instead', async () => {
    await inForce(db.database, cast, '45.90.4.9');
    expect(await ask('45.90.4.8/30')).toMatchObject({ requirement: 'valid_network', reason: 'own_overlap' });
  });

  test('the same network twice', async () => {
    const first = await requested(db.database, cast.owner, '45.90.5.5');
    const refusal = { ok: false, code: 'already_requested', entryId: first.id, server: 'acme-production' };
    expect(await ask('45.90.5.5')).toEqual(refusal);
    const [one, other] = await Promise.all([ask('45.90.5.6'), ask('45.90.5.6')]);
    expect([one.ok, other.ok].sort()).toEqual([false, true]);
  });

  test('a colliding request of another organisation is taken like any other', async () => {
    await inForce(db.database, cast, '45.90.6.6');
    expect(await ask('45.90.6.6', {}, cast.otherOwner, 'globex-mail')).toMatchObject({ ok: true });
  });
});

describe('approval', () => {
  const approve = (id: string, more: object = {}, actor = cast.support) =>
    approveEntry({ database: db.database, actor, id, now, reason: 'Looked at.', override: [], ...more });

  test('control not proven needs it named, a reason and a second person', async () => {
    const entry = await requested(db.database, cast.owner, '45.91.1.1');
    await completeChecks(db.database, entry.id, now);
    await requestReview({ database: db.database, actor: cast.owner, id: entry.id, now });
    expect(await approve(entry.id)).toMatchObject({
      code: 'requirement_failed',
      requirement: 'control',
      overridable: true,
    });
    expect(await approve(entry.id, { override: ['control'], reason: ' ' })).toMatchObject({
      code: 'reason_missing',
    });
    expect(await approve(entry.id, { override: ['control'] })).toMatchObject({
      ok: true,
      approvals: 1,
      required: 2,
    });
    expect((await currentRow(db.database, entry.id)).status).toBe('in_review');
    expect(await approve(entry.id, { override: ['control'] })).toMatchObject({ code: 'same_person' });
    expect(await approve(entry.id, { override: ['control'] }, cast.support2)).toMatchObject({
      ok: true,
      approvals: 2,
      entry: { status: 'active' },
    });
    const events = await listEntryEvents(db.database, entry.id);
    expect(events.at(-1)).toMatchObject({ kind: 'approved', content: { override: ['control'] } });
  });

  test('two persons pass over what fails: who approved before it did has not', async () => {
    const entry = await requested(db.database, cast.owner, '45.91.9.0/29');
    await completeChecks(db.database, entry.id, now);
    for (const host of [1, 2]) await proven(db.database, entry, `45.91.9.${host}`);
    expect(await approve(entry.id)).toMatchObject({ ok: true, approvals: 1, required: 2 });
    // By then the proofs are too old.
    const later = { now: addDays(now, 31) };
    const over = { ...later, override: ['control'] };
    expect(await approve(entry.id, later, cast.support2)).toMatchObject({ requirement: 'control' });
    expect(await approve(entry.id, over, cast.support2)).toMatchObject({ approvals: 1, required: 2 });
    expect(await approve(entry.id, over, cast.support2)).toMatchObject({ code: 'same_person' });
    expect(await approve(entry.id, over)).toMatchObject({ approvals: 2, entry: { status: 'active' } });
  });

  test('what changed since it was read is not approved', async () => {
    const entry = await reviewable(db.database, cast.owner, '45.91.2.1');
    await proven(db.database, entry, '45.91.2.1');
    expect(await approve(entry.id, { revision: entry.revision })).toMatchObject({
      code: 'changed_meanwhile',
    });
    const current = await currentRow(db.database, entry.id);
    expect(await approve(entry.id, { revision: current.revision })).toMatchObject({ ok: true });
  });

  test.each(['has left the staff', 'belongs to the account by now', 'belongs to a rival by now'])(
    'the first approval of who %s counts no more',
    async (what) => {
      approvers += 1;
      const email = `first${approvers}@postern.example`;
      const address = `45.91.7.${approvers}`;
      const personId = await makePerson(db.database, { email, staff: 'support' });
      const viewer = { personId, memberships: [], staffRole: 'support' as const };
      const { id, accountId } = await requested(db.database, cast.owner, address);
      await requestReview({ database: db.database, actor: cast.owner, id, now });
      await completeChecks(db.database, id, now);
      const override = { override: ['control'] };
      const rival = what.includes('rival')
        ? await requested(db.database, cast.otherOwner, address, 'globex-mail')
        : null;
      expect(await approve(id, override, { ...cast.support, viewer })).toMatchObject({ approvals: 1 });
      if (what.includes('staff')) {
        await db.database.update(staff).set({ endedAt: now }).where(eq(staff.personId, personId));
      } else {
        const of = rival?.accountId ?? accountId;
        await db.database.insert(memberships).values({ accountId: of, personId, role: 'viewer' });
      }
      // Nobody reads that they would be the second.
      expect(await approversOf(db.database, await currentRow(db.database, id))).toEqual([]);
      expect(await approve(id, override)).toMatchObject({ ok: true, approvals: 1, required: 2 });
      const last = await approve(id, override, cast.support2);
      expect(last).toMatchObject({ ok: true, approvals: 2, entry: { status: 'active' } });
    },
  );

  test('a member asks, an owner has to accept responsibility first', async () => {
    const entry = await reviewable(db.database, cast.member, '45.91.3.1');
    expect(await approve(entry.id)).toMatchObject({ requirement: 'responsibility', overridable: false });
    expect(await approve(entry.id, { override: ['responsibility'] })).toMatchObject({
      code: 'requirement_failed',
    });
    const accept = (actor = cast.member) =>
      acceptResponsibility({ database: db.database, actor, id: entry.id, now });
    expect(await accept()).toMatchObject({ code: 'not_allowed' });
    expect(await accept(cast.owner)).toMatchObject({ ok: true });
    expect(await approve(entry.id)).toMatchObject({ ok: true });
  });

  test('what another organisation holds live is refused by the database', async () => {
    const mine = await reviewable(db.database, cast.owner, '45.91.4.1');
    await inForce(db.database, cast, '45.91.4.1', cast.otherOwner, 'globex-mail');
    expect(await approve(mine.id)).toEqual({ ok: false, code: 'overlaps_live_entry' });
  });

  test('64 hostile approvals of overlapping networks: one winner, the rest refused', async () => {
    const ids: string[] = [];
    for (let rival = 0; rival < 32; rival += 1) {
      const owner = rival % 2 === 0 ? cast.owner : cast.otherOwner;
      const server = rival % 2 === 0 ? 'acme-production' : 'globex-mail';
      const network =
        ['45.92.1.1', '45.92.1.0/30', '45.92.1.0/31', '45.92.1.1/32'][rival >> 1] ?? '45.92.1.1';
      const result = await requestEntry({
        database: db.database,
        actor: owner,
        now,
        request: { server, network, purpose: 'Rival', attestations },
      });
      const id = result.ok ? result.entry.id : result.code === 'already_requested' ? result.entryId : '';
      await completeChecks(db.database, id, now);
      await requestReview({ database: db.database, actor: owner, id, now });
      ids.push(id);
    }
    const overridden = { override: ['control'] };
    for (const id of new Set(ids)) await approve(id, overridden, cast.admin);
    const outcomes = await Promise.all(
      [...ids, ...ids].map((id, index) =>
        approve(id, overridden, index % 2 === 0 ? cast.support : cast.support2),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.ok && outcome.entry.status === 'active')).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => (outcome.ok ? 'won' : outcome.code)))).toEqual(
      new Set(['won', 'overlaps_live_entry', 'state_forbids']),
    );
  });

  test('while approvals are frozen nothing is approved', async () => {
    const entry = await reviewable(db.database, cast.owner, '45.91.5.1');
    const freeze = (frozen: boolean) =>
      freezeApprovals({ database: db.database, actor: cast.admin, frozen, reason: 'incident', now });
    await freeze(true);
    expect(await approve(entry.id)).toEqual({ ok: false, code: 'approvals_frozen', reason: 'incident' });
    await freeze(false);
    expect(await approve(entry.id)).toMatchObject({ ok: true });
  });

  test('nor does support let anything in by another way, while an owner may end their own pause', async () => {
    const frozen = { ok: false, code: 'approvals_frozen', reason: 'incident' };
    const freeze = (on: boolean) =>
      freezeApprovals({ database: db.database, actor: cast.admin, frozen: on, reason: 'incident', now });
    const { id } = await inForce(db.database, cast, '45.91.5.3');
    const base = { database: db.database, id, now, reason: 'Looked.' };
    const staff = { ...base, actor: cast.support, side: 'staff' as const };
    const owner = { ...base, actor: cast.owner, side: 'owner' as const };
    await editEntry({ ...base, actor: cast.owner, edits: { scope: { messageBytes: 50_000_000 } } });
    await suspendEntry(staff);
    await suspendEntry(owner);
    await freeze(true);
    expect(await grantScope({ ...base, actor: cast.support })).toEqual(frozen);
    expect(await restoreEntry(staff)).toEqual(frozen);
    expect(await restoreEntry(owner)).toMatchObject({ ok: true, entry: { suspensionCauses: ['staff'] } });
    await freeze(false);
    expect(await grantScope({ ...base, actor: cast.support })).toMatchObject({ ok: true });
    expect(await restoreEntry(staff)).toMatchObject({ ok: true, entry: { status: 'active' } });
  });

  test('nor what was under way when they were frozen', async () => {
    const entry = await reviewable(db.database, cast.owner, '45.91.5.2');
    const holder = await db.pool.connect();
    try {
      // Another approval of the same entry is at it.
      await holder.query('begin');
      await holder.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [entry.id]);
      const approved = approve(entry.id);
      await expect.poll(() => waitingForLock(db)).toBe(1);
      const freeze = { database: db.database, actor: cast.admin, reason: 'incident', now };
      await freezeApprovals({ ...freeze, frozen: true });
      await holder.query('commit');
      expect(await approved).toEqual({ ok: false, code: 'approvals_frozen', reason: 'incident' });
      expect((await currentRow(db.database, entry.id)).status).toBe('in_review');
      await freezeApprovals({ ...freeze, frozen: false });
    } finally {
      holder.release();
    }
  });

  test('a staff member of the account concerned decides nothing about it', async () => {
    const entry = await reviewable(db.database, cast.owner, '45.91.6.1');
    const viewer = { ...cast.support.viewer, memberships: cast.owner.viewer?.memberships ?? [] };
    const involved = { ...cast.support, viewer: viewer as NonNullable<typeof cast.support.viewer> };
    expect(await approve(entry.id, {}, involved)).toEqual({ ok: false, code: 'own_account' });
  });
});

test('asked and answered: the request comes back into review with its thread', async () => {
  const entry = await reviewable(db.database, cast.owner, '45.93.1.1');
  const base = { database: db.database, id: entry.id, now };
  expect(await askQuestion({ ...base, actor: cast.support, reason: '' })).toMatchObject({
    code: 'reason_missing',
  });
  expect(await askQuestion({ ...base, actor: cast.support, reason: 'Whose line is it?' })).toMatchObject({
    ok: true,
    entry: { status: 'waiting' },
  });
  for (const actor of [cast.viewer, cast.member]) {
    expect(await answerQuestion({ ...base, actor, answer: 'Ours.' })).toMatchObject({ code: 'not_allowed' });
  }
  expect(await answerQuestion({ ...base, actor: cast.owner, answer: 'Ours.' })).toMatchObject({
    ok: true,
    entry: { status: 'in_review' },
  });
  const bySupport = async (audience: 'account' | 'staff') =>
    (await listThread(db.database, entry.id, audience)).find(({ side }) => side === 'support')?.name;
  expect(await bySupport('staff')).toEqual(expect.any(String));
  // Who it was of support is not the account's to know.
  expect(await bySupport('account')).toBeNull();
  expect(await rejectEntry({ ...base, actor: cast.support, reason: 'It is a pool.' })).toMatchObject({
    ok: true,
    entry: { status: 'rejected' },
  });
});

test('each suspension cause is lifted by its own side only', async () => {
  const entry = await inForce(db.database, cast, '45.94.1.1');
  const base = { database: db.database, id: entry.id, now };
  const owner = { ...base, actor: cast.owner, side: 'owner', reason: '' } as const;
  const staff = { ...base, actor: cast.support, side: 'staff', reason: 'Complaints.' } as const;
  expect(await suspendEntry(owner)).toMatchObject({ ok: true });
  expect(await suspendEntry(staff)).toMatchObject({ ok: true });
  expect((await standing(entry.id))?.state).toBe('suspended');
  expect(await restoreEntry(owner)).toMatchObject({
    entry: { status: 'suspended', suspensionCauses: ['staff'] },
  });
  expect(await restoreEntry(owner)).toMatchObject({ code: 'state_forbids' });
  expect(await restoreEntry(staff)).toMatchObject({ entry: { status: 'active', suspensionCauses: [] } });
});

test('what a person may not see does not exist for them', async () => {
  const entry = await reviewable(db.database, cast.owner, '45.95.1.1');
  for (const actor of [cast.otherOwner, cast.removedOwner, cast.nobody]) {
    const base = { database: db.database, actor, id: entry.id, now, reason: 'x' };
    expect(await removeEntry({ ...base, side: 'owner' })).toEqual({ ok: false, code: 'not_found' });
    expect(await removeEntry({ ...base, side: 'staff' })).toEqual({ ok: false, code: 'not_found' });
    expect(await approveEntry({ ...base, override: [] })).toEqual({ ok: false, code: 'not_found' });
  }
  const own = { database: db.database, actor: cast.owner, id: entry.id, now, reason: 'x', override: [] };
  expect(await approveEntry(own)).toMatchObject({ code: 'not_allowed' });
});

test.each(['member', 'viewer'] as const)(
  'a %s of the account does nothing that is an owner’s',
  async (role) => {
    approvers += 1;
    const { id } = await inForce(db.database, cast, `45.95.2.${approvers}`);
    const base = { database: db.database, actor: cast[role], id, now, reason: '' };
    const notAllowed = { ok: false, code: 'not_allowed' };
    expect(await suspendEntry({ ...base, side: 'owner' })).toMatchObject(notAllowed);
    expect(await acceptResponsibility(base)).toMatchObject(notAllowed);
    await suspendEntry({ ...base, actor: cast.owner, side: 'owner' });
    expect(await restoreEntry({ ...base, side: 'owner' })).toMatchObject(notAllowed);
  },
);

test('mail that is taken from an entry keeps its proof fresh, while the entry is active', async () => {
  const { id } = await inForce(db.database, cast, '45.90.31.1');
  const later = addDays(now, 60);
  const control = async () => {
    const found = await findEntry(db.database, 'operator', id);
    if (found === undefined) throw new Error('the entry is gone');
    const { evaluations } = await evaluateEntry(db.database, found, later);
    return evaluations.find(({ requirement }) => requirement === 'control')?.reason;
  };
  expect(await control()).toBe('proof_too_old');
  await db.database.insert(entryActivity).values({ entryId: id, lastAcceptedAt: addDays(later, -1) });
  expect(await control()).toBe('proven_by_traffic');
  await suspendEntry({ database: db.database, actor: cast.support, id, now, side: 'staff', reason: 'x' });
  expect(await control()).toBe('proof_too_old');
});

test('an entry that was removed takes no place of its plan any more', async () => {
  const { id } = await inForce(db.database, cast, '45.90.31.2');
  const used = async () => {
    const found = await findEntry(db.database, 'operator', id);
    if (found === undefined) throw new Error('the entry is gone');
    const { evaluations } = await evaluateEntry(db.database, found, now);
    return Number(evaluations[0]?.facts.used);
  };
  const before = await used();
  await removeEntry({ database: db.database, actor: cast.owner, id, now, side: 'owner', reason: 'x' });
  expect(await used()).toBe(before - 1);
});
