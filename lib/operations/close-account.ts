import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { belongsTo } from '../../db/queries/people.ts';
import { accounts, entries } from '../../db/schema.ts';
import { liveStates, openStates } from '../domain/entry-lifecycle.ts';
import { accountStanding, accountWord } from '../domain/sanctions.ts';
import { endTakeovers } from './end-takeovers.ts';
import { lockFuse } from './fuse-passage.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import type { AccountRow } from './put-account.ts';
import { recordEvents } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';
import { tellPlatform } from './tell-platform.ts';

type CloseAccount = { database: Database; actor: Actor; slug: string; reason: string; now: Date };
/** `changed`: false where it was closed before and nothing was left to end. */
type Closed = { account: AccountRow; removed: number; rejected: number; changed: boolean };

/**
 * In an incident, by one admin or an operator: cancels an account and ends every entry of it, in one transaction, also
 * where the platform has cancelled it. It stays so whatever the platform's feed says, until an admin reopens it. The
 * platform is told by an event. Nobody closes an account that they belong to.
 */
export async function closeAccount(operation: CloseAccount): Promise<Result<Closed>> {
  const { database, actor, slug, reason } = operation;
  const person = staffPerson(actor, 'close_account');
  if (!person.ok) return person;
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    await lockFuse(transaction);
    const closed = await closeAccountNow({ ...operation, database: transaction }, person.personId);
    if (closed.ok && closed.changed) {
      const { removed, rejected } = closed;
      await tellPlatform(transaction, actor, 'account_closed_in_incident', {
        account: slug,
        reason,
        removed,
        rejected,
      });
    }
    return closed;
  });
}

/**
 * The same for whoever has decided it otherwise, in their transaction, which has begun with `lockFuse`.
 * @param personId who decides; null for an operator at the command line
 */
export async function closeAccountNow(
  operation: CloseAccount,
  personId: string | null,
): Promise<Result<Closed>> {
  const { database, actor, slug, reason, now } = operation;
  return database.transaction(async (transaction) => {
    const [known] = await transaction.select().from(accounts).where(eq(accounts.slug, slug));
    if (known === undefined) return refuse.notFound();
    if (personId !== null && (await belongsTo(transaction, personId, known.id))) {
      return { ok: false as const, code: 'own_account' as const };
    }
    const before = await forceStandings(transaction, { accountId: known.id }, now);
    // Entries first: a change of the account stamps what has not ended by then once more.
    const ofAccount = eq(entries.accountId, known.id);
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
    const [account] = await transaction
      .update(accounts)
      .set(
        accountStanding(accountWord(known), {
          ...known,
          cancelledByStaffAt: known.cancelledByStaffAt ?? now,
        }),
      )
      .where(eq(accounts.slug, slug))
      .returning();
    if (account === undefined) throw new Error(`account ${slug} vanished while it was closed`);
    const counts = { removed: removed.length, rejected: rejected.length };
    const changed = known.cancelledByStaffAt === null || counts.removed + counts.rejected > 0;
    if (!changed) return { ok: true as const, account, ...counts, changed };
    await endTakeovers(
      transaction,
      [...removed, ...rejected].map(({ id }) => id),
      now,
    );
    const ended = [
      ...removed.map((row) => ({ ...row, kind: 'removed' })),
      ...rejected.map((row) => ({ ...row, kind: 'rejected' })),
    ];
    await recordEvents(transaction, actor, [
      { kind: 'account_closed', accountId: account.id, content: { reason, ...counts } },
      ...ended.map(({ kind, id, serverId }) => ({
        kind,
        accountId: account.id,
        entryId: id,
        serverId,
        content: { cause: 'account_closed', reason },
      })),
    ]);
    const after = await forceStandings(transaction, { accountId: account.id }, now);
    await notifyForceChange(transaction, { before, after, ended: 'account_cancelled', reason, now });
    return { ok: true as const, account, ...counts, changed };
  });
}
