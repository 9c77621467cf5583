import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateEntries, listEntries } from '../../db/queries/entries.ts';
import {
  approvalNeeds,
  countQueues,
  inQueue,
  type QueueView,
  queueViews,
  waitingSince,
} from '../../db/queries/review-queue.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { answerQuestion } from './answer-question.ts';
import { approveEntry } from './approve-entry.ts';
import { askQuestion } from './ask-question.ts';
import { completeChecks } from './complete-checks.ts';
import { editEntry } from './edit-entry.ts';
import { type Cast, inForce, testNow as now, proven, requested, reviewable, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
const ids: Record<string, string> = {};
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  const base = { database: db.database, now };
  ids.pending = (await requested(db.database, cast.owner, '45.101.1.1')).id;
  ids.fresh = (await reviewable(db.database, cast.owner, '45.101.1.2')).id;
  const range = await requested(db.database, cast.owner, '45.101.1.16/29');
  ids.approvedOnce = range.id;
  await completeChecks(db.database, range.id, now);
  for (const address of ['45.101.1.17', '45.101.1.18']) await proven(db.database, range, address);
  ids.asked = (await reviewable(db.database, cast.owner, '45.101.1.8')).id;
  await askQuestion({ ...base, actor: cast.support, id: ids.asked, reason: 'Whose is it?' });
  const { id } = await inForce(db.database, cast, '45.101.1.9');
  ids.wish = id;
  await editEntry({ ...base, actor: cast.owner, id, edits: { scope: { tls: 'hidden' } } });
});
afterAll(() => db.close());

const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

async function view(name: QueueView, actor = cast.support, at = now): Promise<string[]> {
  const where = inQueue(name, actor.viewer?.personId ?? '', at);
  const { rows } = await listEntries(db.database, 'operator', { where }, { limit: 50 });
  const names = rows.map(({ entry }) => Object.keys(ids).find((key) => ids[key] === entry.id) ?? '?');
  expect((await countQueues(db.database, actor.viewer?.personId ?? '', at))[name]).toBe(rows.length);
  return names.sort();
}

test('each view has its own', async () => {
  await approveEntry({
    database: db.database,
    now,
    actor: cast.support,
    id: ids.approvedOnce ?? '',
    reason: 'x',
    override: [],
  });
  expect(await view('review')).toEqual(['approvedOnce', 'fresh']);
  expect(await view('customer')).toEqual(['asked', 'pending']);
  expect(await view('mine')).toEqual(['approvedOnce', 'asked']);
  expect(await view('mine', cast.support2)).toEqual([]);
  expect(await view('second')).toEqual([]);
  expect(await view('second', cast.support2)).toEqual(['approvedOnce']);
  expect(await view('scope')).toEqual(['wish']);
});

test('slow is what support could have decided for four hours; an answer begins them anew', async () => {
  expect(await view('slow', cast.support, later(3.9))).toEqual([]);
  expect(await view('slow', cast.support, later(4.1))).toEqual(['approvedOnce', 'fresh']);
  const answered = later(10);
  await answerQuestion({
    database: db.database,
    actor: cast.owner,
    id: ids.asked ?? '',
    now: answered,
    answer: 'Ours.',
  });
  expect(await view('slow', cast.support, later(13))).toEqual(['approvedOnce', 'fresh']);
  expect(await view('slow', cast.support, later(15))).toEqual(['approvedOnce', 'asked', 'fresh']);
  const since = await waitingSince(db.database, [ids.asked ?? '', ids.wish ?? '']);
  expect(since.get(ids.asked ?? '')).toEqual(answered);
  expect(since.get(ids.wish ?? '')).toEqual(now);
});

test('a view that nobody is in is none', async () => {
  expect(queueViews).toContain('slow');
  expect(await view('slow', cast.support, addDays(now, -1))).toEqual([]);
});

test('it says what an approval needs: an owner of the account, or a second person', async () => {
  const byMember = await requested(db.database, cast.member, '45.101.1.24/29');
  await completeChecks(db.database, byMember.id, now);
  const { rows } = await listEntries(db.database, 'operator', {}, { limit: 50 });
  const needs = await approvalNeeds(db.database, await evaluateEntries(db.database, rows, now));
  const of = Object.entries(ids).map(([name, id]) => [name, needs.get(id)]);
  expect(Object.fromEntries(of)).toEqual({
    ...{ pending: 'second_person', asked: undefined, fresh: undefined },
    ...{ approvedOnce: 'second_person', wish: undefined },
  });
  expect(needs.get(byMember.id)).toBe('owner');
});
