import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { approversOf } from '../../db/queries/approvals.ts';
import { evaluateEntries, listEntries } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { approvalNeeds, inQueue } from '../../db/queries/review-queue.ts';
import { holdersOf, ownershipQuestions } from '../../db/queries/takeovers.ts';
import { entries, entryStanding, events, outbox, takeovers } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { answerTakeover } from './answer-takeover.ts';
import { approveEntry } from './approve-entry.ts';
import { callOffTakeover } from './call-off-takeover.ts';
import { closeAccount } from './close-account.ts';
import { completeChecks } from './complete-checks.ts';
import { expireEntry } from './expire-entry.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { requestReview } from './request-review.ts';
import { startTakeover } from './start-takeover.ts';
import {
  type Cast,
  currentRow,
  inForce,
  testNow as now,
  proven,
  reportProof,
  requested,
  reviewable,
  seedCast,
} from './testing.ts';
import { throttleRules } from './throttle.ts';
import { withdrawEntry } from './withdraw-entry.ts';

// globex holds an address that acme has proven control of.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const after = addDays(now, 8);
let last = 0;
let address: string;
let held: string;
let request: string;
beforeEach(async () => {
  address = `45.107.1.${++last}`;
  held = (await inForce(db.database, cast, address, cast.otherOwner, 'globex-mail')).id;
  request = (await reviewable(db.database, cast.owner, address)).id;
});

const base = (more: object = {}) => ({
  database: db.database,
  actor: cast.support,
  id: request,
  now,
  ...more,
});
const start = (more: object = {}) => startTakeover({ ...base(more), reason: 'New line of Acme.', ...more });
const approve = (actor = cast.support, at = after) =>
  approveEntry({ ...base(), actor, now: at, reason: 'Moved.', override: [] });
const answer = (actor = cast.otherOwner, text = 'It is our line, see the contract.') =>
  answerTakeover({ ...base(), actor, id: held, answer: text });
const state = async (id: string) =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, id)))[0]?.state;
const holder = async () => (await holdersOf(db.database, await currentRow(db.database, request)))[0];

/** What the mails to the holder said: until when they are asked, null for no more. */
const asked = async (entryId = held) =>
  (
    await db.database
      .select()
      .from(outbox)
      .where(and(eq(outbox.entryId, entryId), eq(outbox.kind, 'takeover')))
  ).map(({ content }) => (content.values as { until: string | null }).until);

/** Runs the first, then the other, both having read what stood before either of them. */
async function both<T, U>(first: () => Promise<T>, other: () => Promise<U>): Promise<[T, U]> {
  const holder = await db.pool.connect();
  try {
    // Whoever changes an entry waits for the clock, in the order in which they came.
    await holder.query('begin');
    await holder.query('update entries set updated_at = updated_at where id = $1', [held]);
    const one = first();
    await expect.poll(() => waitingForLock(db)).toBe(1);
    const two = other();
    await expect.poll(() => waitingForLock(db)).toBe(2);
    await holder.query('rollback');
    return await Promise.all([one, two]);
  } finally {
    holder.release();
  }
}

test('asked, time over, two persons: the old entry ends and the new one is in force in the same moment', async () => {
  expect(await approve()).toEqual({ ok: false, code: 'overlaps_live_entry' });
  expect(await start()).toMatchObject({ ok: true, asked: 1, until: addDays(now, 7) });
  expect(await state(held)).toBe('in_force');
  expect(await approve(cast.support, addDays(now, 6))).toEqual({
    ok: false,
    code: 'takeover_open',
    until: addDays(now, 7),
  });
  expect(await approve()).toMatchObject({ ok: true, approvals: 1, required: 2 });
  expect(await approve()).toMatchObject({ code: 'same_person' });
  expect(await state(held)).toBe('in_force');
  expect(await approve(cast.support2)).toMatchObject({ ok: true, approvals: 2, entry: { status: 'active' } });
  expect(await currentRow(db.database, held)).toMatchObject({ status: 'removed', endCause: 'takeover' });
  expect(await state(held)).toBe('ended');
  expect(await state(request)).toBe('in_force');
  // That it took two persons would tell the requester that somebody else had it.
  const read = await listEntryEvents(db.database, request, 'account');
  expect(read.map(({ kind }) => kind)).not.toContain('approval_recorded');
  expect(read.at(-1)).toMatchObject({ kind: 'approved', content: { reason: 'Moved.' } });
  expect(read.at(-1)?.content).not.toHaveProperty('required');
  // Who took it from whom is for staff alone.
  const [taken] = await db.database
    .select()
    .from(events)
    .where(and(eq(events.kind, 'taken_over'), eq(events.chain, 'platform')));
  expect(JSON.parse(taken?.content ?? '{}')).toMatchObject({ request, entries: [held] });
});

