import { and, desc, eq, ne, or, sql } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries, servers, threadMessages } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { termsVersion } from '../domain/policy.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { isUniqueError } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Refusal, Result } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export type AppealRemoval = EntryOperation & {
  /** What it was and what has changed, in the owner's words. Support reads it first. */
  statement: string;
};

const LONGEST_STATEMENT = 5000;

/**
 * An owner answers a removal for abuse. A request for the same network is made, linked to what was removed, which does
 * not have to wait for the cool-down and comes before a person with all that was seen. One for each removal.
 */
export async function appealRemoval(operation: AppealRemoval): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now } = operation;
  const found = await entryForPerson(operation, 'appeal_removal');
  if (!found.ok) return found;
  const removed = found.entry;
  const viewer = actor.viewer;
  if (viewer === null) return { ok: false, code: 'not_found' };
  const statement = operation.statement.trim();
  if (statement === '' || statement.length > LONGEST_STATEMENT) {
    return {
      ok: false,
      code: 'invalid',
      field: 'statement',
      reason: statement === '' ? 'missing' : 'too_long',
    };
  }
  if (removed.status !== 'removed' || removed.endCause !== 'abuse') {
    return { ok: false, code: 'state_forbids', state: removed.status, verb: 'restore' };
  }
  const attempt = await takeAttempt(database, throttle('appeal', removed.id), now);
  if (!attempt.ok) return attempt;
  try {
    return await database.transaction(async (transaction) => {
      const { awaitDays } = await currentPolicy(transaction);
      const [entry] = await transaction
        .insert(entries)
        .values({ ...asBefore(removed), ...asked(viewer.personId, now), appealOf: removed.id })
        .returning();
      if (entry === undefined) throw new Error('the insert of an appeal returned no row');
      await transaction.insert(threadMessages).values({
        entryId: entry.id,
        side: 'account',
        personId: viewer.personId,
        body: statement,
        createdAt: now,
      });
      const about = { accountId: entry.accountId, serverId: entry.serverId };
      await recordEvent(transaction, actor, {
        kind: 'appealed',
        ...about,
        entryId: removed.id,
        content: { request: entry.id, statement },
      });
      await recordEvent(transaction, actor, {
        kind: 'requested',
        ...about,
        entryId: entry.id,
        content: {
          network: entry.network,
          purpose: entry.purpose,
          terms: termsVersion,
          appeal_of: removed.id,
        },
      });
      await notifyOwners(transaction, {
        kind: 'received',
        accountId: entry.accountId,
        entryId: entry.id,
        values: {
          purpose: entry.purpose,
          needsOwner: false,
          endsAt: addDays(now, awaitDays).toISOString(),
        },
        now,
      });
      return { ok: true as const, entry };
    });
  } catch (error) {
    const twice =
      isUniqueError(error, 'entries_one_appeal') || isUniqueError(error, 'entries_one_open_request');
    if (twice) return alreadyAsked(operation, removed);
    throw error;
  }
}

/** What it was and may do is as it was; a person may narrow it. */
function asBefore(removed: EntryRow) {
  const { accountId, serverId, network, purpose, label, site, contact, provider, tenure, leaseEnd } = removed;
  const { rarelySends, critical, attestedStatic, attestedDedicated } = removed;
  const { senderDomains, recipientDomains, tls, messagesPerHour, recipientsPerMessage, messageBytes } =
    removed;
  return {
    ...{ accountId, serverId, network, purpose, label, site, contact, provider, tenure, leaseEnd },
    ...{ rarelySends, critical, attestedStatic, attestedDedicated },
    ...{ senderDomains, recipientDomains, tls, messagesPerHour, recipientsPerMessage, messageBytes },
  };
}

function asked(personId: string, now: Date) {
  return {
    status: 'pending' as const,
    requestedBy: personId,
    sponsorId: personId,
    responsibilityAcceptedBy: personId,
    responsibilityAcceptedAt: now,
    termsVersion,
    // It goes before a person as soon as the evidence is gathered anew, proven or not.
    reviewRequestedAt: now,
    createdAt: now,
    updatedAt: now,
  };
}

async function alreadyAsked({ database }: AppealRemoval, removed: EntryRow): Promise<Refusal> {
  const found = database
    .select({ id: entries.id, server: servers.slug })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId));
  const isAppeal = and(eq(entries.appealOf, removed.id), ne(entries.status, 'withdrawn'));
  const ofNetwork = and(eq(entries.accountId, removed.accountId), eq(entries.network, removed.network));
  // The removed one itself is of this network: there is always one.
  const [inTheWay] = await found
    .where(or(isAppeal, ofNetwork))
    .orderBy(desc(sql`coalesce(${isAppeal}, false)`), entries.createdAt);
  if (inTheWay === undefined) throw new Error(`entry ${removed.id} is gone`);
  return { ok: false, code: 'already_requested', entryId: inTheWay.id, server: inTheWay.server };
}
