import { eq, sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestsToApprove } from '../../db/queries/automatic-approval.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { automaticLooks, decisions, entryStanding, evidence, outbox } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase, waitingForLock } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { dnsblFacts, ptrFacts, rdapFacts } from '../domain/testing-facts.ts';
import { answerQuestion } from './answer-question.ts';
import { approveAutomatically } from './approve-automatically.ts';
import { approveEntry } from './approve-entry.ts';
import { askQuestion } from './ask-question.ts';
import { changePolicy } from './change-policy.ts';
import { closeAccount } from './close-account.ts';
import { completeChecks } from './complete-checks.ts';
import { freezeApprovals } from './freeze-approvals.ts';
import { raiseSignal } from './raise-signal.ts';
import { recordEvidence, startEvidence } from './record-evidence.ts';
import { rejectEntry } from './reject-entry.ts';
import { removeEntry } from './remove-entry.ts';
import { reopenAccount } from './reopen-account.ts';
import { reportEntry } from './report-entry.ts';
import { restoreEntry } from './restore-entry.ts';
import type { Actor } from './result.ts';
import { setSignalAside } from './set-signal-aside.ts';
import { suspendEntry } from './suspend-entry.ts';
import { type Cast, currentRow, inForce, testNow as now, proven, requested, seedCast } from './testing.ts';
import { withdrawEntry } from './withdraw-entry.ts';
import { withdrawProof } from './withdraw-proof.ts';

let counter = 0;
let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  await switched(true);
});
afterAll(() => db.close());

async function switched(automaticApproval: boolean): Promise<void> {
  const { version } = await currentPolicy(db.database);
  const changed = await changePolicy({
    database: db.database,
    actor: cast.admin,
    changes: { automaticApproval },
    note: 'Tried.',
    version,
    now,
  });
  if (!changed.ok) throw new Error(changed.code);
}

/** What every source says where nothing can be objected. */
const sound = {
  ptr: ptrFacts('mail.acme.example'),
  dnsbl: dnsblFacts([]),
  rdap: rdapFacts({ holders: ['Acme Devices'] }),
};
type Said = { [Source in keyof typeof sound]?: unknown };

/** A request with its evidence and its proof; `said` is what is different from sound. */
async function request(network: string, said: Said = {}, address = network, actor = cast.owner) {
  const server = actor === cast.otherOwner ? 'globex-mail' : 'acme-production';
  const entry = await requested(db.database, actor, network, server);
  const all: Said = { ...sound, ...said };
  const asked = Object.keys(all) as (keyof typeof sound)[];
  await startEvidence(db.database, entry.id, asked, now);
  for (const source of asked) await tell(entry.id, source, all[source]);
  await completeChecks(db.database, entry.id, now);
  if (address !== '') await proven(db.database, entry, address);
  return currentRow(db.database, entry.id);
}

function tell(entryId: string, source: keyof typeof sound, facts: unknown): Promise<boolean> {
  const outcome = facts === null ? 'temporary_error' : 'found';
  return recordEvidence(db.database, { entryId, source, outcome, facts, raw: null }, now);
}

/** The message that proved would have been taken back by then. */
const settled = new Date(now.getTime() + 11 * 60_000);
const look = (id: string) => approveAutomatically(db.database, id, settled);
const by = (actor: Actor) => (id: string) => ({
  database: db.database,
  actor,
  id,
  now,
  reason: 'Looked at.',
});
const bySupport = (id: string) => by(cast.support)(id);
const byOwner = (id: string) => by(cast.owner)(id);
const state = async (id: string) =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, id)))[0]?.state;