/** What the queue says of the request. */
async function needs(): Promise<string | undefined> {
  const { rows } = await listEntries(
    db.database,
    'operator',
    { where: eq(entries.id, request) },
    { limit: 1 },
  );
  return (await approvalNeeds(db.database, await evaluateEntries(db.database, rows, now))).get(request);
}

/** Whether the queue offers it to the first of support as one that somebody else has approved. */
async function waitsForSecond(): Promise<boolean> {
  const where = and(eq(entries.id, request), inQueue('second', cast.support.viewer?.personId ?? '', now));
  return (await listEntries(db.database, 'operator', { where }, { limit: 1 })).rows.length > 0;
}

test('the queue says that it needs a second person', async () => {
  expect(await needs()).toBeUndefined();
  await start();
  expect(await needs()).toBe('second_person');
});

describe('what support has removed from its holder first', () => {
  const clear = (at = now) =>
    removeEntry({ ...base(), id: held, side: 'staff', reason: 'Wrong line.', now: at });

  test('is no way around the second person', async () => {
    expect(await clear()).toMatchObject({ ok: true });
    expect(await needs()).toBe('second_person');
    expect(await approve()).toMatchObject({ ok: true, approvals: 1, required: 2 });
    expect(await approve()).toMatchObject({ code: 'same_person' });
    expect(await approve(cast.support2)).toMatchObject({
      ok: true,
      approvals: 2,
      entry: { status: 'active' },
    });
  });

  test('takes the approvals that were given before: nobody has agreed to what they could not know', async () => {
    const network = `45.108.${last}.0/29`;
    address = `45.108.${last}.1`;
    held = (await inForce(db.database, cast, address, cast.otherOwner, 'globex-mail')).id;
    const wide = await requested(db.database, cast.owner, network);
    await completeChecks(db.database, wide.id, now);
    for (const host of [2, 3]) await proven(db.database, wide, `45.108.${last}.${host}`);
    request = wide.id;
    expect(await approve(cast.support2, now)).toMatchObject({ ok: true, approvals: 1, required: 2 });
    expect(await waitsForSecond()).toBe(true);
    expect(await clear(addDays(now, 1))).toMatchObject({ ok: true });
    expect(await waitsForSecond()).toBe(false);
    expect(await approversOf(db.database, await currentRow(db.database, request))).toEqual([]);
    expect(await approve()).toMatchObject({ ok: true, approvals: 1, required: 2 });
    expect(await currentRow(db.database, request)).toMatchObject({ status: 'in_review' });
    expect(await approve(cast.support2)).toMatchObject({ approvals: 2, entry: { status: 'active' } });
  });

  test('in the moment in which it is approved: nothing comes in force by one person', async () => {
    const [removed, approved] = await both(
      () => clear(),
      () => approve(),
    );
    expect(removed).toMatchObject({ ok: true });
    expect(approved).toMatchObject({ ok: false, code: 'changed_meanwhile' });
    expect(await currentRow(db.database, request)).toMatchObject({ status: 'in_review', activatedAt: null });
    expect(await approve()).toMatchObject({ ok: true, required: 2 });
  });

  test('long before it was asked for, or by its holder, leaves one person enough', async () => {
    const end = { ...base(), actor: cast.otherOwner, id: held, side: 'owner' as const, reason: '' };
    expect(await removeEntry(end)).toMatchObject({ ok: true });
    expect(await needs()).toBeUndefined();
    expect(await approve()).toMatchObject({ ok: true, required: 1 });
    address = `45.107.2.${last}`;
    held = (await inForce(db.database, cast, address, cast.otherOwner, 'globex-mail')).id;
    expect(await clear(addDays(now, -8))).toMatchObject({ ok: true });
    request = (await reviewable(db.database, cast.owner, address)).id;
    expect(await approve()).toMatchObject({ ok: true, required: 1 });
  });
});

