import { and, eq, gte, inArray, isNotNull, isNull, lt, not, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { restartSilence } from '../../db/queries/silence.ts';
import { fuseItems, fuseTrips, ladderPositions, signals } from '../../db/schema.ts';
import { lockFuse } from './fuse-passage.ts';
import { forgetMissing } from './recheck-domain.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';

const MINUTE_MS = 60_000;

export type DecideFuse = {
  database: Database;
  actor: Actor;
  tripId: string;
  decision: 'apply' | 'discard';
  /** Those of the list that are meant; left out, all of it. */
  itemIds?: readonly string[];
  /** When the last was held that the person has read of; what joined the trip after it is left for another decision. */
  seenUntil?: Date;
  reason: string;
  now: Date;
};

/**
 * A person decides about what the fuse holds, but for what is about an account that they belong to: that is left for
 * somebody else. What is let go is done by the jobs, one after the other; what is discarded never happens, and the signals
 * or the silence that called for it no longer count. Once nothing of it is left to decide, the fuse is whole again.
 */
export async function decideFuse(operation: DecideFuse): Promise<Result<{ decided: number; left: number }>> {
  const { database, actor, tripId, decision, itemIds, seenUntil, reason, now } = operation;
  const person = staffPerson(actor, 'handle_abuse');
  if (!person.ok) return person;
  if (!isUuid(tripId) || itemIds?.some((id) => !isUuid(id))) return refuse.notFound();
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    // Whoever puts something into the trip, or decides about it too, waits here.
    await lockFuse(transaction);
    const [trip] = await transaction.select().from(fuseTrips).where(eq(fuseTrips.id, tripId));
    if (trip === undefined) return refuse.notFound();
    const undecided = and(
      eq(fuseItems.tripId, tripId),
      isNull(fuseItems.endedAt),
      isNull(fuseItems.releasedAt),
    );
    const chosen = and(
      undecided,
      itemIds === undefined ? undefined : inArray(fuseItems.id, [...itemIds]),
      // A page knows milliseconds, the database microseconds.
      seenUntil === undefined ? undefined : lt(fuseItems.heldAt, new Date(seenUntil.getTime() + 1)),
    );
    const decided = await transaction
      .update(fuseItems)
      .set(
        decision === 'apply'
          ? { releasedAt: now, releasedBy: person.personId }
          : { outcome: 'discarded' as const, endedAt: now },
      )
      .where(and(chosen, person.personId === null ? undefined : not(ofAccountsOf(person.personId))))
      .returning();
    if (decided.length === 0 && (await transaction.$count(fuseItems, chosen)) > 0) {
      return { ok: false as const, code: 'own_account' as const };
    }
    if (decision === 'discard') {
      await forgetSignals(transaction, trip.trippedAt, decided, operation, person.personId);
      const notSilent = decided.flatMap(({ action }) => (action.kind === 'expire' ? [action.entryId] : []));
      await restartSilence(transaction, notSilent, now);
      const notMissing = decided.flatMap(({ action }) => (action.kind === 'domain' ? [action.domainId] : []));
      await forgetMissing(transaction, notMissing);
    }
    const left = await transaction.$count(fuseItems, undecided);
    const whole = left === 0 && trip.decidedAt === null;
    if (whole) {
      const released = await transaction.$count(
        fuseItems,
        and(eq(fuseItems.tripId, tripId), isNotNull(fuseItems.releasedAt)),
      );
      await transaction
        .update(fuseTrips)
        .set({
          decision: released > 0 ? 'applied' : 'discarded',
          decidedAt: now,
          decidedBy: person.personId,
          reason,
        })
        .where(eq(fuseTrips.id, tripId));
    }
    // Whoever comes second has decided nothing.
    if (decided.length === 0 && !whole) return { ok: true as const, decided: 0, left };
    await recordEvent(transaction, actor, {
      kind: decision === 'apply' ? 'fuse_applied' : 'fuse_discarded',
      content: { trip: tripId, cause: trip.cause, effect: trip.effect, items: decided.length, left, reason },
    });
    return { ok: true as const, decided: decided.length, left };
  });
}

/** What is about an account of this person, or one that was theirs when it was held. */
function ofAccountsOf(personId: string): SQL {
  return sql`exists (select from entries e
    join memberships m on m.account_id = e.account_id and m.person_id = ${personId}
      and (m.ended_at is null or m.ended_at > ${fuseItems.heldAt})
    where e.id = any(${fuseItems.entryIds}))`;
}

/** What the ladder had been called to by signals of those minutes was a mistake: they are set aside, and stay to be read. */
async function forgetSignals(
  transaction: Database,
  trippedAt: Date,
  items: readonly (typeof fuseItems.$inferSelect)[],
  { reason, now }: DecideFuse,
  personId: string | null,
): Promise<void> {
  const entryIds = items.flatMap(({ action }) => (action.kind === 'ladder' ? [action.entryId] : []));
  if (entryIds.length === 0) return;
  const { abuse: policy } = await currentPolicy(transaction);
  await transaction
    .update(signals)
    .set({ setAsideAt: now, setAsideBy: personId, setAsideReason: reason })
    .where(
      and(
        inArray(signals.entryId, entryIds),
        isNull(signals.setAsideAt),
        gte(signals.createdAt, new Date(trippedAt.getTime() - policy.fuseMinutes * MINUTE_MS)),
      ),
    );
  await transaction
    .update(ladderPositions)
    .set({ calledFor: null, notDone: null, calledAt: null })
    .where(and(inArray(ladderPositions.entryId, entryIds), eq(ladderPositions.notDone, 'held')));
}
