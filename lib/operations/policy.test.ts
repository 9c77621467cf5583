import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentPolicy } from '../../db/queries/policy.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { dnsblFacts, ptrFacts, rdapFacts } from '../domain/testing-facts.ts';
import { blockPrefix, unblockPrefix } from './block-prefix.ts';
import { changePolicy } from './change-policy.ts';
import { previewPolicy } from './preview-policy.ts';
import { recordEvidence, startEvidence } from './record-evidence.ts';
import { requestEntry } from './request-entry.ts';
import { attestations, type Cast, testNow as now, requested, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const change = async (changes: unknown, more: object = {}) =>
  changePolicy({
    database: db.database,
    actor: cast.admin,
    changes,
    note: 'Because.',
    version: (await currentPolicy(db.database)).version,
    now,
    ...more,
  });

describe('a change', () => {
  test('makes a new version, with who and why, and leaves the rest as it was', async () => {
    const before = await currentPolicy(db.database);
    const result = await change({ proofDays: 60, drift: { attestDays: 14, confirmDays: 2, suspendOn: [] } });
    expect(result).toMatchObject({ ok: true, policy: { version: before.version + 1, proofDays: 60 } });
    const after = await currentPolicy(db.database);
    expect(after).toEqual({
      ...before,
      version: before.version + 1,
      proofDays: 60,
      drift: { attestDays: 14, confirmDays: 2, suspendOn: [] },
    });
    const { rows } = await db.pool.query(`select content from events where kind = 'policy_changed'`);
    expect(JSON.parse(rows.at(-1).content)).toMatchObject({ version: after.version, note: 'Because.' });
  });

  test.each<[string, unknown, string]>([
    ['a value that means nothing', { proofDays: 0 }, 'proofDays'],
    ['a value of another kind', { proofDays: 'x' }, 'proofDays'],
    ['a name that nobody knows', { proofDayz: 3 }, ''],
    ['evidence that is too old before it is renewed', { recheckDays: 30, evidenceDays: 30 }, 'evidenceDays'],
    ['scores that overlap', { dynamicBelowScore: 50 }, 'dynamicBelowScore'],
    ['a meaning that there is not', { listCodes: { '127.0.0.2': 'evil' } }, 'listCodes.127.0.0.2'],
    ['no object', null, ''],
  ])('%s is refused', async (_what, changes, field) => {
    const { version } = await currentPolicy(db.database);
    expect(await change(changes)).toMatchObject({ ok: false, code: 'invalid', field });
    expect((await currentPolicy(db.database)).version).toBe(version);
  });

  test("over somebody else's change, without a note, or without the right, is refused", async () => {
    const { version } = await currentPolicy(db.database);
    expect(await change({ proofDays: 31 }, { version: version - 1 })).toMatchObject({
      code: 'changed_meanwhile',
    });
    expect(await change({ proofDays: 31 }, { note: ' ' })).toMatchObject({ code: 'reason_missing' });
    for (const actor of [cast.support, cast.owner]) {
      expect(await change({ proofDays: 31 }, { actor })).toMatchObject({ code: 'not_allowed' });
    }
    const [one, other] = await Promise.all([
      change({ proofDays: 32 }, { version }),
      change({ proofDays: 33 }, { version }),
    ]);
    expect([one.ok, other.ok].sort()).toEqual([false, true]);
  });
});

test('a preview tells which entries would be judged otherwise, and changes nothing', async () => {
  const { id } = await requested(db.database, cast.owner, '45.90.1.1');
  const { database } = db;
  await startEvidence(database, id, ['ptr', 'rdap', 'dnsbl'], now);
  const keep = (source: 'ptr' | 'rdap' | 'dnsbl', facts: unknown) =>
    recordEvidence(database, { entryId: id, source, outcome: 'found', facts, raw: null }, now);
  await keep('ptr', ptrFacts('45-90-1-1.static.example.net'));
  await keep('rdap', rdapFacts());
  await keep('dnsbl', dnsblFacts(['127.0.0.77']));
  await requested(db.database, cast.owner, '45.90.1.2');
  const { version, listCodes } = await currentPolicy(database);
  const preview = (actor = cast.admin) =>
    previewPolicy({ database, actor, changes: { listCodes: { ...listCodes, '127.0.0.77': 'sbl' } }, now });
  const result = await preview();
  expect(result).toMatchObject({
    ok: true,
    looked: 2,
    complete: true,
    changed: [
      {
        entryId: id,
        network: '45.90.1.1',
        account: 'acme',
        requirement: 'reputation',
        from: 'unknown listed_unclear',
        to: 'fail listed',
      },
    ],
  });
  if (result.ok) expect(result.changed.map((one) => one.requirement)).toEqual(['reputation']);
  expect((await currentPolicy(database)).version).toBe(version);
  expect(await preview(cast.support)).toMatchObject({ code: 'not_allowed' });
});

describe('a blocked prefix', () => {
  const block = (network: string, more: object = {}) =>
    blockPrefix({
      database: db.database,
      actor: cast.admin,
      network,
      reason: 'A pool that hands out to everybody.',
      expiresAt: null,
      now,
      ...more,
    });
  const ask = (network: string, at = now) =>
    requestEntry({
      database: db.database,
      actor: cast.owner,
      now: at,
      request: { server: 'acme-production', network, purpose: 'Scanners', attestations },
    });

  test('refuses what reaches into it until it ends or is lifted', async () => {
    const blocked = await block('45.99.0.0/16', { expiresAt: addDays(now, 10) });
    expect(await ask('45.99.1.1')).toMatchObject({ requirement: 'public_address', reason: 'blocked_prefix' });
    expect(await ask('45.99.1.1', addDays(now, 11))).toMatchObject({ ok: true });
    const id = blocked.ok ? blocked.blocked.id : '';
    const lift = () =>
      unblockPrefix({ database: db.database, actor: cast.admin, id, reason: 'Sold to a company.', now });
    expect(await lift()).toMatchObject({ ok: true });
    expect(await ask('45.99.1.2')).toMatchObject({ ok: true });
    const { rows } = await db.pool.query(`select kind from events where kind like 'prefix_%' order by at`);
    expect(rows.map((row) => row.kind)).toEqual(['prefix_blocked', 'prefix_unblocked']);
  });

  test.each([
    ['host bits', '45.99.0.1/16', {}, { code: 'invalid', field: 'network' }],
    ['half the internet', '0.0.0.0/1', {}, { code: 'invalid', reason: 'too_wide' }],
    ['no reason', '45.98.0.0/16', { reason: '' }, { code: 'reason_missing' }],
    ['an end in the past', '45.98.0.0/16', { expiresAt: now }, { code: 'invalid', field: 'expires_at' }],
  ])('%s', async (_what, network, more, expected) => {
    expect(await block(network, more)).toMatchObject({ ok: false, ...expected });
  });

  test('is for administrators', async () => {
    expect(await block('45.98.0.0/16', { actor: cast.support })).toMatchObject({ code: 'not_allowed' });
    expect(await block('45.98.0.0/16', { actor: cast.owner })).toMatchObject({ code: 'not_allowed' });
  });
});