test('a request that meets everything is approved by the system, with all that it rests on', async () => {
  const { id, revision } = await request('45.110.1.1');
  expect(await requestsToApprove(db.database, 10, settled)).toEqual([id]);
  expect(await look(id)).toBe('approved');
  expect(await currentRow(db.database, id)).toMatchObject({ status: 'active', activatedAt: settled });
  expect(await state(id)).toBe('in_force');
  const [decision] = await db.database.select().from(decisions).where(eq(decisions.entryId, id));
  const rows = await db.database.select().from(evidence).where(eq(evidence.entryId, id));
  const { version } = await currentPolicy(db.database);
  expect(decision).toMatchObject({
    kind: 'approve',
    personId: null,
    overrides: [],
    entryRevision: revision,
    policyVersion: version,
  });
  expect(new Set(decision?.evidenceIds)).toEqual(new Set(rows.map((row) => row.id)));
  const verdicts = decision?.requirements as { verdict: string }[];
  expect(verdicts.map((one) => one.verdict)).toEqual(Array.from({ length: 11 }, () => 'pass'));
  const events = await listEntryEvents(db.database, id);
  expect(events.at(-1)).toMatchObject({
    kind: 'approved',
    actorKind: 'system',
    content: { automatic: true },
  });
  const mails = await db.database.select().from(outbox).where(eq(outbox.entryId, id));
  expect(mails.filter((mail) => mail.kind === 'approved').length).toBeGreaterThan(0);
  expect(await requestsToApprove(db.database, 10, settled)).toEqual([]);
  expect(await look(id)).toBe('changed_meanwhile');
});

test('the message that proved is waited for: its header may take the proof back', async () => {
  const { id } = await request('45.110.11.1');
  expect(await requestsToApprove(db.database, 10, now)).not.toContain(id);
  expect(await approveAutomatically(db.database, id, now)).toBe('proof_settling');
  expect(await db.database.$count(automaticLooks, eq(automaticLooks.entryId, id))).toBe(0);
  expect(await requestsToApprove(db.database, 10, settled)).toContain(id);
  expect(await look(id)).toBe('approved');
});

test('off, which it is by default, nothing is even looked at', async () => {
  await switched(false);
  const { id } = await request('45.110.2.1');
  expect(await requestsToApprove(db.database, 10, settled)).toEqual([]);
  expect(await look(id)).toBe('switched_off');
  await switched(true);
  // The policy is another one: it is looked at again.
  expect(await requestsToApprove(db.database, 10, settled)).toEqual([id]);
  expect(await look(id)).toBe('approved');
});

