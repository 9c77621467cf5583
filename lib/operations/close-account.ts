import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { accounts, entries } from '../../db/schema.ts';
import { liveStates, openStates } from '../domain/entry-lifecycle.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import type { AccountRow } from './put-account.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';

/** In an incident: cancels an account and ends every entry of it, in one transaction. */
export async function closeAccount(operation: {
  database: Database;
  actor: Actor;
  slug: string;
  reason: string;
  now: Date;
}): Promise<Result<{ account: AccountRow; removed: number; rejected: number }>> {
  const { database, actor, slug, reason, now } = operation;
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    const [known] = await transaction
      .select({ id: accounts.id })
      .from(accounts)
      .where(eq(accounts.slug, slug));
    if (known === undefined) return refuse.notFound();
    const before = await forceStandings(transaction, { accountId: known.id }, now);
    const [account] = await transaction
      .update(accounts)
      .set({ status: 'cancelled' })
      .where(eq(accounts.slug, slug))
      .returning();
    if (account === undefined) return refuse.notFound();
    const ofAccount = eq(entries.accountId, account.id);
    const removed = await transaction
      .update(entries)
      .set({ status: 'removed', endedAt: now, endCause: 'account_closed', suspensionCauses: [] })
      .where(and(ofAccount, inArray(entries.status, [...liveStates])))
      .returning({ id: entries.id, serverId: entries.serverId });
    const rejected = await transaction
      .update(entries)
      .set({ status: 'rejected', endedAt: now, endCause: 'account_closed' })
      .where(and(ofAccount, inArray(entries.status, [...openStates])))
      .returning({ id: entries.id, serverId: entries.serverId });
    await recordEvent(transaction, actor, {
      kind: 'account_closed',
      accountId: account.id,
      content: { reason, removed: removed.length, rejected: rejected.length },
    });
    for (const [kind, rows] of [
      ['removed', removed],
      ['rejected', rejected],
    ] as const) {
      for (const row of rows) {
        await recordEvent(transaction, actor, {
          kind,
          accountId: account.id,
          entryId: row.id,
          serverId: row.serverId,
          content: { cause: 'account_closed', reason },
        });
      }
    }
    const after = await forceStandings(transaction, { accountId: account.id }, now);
    await notifyForceChange(transaction, { before, after, ended: 'account_cancelled', reason, now });
    return { ok: true as const, account, removed: removed.length, rejected: rejected.length };
  });
}
