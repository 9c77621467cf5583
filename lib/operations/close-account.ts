import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { belongsTo } from '../../db/queries/people.ts';
import { accounts, entries, servers } from '../../db/schema.ts';
import { liveStates, openStates } from '../domain/entry-lifecycle.ts';
import type { MailEntries } from '../domain/mail-values.ts';
import { accountStanding, accountWord } from '../domain/sanctions.ts';
import { endTakeovers } from './end-takeovers.ts';
import { lockFuse } from './fuse-passage.ts';
import { MOST_LISTED } from './notify-force.ts';
import { notifyStanding } from './notify-standing.ts';
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
 * platform is told by an event, the owners and whoever has asked for something by one mail. Nobody closes an account that
 * they belong to.
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
    // Entries first: a change of the account stamps what has not ended by then once more.
    const { id, serverId, network, label } = entries;
    const named = { id, serverId, network, label };
    const ofAccount = eq(entries.accountId, known.id);
    const removed = await transaction
      .update(entries)
      .set({ status: 'removed', endedAt: now, endCause: 'account_closed', suspensionCauses: [] })
      .where(and(ofAccount, inArray(entries.status, [...liveStates])))
      .returning(named);
    const rejected = await transaction
      .update(entries)
      .set({ status: 'rejected', endedAt: now, endCause: 'account_closed' })
      .where(and(ofAccount, inArray(entries.status, [...openStates])))
      .returning({ ...named, requestedBy: entries.requestedBy });
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
      ...removed.map(({ id, serverId }) => ({ id, serverId, kind: 'removed' })),
      ...rejected.map(({ id, serverId }) => ({ id, serverId, kind: 'rejected' })),
    ];
    const [key = ''] = await recordEvents(transaction, actor, [
      { kind: 'account_closed', accountId: account.id, content: { reason, ...counts } },
      ...ended.map(({ kind, id, serverId }) => ({
        kind,
        accountId: account.id,
        entryId: id,
        serverId,
        content: { cause: 'account_closed', reason },
      })),
    ]);
    await notifyStanding(transaction, {
      ...{ accountId: account.id, server: null, standing: 'closed', reason, key, now },
      removed: await forMail(transaction, removed),
      rejected: await forMail(transaction, rejected),
      also: [...new Set(rejected.flatMap(({ requestedBy }) => requestedBy ?? []))],
    });
    return { ok: true as const, account, ...counts, changed };
  });
}

async function forMail(
  transaction: Database,
  ended: readonly { id: string; serverId: string; network: string; label: string | null }[],
): Promise<MailEntries> {
  const named = ended.slice(0, MOST_LISTED);
  const rows = await transaction
    .select({ id: servers.id, slug: servers.slug })
    .from(servers)
    .where(
      inArray(
        servers.id,
        named.map(({ serverId }) => serverId),
      ),
    );
  const slugs = new Map(rows.map(({ id, slug }) => [id, slug]));
  return {
    entries: named.map(({ id, network, label, serverId }) => ({
      ...{ id, network: displayNetwork(network), label, server: slugs.get(serverId) ?? '' },
    })),
    total: ended.length,
  };
}
