import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { dueEntries, entryToAsk, forgetEndedRuns, uncheckedRequests } from '../../db/queries/evidence.ts';
import { decisions, evidence, evidenceRuns, outbox } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { dnsblFacts, ptrFacts, rdapFacts } from '../domain/testing-facts.ts';
import { approveEntry } from './approve-entry.ts';
import { completeChecks } from './complete-checks.ts';
import { recordEvidence, startEvidence } from './record-evidence.ts';
import { restoreEntry } from './restore-entry.ts';
import type { Actor } from './result.ts';
import { suspendEntry } from './suspend-entry.ts';
import {
  type Cast,
  currentRow,
  inForce,
  loadEvidence,
  testNow as now,
  proven,
  requested,
  reviewable,
  seedCast,
} from './testing.ts';
import { withdrawEntry } from './withdraw-entry.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const found = (entryId: string, more: object = {}, at = now) =>
  recordEvidence(
    db.database,
    {
      entryId,
      source: 'ptr',
      outcome: 'found',
      facts: ptrFacts('mail.acme.example'),
      raw: { names: 1 },
      ...more,
    },
    at,
  );
const start = (entryId: string, at = now) => startEvidence(db.database, entryId, ['ptr', 'rdap'], at);
const runOf = async (entryId: string, source = 'ptr') =>
  (await db.database.select().from(evidenceRuns).where(eq(evidenceRuns.entryId, entryId))).find(
    (run) => run.source === source,
  );
const kept = (entryId: string) => db.database.select().from(evidence).where(eq(evidence.entryId, entryId));
const verdictOf = async (entryId: string, requirement: string) => {
  const entry = await findEntry(db.database, 'operator', entryId);
  if (entry === undefined) throw new Error(entryId);
  const { evaluations } = await evaluateEntry(db.database, entry, now);
  const one = evaluations.find((evaluation) => evaluation.requirement === requirement);
  return `${one?.verdict} ${one?.reason}`;
};

test('while sources are asked a page sees which, and since when', async () => {
  const { id } = await requested(db.database, cast.owner, '45.90.1.1');
  expect((await loadEvidence(db.database, id)).progress).toEqual([]);
  await start(id);
  expect(await verdictOf(id, 'static')).toBe('unknown asking');
  expect((await loadEvidence(db.database, id)).progress).toEqual([
    { source: 'ptr', startedAt: now, finishedAt: null, outcome: null },
    { source: 'rdap', startedAt: now, finishedAt: null, outcome: null },
  ]);
  await found(id, { facts: ptrFacts('45-90-1-1.dyn.example.net') });
  expect(await verdictOf(id, 'static')).toBe('fail pool_name');
  expect((await runOf(id))?.finishedAt).toEqual(now);
});

describe('what is kept', () => {
  test('told the same again, a row only gets older; told something else, there is a new one', async () => {
    const { id } = await requested(db.database, cast.owner, '45.90.1.2');
    await start(id);
    expect(await found(id)).toBe(true);
    const later = addDays(now, 7);
    await start(id, later);
    expect(await found(id, {}, later)).toBe(false);
    let rows = await kept(id);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ gatheredAt: now, checkedAt: later });
    expect(await found(id, { facts: ptrFacts('other.example') }, addDays(now, 14))).toBe(true);
    rows = await kept(id);
    expect(rows).toHaveLength(2);
  });

  test('an asking that told nothing does not undo what was told, and both are kept', async () => {
    const { id } = await requested(db.database, cast.owner, '45.90.1.3');
    await start(id);
    await found(id);
    await found(id, { outcome: 'temporary_error', facts: null, raw: { cause: 'deadline' } }, addDays(now, 1));
    const evidence = await loadEvidence(db.database, id);
    expect(evidence.ptr).toMatchObject({ outcome: 'found', at: now });
    expect(evidence.progress.find((run) => run.source === 'ptr')?.outcome).toBe('temporary_error');
    expect(await kept(id)).toHaveLength(2);
  });

  test('facts of another shape are no evidence', async () => {
    const { id } = await requested(db.database, cast.owner, '45.90.1.4');
    await start(id);
    await found(id, { facts: { names: 'of an older version' } });
    expect((await loadEvidence(db.database, id)).ptr?.facts).toBeNull();
  });
});

