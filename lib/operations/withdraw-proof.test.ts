import { randomUUID } from 'node:crypto';
import { eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntryRow } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { lostProofAmong } from '../../db/queries/proof-candidates.ts';
import { entryStanding, outbox, proofs } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import { dnsblFacts, ptrFacts, rdapFacts } from '../domain/testing-facts.ts';
import { proofToken } from '../secrets/proof-token.ts';
import { approveAutomatically } from './approve-automatically.ts';
import { changePolicy } from './change-policy.ts';
import { completeChecks } from './complete-checks.ts';
import { proveOverHttp } from './prove-over-http.ts';
import { recordEvidence, startEvidence } from './record-evidence.ts';
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
import { withdrawProof } from './withdraw-proof.ts';

const secrets = { current: 'a secret of more than thirty-two characters', previous: null };

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

async function prove(entry: EntryRow, address: string): Promise<string> {
  const id = randomUUID();
  await reportProof(db.database, entry, address, { id });
  return id;
}

test('a range of which one of two proofs is taken back is no longer proven', async () => {
  const entry = await requested(db.database, cast.owner, '45.112.1.0/29');
  await completeChecks(db.database, entry.id, now);
  await prove(entry, '45.112.1.1');
  const second = await prove(entry, '45.112.1.2');
  expect(await currentRow(db.database, entry.id)).toMatchObject({ status: 'in_review', provenAt: now });
  const taken = { entryId: entry.id, reportId: second, cause: 'auto_submitted' };
  await withdrawProof(db.database, taken, now);
  expect((await currentRow(db.database, entry.id)).provenAt).toBeNull();
  await prove(entry, '45.112.1.3');
  expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
});

test('a single address that has proven twice stays proven when one is taken back', async () => {
  const entry = await requested(db.database, cast.owner, '45.112.2.1');
  const first = await prove(entry, '45.112.2.1');
  const second = await prove(entry, '45.112.2.1');
  await withdrawProof(db.database, { entryId: entry.id, reportId: first, cause: 'list' }, now);
  expect((await currentRow(db.database, entry.id)).provenAt).toEqual(now);
  await withdrawProof(db.database, { entryId: entry.id, reportId: second, cause: 'list' }, now);
  expect((await currentRow(db.database, entry.id)).provenAt).toBeNull();
});

test('its owners are asked to prove again once a day, and not where it is proven all the same', async () => {
  await db.database.delete(outbox);
  const entry = await requested(db.database, cast.owner, '45.112.20.1');
  const asked = async () => {
    const mails = await db.database.select().from(outbox).where(eq(outbox.kind, 'proof_lost'));
    return mails.map(({ content }) => content.values);
  };
  const lose = async (at: Date) => {
    const reportId = await prove(entry, '45.112.20.1');
    await withdrawProof(db.database, { entryId: entry.id, reportId, cause: 'auto_submitted' }, at);
  };
  const other = await prove(entry, '45.112.20.1');
  await lose(now);
  expect(await asked()).toEqual([]);
  await withdrawProof(db.database, { entryId: entry.id, reportId: other, cause: 'list' }, now);
  expect(await asked()).toEqual([{ live: false }]);
  await lose(now);
  expect(await asked()).toHaveLength(1);
  await lose(addDays(now, 1));
  expect(await asked()).toHaveLength(2);
});

/** The proof of an entry that `proven` has left. */
async function proofOf(entryId: string): Promise<string> {
  const [row] = await db.database.select().from(proofs).where(eq(proofs.entryId, entryId));
  if (row === undefined) throw new Error(`${entryId} has no proof`);
  return row.id;
}

const takeBack = (entryId: string, reportId: string) =>
  withdrawProof(db.database, { entryId, reportId, cause: 'auto_submitted' }, addDays(now, 1));

const callsAbout = (entryId: string) =>
  db.database
    .select()
    .from(outbox)
    .where(like(outbox.dedupeKey, `abuse_call:${entryId}:proof:%`));

/** Approved by the system, on a proof from each of the addresses. */
async function approvedAutomatically(address: string): Promise<EntryRow> {
  const { version } = await currentPolicy(db.database);
  const changes = { automaticApproval: true };
  await changePolicy({ database: db.database, actor: cast.admin, changes, note: 'Tried.', version, now });
  const entry = await requested(db.database, cast.owner, address);
  const said = {
    ptr: ptrFacts('mail.acme.example'),
    dnsbl: dnsblFacts([]),
    rdap: rdapFacts({ holders: ['Acme Devices'] }),
  };
  const sources = ['ptr', 'dnsbl', 'rdap'] as const;
  await startEvidence(db.database, entry.id, sources, now);
  for (const source of sources) {
    const found = { entryId: entry.id, source, outcome: 'found', facts: said[source], raw: null } as const;
    await recordEvidence(db.database, found, now);
  }
  await completeChecks(db.database, entry.id, now);
  await proven(db.database, entry, address);
  expect(await approveAutomatically(db.database, entry.id, addDays(now, 0.5))).toBe('approved');
  return entry;
}

