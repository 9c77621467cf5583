import { and, eq, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listEntryEvents } from '../../db/queries/events.ts';
import { evidenceRuns, fuseItems } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { addDays } from '../domain/days.ts';
import type { RdapFacts } from '../domain/evidence.ts';
import { dnsblFacts, ptrFacts, rdapFacts } from '../domain/testing-facts.ts';
import { approveEntry } from './approve-entry.ts';
import { noteDrift } from './note-drift.ts';
import { noteListing } from './note-listing.ts';
import { recordEvidence, startEvidence } from './record-evidence.ts';
import { renewEntry } from './renew-entry.ts';
import { restoreEntry } from './restore-entry.ts';
import { type Cast, currentRow, testNow as now, reviewable, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const later = (days: number) => addDays(now, days);

async function gather(entryId: string, names: string[], registry: RdapFacts = rdapFacts(), at = now) {
  const { database } = db;
  await startEvidence(database, entryId, ['ptr', 'rdap'], at);
  const outcome = 'found' as const;
  await recordEvidence(
    database,
    { entryId, source: 'ptr', outcome, facts: ptrFacts(...names), raw: null },
    at,
  );
  await recordEvidence(database, { entryId, source: 'rdap', outcome, facts: registry, raw: null }, at);
}

/** Its name servers do not answer. */
async function gatherSilence(entryId: string, address: string, at: Date) {
  const outcome = 'temporary_error' as const;
  const facts = { addresses: [{ address, outcome, names: [] }], sampledFrom: null };
  await startEvidence(db.database, entryId, ['ptr'], at);
  await recordEvidence(db.database, { entryId, source: 'ptr', outcome, facts, raw: null }, at);
}

async function approved(address: string, registry?: RdapFacts) {
  const entry = await reviewable(db.database, cast.owner, address);
  await gather(entry.id, ['mail.acme.example'], registry);
  const result = await approveEntry({
    database: db.database,
    actor: cast.support,
    id: entry.id,
    now,
    reason: 'Own name.',
    override: [],
  });
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.entry;
}

const note = (id: string, at: Date) => noteDrift(db.database, id, at);
const kinds = async (id: string) => (await listEntryEvents(db.database, id)).map((event) => event.kind);

test('a change is noted, looked at again a day later, and then the owners are asked, once', async () => {
  const { id, reviewBy } = await approved('45.90.1.1');
  expect(await note(id, later(7))).toBe('none');
  await gather(id, [], rdapFacts(), later(7));
  expect(await note(id, later(7))).toBe('seen');
  const runs = await db.database.select().from(evidenceRuns).where(eq(evidenceRuns.entryId, id));
  expect(runs.map((run) => run.dueAt)).toEqual([later(8), later(8)]);
  expect((await currentRow(db.database, id)).reviewBy).toEqual(reviewBy);
  // The same hour again is no confirmation.
  expect(await note(id, later(7.1))).toBe('known');
  expect(await note(id, later(8))).toBe('asked');
  expect((await currentRow(db.database, id)).reviewBy).toEqual(later(38));
  expect(await note(id, later(15))).toBe('known');
  expect((await kinds(id)).filter((kind) => kind.startsWith('drift'))).toEqual(['drift_seen', 'drift_asked']);
  const renewed = await renewEntry({ database: db.database, actor: cast.owner, id, now: later(16) });
  expect(renewed).toMatchObject({ ok: true });
  expect(await note(id, later(23))).toBe('known');
  // Something else after that is another question.
  await gather(id, ['45-90-1-1.dyn.example.net'], rdapFacts(), later(30));
  expect(await note(id, later(30))).toBe('seen');
});

test('a bad hour of somebody else changes nothing', async () => {
  const { id } = await approved('45.90.1.2');
  await gather(id, [], rdapFacts(), later(7));
  expect(await note(id, later(7))).toBe('seen');
  await gather(id, ['mail.acme.example'], rdapFacts(), later(8));
  expect(await note(id, later(8))).toBe('none');
});

test('a second bad hour, months after the first, is the first again', async () => {
  const { id } = await approved('45.90.1.9');
  await gather(id, ['mail-ed1-f41.google.com'], rdapFacts(), later(7));
  expect(await note(id, later(7))).toBe('seen');
  await gather(id, ['mail.acme.example'], rdapFacts(), later(8));
  expect(await note(id, later(8))).toBe('none');
  await gather(id, ['mail-ed1-f41.google.com'], rdapFacts(), later(100));
  expect(await note(id, later(100))).toBe('seen');
  expect((await currentRow(db.database, id)).status).toBe('active');
});

test('what the owners were asked about, and has gone away, is asked about again when it comes again', async () => {
  const { id } = await approved('45.90.1.11');
  const nameless = (days: number) => gather(id, [], rdapFacts(), later(days));
  await nameless(7);
  expect(await note(id, later(7))).toBe('seen');
  expect(await note(id, later(8))).toBe('asked');
  const renewed = await renewEntry({ database: db.database, actor: cast.owner, id, now: later(9) });
  expect(renewed).toMatchObject({ ok: true });
  await gather(id, ['mail.acme.example'], rdapFacts(), later(14));
  expect(await note(id, later(14))).toBe('none');
  await nameless(200);
  expect(await note(id, later(200))).toBe('seen');
  expect(await note(id, later(201))).toBe('asked');
  expect((await currentRow(db.database, id)).reviewBy).toEqual(later(231));
});

test('where no registry answered before the approval, its first answer is what later ones are compared with', async () => {
  const entry = await reviewable(db.database, cast.owner, '45.90.1.12');
  const approval = { database: db.database, actor: cast.support, id: entry.id, now, reason: 'Known.' };
  expect(await approveEntry({ ...approval, override: [] })).toMatchObject({ ok: true });
  await gather(entry.id, ['mail.acme.example'], rdapFacts(), later(7));
  expect(await note(entry.id, later(7))).toBe('none');
  await gather(entry.id, ['mail.acme.example'], rdapFacts({ holders: ['Globex Ltd'] }), later(14));
  expect(await note(entry.id, later(14))).toBe('seen');
});

test('name servers that do not answer are no change, whatever else is known of the address', async () => {
  const { id } = await approved('45.90.1.10');
  const silent = async (days: number) => {
    await gatherSilence(id, '45.90.1.10', later(days));
    await startEvidence(db.database, id, ['dnsbl'], later(days));
    const listed = { source: 'dnsbl', outcome: 'found', facts: dnsblFacts(['127.0.0.10']) } as const;
    await recordEvidence(db.database, { entryId: id, raw: null, ...listed }, later(days));
    return note(id, later(days));
  };
  expect(await silent(7)).toBe('none');
  expect(await silent(8)).toBe('none');
});

test('another registered holder asks too', async () => {
  const { id } = await approved('45.90.1.3');
  await gather(id, ['mail.acme.example'], rdapFacts({ holders: ['Globex Ltd'] }), later(7));
  expect(await note(id, later(7))).toBe('seen');
  expect(await note(id, later(8))).toBe('asked');
});

test('another holder is not gone because the registry that told of it is away', async () => {
  const national = { server: 'rdap.nir.example', networks: ['45.90.1.0/28'] };
  const { id } = await approved('45.90.1.13', rdapFacts({ ...national, holders: ['Acme KK'] }));
  const given = rdapFacts({ ...national, holders: ['Globex KK'] });
  const regional = rdapFacts({ server: 'rdap.rir.example', networks: ['45.90.0.0/16'], holders: ['NIR'] });
  await gather(id, ['mail.acme.example'], given, later(7));
  expect(await note(id, later(7))).toBe('seen');
  await gather(id, ['mail.acme.example'], regional, later(8));
  expect(await note(id, later(8))).toBe('none');
  expect(await kinds(id)).not.toContain('drift_gone');
  await gather(id, ['mail.acme.example'], given, later(9));
  expect(await note(id, later(9))).toBe('asked');
});

test('what rests on another organisation asks the owners and tells them nothing of it', async () => {
  const { id, serverId } = await approved('45.90.1.4');
  await db.pool.query(
    `insert into sightings (server_id, address, day, sign_ins)
     select id, '45.90.1.4', '2026-11-25', 1 from servers where id <> $1 limit 1`,
    [serverId],
  );
  expect(await note(id, later(7))).toBe('seen');
  expect(await note(id, later(8))).toBe('asked');
  const events = await listEntryEvents(db.database, id, 'account');
  const asked = events.find((event) => event.kind === 'drift_asked');
  expect(asked?.content).not.toHaveProperty('evidence');
  expect(JSON.stringify(asked?.content)).not.toContain('others_signed_in');
});

test('what is certain suspends until somebody looks', async () => {
  const { id } = await approved('45.90.1.6');
  await gather(id, ['mail-ed1-f41.google.com'], rdapFacts(), later(7));
  expect(await note(id, later(7))).toBe('seen');
  expect(await note(id, later(8))).toBe('suspended');
  expect(await currentRow(db.database, id)).toMatchObject({
    status: 'suspended',
    suspensionCauses: ['drift'],
  });
});

test('what support restores stands, until the same goes away and comes again', async () => {
  const { id } = await approved('45.90.1.8');
  const shared = (at: Date) => gather(id, ['mail-ed1-f41.google.com'], rdapFacts(), at);
  const restore = (at: Date) =>
    restoreEntry({
      database: db.database,
      actor: cast.support,
      id,
      now: at,
      side: 'staff',
      reason: 'Their own.',
    });
  await shared(later(7));
  expect(await note(id, later(7))).toBe('seen');
  expect(await note(id, later(8))).toBe('suspended');
  expect(await restore(later(9))).toMatchObject({ ok: true });
  await shared(later(16));
  expect(await note(id, later(16))).toBe('known');
  // A look that finds nothing out is no sign that it went away.
  const { database } = db;
  const silent = { entryId: id, source: 'ptr', outcome: 'temporary_error', facts: null, raw: null } as const;
  await recordEvidence(database, silent, later(20));
  await note(id, later(20));
  await shared(later(23));
  expect(await note(id, later(23))).toBe('known');
  expect((await currentRow(database, id)).status).toBe('active');
  await gather(id, ['mail.acme.example'], rdapFacts(), later(30));
  expect(await note(id, later(30))).toBe('none');
  expect(await note(id, later(31))).toBe('none');
  expect((await kinds(id)).filter((kind) => kind === 'drift_gone')).toHaveLength(1);
  await shared(later(37));
  expect(await note(id, later(37))).toBe('seen');
  expect(await note(id, later(38))).toBe('suspended');
  const events = await listEntryEvents(database, id, 'account');
  expect(events.find((event) => event.kind === 'suspended')?.content).not.toHaveProperty('evidence');
});

test('what comes to many at once is held by the fuse', async () => {
  const ids: string[] = [];
  for (let host = 1; host <= 22; host += 1) ids.push((await approved(`45.91.1.${host}`)).id);
  for (const id of ids) {
    await gather(id, [], rdapFacts(), later(7));
    expect(await note(id, later(7))).toBe('seen');
  }
  const outcomes = [];
  for (const id of ids) outcomes.push(await note(id, later(8)));
  expect(outcomes.filter((outcome) => outcome === 'asked').length).toBeLessThanOrEqual(20);
  expect(outcomes.at(-1)).toBe('held');
  const last = ids.at(-1) ?? '';
  expect((await currentRow(db.database, last)).reviewBy).not.toEqual(later(38));
  // What is as it was before a person has decided is not held any longer.
  const held = () =>
    db.database.$count(fuseItems, and(eq(fuseItems.subject, `attest:${last}`), isNull(fuseItems.endedAt)));
  expect(await held()).toBe(1);
  // Whether it is nobody could find out: it stays with that person.
  await gatherSilence(last, '45.91.1.22', later(9));
  expect(await note(last, later(9))).toBe('none');
  expect(await held()).toBe(1);
  await gather(last, ['mail.acme.example'], rdapFacts(), later(10));
  expect(await note(last, later(10))).toBe('none');
  expect(await held()).toBe(0);
});

test('a listing is a signal of abuse, one for each day that it is found', async () => {
  const { id } = await approved('45.90.1.7');
  const listed = async (at: Date) => {
    await startEvidence(db.database, id, ['dnsbl'], at);
    const found = {
      entryId: id,
      source: 'dnsbl',
      outcome: 'found',
      facts: dnsblFacts(['127.0.0.2']),
      raw: null,
    } as const;
    await recordEvidence(db.database, found, at);
    return noteListing(db.database, id, at);
  };
  expect(await noteListing(db.database, id, now)).toBeNull();
  expect(await listed(later(7))).toMatchObject({ known: false });
  expect(await listed(later(7))).toEqual({ known: true });
  expect(await listed(later(14))).toMatchObject({ known: false });
});

test('an entry that is not in force is left alone', async () => {
  const entry = await reviewable(db.database, cast.owner, '45.90.1.5');
  expect(await note(entry.id, now)).toBe('none');
});