describe('when a source is asked again', () => {
  const days = (run: Awaited<ReturnType<typeof runOf>>) =>
    ((run?.dueAt?.getTime() ?? 0) - now.getTime()) / 86_400_000;

  test('after an answer in about a week, not for all at once', async () => {
    const { id } = await requested(db.database, cast.owner, '45.90.1.5');
    await start(id);
    await found(id);
    const first = days(await runOf(id));
    expect(first).toBeGreaterThan(6);
    expect(first).toBeLessThan(8);
  });

  test('after an error soon, then later and later, or when the source says', async () => {
    const { id } = await requested(db.database, cast.owner, '45.90.1.6');
    await start(id);
    const waits: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      await found(id, { outcome: 'temporary_error', facts: null });
      waits.push(days(await runOf(id)) * 24 * 60);
    }
    expect(waits[0]).toBeLessThan(2);
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    expect(waits.at(-1)).toBeLessThan(24 * 60 * 1.2);
    await found(id, { outcome: 'temporary_error', facts: null, retryAfterMs: 3 * 86_400_000 });
    expect(days(await runOf(id))).toBe(3);
    await found(id);
    expect((await runOf(id))?.failures).toBe(0);
  });

  test('a request is worked on until its checks are complete, then what is due, and nothing of an ended one', async () => {
    const { id } = await requested(db.database, cast.owner, '45.90.1.7');
    const later = addDays(now, 9);
    const ask = (at = now) => entryToAsk(db.database, id, ['ptr', 'rdap'], at);
    expect(await uncheckedRequests(db.database, 100)).toContain(id);
    await start(id);
    await found(id);
    // Cut off here: what has ended is not asked again.
    expect(await ask()).toMatchObject({ first: true, sources: ['rdap'] });
    await found(id, { source: 'rdap', facts: rdapFacts() });
    expect(await ask(later)).toMatchObject({ first: true, sources: [] });
    expect(await dueEntries(db.database, later, 1000)).not.toContain(id);
    await completeChecks(db.database, id, now);
    expect(await uncheckedRequests(db.database, 100)).not.toContain(id);
    expect(await dueEntries(db.database, now, 1000)).not.toContain(id);
    expect(await dueEntries(db.database, later, 1000)).toContain(id);
    expect(await ask(later)).toMatchObject({ first: false, sources: ['ptr', 'rdap'] });
    await proven(db.database, await currentRow(db.database, id), '45.90.1.7');
    expect((await ask(later))?.known).toEqual(['45.90.1.7']);
    await withdrawEntry({ database: db.database, actor: cast.owner, id, now });
    expect(await ask(later)).toBeUndefined();
    expect(await dueEntries(db.database, later, 1000)).not.toContain(id);
    await forgetEndedRuns(db.database, later);
    expect((await runOf(id))?.dueAt).toBeNull();
  });
});

test('what its owner has paused is looked at once it is on again: a pause is no way around a look', async () => {
  const { id } = await inForce(db.database, cast, '45.90.1.9');
  const later = addDays(now, 9);
  const due = async () => (await dueEntries(db.database, later, 1000)).includes(id);
  const by = (actor: Actor, side: 'owner' | 'staff') => ({
    ...{ database: db.database, actor, id, side, reason: 'Looked at.', now },
  });
  await start(id);
  await found(id);
  expect(await due()).toBe(true);
  await suspendEntry(by(cast.owner, 'owner'));
  expect(await due()).toBe(false);
  await suspendEntry(by(cast.support, 'staff'));
  expect(await due()).toBe(true);
  await restoreEntry(by(cast.support, 'staff'));
  expect(await due()).toBe(false);
  await restoreEntry(by(cast.owner, 'owner'));
  expect(await due()).toBe(true);
});

