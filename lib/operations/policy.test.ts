import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listBlocked } from '../../db/queries/blocked-prefixes.ts';
import { listDecisions } from '../../db/queries/decisions.ts';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { currentPolicy, policyVersions } from '../../db/queries/policy.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { dnsblFacts, ptrFacts, rdapFacts } from '../domain/testing-facts.ts';
import { blockPrefix, unblockPrefix } from './block-prefix.ts';
import { changePolicy } from './change-policy.ts';
import { completeChecks } from './complete-checks.ts';
import { draftPolicy } from './draft-policy.ts';
import { previewPolicy } from './preview-policy.ts';
import { recordEvidence, startEvidence } from './record-evidence.ts';
import { requestEntry } from './request-entry.ts';
import {
  attestations,
  type Cast,
  currentRow,
  testNow as now,
  reportProof,
  requested,
  seedCast,
} from './testing.ts';

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
  test('of a part leaves the rest of the part as it was', async () => {
    const { drift, retention } = await currentPolicy(db.database);
    expect(await change({ drift: { attestDays: 21 }, retention: { mail: 45 } })).toMatchObject({ ok: true });
    expect(await currentPolicy(db.database)).toMatchObject({
      drift: { ...drift, attestDays: 21 },
      retention: { ...retention, mail: 45 },
    });
  });

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
    [
      'a refusal of the list as a code',
      { listCodes: { '127.255.255.254': 'sbl' } },
      'listCodes.127.255.255.254',
    ],
    ['no way of proving', { proofKinds: [] }, 'proofKinds'],
    ['a way that there is not', { proofKinds: ['telepathy'] }, 'proofKinds.0'],
    ['a zone that is no name', { listZones: ['zen example'] }, 'listZones.0'],
    ['drift that no requirement has', { drift: { suspendOn: ['static:sunny'] } }, 'drift.suspendOn.0'],
    ['idle before it is flagged', { idleFlagDays: 60, idleDays: 60 }, 'idleDays'],
    ['a field of a part that nobody knows', { retention: { gold: 3 } }, 'retention'],
    ['raw reports longer than reports', { retention: { rawAbuseReports: 800 } }, 'retention.rawAbuseReports'],
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

describe('a draft', () => {
  const draft = (values: unknown, version: number, actor = cast.admin) =>
    draftPolicy({ database: db.database, actor, values, version });

  test('is what a form changes of the version that it was filled in from, and nothing else', async () => {
    const read = await currentPolicy(db.database);
    await change({ graceDays: read.graceDays + 1, retention: { mail: read.retention.mail + 1 } });
    const { graceDays, reviewMonths, listCodes, drift, retention } = read;
    const values = { graceDays, reviewMonths, listCodes, drift, retention };
    expect(await draft({ ...values, reviewMonths: 6 }, read.version)).toEqual({
      ok: true,
      changes: { reviewMonths: 6 },
    });
    const changed = { ...values, retention: { ...retention, signals: 300 } };
    expect(await draft(changed, read.version)).toEqual({
      ok: true,
      changes: { retention: { signals: 300 } },
    });
  });

  test('of nothing, of a version that there is not, or of what means nothing, is refused', async () => {
    const { version, graceDays } = await currentPolicy(db.database);
    expect(await draft({ graceDays }, version)).toMatchObject({ code: 'invalid', reason: 'nothing' });
    for (const none of [0, -1, version + 1, 1.5, 99_999_999_999]) {
      expect(await draft({ graceDays: 3 }, none)).toMatchObject({ code: 'invalid', field: 'version' });
    }
    expect(await draft({ graceDays: 1000 }, version)).toMatchObject({ code: 'invalid', field: 'graceDays' });
    expect(await draft({ graceDays: 3 }, version, cast.support)).toMatchObject({ code: 'not_allowed' });
  });
});

test('versions are told with who made them and why, the newest first', async () => {
  await change({ proofDays: 41 }, { note: 'Told by the newest.' });
  const [newest, before] = await policyVersions(db.database, { limit: 2 });
  expect(newest).toMatchObject({ note: 'Told by the newest.', by: 'Ada Brandt', policy: { proofDays: 41 } });
  expect(newest?.version).toBe((before?.version ?? 0) + 1);
  const after = await policyVersions(db.database, { limit: 9, after: before?.version });
  expect(after.map((each) => each.version)).toEqual([newest?.version]);
});