describe('of two at once, the later one decides about what is there by then', () => {
  const kindsOf = async (id: string) => (await listEntryEvents(db.database, id)).map(({ kind }) => kind);

  test('asked by two, the holder is asked once', async () => {
    const [one, other] = await both(
      () => start(),
      () => start({ actor: cast.support2 }),
    );
    expect(one).toMatchObject({ ok: true, asked: 1 });
    expect(other).toMatchObject({ code: 'changed_meanwhile' });
  });

  test('withdrawn before it is asked about, nobody is asked', async () => {
    const withdraw = () => withdrawEntry({ database: db.database, actor: cast.owner, id: request, now });
    const [, asked] = await both(withdraw, () => start());
    expect(asked).toMatchObject({ code: 'changed_meanwhile' });
    expect(await kindsOf(held)).not.toContain('ownership_asked');
  });

  test('taken over before it is called off: nothing says that it stays', async () => {
    await start();
    await approve();
    const callOff = () => callOffTakeover({ ...base(), reason: 'It is theirs.' });
    const [approved, calledOff] = await both(() => approve(cast.support2), callOff);
    expect(approved).toMatchObject({ ok: true, entry: { status: 'active' } });
    expect(calledOff).toMatchObject({ code: 'changed_meanwhile' });
    expect((await kindsOf(held)).at(-1)).toBe('removed');
  });

  test('taken over before it is answered', async () => {
    await start();
    await approve();
    const [approved, answered] = await both(
      () => approve(cast.support2),
      () => answer(),
    );
    expect(approved).toMatchObject({ ok: true });
    expect(answered).toMatchObject({ code: 'invalid', reason: 'not_asked' });
    expect((await kindsOf(held)).at(-1)).toBe('removed');
  });
});

describe('what is not approved in the end takes nothing from its holder', () => {
  const edited = (id: string) => `update entries set tls = 'required' where id = '${id}'`;

  /** The second approval, while somebody else is at the row and done first. */
  async function approvedDuring(change: string) {
    const other = await db.pool.connect();
    try {
      await other.query('begin');
      await other.query(change);
      const approved = approve(cast.support2);
      await expect.poll(() => waitingForLock(db)).toBe(1);
      await other.query('commit');
      return await approved;
    } finally {
      other.release();
    }
  }

  test('where the request has changed', async () => {
    await start();
    await approve();
    expect(await approvedDuring(edited(request))).toMatchObject({ ok: false, code: 'changed_meanwhile' });
    expect(await currentRow(db.database, request)).toMatchObject({ status: 'in_review' });
    expect(await state(held)).toBe('in_force');
    expect((await holder())?.takeover).toMatchObject({ endedAt: null });
  });

  test('nor from one holder, where that of another part of the network has changed', async () => {
    const near = `45.109.${last}`;
    const holders = [];
    for (const host of [1, 2]) {
      const { id } = await inForce(db.database, cast, `${near}.${host}`, cast.otherOwner, 'globex-mail');
      holders.push(id);
    }
    const wide = await requested(db.database, cast.owner, `${near}.0/29`);
    await completeChecks(db.database, wide.id, now);
    for (const host of [3, 4]) await proven(db.database, wide, `${near}.${host}`);
    request = wide.id;
    expect(await start()).toMatchObject({ ok: true, asked: 2 });
    await approve();
    // Ends come in the order of their ids.
    const [, second = ''] = holders.toSorted();
    expect(await approvedDuring(edited(second))).toMatchObject({ ok: false, code: 'changed_meanwhile' });
    for (const id of holders) expect(await state(id)).toBe('in_force');
  });
});

