import { and, asc, eq, inArray, isNull, notExists, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { countGone, countInForceSince } from '../../db/queries/abuse.ts';
import { fuseItems, fuseTotal, fuseTrips } from '../../db/schema.ts';
import { type FuseCause, type FuseEffect, fuseLimit, type HeldAction, judgeFuse } from '../domain/fuse.ts';
import type { LadderPolicy } from '../domain/ladder-policy.ts';
import { notifyStaff } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { systemActor } from './result.ts';

const MINUTE_MS = 60_000;

export type Passage = {
  cause: FuseCause;
  effect: FuseEffect;
  /** Entries that it would take, as they stand now: one that is not in force is not taken out of it. */
  entryIds: readonly string[];
};

export type FuseAnswer = { held: false } | { held: true; trip: TripFacts | null };
export type TripFacts = { gone: number; limit: number; total: number; minutes: number };

/**
 * Only one automatic change at a time asks the fuse, or many at once would each find room for themselves; and only one at
 * a time changes what the platform's word of an account or a server and ours make together. Before the clock, like every
 * advisory lock: call it before the transaction writes anything, and before it reads what it decides on.
 */
export async function lockFuse(transaction: Database): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('fuse', 2))`);
}

/**
 * Whether something automatic may take these entries. What may is counted; what may not is for `holdAction`. Call it
 * after `lockFuse` in the transaction of the change.
 */
export async function askFuse(
  transaction: Database,
  policy: LadderPolicy,
  passage: Passage,
  now: Date,
): Promise<FuseAnswer> {
  const { cause, effect, entryIds } = passage;
  if (entryIds.length === 0) return { held: false };
  const since = new Date(now.getTime() - policy.fuseMinutes * MINUTE_MS);
  if ((await openTrip(transaction, passage)) !== undefined) return { held: true, trip: null };
  const gone = await countGone(transaction, effect, since);
  // Not before the smallest limit is reached: counting everything in force is work.
  if (gone + entryIds.length > fuseLimit(policy, 0)) {
    const verdict = judgeFuse(
      policy,
      gone,
      await lately(transaction, policy, since, now, entryIds),
      entryIds.length,
    );
    if (verdict.holds) {
      const { limit, total } = verdict;
      return { held: true, trip: { gone, limit, total, minutes: policy.fuseMinutes } };
    }
  }
  // As one value: a statement takes 65,535 of them, and an account may have more entries than a quarter of that.
  await transaction.execute(sql`
    insert into fuse_counts (at, cause, effect, entry_id)
    select ${now.toISOString()}::timestamptz, ${cause}, ${effect}, unnest(${sql.param([...entryIds])}::uuid[])`);
  return { held: false };
}

/**
 * How many were in force before those minutes: counted anew after as many minutes again. With those that are asked about:
 * what a feed takes is out of force already in its own transaction.
 */
async function lately(
  transaction: Database,
  policy: LadderPolicy,
  since: Date,
  now: Date,
  going: readonly string[],
): Promise<number> {
  const [known] = await transaction.select().from(fuseTotal);
  const age = known === undefined ? Number.NaN : now.getTime() - known.countedAt.getTime();
  if (known !== undefined && age >= 0 && age < policy.fuseMinutes * MINUTE_MS) return known.inForce;
  const inForce = await countInForceSince(transaction, since, now, going);
  await transaction
    .insert(fuseTotal)
    .values({ inForce, countedAt: now })
    .onConflictDoUpdate({ target: fuseTotal.only, set: { inForce, countedAt: now } });
  return inForce;
}

/** Keeps what was held until a person decides. What is newer about the same subject takes the place of what is older. */
export async function holdAction(
  transaction: Database,
  held: Passage & { subject: string; action: HeldAction; trip: TripFacts | null },
  now: Date,
): Promise<void> {
  const open = await openTrip(transaction, held);
  if (open !== undefined && (await isHeld(transaction, open.id, held))) return;
  const tripId = open?.id ?? (await trip(transaction, held, now));
  await transaction
    .update(fuseItems)
    .set({ outcome: 'replaced', endedAt: now })
    .where(
      and(
        eq(fuseItems.tripId, tripId),
        eq(fuseItems.subject, held.subject),
        isNull(fuseItems.endedAt),
        isNull(fuseItems.releasedAt),
      ),
    );
  await transaction.insert(fuseItems).values({
    tripId,
    subject: held.subject,
    entryIds: [...held.entryIds],
    action: held.action,
    heldAt: now,
  });
}

/** What is held about this subject, also what a person has let through and what is not done yet. */
export async function heldItems(transaction: Database, subject: string) {
  return transaction
    .select()
    .from(fuseItems)
    .where(and(eq(fuseItems.subject, subject), isNull(fuseItems.endedAt)))
    .orderBy(asc(fuseItems.heldAt));
}

/** Nothing that is held about this subject is called for any more. The transaction has begun with `lockFuse`. */
export async function dropHeld(
  transaction: Database,
  subject: string,
  outcome: 'replaced' | 'no_longer',
  now: Date,
): Promise<void> {
  const held = await heldItems(transaction, subject);
  await endHeld(
    transaction,
    held.map(({ id }) => id),
    outcome,
    now,
  );
}

/** The same where that is all that there is to do: a transaction of its own, if anything is held at all. */
export async function dropAllHeld(database: Database, subjects: readonly string[], now: Date): Promise<void> {
  const held = and(inArray(fuseItems.subject, [...subjects]), isNull(fuseItems.endedAt));
  if ((await database.$count(fuseItems, held)) === 0) return;
  await database.transaction(async (transaction) => {
    await lockFuse(transaction);
    for (const subject of subjects) await dropHeld(transaction, subject, 'no_longer', now);
  });
}

/** Ends these items, and with the last one its trip: what comes later is asked anew, and a person is called anew. */
export async function endHeld(
  transaction: Database,
  itemIds: readonly string[],
  outcome: 'replaced' | 'no_longer',
  now: Date,
): Promise<void> {
  if (itemIds.length === 0) return;
  const ended = await transaction
    .update(fuseItems)
    .set({ outcome, endedAt: now })
    .where(inArray(fuseItems.id, [...itemIds]))
    .returning({ tripId: fuseItems.tripId });
  const undecided = and(
    eq(fuseItems.tripId, fuseTrips.id),
    isNull(fuseItems.endedAt),
    isNull(fuseItems.releasedAt),
  );
  await transaction
    .update(fuseTrips)
    .set({ decision: 'no_longer', decidedAt: now })
    .where(
      and(
        inArray(fuseTrips.id, [...new Set(ended.map(({ tripId }) => tripId))]),
        isNull(fuseTrips.decidedAt),
        notExists(transaction.select({ id: fuseItems.id }).from(fuseItems).where(undecided)),
      ),
    );
}

/** Of what is held only this is left. */
export async function keepHeld(transaction: Database, itemId: string, action: HeldAction): Promise<void> {
  await transaction.update(fuseItems).set({ action }).where(eq(fuseItems.id, itemId));
}

async function isHeld(
  transaction: Database,
  tripId: string,
  { subject, action }: { subject: string; action: HeldAction },
): Promise<boolean> {
  const same = await transaction.$count(
    fuseItems,
    and(
      eq(fuseItems.tripId, tripId),
      eq(fuseItems.subject, subject),
      isNull(fuseItems.endedAt),
      sql`${fuseItems.action} = ${JSON.stringify(action)}::jsonb`,
    ),
  );
  return same > 0;
}

async function openTrip(transaction: Database, { cause, effect }: Pick<Passage, 'cause' | 'effect'>) {
  const [row] = await transaction
    .select()
    .from(fuseTrips)
    .where(and(eq(fuseTrips.cause, cause), eq(fuseTrips.effect, effect), isNull(fuseTrips.decidedAt)));
  return row;
}

/** It trips: a person is called, once. */
async function trip(
  transaction: Database,
  { cause, effect, entryIds, trip: facts }: Passage & { trip: TripFacts | null },
  now: Date,
): Promise<string> {
  const { gone, limit, total, minutes } = facts ?? { gone: 0, limit: 0, total: 0, minutes: 0 };
  const [row] = await transaction
    .insert(fuseTrips)
    .values({ cause, effect, trippedAt: now, gone, most: limit, total })
    .returning({ id: fuseTrips.id });
  if (row === undefined) throw new Error('the insert of a trip returned no row');
  await recordEvent(transaction, systemActor, {
    kind: 'fuse_tripped',
    content: { trip: row.id, cause, effect, gone, affected: entryIds.length, limit, total },
  });
  await notifyStaff(transaction, {
    kind: 'fuse',
    key: row.id,
    values: {
      ...{ cause, effect, gone, minutes, limit, total, at: now.toISOString() },
      affected: gone + entryIds.length,
    },
    now,
  });
  return row.id;
}
