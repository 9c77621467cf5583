import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EntryRow } from '../../db/queries/entries.ts';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { listEntryEvents, listThread } from '../../db/queries/events.ts';
import {
  abuseProposals,
  accounts,
  events,
  ladderPositions,
  memberships,
  policies,
  servers,
  signals,
  staff,
} from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { decideProposal, liftSuspension, proposeCancellation } from './account-sanctions.ts';
import { appealRemoval } from './appeal-removal.ts';
import { approveEntry } from './approve-entry.ts';
import { completeChecks } from './complete-checks.ts';
import { freezeApprovals } from './freeze-approvals.ts';
import { putAccount } from './put-account.ts';
import { raiseSignal } from './raise-signal.ts';
import { reportEntry } from './report-entry.ts';
import { requestEntry } from './request-entry.ts';
import { restoreEntry } from './restore-entry.ts';
import { setSignalAside } from './set-signal-aside.ts';
import { attestations, type Cast, currentRow, inForce, testNow as now, proven, seedCast } from './testing.ts';
import { withdrawEntry } from './withdraw-entry.ts';

let db: TestDatabase;
let cast: Cast;
const ready: EntryRow[] = [];
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  await db.database.insert(policies).values({ version: 2, content: { abuse: { serverRemovals: 100 } } });
  for (let octet = 1; octet <= 16; octet += 1)
    ready.push(await inForce(db.database, cast, `45.170.1.${octet}`));
});
afterAll(() => db.close());

let entry: EntryRow;
let base: { database: TestDatabase['database']; id: string; now: Date };
beforeEach(() => {
  const next = ready.pop();
  if (next === undefined) throw new Error('more entries are needed');
  entry = next;
  base = { database: db.database, id: entry.id, now };
});

const report = (
  grade: 'minor' | 'serious' | 'gravest',
  actor = cast.support,
  reason = 'Phishing in my own mailbox.',
) => reportEntry({ ...base, actor, grade, reason });
const position = async (id = entry.id) =>
  (await db.database.select().from(ladderPositions).where(eq(ladderPositions.entryId, id)))[0];

describe('a report of staff', () => {
  test('is a signal in the grade that staff chooses; owners read what is done, not what was seen', async () => {
    expect(await report('serious')).toEqual({ ok: true, step: 'throttled', held: false });
    const forOwner = await listEntryEvents(db.database, entry.id, 'account');
    expect(JSON.stringify(forOwner)).not.toContain('Phishing in my own');
    const forStaff = await listEntryEvents(db.database, entry.id, 'staff');
    expect(JSON.stringify(forStaff)).toContain('Phishing in my own');
  });

  test('of the gravest grade removes at once', async () => {
    expect(await report('gravest')).toMatchObject({ ok: true, step: 'removed' });
    expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'removed', endCause: 'abuse' });
    expect(await report('minor')).toMatchObject({ code: 'state_forbids' });
  });

  test('needs a reason, and somebody of staff', async () => {
    expect(await report('minor', cast.support, ' ')).toEqual({ ok: false, code: 'reason_missing' });
    expect(await report('minor', cast.owner)).toMatchObject({ code: 'not_allowed' });
    expect(await report('minor', cast.otherOwner)).toEqual({ ok: false, code: 'not_found' });
  });

  test('that was wrong is set aside and counts no more', async () => {
    await report('minor');
    const [signal] = await db.database.select().from(signals).where(eq(signals.entryId, entry.id));
    const aside = { database: db.database, signalId: signal?.id ?? '', now } as const;
    expect(await setSignalAside({ ...aside, actor: cast.owner, reason: 'x' })).toEqual({
      ok: false,
      code: 'not_found',
    });
    expect(await setSignalAside({ ...aside, actor: cast.support, reason: '' })).toMatchObject({
      code: 'reason_missing',
    });
    expect(await setSignalAside({ ...aside, actor: cast.support, reason: 'Mixed up.' })).toMatchObject({
      ok: true,
    });
    await report('minor');
    expect(await position()).toMatchObject({ step: 'warned' });
  });
});