describe('neither learns of the other', () => {
  test('what the accounts read, by events and by mail', async () => {
    await start();
    await approve();
    await approve(cast.support2);
    const texts = async (id: string) => JSON.stringify(await listEntryEvents(db.database, id, 'account'));
    for (const [id, foreign] of [
      [request, held],
      [held, request],
    ] as const) {
      const read = await texts(id);
      expect(read).not.toContain(foreign);
      expect(read).not.toMatch(/New line of Acme|takeover_started|taken_over|globex/i);
    }
    expect((await listEntryEvents(db.database, held)).slice(-2)).toMatchObject([
      { kind: 'ownership_asked', content: { until: addDays(now, 7).toISOString() } },
      { kind: 'removed', actorKind: 'system', content: { cause: 'takeover' } },
    ]);
    const mails = await db.database.select().from(outbox).where(eq(outbox.entryId, held));
    expect(mails.map((mail) => mail.kind)).toEqual(expect.arrayContaining(['takeover', 'removed']));
    expect(JSON.stringify(mails)).not.toMatch(/acme/i);
  });

  test('the question is the holder’s alone, and over with the request', async () => {
    await start();
    const asked = (actor: typeof cast.owner) =>
      ownershipQuestions(db.database, actor.viewer as NonNullable<typeof actor.viewer>);
    expect((await asked(cast.otherOwner)).map(({ entryId }) => entryId)).toContain(held);
    expect(await asked(cast.owner)).toEqual([]);
    await rejectEntry({ ...base(), reason: 'No.' });
    expect((await asked(cast.otherOwner)).map(({ entryId }) => entryId)).not.toContain(held);
    expect(await answer()).toMatchObject({ code: 'invalid', reason: 'not_asked' });
  });
});

describe('the holder answers', () => {
  test('what was approved before no longer counts, and support reads the answer', async () => {
    await start();
    await approve();
    expect(await answer(cast.otherOwner, ' ')).toMatchObject({ code: 'invalid', reason: 'empty' });
    expect(await answer()).toMatchObject({ ok: true });
    expect((await holder())?.takeover).toMatchObject({ objection: 'It is our line, see the contract.' });
    expect(await approve(cast.support2)).toMatchObject({ approvals: 1, required: 2 });
    expect(await state(held)).toBe('in_force');
  });

  test('support is told with the request that contests it, where the takeover is decided', async () => {
    await start();
    await answer();
    const told = await db.database
      .select()
      .from(outbox)
      .where(and(eq(outbox.kind, 'answer'), inArray(outbox.entryId, [held, request])));
    expect(new Set(told.map(({ entryId }) => entryId))).toEqual(new Set([request]));
    expect(told[0]?.content.values).toMatchObject({ holder: true });
  });

  test('five times in a day: they cannot put off for ever what was approved', async () => {
    await start();
    for (let count = 0; count < throttleRules.ownership_answers.attempts; count++) {
      expect(await answer()).toMatchObject({ ok: true });
    }
    expect(await answer()).toMatchObject({ code: 'throttled' });
    await approve();
    expect(await answer()).toMatchObject({ code: 'throttled' });
    expect(await approve(cast.support2)).toMatchObject({ ok: true, approvals: 2 });
  });

  test('by a new proof from the address, which nodes take while it is asked', async () => {
    const takesProof = async () => {
      const { rows } = await db.pool.query('select scope from node_entries where entry_id = $1', [held]);
      return rows[0].scope.takes_proof;
    };
    expect(await takesProof()).toBeUndefined();
    await start();
    expect(await takesProof()).toBe(true);
    await approve();
    const entry = await currentRow(db.database, held);
    await proven(db.database, entry, address);
    expect(await holder()).toMatchObject({ provenAgainAt: now });
    const viewer = cast.otherOwner.viewer as NonNullable<typeof cast.otherOwner.viewer>;
    expect(await ownershipQuestions(db.database, viewer, held)).toMatchObject([{ provenAgainAt: now }]);
    expect(await approve(cast.support2)).toMatchObject({ approvals: 1 });
    expect(await currentRow(db.database, held)).toMatchObject({ status: 'active', provenAt: entry.provenAt });
  });

  test('by giving it up: then one person is enough', async () => {
    await start();
    await removeEntry({ ...base(), actor: cast.otherOwner, id: held, side: 'owner', reason: '' });
    expect(await approve(cast.support, now)).toMatchObject({
      ok: true,
      required: 1,
      entry: { status: 'active' },
    });
  });

  test('a live entry that nobody asks about takes no proof', async () => {
    const entry = await currentRow(db.database, held);
    expect(await reportProof(db.database, entry, address)).toBe('no_such_request');
  });
});