describe('is left to a person', () => {
  test.each<[string, Said, string]>([
    ['a list that does not answer', { dnsbl: null }, 'not_met:not_residential'],
    ['a registry that does not answer', { rdap: null }, 'not_met:not_residential'],
    [
      'names that do not lead back',
      { ptr: ptrFacts('!mail.acme.example'), rdap: rdapFacts() },
      'not_met:static',
    ],
    ['a policy list', { dnsbl: dnsblFacts(['127.0.0.10']) }, 'not_met:not_residential'],
    ['a pool', { ptr: ptrFacts('45-110-3-1.dyn.example.net'), rdap: rdapFacts() }, 'not_met:static'],
  ])('%s', async (_what, said, why) => {
    const { id } = await request(`45.110.3.${++counter}`, said);
    expect(await look(id)).toMatch(new RegExp(`^${why}`));
    expect((await currentRow(db.database, id)).status).toBe('in_review');
    const [kept] = await db.database.select().from(automaticLooks).where(eq(automaticLooks.entryId, id));
    expect(kept?.outcome).toMatch(new RegExp(`^${why}`));
    // Not looked at again until it or the policy changes.
    expect(await requestsToApprove(db.database, 100, settled)).not.toContain(id);
  });

  test('a range wider than a /30, however sound', async () => {
    const entry = await requested(db.database, cast.owner, '45.110.4.0/29');
    const names = (last: number) => ({
      ...ptrFacts('mail.acme.example').addresses[0],
      address: `45.110.4.${last}`,
    });
    await startEvidence(db.database, entry.id, ['ptr', 'dnsbl', 'rdap'], now);
    await tell(entry.id, 'ptr', { addresses: [1, 2, 3, 4, 5, 6].map(names), sampledFrom: null });
    await tell(entry.id, 'dnsbl', sound.dnsbl);
    await tell(entry.id, 'rdap', sound.rdap);
    await completeChecks(db.database, entry.id, now);
    await proven(db.database, entry, '45.110.4.1');
    await proven(db.database, entry, '45.110.4.2');
    expect(await look(entry.id)).toBe('too_wide');
  });

  test('one without proof, for which a review was asked', async () => {
    const { id } = await request('45.110.5.1', {}, '');
    await db.database.execute(
      sql`update entries set review_requested_at = now(), status = 'in_review' where id = ${id}`,
    );
    expect(await requestsToApprove(db.database, 100, settled)).not.toContain(id);
    expect(await look(id)).toBe('not_met:control');
  });

  test('what support has removed from somebody else', async () => {
    const held = await inForce(db.database, cast, '45.110.61.1', cast.otherOwner, 'globex-mail');
    expect(await removeEntry({ ...bySupport(held.id), side: 'staff' })).toMatchObject({ ok: true });
    const { id } = await request('45.110.61.1');
    expect(await look(id)).toBe('takeover');
    expect((await currentRow(db.database, id)).status).toBe('in_review');
  });

  test('what another organisation has had until lately', async () => {
    const past = async (network: string, days: number) => {
      const { id } = await inForce(db.database, cast, network, cast.otherOwner, 'globex-mail');
      const given = { ...by(cast.otherOwner)(id), side: 'owner' as const, now: addDays(settled, -days) };
      expect(await removeEntry(given)).toMatchObject({ ok: true });
      return look((await request(network)).id);
    };
    expect(await past('45.110.17.1', 89)).toBe('takeover');
    expect(await past('45.110.17.9', 90)).toBe('approved');
  });

  test('what a person has begun: a question, even when it is answered, and a first approval', async () => {
    const { id } = await request('45.110.6.1');
    const base = { database: db.database, id, now };
    await askQuestion({ ...base, actor: cast.support, reason: 'Whose line is it?' });
    expect(await look(id)).toBe('changed_meanwhile');
    await answerQuestion({ ...base, actor: cast.owner, answer: 'Ours.' });
    expect(await look(id)).toBe('person_involved');
  });

  test('an address that another organisation asks for, and one that it holds', async () => {
    const mine = await request('45.110.7.1');
    const theirs = await request('45.110.7.1', {}, '45.110.7.1', cast.otherOwner);
    expect(await look(mine.id)).toBe('other_claim');
    expect(await look(theirs.id)).toBe('other_claim');
    await inForce(db.database, cast, '45.110.7.9', cast.otherOwner, 'globex-mail');
    expect(await look((await request('45.110.7.9')).id)).toBe('other_claim');
  });

  test('an address of an account that staff has closed, until it is reopened', async () => {
    await inForce(db.database, cast, '45.110.15.1', cast.otherOwner, 'globex-mail');
    const globex = { database: db.database, actor: cast.admin, slug: 'globex', reason: 'Stolen card.' };
    expect(await closeAccount({ ...globex, now: addDays(now, -100) })).toMatchObject({ ok: true });
    const { id } = await request('45.110.15.1');
    expect(await look(id)).toBe('abuse_history');
    expect(await reopenAccount({ ...globex, now })).toMatchObject({ ok: true });
    expect(await look(id)).toBe('approved');
  });

  test('not one that such an account only asked for: anybody can name an address', async () => {
    await requested(db.database, cast.otherOwner, '45.110.16.1', 'globex-mail');
    const globex = { database: db.database, actor: cast.admin, slug: 'globex', reason: 'Stolen card.', now };
    expect(await closeAccount(globex)).toMatchObject({ ok: true, rejected: 1 });
    expect(await look((await request('45.110.16.1')).id)).toBe('approved');
    expect(await reopenAccount(globex)).toMatchObject({ ok: true });
  });

  test('an address from which there was abuse, or one beside it, whoever it was', async () => {
    const hold = (network: string) => inForce(db.database, cast, network, cast.otherOwner, 'globex-mail');
    for (const held of [await hold('45.110.8.1'), await hold('2a02:1234:5:6::1')]) {
      const removed = { ...bySupport(held.id), side: 'staff' as const, abuse: true };
      expect(await removeEntry({ ...removed, now: addDays(now, -100) })).toMatchObject({ ok: true });
    }
    // The same; the next one of a /29 and of a /64; another /64 of a /56; what is somebody else's.
    for (const network of ['45.110.8.1', '45.110.8.2', '2a02:1234:5:6::2', '2a02:1234:5:7::1']) {
      expect([network, await look((await request(network)).id)]).toEqual([network, 'abuse_history']);
    }
    expect(await look((await request('45.110.8.9')).id)).toBe('approved');
  });

  test.each<[string, (id: string) => Promise<unknown>, string]>([
    ['support', (id) => suspendEntry({ ...bySupport(id), side: 'staff' }), 'abuse_history'],
    ['the ladder', (id) => reportEntry({ ...bySupport(id), grade: 'serious' }), 'abuse_history'],
    ['its owner', (id) => suspendEntry({ ...byOwner(id), side: 'owner' }), 'approved'],
    [
      'support, who lifted it again',
      async (id) => {
        await suspendEntry({ ...bySupport(id), side: 'staff' });
        await restoreEntry({ ...bySupport(id), side: 'staff' });
      },
      'approved',
    ],
  ])('an address that its owner had removed and asks for again, suspended by %s', async (_, suspend, why) => {
    const network = `45.110.12.${++counter}`;
    const { id } = await inForce(db.database, cast, network);
    await suspend(id);
    expect(await removeEntry({ ...byOwner(id), side: 'owner' })).toMatchObject({ ok: true });
    expect(await look((await request(network)).id)).toBe(why);
  });

  test('an address that its owner gave up before complaints of it came, until those were wrong', async () => {
    const complain = (entryId: string) => ({
      ...({ entryId, kind: 'complaint', source: 'report', at: now, dedupeKey: entryId } as const),
    });
    const { id } = await inForce(db.database, cast, '45.110.98.1');
    expect(await removeEntry({ ...byOwner(id), side: 'owner' })).toMatchObject({ ok: true });
    const raised = await raiseSignal(db.database, complain(id), addDays(now, 1));
    expect(raised).toMatchObject({ known: false, judgement: { step: 'none' } });
    const again = await request('45.110.98.1');
    expect(await look(again.id)).toBe('abuse_history');
    const { signalId } = raised as { signalId: string };
    const aside = { database: db.database, actor: cast.support, signalId, reason: 'Forged.', now };
    expect(await setSignalAside(aside)).toMatchObject({ ok: true });
    expect(await look(again.id)).toBe('approved');
  });

  test('an address of which a complaint waits for somebody to read it', async () => {
    const { id, serverId } = await inForce(db.database, cast, '45.110.16.9');
    expect(await removeEntry({ ...byOwner(id), side: 'owner' })).toMatchObject({ ok: true });
    await db.pool.query(
      `insert into abuse_reports (raw_sha256, octets, received_at, configured, mapped_by, entry_id, server_id, facts, state)
       values (sha256('x'), 1, now(), false, 'attribution', $1, $2, '{}', 'for_person')`,
      [id, serverId],
    );
    const again = await request('45.110.16.9');
    expect(await look(again.id)).toBe('abuse_history');
    await db.pool.query(
      `update abuse_reports set state = 'settled', settled_at = now() where entry_id = $1`,
      [id],
    );
    expect(await look(again.id)).toBe('approved');
  });

  test('an address that ended suspended, until two years later', async () => {
    const lookAfter = async (network: string, days: number) => {
      const { id } = await inForce(db.database, cast, network);
      await suspendEntry({ ...bySupport(id), side: 'staff' });
      const ended = { ...byOwner(id), side: 'owner' as const, now: addDays(settled, -days) };
      expect(await removeEntry(ended)).toMatchObject({ ok: true });
      return look((await request(network)).id);
    };
    expect(await lookAfter('45.110.13.1', 729)).toBe('abuse_history');
    expect(await lookAfter('45.110.13.2', 730)).toBe('approved');
  });

  test.each<[string, (network: string) => Promise<unknown>]>([
    [
      'rejected',
      async (network) =>
        rejectEntry({ ...bySupport((await request(network, { rdap: null })).id), reason: 'A hotel.' }),
    ],
    [
      'removed',
      async (network) => {
        const { id } = await inForce(db.database, cast, network);
        return removeEntry({ ...bySupport(id), side: 'staff' });
      },
    ],
  ])('what support has %s before', async (_what, decide) => {
    const network = `45.110.14.${++counter}`;
    expect(await decide(network)).toMatchObject({ ok: true });
    expect(await look((await request(network)).id)).toBe('person_involved');
  });

  test('a suspended account, or server', async () => {
    const { id, accountId, serverId } = await request('45.110.9.1');
    for (const [table, of] of [
      ['accounts', accountId],
      ['servers', serverId],
    ]) {
      await db.pool.query(`update ${table} set status = 'suspended' where id = $1`, [of]);
      expect(await look(id)).toBe('not_in_good_standing');
      await db.pool.query(`update ${table} set status = 'active' where id = $1`, [of]);
    }
  });

  test('everything, while approvals are frozen', async () => {
    const freeze = (frozen: boolean) =>
      freezeApprovals({ database: db.database, actor: cast.admin, frozen, reason: 'Incident.', now });
    const { id } = await request('45.110.10.1');
    await freeze(true);
    expect(await requestsToApprove(db.database, 100, settled)).toEqual([]);
    expect(await look(id)).toBe('frozen');
    await freeze(false);
    expect(await requestsToApprove(db.database, 100, settled)).toContain(id);
    expect(await look(id)).toBe('approved');
  });
});