test('restored after a suspension for abuse, it begins slowed down, and what was before does not count', async () => {
  for (const key of ['a', 'b', 'c', 'd']) {
    await raiseSignal(
      db.database,
      { entryId: entry.id, kind: 'listed', at: now, source: 'evidence', dedupeKey: `restore-${key}` },
      now,
    );
  }
  expect((await currentRow(db.database, entry.id)).suspensionCauses).toEqual(['abuse']);
  const restored = await restoreEntry({
    ...base,
    actor: cast.support,
    side: 'staff',
    reason: 'The list was wrong.',
  });
  expect(restored).toMatchObject({ ok: true, entry: { status: 'active' } });
  expect(await currentRow(db.database, entry.id)).toMatchObject({ throttledTo: 100 });
  expect(await position()).toMatchObject({ step: 'throttled', countsFrom: now });
  const later = new Date(now.getTime() + 60_000);
  const one = {
    entryId: entry.id,
    kind: 'listed',
    at: later,
    source: 'evidence',
    dedupeKey: 'restore-e',
  } as const;
  await raiseSignal(db.database, one, later);
  expect((await currentRow(db.database, entry.id)).status).toBe('active');
});

describe('an appeal', () => {
  const appeal = (actor = cast.owner, statement = 'An infected laptop. It is gone.') =>
    appealRemoval({ ...base, actor, statement });
  beforeEach(async () => {
    await report('gravest');
  });

  test('comes before a person although the account cannot ask otherwise, and begins slowed down', async () => {
    const again = await requestEntry({
      database: db.database,
      actor: cast.owner,
      now,
      request: { server: 'acme-production', network: '45.171.1.1', purpose: 'Scanner', attestations },
    });
    expect(again).toMatchObject({ code: 'requirement_failed', reason: 'cool_down' });

    const made = await appeal();
    if (!made.ok) throw new Error(JSON.stringify(made));
    const { id } = made.entry;
    expect(made.entry).toMatchObject({ status: 'pending', appealOf: entry.id, network: entry.network });
    await completeChecks(db.database, id, now);
    expect((await currentRow(db.database, id)).status).toBe('in_review');
    expect((await listThread(db.database, id))[0]).toMatchObject({
      side: 'account',
      body: 'An infected laptop. It is gone.',
    });
    const found = await findEntry(db.database, 'operator', id);
    if (found === undefined) throw new Error('the appeal is gone');
    const { evaluations } = await evaluateEntry(db.database, found, now);
    expect(evaluations.find((one) => one.requirement === 'no_abuse_history')).toMatchObject({
      verdict: 'unknown',
      reason: 'appealed',
    });
    const approve = { database: db.database, id, now, reason: 'Clean now.', override: ['control'] };
    await approveEntry({ ...approve, actor: cast.support });
    expect(await approveEntry({ ...approve, actor: cast.admin })).toMatchObject({ ok: true, approvals: 2 });
    expect(await currentRow(db.database, id)).toMatchObject({ status: 'active', throttledTo: 100 });
    expect(await position(id)).toMatchObject({ step: 'throttled' });
  });

  test('takes two persons, also where everything else is as it should be', async () => {
    const made = await appeal();
    if (!made.ok) throw new Error(JSON.stringify(made));
    const { id } = made.entry;
    await completeChecks(db.database, id, now);
    await proven(db.database, made.entry, made.entry.network.replace('/32', ''));
    const approve = { database: db.database, id, now, reason: 'Clean now.', override: [] };
    expect(await approveEntry({ ...approve, actor: cast.support })).toMatchObject({
      approvals: 1,
      required: 2,
    });
    expect((await currentRow(db.database, id)).status).toBe('in_review');
  });

  test('is made by an owner, once, with a statement, and only against a removal for abuse', async () => {
    expect(await appeal(cast.member)).toMatchObject({ code: 'not_allowed' });
    expect(await appeal(cast.otherOwner)).toEqual({ ok: false, code: 'not_found' });
    expect(await appeal(cast.owner, ' ')).toMatchObject({ code: 'invalid', field: 'statement' });
    const made = await Promise.all([appeal(), appeal(), appeal()]);
    expect(made.filter((one) => one.ok)).toHaveLength(1);
    const [first] = made.flatMap((one) => (one.ok ? [one.entry.id] : []));
    expect(await appeal()).toEqual({
      ok: false,
      code: 'already_requested',
      entryId: first,
      server: 'acme-production',
    });
    await withdrawEntry({ ...base, id: first ?? '', actor: cast.owner });
    expect(await appeal()).toMatchObject({ ok: true });
    const other = ready.at(-1);
    expect(
      await appealRemoval({ ...base, id: other?.id ?? '', actor: cast.owner, statement: 'x' }),
    ).toMatchObject({
      code: 'state_forbids',
    });
  });
});