test('called off, it stays with its holder', async () => {
  await start();
  expect(await callOffTakeover({ ...base(), reason: '' })).toMatchObject({ code: 'reason_missing' });
  await answer();
  expect(await callOffTakeover({ ...base(), reason: 'Theirs after all.' })).toMatchObject({ calledOff: 1 });
  // Whoever reads the request next does not ask the holder once more for nothing.
  expect(await holder()).toMatchObject({
    takeover: null,
    calledOff: { endedAt: now, objection: 'It is our line, see the contract.' },
  });
  expect(await approve()).toEqual({ ok: false, code: 'overlaps_live_entry' });
  expect((await listEntryEvents(db.database, held)).at(-1)).toMatchObject({ kind: 'ownership_settled' });
  expect((await asked()).toSorted()).toEqual([addDays(now, 7).toISOString(), null]);
  expect(await callOffTakeover({ ...base(), reason: 'Again.' })).toMatchObject({ reason: 'not_started' });
  expect(await start()).toMatchObject({ ok: true });
});

test('called off for one request, it goes on for the other that contests it', async () => {
  const contested = await inForce(db.database, cast, '45.107.2.0', cast.otherOwner, 'globex-mail');
  const one = await reviewable(db.database, cast.owner, '45.107.2.0');
  const wider = await requested(db.database, cast.owner, '45.107.2.0/31');
  await completeChecks(db.database, wider.id, now);
  for (const from of ['45.107.2.0', '45.107.2.1']) await proven(db.database, wider, from);
  const settled = async () =>
    (await listEntryEvents(db.database, contested.id)).filter(({ kind }) => kind === 'ownership_settled');
  for (const { id } of [one, wider]) expect(await start({ id })).toMatchObject({ ok: true });
  await callOffTakeover({ ...base(), id: one.id, reason: 'Theirs.' });
  expect(await settled()).toHaveLength(0);
  expect(await asked(contested.id)).not.toContain(null);
  await callOffTakeover({ ...base(), id: wider.id, reason: 'Theirs.' });
  expect(await settled()).toHaveLength(1);
  expect(await asked(contested.id)).toContain(null);
});

test('answered for one request, the holder is asked for the other that contests it later', async () => {
  const contested = await inForce(db.database, cast, '45.107.4.0', cast.otherOwner, 'globex-mail');
  const one = await reviewable(db.database, cast.owner, '45.107.4.0');
  const wider = await requested(db.database, cast.owner, '45.107.4.0/31');
  await completeChecks(db.database, wider.id, now);
  for (const from of ['45.107.4.0', '45.107.4.1']) await proven(db.database, wider, from);
  const viewer = cast.otherOwner.viewer as NonNullable<typeof cast.otherOwner.viewer>;
  const question = async () => (await ownershipQuestions(db.database, viewer, contested.id))[0];
  await start({ id: one.id });
  await answerTakeover({ ...base(), actor: cast.otherOwner, id: contested.id, answer: 'It is our line.' });
  expect(await question()).toMatchObject({ objection: 'It is our line.', until: addDays(now, 7) });
  await start({ id: wider.id, now: addDays(now, 2) });
  expect(await question()).toMatchObject({ objection: null, until: addDays(now, 9) });
  await callOffTakeover({ ...base(), id: wider.id, reason: 'Theirs.' });
  expect(await question()).toMatchObject({ objection: 'It is our line.' });
});