describe('what changes between the reading and the approval', () => {
  /** Holds a lock that the approval needs after it has read everything; runs `meanwhile` while it waits there. */
  async function heldUp(id: string, lock: string, meanwhile: (holder: pg.Client) => Promise<unknown>) {
    const holder = new pg.Client({ connectionString: db.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query(`select pg_advisory_xact_lock(${lock})`, lock.includes('$1') ? [id] : []);
      const outcome = look(id);
      await expect.poll(() => waitingForLock(db)).toBe(1);
      await meanwhile(holder);
      await holder.query('commit');
      return await outcome;
    } finally {
      await holder.end();
    }
  }
  const ofEntry = 'hashtextextended($1, 0)';
  const ofPolicy = `hashtextextended('policy', 3)`;

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['a listing', (id) => tell(id, 'dnsbl', dnsblFacts(['127.0.0.4']))],
    ['a name that leads elsewhere', (id) => tell(id, 'ptr', ptrFacts('pool-7.dyn.example.net'))],
    ['a source that falls silent', (id) => tell(id, 'rdap', null)],
    ['a narrower scope', (id) => db.pool.query(`update entries set tls = 'required' where id = $1`, [id])],
    ['a withdrawal', (id) => withdrawEntry({ database: db.database, actor: cast.owner, id, now })],
  ])('%s', async (_what, meanwhile) => {
    const { id } = await request(`45.110.20.${++counter}`);
    expect(await heldUp(id, ofEntry, () => meanwhile(id))).toBe('changed_meanwhile');
    expect((await currentRow(db.database, id)).activatedAt).toBeNull();
  });

  test('a proof that is taken back', async () => {
    const { id } = await request('45.110.24.1');
    const { rows } = await db.pool.query('select id from proofs where entry_id = $1', [id]);
    const taken = { entryId: id, reportId: rows[0].id, cause: 'auto_submitted' };
    expect(await heldUp(id, ofPolicy, () => withdrawProof(db.database, taken, now))).toBe(
      'changed_meanwhile',
    );
    expect((await currentRow(db.database, id)).activatedAt).toBeNull();
  });

  test('a freeze', async () => {
    const { id } = await request('45.110.21.1');
    const freeze = (frozen: boolean) =>
      freezeApprovals({ database: db.database, actor: cast.admin, frozen, reason: 'Incident.', now });
    expect(await heldUp(id, ofEntry, () => freeze(true))).toBe('frozen');
    await freeze(false);
  });

  test('a person who rejects another request for a part of the network', async () => {
    const { id } = await request('45.110.25.1');
    const wide = await requested(db.database, cast.owner, '45.110.25.0/30');
    const reject = () => rejectEntry({ ...bySupport(wide.id), reason: 'A hotel.' });
    expect(await heldUp(id, ofEntry, reject)).toBe('person_involved');
  });

  test('a policy that switches it off', async () => {
    const { id } = await request('45.110.22.1');
    const { version } = await currentPolicy(db.database);
    const off = (holder: pg.Client) =>
      holder.query(`insert into policies (version, content, note) values ($1, '{}', 'Off.')`, [version + 1]);
    expect(await heldUp(id, ofPolicy, off)).toBe('changed_meanwhile');
    await switched(true);
  });

  test('a person who decides at the same moment: one of the two, once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await request(`45.110.23.${round + 1}`);
      const person = { database: db.database, actor: cast.support, id, now, reason: 'Sound.', override: [] };
      const [outcome, approved] = await Promise.all([look(id), approveEntry(person)]);
      expect([outcome === 'approved', approved.ok].filter(Boolean)).toHaveLength(1);
      expect(await db.database.$count(decisions, eq(decisions.entryId, id))).toBe(1);
      expect((await currentRow(db.database, id)).status).toBe('active');
    }
  });
});
