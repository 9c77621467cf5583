import { randomUUID } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { loadEvidenceOf } from '../../db/queries/evidence.ts';
import { accounts, entries, memberships, people, staff } from '../../db/schema.ts';
import { seedDemo } from '../../db/seed/demo.ts';
import { type GatheredEvidence, noEvidence } from '../domain/evidence.ts';
import type { AccountRole } from '../domain/permissions.ts';
import { approveEntry } from './approve-entry.ts';
import { completeChecks } from './complete-checks.ts';
import { type ProofOutcome, recordProof, type SeenProof } from './record-proof.ts';
import { requestEntry } from './request-entry.ts';
import type { Actor } from './result.ts';

// For tests: the demo's world, and the people in it as actors. Hashes here are no hashes: nobody signs in.

export type Cast = Record<
  | 'owner'
  | 'member'
  | 'viewer'
  | 'removedOwner'
  | 'otherOwner'
  | 'freeOwner'
  | 'support'
  | 'support2'
  | 'admin'
  | 'nobody',
  Actor
>;

/** Whoever feeds accounts and servers. */
export const platform: Actor = { kind: 'platform', viewer: null, address: null, via: 'api' };

export const testSecrets = { current: 'a secret of some length, for tests', previous: null };

export const testNow = new Date('2026-11-20T12:00:00Z');

export async function seedCast(database: Database): Promise<Cast> {
  await seedDemo(database, {
    password: 'demo',
    hashPassword: async () => 'demo',
    verifyPassword: async () => true,
    now: testNow,
  });
  const [acme] = await database.select().from(accounts).where(eq(accounts.slug, 'acme'));
  if (acme === undefined) throw new Error('the demo has no acme');
  await database.insert(people).values([{ email: 'viewer@acme.example' }, { email: 'gone@acme.example' }]);
  const byEmail = await emails(database);
  await database.insert(memberships).values([
    { accountId: acme.id, personId: byEmail('viewer@acme.example'), role: 'viewer' as AccountRole },
    { accountId: acme.id, personId: byEmail('gone@acme.example'), role: 'owner', endedAt: testNow },
  ]);
  const actor = (email: string) => actorFor(database, byEmail(email));
  return {
    owner: await actor('owner@acme.example'),
    member: await actor('member@acme.example'),
    viewer: await actor('viewer@acme.example'),
    removedOwner: await actor('gone@acme.example'),
    otherOwner: await actor('owner@globex.example'),
    freeOwner: await actor('owner@initech.example'),
    support: await actor('support@postern.example'),
    support2: await actor('support2@postern.example'),
    admin: await actor('admin@postern.example'),
    nobody: {
      kind: 'person',
      viewer: { personId: randomUUID(), memberships: [], staffRole: null },
      address: null,
      via: 'portal',
    },
  };
}

async function emails(database: Database): Promise<(email: string) => string> {
  const rows = await database.select().from(people);
  return (email) => {
    const found = rows.find((row) => row.email === email);
    if (found === undefined) throw new Error(`the demo has no ${email}`);
    return found.id;
  };
}

async function actorFor(database: Database, personId: string): Promise<Actor> {
  const current = await database
    .select()
    .from(memberships)
    .where(and(eq(memberships.personId, personId), isNull(memberships.endedAt)));
  const [employed] = await database.select().from(staff).where(eq(staff.personId, personId));
  return {
    kind: employed === undefined ? 'person' : 'staff',
    viewer: {
      personId,
      memberships: current.map(({ accountId, role }) => ({ accountId, role })),
      staffRole: employed?.role ?? null,
    },
    address: '198.51.100.7',
    via: 'portal',
  };
}

/** What is known of one entry. */
export async function loadEvidence(database: Database, entryId: string): Promise<GatheredEvidence> {
  return (await loadEvidenceOf(database, [entryId])).get(entryId) ?? noEvidence;
}

export const attestations = { static: true, dedicated: true, responsible: true };

/** A request of acme-production (or another server), or an error that says why there is none. */
export async function requested(
  database: Database,
  actor: Actor,
  network: string,
  server = 'acme-production',
): Promise<EntryRow> {
  const result = await requestEntry({
    database,
    actor,
    now: testNow,
    request: { server, network, purpose: 'Scanners', attestations },
  });
  if (!result.ok) throw new Error(`not requested: ${JSON.stringify(result)}`);
  return result.entry;
}

/** A proof as a node would report it: by sending from the address, unless `more` says otherwise. */
export function reportProof(
  database: Database,
  { id: entryId, proofGeneration }: Pick<EntryRow, 'id' | 'proofGeneration'>,
  address: string,
  more: Partial<SeenProof> = {},
): Promise<ProofOutcome> {
  const seen: SeenProof = {
    id: randomUUID(),
    method: 'sending',
    ...{ entryId, address, proofGeneration },
    ...{ ehlo: 'scanner', tls: null, mailFrom: 'scanner@acme.example' },
    node: 'test',
    seenAt: testNow,
    ...more,
  };
  return recordProof(database, seen, seen.seenAt);
}

/** Proves by sending from the address. */
export async function proven(database: Database, entry: EntryRow, address: string): Promise<void> {
  const outcome = await reportProof(database, entry, address);
  if (outcome !== 'recorded') throw new Error(`not proven: ${outcome}`);
}

/** A request that support can decide: checks complete, control proven from its single address. */
export async function reviewable(
  database: Database,
  actor: Actor,
  address: string,
  server = 'acme-production',
): Promise<EntryRow> {
  const entry = await requested(database, actor, address, server);
  await completeChecks(database, entry.id, testNow);
  await proven(database, entry, address);
  return currentRow(database, entry.id);
}

/** An entry that support approved. */
export async function inForce(
  database: Database,
  cast: Cast,
  address: string,
  owner: Actor = cast.owner,
  server = 'acme-production',
): Promise<EntryRow> {
  const entry = await reviewable(database, owner, address, server);
  const result = await approveEntry({
    database,
    actor: cast.support,
    id: entry.id,
    now: testNow,
    reason: 'Static line, proven.',
    override: [],
  });
  if (!result.ok) throw new Error(`not approved: ${JSON.stringify(result)}`);
  return result.entry;
}

export async function currentRow(database: Database, id: string): Promise<EntryRow> {
  const [row] = await database.select().from(entries).where(eq(entries.id, id));
  if (row === undefined) throw new Error(`no entry ${id}`);
  return row;
}
