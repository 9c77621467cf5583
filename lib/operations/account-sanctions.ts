import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { belongsTo } from '../../db/queries/people.ts';
import { abuseProposals, accounts, servers, staff } from '../../db/schema.ts';
import { accountStanding, accountWord, serverStanding, serverWord } from '../domain/sanctions.ts';
import { refusedWhileFrozen } from './approvals-freeze.ts';
import { closeAccountNow } from './close-account.ts';
import { lockFuse } from './fuse-passage.ts';
import { notifyStaff } from './notify.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import { nameForMail } from './notify-owner-added.ts';
import { notifyStanding } from './notify-standing.ts';
import type { AccountRow } from './put-account.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';
import { tellPlatform } from './tell-platform.ts';

// What goes beyond an entry: to suspend an account is one person's decision, to cancel it takes two.

type Sanction = { database: Database; actor: Actor; reason: string; now: Date };

/** The first of the two persons who cancel an account: proposes it. Nothing happens to the account yet. */
export async function proposeCancellation(
  operation: Sanction & { slug: string },
): Promise<Result<{ proposalId: string }>> {
  const { database, actor, slug, reason, now } = operation;
  const person = staffPerson(actor, 'suspend_account');
  if (!person.ok) return person;
  const { personId } = person;
  if (personId === null) return refuse.notFound();
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const [account] = await database.select().from(accounts).where(eq(accounts.slug, slug));
  if (account === undefined || account.status === 'cancelled') return refuse.notFound();
  if (await belongsTo(database, personId, account.id)) return { ok: false, code: 'own_account' };
  return database.transaction(async (transaction) => {
    const [proposal] = await transaction
      .insert(abuseProposals)
      .values({
        kind: 'cancel_account',
        accountId: account.id,
        reason,
        proposedBy: personId,
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: abuseProposals.id });
    if (proposal === undefined) return { ok: false as const, code: 'taken' as const, field: 'account' };
    await recordEvent(transaction, actor, {
      kind: 'account_cancellation_proposed',
      accountId: account.id,
      content: { proposal: proposal.id, evidence: { reason } },
    });
    await notifyStaff(transaction, {
      ...{ kind: 'abuse_call', key: proposal.id, except: personId, now },
      values: {
        ...{ about: 'cancellation', account: account.name, reason },
        by: await nameForMail(transaction, personId),
      },
    });
    return { ok: true as const, proposalId: proposal.id };
  });
}

/**
 * Does what is proposed, or dismisses it. The person who proposed a cancellation is not the second one, and nobody
 * decides about an account that they belong to. The platform is told of a cancellation by an event in its own chain.
 */
export async function decideProposal(
  operation: Sanction & { proposalId: string; decision: 'do' | 'dismiss' },
): Promise<Result<{ done: boolean }>> {
  const { database, actor, proposalId, decision, reason, now } = operation;
  const person = staffPerson(actor, 'suspend_account');
  if (!person.ok) return person;
  if (person.personId === null || !isUuid(proposalId)) return refuse.notFound();
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const { personId } = person;
  return database.transaction(async (transaction) => {
    await lockFuse(transaction);
    const [found] = await transaction
      .select({ proposal: abuseProposals, account: accounts })
      .from(abuseProposals)
      .innerJoin(accounts, eq(accounts.id, abuseProposals.accountId))
      .where(and(eq(abuseProposals.id, proposalId), isNull(abuseProposals.decidedAt)))
      // Whoever else decides in this moment waits here, and then finds it decided.
      .for('update', { of: abuseProposals });
    if (found === undefined) return refuse.notFound();
    const { proposal, account } = found;
    if (await belongsTo(transaction, personId, account.id, proposal.createdAt)) {
      return { ok: false, code: 'own_account' };
    }
    const cancels = proposal.kind === 'cancel_account' && decision === 'do';
    if (cancels && proposal.proposedBy === personId) return { ok: false, code: 'same_person' };
    if (cancels && !(await stillCounts(transaction, proposal.proposedBy, account.id)))
      return { ok: false, code: 'invalid', field: 'proposal', reason: 'proposer_gone' };
    if (decision === 'dismiss') {
      await recordEvent(transaction, actor, {
        kind: 'proposal_dismissed',
        accountId: account.id,
        content: { proposal: proposalId, what: proposal.kind, evidence: { reason } },
      });
    } else if (cancels) {
      const { slug } = account;
      const closed = await closeAccountNow({ database: transaction, actor, slug, reason, now }, personId);
      if (!closed.ok) return closed;
      await tellPlatform(transaction, actor, 'account_cancelled_for_abuse', {
        account: slug,
        proposed_by: proposal.proposedBy,
        confirmed_by: personId,
        reason,
      });
    } else await suspendAccount(transaction, account, operation);
    // Last: a removal that would propose the same holds the account's chain, and would wait for this row.
    await transaction
      .update(abuseProposals)
      .set({
        decision: decision === 'do' ? 'done' : 'dismissed',
        decidedBy: personId,
        decidedAt: now,
        decidedReason: reason,
      })
      .where(eq(abuseProposals.id, proposalId));
    return { ok: true as const, done: decision === 'do' };
  });
}

