import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { entries, takeovers } from '../../db/schema.ts';
import { liveStates } from '../domain/entry-lifecycle.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';

/**
 * Requests or entries have ended: what they took over or were asked about is over as well, and the holders who keep
 * their address are asked no more. In the transaction that ended them, after it.
 */
export async function endTakeovers(
  transaction: Database,
  ended: readonly string[],
  now: Date,
): Promise<void> {
  if (ended.length === 0) return;
  // As one value: a statement takes 65,535 of them, and a closed account may have had more entries.
  const ofThem = sql`any (${sql.param([...ended])}::uuid[])`;
  const over = and(
    or(eq(takeovers.requestId, ofThem), eq(takeovers.entryId, ofThem)),
    isNull(takeovers.endedAt),
  );
  const open = await transaction.select({ entryId: takeovers.entryId }).from(takeovers).where(over);
  if (open.length === 0) return;
  // Nodes read with the entry whether it takes a proof.
  const held = await transaction
    .update(entries)
    .set({ updatedAt: now })
    .where(
      and(
        inArray(
          entries.id,
          open.map(({ entryId }) => entryId),
        ),
        inArray(entries.status, [...liveStates]),
      ),
    )
    .returning({ id: entries.id, accountId: entries.accountId, serverId: entries.serverId });
  await transaction.update(takeovers).set({ endedAt: now, outcome: 'called_off' }).where(over);
  for (const entry of held) await tellSettled(transaction, systemActor, entry, now);
}

/** A holder who keeps the address is asked no more, unless by another request: they read so, and are told by mail. */
export async function tellSettled(
  transaction: Database,
  actor: Actor,
  { id: entryId, accountId, serverId }: { id: string; accountId: string; serverId: string },
  now: Date,
): Promise<void> {
  if (await isStillAsked(transaction, entryId)) return;
  await recordEvent(transaction, actor, { kind: 'ownership_settled', accountId, entryId, serverId });
  await notifyOwners(transaction, { kind: 'takeover', accountId, entryId, values: { until: null }, now });
}

/** Whether a holder is asked about an entry: another request may go on contesting it. */
async function isStillAsked(transaction: Database, entryId: string): Promise<boolean> {
  const open = and(eq(takeovers.entryId, entryId), isNull(takeovers.endedAt));
  return (await transaction.$count(takeovers, open)) > 0;
}
