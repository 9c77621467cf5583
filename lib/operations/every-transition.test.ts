import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EntryRow } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { entries } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import {
  allows,
  type EntryState,
  entryStates,
  type Side,
  transitions,
  type Verb,
} from '../domain/entry-lifecycle.ts';
import { requirements } from '../domain/evaluation.ts';
import { termsVersion } from '../domain/policy.ts';
import { answerQuestion } from './answer-question.ts';
import { approveEntry } from './approve-entry.ts';
import { askQuestion } from './ask-question.ts';
import { completeChecks } from './complete-checks.ts';
import { expireEntry } from './expire-entry.ts';
import { moveEntry } from './move-entry.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { renewEntry } from './renew-entry.ts';
import { requestReview } from './request-review.ts';
import { restoreEntry } from './restore-entry.ts';
import { suspendEntry } from './suspend-entry.ts';
import { type Cast, currentRow, testNow as now, requested, seedCast } from './testing.ts';
import { withdrawEntry } from './withdraw-entry.ts';

// Every state × every verb: what the table allows happens and is an event, what it forbids is refused and changes nothing.

let db: TestDatabase;
let cast: Cast;
let server: { id: string; accountId: string };
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  const template = await requested(db.database, cast.owner, '45.96.255.1');
  server = { id: template.serverId, accountId: template.accountId };
  await db.pool.query(`update plans set most_entries = 10000 where id = 'paid'`);
});
afterAll(() => db.close());

let made = 0;
/** An entry in that state, as the database allows it to be. Suspended: for every side's cause. */
async function entryIn(status: EntryState): Promise<EntryRow> {
  made += 1;
  const ended = ['rejected', 'withdrawn', 'removed', 'expired'].includes(status);
  const [row] = await db.database
    .insert(entries)
    .values({
      serverId: server.id,
      accountId: server.accountId,
      network: `45.96.${made >> 8}.${made & 255}`,
      status,
      purpose: 'Scanners',
      suspensionCauses: status === 'suspended' ? ['owner', 'staff', 'drift'] : [],
      attestedStatic: true,
      attestedDedicated: true,
      checksCompletedAt: status === 'pending' ? null : now,
      responsibilityAcceptedAt: now,
      termsVersion,
      activatedAt: ['active', 'suspended'].includes(status) ? now : null,
      endedAt: ended ? now : null,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (row === undefined) throw new Error('no row');
  return row;
}

type Doing = (entry: EntryRow) => Promise<{ ok: boolean; code?: string }>;
const base = (entry: EntryRow) => ({ database: db.database, id: entry.id, now });
const owner = (entry: EntryRow) =>
  ({ ...base(entry), actor: cast.owner, side: 'owner', reason: '' }) as const;
const staff = (entry: EntryRow) =>
  ({ ...base(entry), actor: cast.support, side: 'staff', reason: 'Why.' }) as const;

/** Every verb that a person can use, by the side that uses it. */
const doors: [verb: Verb, side: Side, doing: Doing][] = [
  ['ask', 'staff', (entry) => askQuestion(staff(entry))],
  ['answer', 'owner', (entry) => answerQuestion({ ...owner(entry), answer: 'Ours.' })],
  ['withdraw', 'owner', (entry) => withdrawEntry(owner(entry))],
  ['approve', 'staff', (entry) => approveEntry({ ...staff(entry), override: [...requirements] })],
  ['reject', 'staff', (entry) => rejectEntry(staff(entry))],
  ['suspend', 'staff', (entry) => suspendEntry(staff(entry))],
  ['suspend', 'owner', (entry) => suspendEntry(owner(entry))],
  ['restore', 'staff', (entry) => restoreEntry(staff(entry))],
  ['restore', 'owner', (entry) => restoreEntry(owner(entry))],
  ['remove', 'staff', (entry) => removeEntry(staff(entry))],
  ['remove', 'owner', (entry) => removeEntry(owner(entry))],
  ['renew', 'owner', (entry) => renewEntry(owner(entry))],
];

describe.each(doors)('%s, by %s', (verb, side, doing) => {
  test.each(entryStates)('from %s', async (state) => {
    const before = await entryIn(state);
    const events = async () => (await listEntryEvents(db.database, before.id, 'staff')).length;
    const result = await doing(before);
    // Suspended for a cause already, it is not suspended for it once more.
    const again = verb === 'suspend' && state === 'suspended';
    if (allows(verb, state, side) && !again) {
      expect(result).toMatchObject({ ok: true });
      expect(await events()).toBe(1);
      return;
    }
    expect(result).toMatchObject({ ok: false, code: 'state_forbids' });
    expect(await events()).toBe(0);
    expect(await currentRow(db.database, before.id)).toEqual(before);
  });
});

test.each(entryStates)('the system expires from %s only where the table lets it', async (state) => {
  const entry = await entryIn(state);
  const expired = await db.database.transaction((transaction) =>
    expireEntry(transaction, entry, 'no_answer', now),
  );
  expect(expired).toBe(allows('expire', state, 'system'));
});

test.each(entryStates)('checks complete only a pending request, here from %s', async (state) => {
  const entry = await entryIn(state);
  if (state === 'pending') await requestReview({ ...base(entry), actor: cast.owner });
  await completeChecks(db.database, entry.id, now);
  expect((await currentRow(db.database, entry.id)).status).toBe(state === 'pending' ? 'in_review' : state);
});

test.each(Object.keys(transitions) as Verb[])('the UPDATE of %s guards the state itself', async (verb) => {
  for (const state of entryStates) {
    const entry = await entryIn(state);
    const rule = transitions[verb];
    const causes = { suspensionCauses: rule.to === 'suspended' ? ['owner' as const] : [] };
    const endsIt = ['rejected', 'withdrawn', 'removed', 'expired'].includes(rule.to);
    const changes = { ...causes, ...(endsIt ? { endedAt: now } : {}) } as never;
    const moved = await moveEntry(db.database, entry, verb, changes);
    const expected = (rule.from as readonly EntryState[]).includes(state)
      ? { ok: true, entry: { status: rule.to } }
      : { ok: false, code: 'state_forbids', state, verb };
    expect(moved, `${verb} from ${state}`).toMatchObject(expected);
  }
});