test('a way of proving that the policy does not take proves nothing', async () => {
  await change({ proofKinds: ['sign_in', 'http', 'dns'] });
  const entry = await requested(db.database, cast.owner, '45.91.1.1');
  await completeChecks(db.database, entry.id, now);
  const prove = (method: 'sending' | 'http') =>
    reportProof(db.database, entry, '45.91.1.1', { method, mailFrom: null });
  expect(await prove('sending')).toBe('kind_not_taken');
  expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'pending', provenAt: null });
  expect(await prove('http')).toBe('recorded');
  expect((await currentRow(db.database, entry.id)).status).toBe('in_review');

  // What was taken before the policy dropped the way counts no longer, and says so.
  await change({ proofKinds: ['sending'] });
  const found = await findEntry(db.database, 'operator', entry.id);
  if (found === undefined) throw new Error('the entry is gone');
  const { evaluations } = await evaluateEntry(db.database, found, now);
  expect(evaluations.find((one) => one.requirement === 'control')).toMatchObject({
    verdict: 'fail',
    reason: 'proof_not_taken',
  });
  await change({ proofKinds: ['sending', 'sign_in', 'http', 'dns'] });
});

test('a refusal by the system keeps its evidence and its version like any decision', async () => {
  const { id } = await requested(db.database, cast.owner, '45.91.1.2');
  await startEvidence(db.database, id, ['dnsbl'], now);
  const facts = dnsblFacts(['127.0.0.2']);
  await recordEvidence(
    db.database,
    { entryId: id, source: 'dnsbl', outcome: 'found', facts, raw: { told: true } },
    now,
  );
  await completeChecks(db.database, id, now);
  expect((await currentRow(db.database, id)).status).toBe('rejected');
  const { version } = await currentPolicy(db.database);
  expect(await listDecisions(db.database, id)).toMatchObject([
    { kind: 'reject', by: null, policyVersion: version, answers: [{ source: 'dnsbl', raw: { told: true } }] },
  ]);
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
    looked: 3,
    total: 3,
    complete: true,
    changed: [
      {
        entryId: id,
        network: '45.90.1.1',
        account: 'acme',
        live: false,
        requirement: 'reputation',
        from: { verdict: 'unknown', reason: 'listed_unclear' },
        to: { verdict: 'fail', reason: 'listed' },
      },
    ],
  });
  // Whoever cannot wait gets a part of it, and is told so.
  const changes = { listCodes: { ...listCodes, '127.0.0.77': 'sbl' } };
  expect(await previewPolicy({ database, actor: cast.admin, changes, now, goOn: () => false })).toMatchObject(
    {
      looked: 0,
      total: result.ok ? result.total : null,
      complete: false,
      changed: [],
    },
  );
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
    expect(await listBlocked(db.database, 'holding', now, 9)).toMatchObject([
      { network: '45.99.0.0/16', by: 'Ada Brandt', entries: 1, expiresAt: addDays(now, 10) },
    ]);
    expect(await lift()).toMatchObject({ ok: true });
    expect(await lift()).toMatchObject({ code: 'not_found' });
    expect(await listBlocked(db.database, 'holding', now, 9)).toEqual([]);
    expect(await listBlocked(db.database, 'ended', now, 9)).toMatchObject([{ network: '45.99.0.0/16' }]);
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
    const made = await block('45.97.0.0/16');
    const id = made.ok ? made.blocked.id : '';
    const lift = (more: object) =>
      unblockPrefix({ database: db.database, actor: cast.admin, id, reason: 'Sold.', now, ...more });
    expect(await lift({ actor: cast.support })).toMatchObject({ code: 'not_allowed' });
    expect(await lift({ actor: cast.owner })).toMatchObject({ code: 'not_allowed' });
    expect(await lift({ reason: ' ' })).toEqual({ ok: false, code: 'reason_missing' });
    expect((await listBlocked(db.database, 'holding', now, 9)).map((row) => row.network)).toContain(
      '45.97.0.0/16',
    );
  });
});
