import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { countAbuseRemovals } from '../../db/queries/abuse.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { abuseProposals, accounts, entries, servers } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import type { LadderPolicy } from '../domain/ladder-policy.ts';
import { serverStanding, serverWord } from '../domain/sanctions.ts';
import { askFuse, holdAction } from './fuse-passage.ts';
import { accountForMail } from './mail-content.ts';
import { notifyStaff } from './notify.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import { notifyStanding } from './notify-standing.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';
import { suspendAroundCritical } from './suspend-around-critical.ts';
import { tellPlatform } from './tell-platform.ts';

/**
 * What follows from a removal for abuse: the third one within the policy's time suspends the server, with all of its
 * entries and credentials; further ones of the account propose to support to suspend the account. Call it in the
 * transaction of the removal, after it; that transaction has begun with `lockFuse`.
 */
export async function followRemoval(
  transaction: Database,
  removal: { entry: EntryRow; policy: LadderPolicy; now: Date; actor: Actor },
): Promise<void> {
  const { entry, policy, now, actor } = removal;
  const since = addDays(now, -policy.serverRemovalDays);
  const removals = await countAbuseRemovals(transaction, entry, since);
  if (removals.server >= policy.serverRemovals) await suspendServer(transaction, removal, removals.server);
  if (removals.account > policy.serverRemovals) {
    const [proposal] = await transaction
      .insert(abuseProposals)
      .values({
        kind: 'suspend_account',
        accountId: entry.accountId,
        reason: 'repeated_removals',
        evidence: { removals: removals.account, days: policy.serverRemovalDays },
        createdAt: now,
      })
      // One that is open already says it.
      .onConflictDoNothing()
      .returning({ id: abuseProposals.id });
    if (proposal === undefined) return;
    await recordEvent(transaction, actor, {
      kind: 'account_suspension_proposed',
      accountId: entry.accountId,
      content: { proposal: proposal.id, removals: removals.account, days: policy.serverRemovalDays },
    });
    const account = await accountForMail(transaction, entry.accountId);
    await notifyStaff(transaction, {
      kind: 'abuse_call',
      key: proposal.id,
      values: {
        ...{ about: 'account', account: account.name },
        ...{ removals: removals.account, days: policy.serverRemovalDays },
      },
      now,
    });
  }
}

/**
 * Suspends the server, unless the fuse holds that: a server may have very many entries. What is critical on it is spared.
 */
async function suspendServer(
  transaction: Database,
  { entry, policy, now, actor }: { entry: EntryRow; policy: LadderPolicy; now: Date; actor: Actor },
  removals: number,
): Promise<void> {
  const { serverId } = entry;
  const notYet = and(eq(servers.id, serverId), isNull(servers.suspendedForAbuseAt));
  if ((await transaction.$count(servers, notYet)) === 0) return;
  const standings = await forceStandings(transaction, { serverId }, now);
  const inForce = [...standings].filter(([, { cause }]) => cause === null).map(([id]) => id);
  const rows = await transaction.select().from(entries).where(inArray(entries.id, inForce));
  const critical = rows.filter((row) => row.critical);
  const others = rows.filter((row) => !row.critical);
  const entryIds = others.map(({ id }) => id);
  const passage = { cause: 'ladder', effect: 'out_of_force', entryIds } as const;
  const answer = await askFuse(transaction, policy, passage, now);
  const days = policy.serverRemovalDays;
  if (answer.held) {
    const action = { kind: 'suspend_server', serverId, removals, days } as const;
    await holdAction(
      transaction,
      { ...passage, subject: `server:${serverId}`, action, trip: answer.trip },
      now,
    );
  } else if (critical.length > 0) {
    const counts = { removals, days, policy, now, actor };
    await suspendAroundCritical(transaction, { critical, others, ...counts });
  } else await suspendServerNow(transaction, { serverId, removals, days, now, actor });
}

/**
 * The server and everything on it is out of force until support lifts it, whatever the platform says of it meanwhile. The
 * transaction has begun with `lockFuse`.
 * @returns false where it is suspended already
 */
export async function suspendServerNow(
  transaction: Database,
  suspension: { serverId: string; removals: number; days: number; now: Date; actor: Actor },
): Promise<boolean> {
  const { serverId, removals, days, now, actor } = suspension;
  const [known] = await transaction.select().from(servers).where(eq(servers.id, serverId));
  if (known === undefined || known.suspendedForAbuseAt !== null) return false;
  const before = await forceStandings(transaction, { serverId }, now);
  // The platform may have paused or cancelled it: that stays its own word.
  const standing = serverStanding(serverWord(known), now);
  const [server] = await transaction
    .update(servers)
    .set(standing)
    .where(eq(servers.id, serverId))
    .returning();
  if (server === undefined) throw new Error(`server ${serverId} vanished while it was suspended`);
  const key = await recordEvent(transaction, actor, {
    kind: 'server_suspended',
    accountId: server.accountId,
    serverId,
    content: { cause: 'abuse', removals, days },
  });
  const after = await forceStandings(transaction, { serverId }, now);
  const told = await notifyForceChange(transaction, { before, after, now });
  if (!told && server.status !== known.status) {
    const change = { accountId: server.accountId, server: server.slug, reason: null, key, now };
    await notifyStanding(transaction, { ...change, standing: 'suspended' });
  }
  const [account] = await transaction
    .select({ slug: accounts.slug })
    .from(accounts)
    .where(eq(accounts.id, server.accountId));
  if (account === undefined) throw new Error(`server ${serverId} has no account`);
  await tellPlatform(transaction, actor, 'server_suspended_for_abuse', {
    account: account.slug,
    server: server.slug,
    reason: 'repeated_removals',
    removals,
    days,
  });
  return true;
}
