import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { endedStates, liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { EntryFacts, Proof } from '../../lib/domain/evaluation.ts';
import type { Database } from '../client.ts';
import {
  accounts,
  entries,
  entryActivity,
  plans,
  proofs,
  senderDomains,
  servers,
  subscriptions,
} from '../schema.ts';
import { type Asked, askedRows, byPosition } from './facts-asked.ts';

// What is known of entries, their servers and their accounts. An account may have thousands of domains and entries: each
// is asked for once, however many entries of it are.

const distinct = <One>(asked: readonly One[], pick: (one: One) => string) => [...new Set(asked.map(pick))];

/** What a server's subscription gives, and how many places of its plan are taken: what one more request is judged by. */
export async function placesOf(
  database: Database,
  serverId: string,
): Promise<Pick<EntryFacts, 'subscription' | 'otherEntries'>> {
  const taken = and(eq(entries.serverId, serverId), inArray(entries.status, [...liveStates, ...openStates]));
  const paid = await subscriptionsOf(database, [{ serverId }]);
  return {
    subscription: paid.get(serverId) ?? null,
    otherEntries: await database.$count(entries, taken),
  };
}

/** By id of the server. */
export async function subscriptionsOf(
  database: Database,
  asked: readonly Pick<Asked, 'serverId'>[],
): Promise<Map<string, EntryFacts['subscription']>> {
  const rows = await database
    .select({ plan: plans, subscription: subscriptions })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .where(
      inArray(
        subscriptions.serverId,
        distinct(asked, (one) => one.serverId),
      ),
    );
  return new Map(
    rows.map(({ plan, subscription }) => [
      subscription.serverId,
      {
        planName: plan.name,
        entitled: plan.entitled,
        widestPrefixV4: plan.widestPrefixV4,
        widestPrefixV6: plan.widestPrefixV6,
        mostEntries: plan.mostEntries,
        status: subscription.status,
        paidUntil: subscription.paidUntil,
        pastDueSince: subscription.pastDueSince,
      },
    ]),
  );
}

/**
 * Entries of the server that take a place of its plan before this one: live ones, and open requests made earlier. By
 * position of what was asked about.
 */
export async function entriesBefore(
  database: Database,
  asked: readonly Asked[],
): Promise<Map<number, number>> {
  // A server has thousands of live ones, which are counted once, and few requests.
  const live = sql.param([...liveStates]);
  const { rows } = await database.execute<{ position: number; before: number }>(sql`
    with live as materialized (
      select server_id, count(*) as count from entries
      where server_id = any (${sql.param(distinct(asked, (one) => one.serverId))}::uuid[])
        and status = any (${live}::text[])
      group by server_id)
    select s.position,
      coalesce(l.count, 0)
        - (select count(*) from entries self where self.id = s.entry_id and self.status = any (${live}::text[]))
        + (select count(*) from entries o
          where o.server_id = s.server_id and o.status = any (${sql.param([...openStates])}::text[])
            and o.id is distinct from s.entry_id and (s.created_at is null or o.created_at < s.created_at)) as before
    from ${askedRows(asked)} left join live l on l.server_id = s.server_id`);
  return new Map(rows.map(({ position, before }) => [position, before]));
}

/** The proofs of each entry's current token, oldest first. By position of what was asked about. */
export async function proofsOf(database: Database, asked: readonly Asked[]): Promise<Map<number, Proof[]>> {
  const rows = await database
    .select({
      position: sql<number>`s.position`,
      method: proofs.method,
      address: proofs.address,
      seenAt: proofs.seenAt,
      ehlo: proofs.ehlo,
      tls: proofs.tls,
      withdrawnAt: proofs.withdrawnAt,
    })
    .from(proofs)
    .innerJoin(
      askedRows(asked),
      sql`s.entry_id = ${proofs.entryId} and s.generation = ${proofs.proofGeneration}`,
    )
    .orderBy(asc(proofs.seenAt));
  return byPosition(rows, ({ position: _, ...proof }) => proof);
}

/** When mail in scope was last taken from each that is active, whether it is over, and whether it answers a removal. By id. */
export async function ownWords(
  database: Database,
  ids: readonly string[],
): Promise<Map<string, { lastTraffic: Date | null; ended: boolean; appeals: boolean }>> {
  const rows = await database
    .select({
      id: entries.id,
      status: entries.status,
      appealOf: entries.appealOf,
      heard: entryActivity.lastAcceptedAt,
    })
    .from(entries)
    .leftJoin(entryActivity, eq(entryActivity.entryId, entries.id))
    .where(inArray(entries.id, [...ids]));
  return new Map(
    rows.map(({ id, status, appealOf, heard }) => [
      id,
      {
        lastTraffic: status === 'active' ? heard : null,
        ended: endedStates.some((state) => state === status),
        appeals: appealOf !== null,
      },
    ]),
  );
}

/** When entries of the account were removed for abuse. By id of the account. */
export async function abuseRemovals(
  database: Database,
  asked: readonly Asked[],
): Promise<Map<string, Date[]>> {
  const rows = await database
    .select({ accountId: entries.accountId, at: entries.endedAt })
    .from(entries)
    .where(
      and(
        inArray(
          entries.accountId,
          distinct(asked, (one) => one.accountId),
        ),
        eq(entries.status, 'removed'),
        eq(entries.endCause, 'abuse'),
        isNotNull(entries.endedAt),
      ),
    );
  const found = new Map<string, Date[]>();
  for (const { accountId, at } of rows) {
    if (at !== null) found.set(accountId, [...(found.get(accountId) ?? []), at]);
  }
  return found;
}

/**
 * The account's name and the verified domains of all its servers: what registries and names are compared with. By id of
 * the account.
 */
export async function organisations(
  database: Database,
  asked: readonly Asked[],
): Promise<Map<string, EntryFacts['organisation']>> {
  const ids = distinct(asked, (one) => one.accountId);
  const named = await database
    .select({ id: accounts.id, name: accounts.name })
    .from(accounts)
    .where(inArray(accounts.id, ids));
  const rows = await database
    .selectDistinct({ accountId: servers.accountId, domain: senderDomains.domain })
    .from(senderDomains)
    .innerJoin(servers, eq(servers.id, senderDomains.serverId))
    .where(and(inArray(servers.accountId, ids), isNull(senderDomains.endedAt)))
    .orderBy(senderDomains.domain);
  const domains = Map.groupBy(rows, (row) => row.accountId);
  return new Map(
    named.map(({ id, name }) => [id, { name, domains: (domains.get(id) ?? []).map(({ domain }) => domain) }]),
  );
}