test('an entry that the system approved on that proof alone is out of force until somebody looks', async () => {
  const { id } = await approvedAutomatically('45.112.3.1');
  await takeBack(id, await proofOf(id));
  const row = await currentRow(db.database, id);
  expect(row).toMatchObject({ status: 'suspended', suspensionCauses: ['drift'], provenAt: null });
  const kinds = (await listEntryEvents(db.database, id)).map((event) => event.kind);
  expect(kinds.slice(-2)).toEqual(['proof_withdrawn', 'suspended']);
  const calls = await callsAbout(id);
  expect(calls.length).toBeGreaterThan(0);
  expect(calls[0]?.content.values).toMatchObject({ about: 'proof', outcome: 'suspended' });
  // Told twice, it happens once.
  await takeBack(id, await proofOf(id));
  expect((await callsAbout(id)).length).toBe(calls.length);
});

test('with another proof left it stays in force, and so does what a person approved: somebody is called', async () => {
  const twice = await approvedAutomatically('45.112.3.2');
  const first = await proofOf(twice.id);
  await db.pool.query(
    `insert into proofs (id, entry_id, method, address, proof_generation, seen_at)
     values ($1, $2, 'http', '45.112.3.2', 1, $3)`,
    [randomUUID(), twice.id, now],
  );
  const byPerson = await inForce(db.database, cast, '45.112.3.3');
  for (const [id, proof] of [
    [twice.id, first],
    [byPerson.id, await proofOf(byPerson.id)],
  ] as const) {
    await takeBack(id, proof);
    expect((await currentRow(db.database, id)).status).toBe('active');
    expect((await listEntryEvents(db.database, id)).at(-1)?.kind).toBe('proof_withdrawn');
    expect((await callsAbout(id))[0]?.content.values).toMatchObject({ about: 'proof', outcome: 'stays' });
  }
});

/** What the view tells nodes about the entry. */
const takesProof = async (entryId: string) =>
  (await db.database.select().from(entryStanding).where(eq(entryStanding.entryId, entryId)))[0]?.scope;

test('until it is proven anew it takes proofs again, nodes are told so, and a person decides', async () => {
  const { id } = await approvedAutomatically('45.112.3.4');
  expect(await takesProof(id)).not.toHaveProperty('takes_proof');
  await takeBack(id, await proofOf(id));
  expect(await takesProof(id)).toMatchObject({ takes_proof: true });
  expect(await lostProofAmong(db.database, [id])).toEqual(new Set([id]));
  const { revision } = await currentRow(db.database, id);
  await prove(await currentRow(db.database, id), '45.112.3.4');
  const row = await currentRow(db.database, id);
  expect(row).toMatchObject({ provenAt: now, status: 'suspended', suspensionCauses: ['drift'] });
  expect(row.revision).toBeGreaterThan(revision);
  expect(await takesProof(id)).not.toHaveProperty('takes_proof');
  const told = (await callsAbout(id)).map(({ content }) => content.values);
  expect(told).toContainEqual(expect.objectContaining({ outcome: 'proven_anew' }));
  // As before, what comes after that is none.
  await prove(row, '45.112.3.4');
  expect((await callsAbout(id)).length).toBe(told.length);
});

test('an address that lost its proof proves it over HTTP as well; one that never had one does not', async () => {
  const lost = await inForce(db.database, cast, '45.112.3.5');
  await takeBack(lost.id, await proofOf(lost.id));
  const never = await inForce(db.database, cast, '45.112.3.6');
  await db.pool.query('update entries set proven_at = null where id = $1', [never.id]);
  const overHttp = async ({ id }: EntryRow, address: string) => {
    const { proofGeneration } = await currentRow(db.database, id);
    const token = proofToken(secrets, id, proofGeneration);
    return proveOverHttp({ database: db.database, secrets, token, address, tls: null, now });
  };
  expect(await overHttp(lost, '45.112.3.5')).toEqual({ ok: true, address: '45.112.3.5' });
  expect((await currentRow(db.database, lost.id)).provenAt).toEqual(now);
  expect(await overHttp(never, '45.112.3.6')).toMatchObject({ ok: false, code: 'not_here' });
});

test('a proof of a contested entry that is taken back moves the request that contests it on', async () => {
  const held = await inForce(db.database, cast, '45.112.4.1', cast.otherOwner, 'globex-mail');
  const { id } = await reviewable(db.database, cast.owner, '45.112.4.1');
  const asked = { database: db.database, actor: cast.support, id, now, reason: 'New line of Acme.' };
  expect(await startTakeover(asked)).toMatchObject({ ok: true });
  const again = await prove(await currentRow(db.database, held.id), '45.112.4.1');
  const { revision } = await currentRow(db.database, id);
  await takeBack(held.id, again);
  expect((await currentRow(db.database, id)).revision).toBeGreaterThan(revision);
});