/** Whoever is no longer of staff, or belongs to the account by now, is not one of two persons. */
async function stillCounts(
  transaction: Database,
  personId: string | null,
  accountId: string,
): Promise<boolean> {
  if (personId === null) return false;
  const [row] = await transaction
    .select({ personId: staff.personId })
    .from(staff)
    .where(and(eq(staff.personId, personId), isNull(staff.endedAt)));
  return row !== undefined && !(await belongsTo(transaction, personId, accountId));
}

async function suspendAccount(
  transaction: Database,
  account: AccountRow,
  operation: Sanction,
): Promise<void> {
  const { id: accountId, slug } = account;
  const { actor, reason, now } = operation;
  const before = await forceStandings(transaction, { accountId }, now);
  await transaction
    .update(accounts)
    .set(
      accountStanding(accountWord(account), {
        ...account,
        suspendedForAbuseAt: account.suspendedForAbuseAt ?? now,
      }),
    )
    .where(eq(accounts.id, accountId));
  const key = await recordEvent(transaction, actor, {
    kind: 'account_suspended',
    accountId,
    content: { cause: 'abuse', reason },
  });
  const after = await forceStandings(transaction, { accountId }, now);
  const told = await notifyForceChange(transaction, { before, after, reason, now });
  if (!told && account.status === 'active') {
    const change = { accountId, server: null, reason, key, now };
    await notifyStanding(transaction, { ...change, standing: 'suspended' });
  }
  await tellPlatform(transaction, actor, 'account_suspended_for_abuse', { account: slug, reason });
}

/**
 * Lifts what was suspended for abuse: a server, or an account. What else stands against it stays: it is then what the
 * platform says by now. An account that staff has closed is reopened first. Not while approvals are frozen.
 */
export async function liftSuspension(
  operation: Sanction & { of: 'server' | 'account'; slug: string },
): Promise<Result<{ slug: string }>> {
  const { database, actor, of, slug, reason, now } = operation;
  const person = staffPerson(actor, 'suspend_account');
  if (!person.ok) return person;
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    await lockFuse(transaction);
    const frozen = await refusedWhileFrozen(transaction, 'share');
    if (frozen !== null) return frozen;
    const scope = await suspendedForAbuse(transaction, of, slug);
    if (scope === null) return refuse.notFound();
    // Nor since it was suspended: to leave the account first is no way around that.
    const { accountId, since } = scope;
    if (person.personId !== null && (await belongsTo(transaction, person.personId, accountId, since))) {
      return { ok: false as const, code: 'own_account' as const };
    }
    const before = await forceStandings(transaction, scope.standing, now);
    await scope.lift();
    const key = await recordEvent(transaction, actor, {
      kind: of === 'server' ? 'server_restored' : 'account_restored',
      accountId: scope.accountId,
      serverId: scope.serverId,
      content: { reason },
    });
    const after = await forceStandings(transaction, scope.standing, now);
    const told = await notifyForceChange(transaction, { before, after, reason, now });
    if (!told && scope.opens) {
      const server = of === 'server' ? slug : null;
      await notifyStanding(transaction, { accountId, server, standing: 'restored', reason, key, now });
    }
    await (of === 'server'
      ? tellPlatform(transaction, actor, 'server_restored_after_abuse', {
          account: scope.account,
          server: slug,
          reason,
        })
      : tellPlatform(transaction, actor, 'account_restored_after_abuse', { account: slug, reason }));
    return { ok: true as const, slug };
  });
}

async function suspendedForAbuse(transaction: Database, of: 'server' | 'account', slug: string) {
  if (of === 'server') {
    const [found] = await transaction
      .select({ server: servers, account: accounts.slug, status: accounts.status })
      .from(servers)
      .innerJoin(accounts, eq(accounts.id, servers.accountId))
      .where(and(eq(servers.slug, slug), isNotNull(servers.suspendedForAbuseAt)));
    if (found === undefined) return null;
    const { id: serverId, accountId } = found.server;
    const lifted = serverStanding(serverWord(found.server), null);
    const lift = () => transaction.update(servers).set(lifted).where(eq(servers.id, serverId));
    const since = found.server.suspendedForAbuseAt ?? undefined;
    const opens = lifted.status === 'active' && found.status === 'active';
    return { serverId, accountId, since, account: found.account, standing: { serverId }, lift, opens };
  }
  const [account] = await transaction
    .select()
    .from(accounts)
    .where(
      and(
        eq(accounts.slug, slug),
        isNotNull(accounts.suspendedForAbuseAt),
        isNull(accounts.cancelledByStaffAt),
      ),
    );
  if (account === undefined) return null;
  const { id: accountId } = account;
  const since = account.suspendedForAbuseAt ?? undefined;
  const lifted = accountStanding(accountWord(account), { ...account, suspendedForAbuseAt: null });
  const lift = () => transaction.update(accounts).set(lifted).where(eq(accounts.id, accountId));
  const opens = lifted.status === 'active';
  return { serverId: null, accountId, since, account: slug, standing: { accountId }, lift, opens };
}
