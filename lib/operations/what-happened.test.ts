import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { approveEntry } from './approve-entry.ts';
import { askQuestion } from './ask-question.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { type Cast, inForce, testNow as now, proven, reviewable, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const by = (actor: keyof Cast) => ({ database: db.database, actor: cast[actor], now });

test('of two reviewers at once one decides, and the other is told who did what', async () => {
  const { id, revision } = await reviewable(db.database, cast.owner, '45.92.1.1');
  const outcomes = await Promise.all([
    approveEntry({ ...by('support'), id, revision, reason: 'Proven.', override: [] }),
    rejectEntry({ ...by('support2'), id, revision, reason: 'Too vague.' }),
  ]);
  const [late, ...others] = outcomes.filter((outcome) => !outcome.ok);
  expect(others).toEqual([]);
  const faster = outcomes[0].ok
    ? { kind: 'approved', actorName: 'Mara Lindt', content: { reason: 'Proven.' } }
    : { kind: 'rejected', actorName: 'Tomas Vik', content: { reason: 'Too vague.' } };
  expect(late).toMatchObject({ code: 'state_forbids', since: [faster] });
});

test('a proof that came after the page was opened is among it', async () => {
  const entry = await reviewable(db.database, cast.owner, '45.92.1.2');
  await proven(db.database, entry, '45.92.1.2');
  const { id, revision } = entry;
  expect(
    await approveEntry({ ...by('support'), id, revision, reason: 'Proven.', override: [] }),
  ).toMatchObject({
    code: 'changed_meanwhile',
    since: [{ kind: 'proof_seen' }],
  });
});

test('what was not read, or was read by the account itself, tells nothing', async () => {
  const { id } = await reviewable(db.database, cast.owner, '45.92.1.3');
  await askQuestion({ ...by('support'), id, reason: 'Why?' });
  const late = await askQuestion({ ...by('support2'), id, reason: 'Why?' });
  expect(late).toEqual({ ok: false, code: 'state_forbids', state: 'waiting', verb: 'ask' });

  const live = await inForce(db.database, cast, '45.92.1.4');
  await removeEntry({ ...by('support'), id: live.id, side: 'staff', reason: 'Gone.', abuse: false });
  const owner = { ...by('owner'), id: live.id, revision: live.revision, reason: '' };
  expect(await removeEntry({ ...owner, side: 'owner', abuse: false })).not.toHaveProperty('since');
});
