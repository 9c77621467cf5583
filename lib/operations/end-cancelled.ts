import { and, eq, getTableColumns, inArray, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { accounts, entries, servers } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { isOpen, liveStates, openStates } from '../domain/entry-lifecycle.ts';
import { moveEntry } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { systemActor } from './result.ts';

const BATCH = 200;

type Cause = 'account_closed' | 'server_closed';

/**
 * Ends the entries of accounts and servers that have been cancelled for longer than the policy's grace: until then
 * they come back by themselves when the platform takes the cancellation back. Their mail is refused from the moment of
 * the cancellation on, so nobody is told of them anew. Returns how many ended; call again while it returns any.
 */
export async function endCancelledEntries(database: Database, now: Date): Promise<number> {
  const { cancelledDays } = await currentPolicy(database);
  const since = addDays(now, -cancelledDays);
  const due = await database
    .select({
      entry: getTableColumns(entries),
      cause: sql<Cause>`case when ${accounts.status} = 'cancelled' then 'account_closed' else 'server_closed' end`,
    })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .innerJoin(accounts, eq(accounts.id, entries.accountId))
    .where(
      and(
        inArray(entries.status, [...openStates, ...liveStates]),
        or(
          and(eq(accounts.status, 'cancelled'), lt(accounts.statusSince, since)),
          and(eq(servers.status, 'cancelled'), lt(servers.statusSince, since)),
        ),
      ),
    )
    .limit(BATCH);
  let ended = 0;
  for (const { entry, cause } of due) if (await endEntry(database, entry, cause, now)) ended += 1;
  return ended;
}

async function endEntry(database: Database, entry: EntryRow, cause: Cause, now: Date): Promise<boolean> {
  return database.transaction(async (transaction) => {
    // The revision that was read: an account that comes back in this moment has stamped its entries.
    const moved = await moveEntry(
      transaction,
      entry,
      isOpen(entry.status) ? 'reject' : 'remove',
      { endedAt: now, endCause: cause, suspensionCauses: [] },
      entry.revision,
    );
    if (!moved.ok) return false;
    await recordEvent(transaction, systemActor, {
      kind: moved.entry.status,
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: { cause },
    });
    // Who has asked was promised a word; of what was in force its owners heard with the cancellation.
    if (moved.entry.status === 'rejected') {
      await notifyOwners(transaction, {
        kind: 'rejected',
        accountId: entry.accountId,
        entryId: entry.id,
        values: { reason: '', failure: { requirement: 'paid_subscription', code: cause } },
        now,
      });
    }
    return true;
  });
}