describe('beyond an entry', () => {
  const globex = async () =>
    (await db.database.select().from(accounts).where(eq(accounts.slug, 'globex')))[0];
  const platform = { kind: 'platform', viewer: null, address: null, via: 'api' } as const;
  const feed = (status: 'active' | 'suspended') =>
    putAccount({
      database: db.database,
      actor: platform,
      account: { slug: 'globex', name: 'Globex', status },
      now,
    });
  const decide = (proposalId: string, actor = cast.support, decision: 'do' | 'dismiss' = 'do') =>
    decideProposal({ database: db.database, actor, proposalId, decision, reason: 'Looked at it.', now });
  const proposed = async () => {
    const [row] = await db.database
      .insert(abuseProposals)
      .values({
        kind: 'suspend_account',
        accountId: (await globex())?.id ?? '',
        reason: 'repeated_removals',
        createdAt: now,
      })
      .returning();
    return row?.id ?? '';
  };

  test('an account is suspended by one person, not by those who belong to it, and not lifted by the feed', async () => {
    const id = await proposed();
    expect(await decide(id, cast.owner)).toEqual({ ok: false, code: 'not_found' });
    await db.database.insert(memberships).values({
      accountId: (await globex())?.id ?? '',
      personId: cast.support2.viewer?.personId ?? '',
      role: 'viewer',
    });
    expect(await decide(id, cast.support2)).toEqual({ ok: false, code: 'own_account' });
    expect(await decide(id)).toEqual({ ok: true, done: true });
    expect(await decide(id)).toEqual({ ok: false, code: 'not_found' });
    expect(await globex()).toMatchObject({ status: 'suspended' });
    expect(await feed('active')).toMatchObject({ ok: true, account: { status: 'suspended' } });
    const lifted = await liftSuspension({
      database: db.database,
      actor: cast.support,
      reason: 'Settled.',
      now,
      of: 'account',
      slug: 'globex',
    });
    expect(lifted).toEqual({ ok: true, slug: 'globex' });
    expect(await globex()).toMatchObject({ status: 'active', suspendedForAbuseAt: null });
  });

  test('what the feed suspended is the feed’s to lift', async () => {
    await feed('suspended');
    const lift = {
      database: db.database,
      actor: cast.support,
      of: 'account',
      slug: 'globex',
      reason: 'x',
      now,
    } as const;
    expect(await liftSuspension(lift)).toEqual({ ok: false, code: 'not_found' });
    await feed('active');
    expect(await globex()).toMatchObject({ status: 'active' });
  });

  test('dismissed, nothing happens; then it can be proposed again', async () => {
    expect(await decide(await proposed(), cast.support, 'dismiss')).toEqual({ ok: true, done: false });
    expect(await globex()).toMatchObject({ status: 'active' });
    expect(await decide(await proposed(), cast.support, 'dismiss')).toMatchObject({ ok: true });
  });

  test('a server that was suspended for abuse is lifted by support', async () => {
    await db.database
      .update(servers)
      .set({ status: 'suspended', platformStatus: 'active', suspendedForAbuseAt: now })
      .where(eq(servers.slug, 'globex-mail'));
    const lift = { database: db.database, of: 'server', slug: 'globex-mail', reason: 'Clean.', now } as const;
    expect(await liftSuspension({ ...lift, actor: cast.otherOwner })).toEqual({
      ok: false,
      code: 'not_found',
    });
    const freeze = { database: db.database, actor: cast.admin, reason: 'Incident.', now };
    await freezeApprovals({ ...freeze, frozen: true });
    const frozen = { ok: false, code: 'approvals_frozen', reason: 'Incident.' };
    expect(await liftSuspension({ ...lift, actor: cast.support })).toEqual(frozen);
    await freezeApprovals({ ...freeze, frozen: false });
    expect(await liftSuspension({ ...lift, actor: cast.support })).toEqual({ ok: true, slug: 'globex-mail' });
    expect(await liftSuspension({ ...lift, actor: cast.support })).toEqual({ ok: false, code: 'not_found' });
  });

  test('an account is cancelled by two, and the platform is told', async () => {
    const propose = { database: db.database, slug: 'globex', reason: 'It goes on and on.', now };
    const first = await proposeCancellation({ ...propose, actor: cast.support });
    if (!first.ok) throw new Error(JSON.stringify(first));
    expect(await proposeCancellation({ ...propose, actor: cast.admin })).toMatchObject({ code: 'taken' });
    expect(await decide(first.proposalId, cast.support)).toEqual({ ok: false, code: 'same_person' });
    expect((await globex())?.status).toBe('active');
    // Whose word would not be taken today is no first of two.
    const proposer = cast.support.viewer?.personId ?? '';
    const gone = { ok: false, code: 'invalid', field: 'proposal', reason: 'proposer_gone' };
    const staffUntil = (endedAt: Date | null) =>
      db.database.update(staff).set({ endedAt }).where(eq(staff.personId, proposer));
    await staffUntil(now);
    expect(await decide(first.proposalId, cast.admin)).toEqual(gone);
    await staffUntil(null);
    const member = { accountId: (await globex())?.id ?? '', personId: proposer };
    await db.database.insert(memberships).values({ ...member, role: 'viewer' });
    expect(await decide(first.proposalId, cast.admin)).toEqual(gone);
    await db.database.update(memberships).set({ endedAt: now }).where(eq(memberships.personId, proposer));
    expect(await decide(first.proposalId, cast.admin)).toEqual({ ok: true, done: true });
    expect((await globex())?.status).toBe('cancelled');
    const [told] = await db.database
      .select()
      .from(events)
      .where(and(eq(events.kind, 'account_cancelled_for_abuse'), eq(events.chain, 'platform')));
    expect(JSON.parse(told?.content ?? '{}')).toMatchObject({
      account: 'globex',
      proposed_by: cast.support.viewer?.personId,
      confirmed_by: cast.admin.viewer?.personId,
    });
  });

  test('of two who confirm a cancellation in one moment, one does', async () => {
    const propose = { database: db.database, slug: 'initech', reason: 'It goes on and on.', now };
    const proposal = await proposeCancellation({ ...propose, actor: cast.support });
    if (!proposal.ok) throw new Error(JSON.stringify(proposal));
    const holder = await db.pool.connect();
    try {
      // Whoever closes an account waits for the clock.
      await holder.query('begin');
      await holder.query('update entries set updated_at = updated_at where false');
      const both = [cast.support2, cast.admin].map((actor) => decide(proposal.proposalId, actor));
      await expect.poll(() => waitingForLock(db)).toBe(2);
      await holder.query('commit');
      const results = await Promise.all(both);
      expect(results).toContainEqual({ ok: true, done: true });
      expect(results).toContainEqual({ ok: false, code: 'not_found' });
    } finally {
      holder.release();
    }
  });
});