describe('not started', () => {
  test('twice, without a reason, without an overlap', async () => {
    expect(await start({ reason: ' ' })).toMatchObject({ code: 'reason_missing' });
    await start();
    expect(await start()).toMatchObject({ code: 'invalid', reason: 'asked_already' });
    const alone = await reviewable(db.database, cast.owner, `45.107.2.${last}`);
    expect(await start({ id: alone.id })).toMatchObject({ code: 'invalid', reason: 'nobody_holds_it' });
  });

  test('before control is proven', async () => {
    const unproven = await requested(db.database, cast.owner, `45.107.3.${last}`);
    await inForce(db.database, cast, `45.107.3.${last}`, cast.otherOwner, 'globex-mail');
    await completeChecks(db.database, unproven.id, now);
    await requestReview({ ...base(), actor: cast.owner, id: unproven.id });
    expect(await start({ id: unproven.id })).toMatchObject({ code: 'invalid', reason: 'control_missing' });
  });

  test('before the request is reviewed, and once it has ended', async () => {
    const pending = await requested(db.database, cast.owner, `45.107.4.${last}`);
    await proven(db.database, pending, `45.107.4.${last}`);
    await inForce(db.database, cast, `45.107.4.${last}`, cast.otherOwner, 'globex-mail');
    expect(await start({ id: pending.id })).toMatchObject({ code: 'state_forbids', state: 'pending' });
    await withdrawEntry({ ...base(), actor: cast.owner });
    expect(await start()).toMatchObject({ code: 'state_forbids', state: 'withdrawn' });
    expect(await db.database.$count(takeovers, eq(takeovers.requestId, request))).toBe(0);
  });

  test('by whom it is not for', async () => {
    expect(await start({ actor: cast.owner })).toMatchObject({ code: 'not_allowed' });
    expect(await start({ actor: cast.otherOwner })).toMatchObject({ code: 'not_found' });
    expect(await answer(cast.owner)).toMatchObject({ code: 'not_found' });
    expect(await callOffTakeover({ ...base(), actor: cast.owner, reason: 'x' })).toMatchObject({
      code: 'not_allowed',
    });
  });
});

const ends: [string, () => Promise<{ ok: boolean }>][] = [
  ['is rejected', () => rejectEntry({ ...base(), reason: 'No.' })],
  ['is withdrawn', () => withdrawEntry({ ...base(), actor: cast.owner })],
  [
    'expires',
    async () => {
      const row = await currentRow(db.database, request);
      return { ok: await db.database.transaction((tx) => expireEntry(tx, row, 'no_answer', now)) };
    },
  ],
  // Last: nothing can be asked for by acme any more.
  [
    'ends with its account',
    () => closeAccount({ ...base(), actor: cast.admin, slug: 'acme', reason: 'Stolen card.' }),
  ],
];

test.each(ends)('once the request %s, the holder is asked no more and takes no proof', async (_how, end) => {
  await start();
  const scope = async () =>
    (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, held)))[0]?.scope;
  expect(await scope()).toMatchObject({ takes_proof: true });
  const { revision } = await currentRow(db.database, held);
  expect(await end()).toMatchObject({ ok: true });
  expect(await scope()).not.toHaveProperty('takes_proof');
  expect((await currentRow(db.database, held)).revision).toBeGreaterThan(revision);
  const [row] = await db.database.select().from(takeovers).where(eq(takeovers.requestId, request));
  expect(row).toMatchObject({ endedAt: now, outcome: 'called_off' });
  expect((await listEntryEvents(db.database, held)).at(-1)).toMatchObject({ kind: 'ownership_settled' });
  expect(await asked()).toContain(null);
});
