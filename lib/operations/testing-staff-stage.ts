import { randomUUID } from 'node:crypto';
import {
  abuseProposals,
  abuseReports,
  accounts,
  fuseItems,
  fuseTrips,
  memberships,
  nodes,
} from '../../db/schema.ts';
import type { TestDatabase } from '../../db/testing.ts';
import { editEntry } from './edit-entry.ts';
import type { Result } from './result.ts';
import { startTakeover } from './start-takeover.ts';
import { type Cast, inForce, testNow as now, reviewable } from './testing.ts';

// For tests: what the operations of staff are played on.

/** `involved` is of staff and belongs to acme, and to each account that a scene makes for itself. */
export type Stage = { db: TestDatabase; cast: Cast; involved: string };

const reason = 'Looked at it.';

let last = 0;
export function freshAddress(): string {
  last += 1;
  return `45.173.1.${last}`;
}

export const base = ({ db }: Stage, id: string) => ({ database: db.database, id, reason, now });
export const own = ({ db, cast }: Stage, address = freshAddress()) => inForce(db.database, cast, address);
export const ofGlobex = ({ db, cast }: Stage, address = freshAddress()) =>
  inForce(db.database, cast, address, cast.otherOwner, 'globex-mail');
export const request = ({ db, cast }: Stage, address = freshAddress()) =>
  reviewable(db.database, cast.owner, address);

/** What one account holds and the other has proven control of; its holder is asked, unless it is to be done. */
export async function contested(stage: Stage, holder: 'acme' | 'globex', started = true) {
  const { db, cast } = stage;
  const address = freshAddress();
  const held = holder === 'acme' ? await own(stage, address) : await ofGlobex(stage, address);
  const rival =
    holder === 'acme'
      ? await reviewable(db.database, cast.otherOwner, address, 'globex-mail')
      : await request(stage, address);
  if (started) await passes(startTakeover({ ...base(stage, rival.id), actor: cast.support }));
  return { held: held.id, rival: rival.id };
}

export async function passes(outcome: Promise<Result<object>>): Promise<void> {
  const result = await outcome;
  if (!result.ok) throw new Error(`the scene is not set: ${JSON.stringify(result)}`);
}

export async function wishes(stage: Stage): Promise<string> {
  const { id } = await own(stage);
  const edits = { scope: { messageBytes: 50_000_000 } };
  await passes(editEntry({ ...base(stage, id), actor: stage.cast.owner, edits }));
  return id;
}

/** An account to which the involved belongs, of its own: what is done to it is in the way of nobody else. */
export async function freshAccount(
  { db, involved }: Stage,
  more: Partial<typeof accounts.$inferInsert> = {},
) {
  const slug = `own-${randomUUID()}`;
  const values = { slug, name: slug, ...more };
  const [made] = await db.database.insert(accounts).values(values).returning();
  if (made === undefined) throw new Error('no account was made');
  await db.database.insert(memberships).values({ accountId: made.id, personId: involved, role: 'viewer' });
  return { id: made.id, slug };
}

export async function report(
  { db }: Stage,
  more: Partial<typeof abuseReports.$inferInsert>,
): Promise<string> {
  const values = { octets: 1, receivedAt: now, configured: false, facts: {}, state: 'for_person' as const };
  const rawSha256 = Buffer.from(randomUUID());
  const [made] = await db.database
    .insert(abuseReports)
    .values({ ...values, rawSha256, ...more })
    .returning();
  return made?.id ?? '';
}

export async function proposal(stage: Stage): Promise<string> {
  const { id: accountId } = await freshAccount(stage);
  const proposedBy = stage.cast.support2.viewer?.personId;
  const values = { kind: 'cancel_account' as const, accountId, reason, proposedBy, createdAt: now };
  const [made] = await stage.db.database.insert(abuseProposals).values(values).returning();
  return made?.id ?? '';
}

/** One trip of the fuse that holds a step of the ladder for each of the entries. */
export async function heldByFuse({ db }: Stage, entryIds: readonly string[]): Promise<string> {
  const trip = { cause: 'ladder', effect: 'out_of_force', trippedAt: now, gone: 20, most: 20 } as const;
  const [made] = await db.database
    .insert(fuseTrips)
    .values({ ...trip, total: 100 })
    .returning();
  const tripId = made?.id ?? '';
  const items = entryIds.map((entryId) => ({
    ...{ tripId, subject: `entry:${entryId}`, entryIds: [entryId], heldAt: now },
    action: { kind: 'ladder', entryId, step: 'suspended' } as const,
  }));
  await db.database.insert(fuseItems).values(items);
  return tripId;
}

/** A node that refuses the entries since the database was restored. */
export async function heldBackByNode({ db }: Stage, entryIds: string[]): Promise<void> {
  const values = { name: `node-${randomUUID()}`, generation: randomUUID(), lastSeenAt: now };
  await db.database.insert(nodes).values({ ...values, heldBack: entryIds, heldBackCount: entryIds.length });
}