test('what was found out while somebody decides is not decided over', async () => {
  const { id } = await reviewable(db.database, cast.owner, '45.90.2.1');
  const { revision } = await currentRow(db.database, id);
  await start(id);
  await found(id, { source: 'rdap', facts: rdapFacts() });
  const approve = (more: object) =>
    approveEntry({ database: db.database, actor: cast.support, id, now, reason: 'x', override: [], ...more });
  expect(await approve({ revision })).toMatchObject({ ok: false, code: 'changed_meanwhile' });
  const fresh = await currentRow(db.database, id);
  await found(id, { source: 'rdap', facts: rdapFacts() }, addDays(now, 1));
  expect((await currentRow(db.database, id)).revision).toBe(fresh.revision);
  expect(await approve({ revision: fresh.revision })).toMatchObject({ ok: true });
});

describe('when all sources have ended', () => {
  test('a listed address is refused by the system, with the reason, and the owners are told', async () => {
    const { id } = await requested(db.database, cast.owner, '45.90.3.1');
    await startEvidence(db.database, id, ['dnsbl'], now);
    await found(id, { source: 'dnsbl', facts: dnsblFacts(['127.0.0.2']) });
    await completeChecks(db.database, id, now);
    expect(await currentRow(db.database, id)).toMatchObject({ status: 'rejected', endCause: 'requirement' });
    const events = await listEntryEvents(db.database, id);
    expect(events.at(-1)).toMatchObject({
      kind: 'rejected',
      actorKind: 'system',
      content: { failure: { requirement: 'reputation', code: 'listed', facts: { list: 'SBL' } } },
    });
    const mails = await db.database.select().from(outbox).where(eq(outbox.entryId, id));
    expect(mails.map((mail) => mail.kind)).toContain('rejected');
  });

  test.each([
    ['a policy list', '45.90.4.1', { facts: dnsblFacts(['127.0.0.10']) }],
    ['a list that refuses us', '45.90.4.2', { facts: dnsblFacts(['127.255.255.254']) }],
    [
      'a list that lists everything',
      '45.90.4.3',
      { facts: dnsblFacts(['127.0.0.2'], { state: 'lists_everything' }) },
    ],
    ['silence', '45.90.4.4', { outcome: 'temporary_error', facts: null }],
  ])('%s refuses nobody', async (_what, address, more) => {
    const { id } = await requested(db.database, cast.owner, address);
    await startEvidence(db.database, id, ['dnsbl'], now);
    await found(id, { source: 'dnsbl', ...more });
    await completeChecks(db.database, id, now);
    expect(await currentRow(db.database, id)).toMatchObject({ status: 'pending', checksCompletedAt: now });
  });
});

test('what a decision was made on stays as it was read, also when the source says the same again', async () => {
  const { id } = await reviewable(db.database, cast.owner, '45.90.77.1');
  await start(id);
  await found(id, { raw: { asked: 'first' } });
  const approved = { database: db.database, actor: cast.support, id, now, reason: 'Own name.', override: [] };
  expect(await approveEntry(approved)).toMatchObject({ ok: true });
  const [decision] = await db.database.select().from(decisions).where(eq(decisions.entryId, id));
  for (const day of [7, 14]) {
    await start(id, addDays(now, day));
    expect(await found(id, { raw: { asked: day } }, addDays(now, day))).toBe(false);
  }
  const rows = await db.database
    .select()
    .from(evidence)
    .where(eq(evidence.entryId, id))
    .orderBy(evidence.gatheredAt);
  expect(rows.map(({ raw, checkedAt }) => ({ raw, checkedAt }))).toEqual([
    { raw: { asked: 'first' }, checkedAt: now },
    { raw: { asked: 14 }, checkedAt: addDays(now, 14) },
  ]);
  expect(decision?.evidenceIds).toEqual([rows[0]?.id]);
});
