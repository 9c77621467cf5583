import { and, desc, eq, gt, gte, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import { addDays } from '../../lib/domain/days.ts';
import { liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import { noEvidence } from '../../lib/domain/evidence.ts';
import { formatNetwork, type Network, parseNetwork, usableCount } from '../../lib/domain/network.ts';
import type { EntryFacts, Proof } from '../../lib/domain/requirements.ts';
import { sharedEgressOf } from '../../lib/domain/shared-egress.ts';
import { classifyNetwork } from '../../lib/domain/special-purpose.ts';
import type { Database } from '../client.ts';
import {
  accounts,
  blockedPrefixes,
  entries,
  entryActivity,
  plans,
  proofs,
  senderDomains,
  senderSightings,
  servers,
  sightings,
  subscriptions,
} from '../schema.ts';
import { loadEvidence } from './evidence.ts';

const SIGHTING_DAYS = 90;
/**
 * How long an end under suspicion speaks against the addresses: by default as long as what was read from reports is kept.
 * Addresses change hands, and after that a person would find little to weigh. A removal for abuse never lapses.
 */
const SUSPICION_DAYS = 730;

export type FactsSubject = {
  /** Null for a request that has no row yet. */
  entryId: string | null;
  accountId: string;
  serverId: string;
  network: Network;
  attestedStatic: boolean;
  attestedDedicated: boolean;
  /** `YYYY-MM-DD` */
  leaseEnd: string | null;
  responsibility: EntryFacts['responsibility'];
  /** Taken over from a list that was kept by hand. */
  inherited?: boolean;
  proofGeneration: number;
  createdAt: Date | null;
};

/**
 * What is the same for every entry of an account or a server, kept while a list of them is evaluated: an account may have
 * thousands of sender domains. As old as the list: never longer than a request, and not where something is decided.
 */
export type FactsMemory = Map<string, Promise<unknown>>;

/** Asks once for each key; without a memory, each time. */
export function askOnce<T>(memory: FactsMemory | undefined, key: string, ask: () => Promise<T>): Promise<T> {
  if (memory === undefined) return ask();
  const known = memory.get(key) ?? ask();
  memory.set(key, known);
  return known as Promise<T>;
}

/** Everything that the requirements are evaluated from, as it is now. */
export async function loadEntryFacts(
  database: Database,
  subject: FactsSubject,
  now: Date,
  memory?: FactsMemory,
): Promise<EntryFacts> {
  const text = formatNetwork(subject.network);
  const special = classifyNetwork(subject.network);
  // One after the other: inside a transaction there is one connection, and it takes one query at a time.
  const [paid] = await askOnce(memory, `subscription ${subject.serverId}`, async () =>
    database
      .select({ plan: plans, subscription: subscriptions })
      .from(subscriptions)
      .innerJoin(plans, eq(plans.id, subscriptions.planId))
      .where(eq(subscriptions.serverId, subject.serverId)),
  );
  const [blocked] = await database
    .select({ network: blockedPrefixes.network, reason: blockedPrefixes.reason })
    .from(blockedPrefixes)
    .where(
      and(
        sql`${blockedPrefixes.network} && ${text}::inet`,
        or(isNull(blockedPrefixes.expiresAt), gt(blockedPrefixes.expiresAt, now)),
      ),
    )
    .limit(1);
  // Of a request that has no row yet it is every open one, whichever request of the list it is.
  const countsAll = subject.entryId === null && subject.createdAt === null;
  const counted = await askOnce(countsAll ? memory : undefined, `entries ${subject.serverId}`, () =>
    countEntriesBefore(database, subject),
  );
  const others = await overlapping(database, subject, text);
  const isLiveNow = (row: Overlapping) => liveStates.some((state) => state === row.status);
  const isOwn = (row: Overlapping) => row.accountId === subject.accountId;
  const own = others.find((row) => isLiveNow(row) && isOwn(row));
  const foreign = others.filter((row) => row.status !== 'removed' && !isOwn(row));
  const proofRows =
    subject.entryId === null ? [] : await listProofs(database, subject.entryId, subject.proofGeneration);
  const seen = await sightingsIn(database, subject.accountId, text, now);
  const ownRemovals = await askOnce(memory, `removals ${subject.accountId}`, () =>
    ownAbuseRemovals(database, subject.accountId),
  );
  const organisation = await askOnce(memory, `organisation ${subject.accountId}`, () =>
    organisationOf(database, subject),
  );
  const egress = sharedEgressOf(subject.network);
  return {
    network: { text, family: subject.network.family, prefix: subject.network.prefix },
    specialPurpose: special.global ? null : { name: special.block.name, source: special.block.source },
    blockedPrefix: blocked ?? null,
    subscription:
      paid === undefined
        ? null
        : {
            planName: paid.plan.name,
            entitled: paid.plan.entitled,
            widestPrefixV4: paid.plan.widestPrefixV4,
            widestPrefixV6: paid.plan.widestPrefixV6,
            mostEntries: paid.plan.mostEntries,
            status: paid.subscription.status,
            paidUntil: paid.subscription.paidUntil,
            pastDueSince: paid.subscription.pastDueSince,
          },
    otherEntries: counted,
    ownOverlap: own === undefined ? null : displayNetwork(own.network),
    foreignOverlaps: foreign.length,
    attestedStatic: subject.attestedStatic,
    attestedDedicated: subject.attestedDedicated,
    responsibility: subject.responsibility,
    inherited: subject.inherited ?? false,
    proofs: proofRows,
    lastTraffic: subject.entryId === null ? null : await lastTraffic(database, subject.entryId),
    usableAddresses: Number(usableCount(subject.network) > 2n ? 2n : usableCount(subject.network)),
    abuseRemovals: [
      ...ownRemovals.map((removal) => ({ at: removal, ownAccount: true })),
      ...others
        .filter((row) => row.status === 'removed' && !isOwn(row))
        .flatMap(({ endedAt }) => (endedAt === null ? [] : [{ at: endedAt, ownAccount: false }])),
    ],
    endedUnderSuspicion: await hasEndedUnderSuspicion(database, subject, text, now),
    appeals: await isAppeal(database, subject.entryId),
    sightings: seen,
    strangeSenders: await strangeSenders(database, organisation.domains, text, now),
    organisation,
    leaseEnd: subject.leaseEnd === null ? null : new Date(subject.leaseEnd),
    sharedEgress: egress === null ? null : { operator: egress.operator, kind: egress.kind },
    evidence: subject.entryId === null ? noEvidence : await loadEvidence(database, subject.entryId),
  };
}

/** When mail in scope was last taken from the entry, where it is active. */
async function lastTraffic(database: Database, entryId: string): Promise<Date | null> {
  const [row] = await database
    .select({ at: entryActivity.lastAcceptedAt })
    .from(entryActivity)
    .innerJoin(entries, eq(entries.id, entryActivity.entryId))
    .where(and(eq(entryActivity.entryId, entryId), eq(entries.status, 'active')));
  return row?.at ?? null;
}

/** Whether the request answers a removal for abuse. */
async function isAppeal(database: Database, entryId: string | null): Promise<boolean> {
  if (entryId === null) return false;
  return (await database.$count(entries, and(eq(entries.id, entryId), isNotNull(entries.appealOf)))) > 0;
}

/** The account's name and the verified domains of all its servers: what registries and names are compared with. */
async function organisationOf(
  database: Database,
  { accountId }: FactsSubject,
): Promise<EntryFacts['organisation']> {
  const [account] = await database
    .select({ name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  const domains = await database
    .selectDistinct({ domain: senderDomains.domain })
    .from(senderDomains)
    .innerJoin(servers, eq(servers.id, senderDomains.serverId))
    .where(and(eq(servers.accountId, accountId), isNull(senderDomains.endedAt)))
    .orderBy(senderDomains.domain);
  return { name: account?.name ?? '', domains: domains.map((row) => row.domain) };
}

/** A network as people write it: a single address without its prefix length. */
export function displayNetwork(cidr: string): string {
  const parsed = parseNetwork(cidr);
  if (!parsed.ok) throw new Error(`the database holds a network that is none: ${cidr}`);
  return formatNetwork(parsed.network);
}

/** The proofs of an entry's current token, oldest first. */
export async function listProofs(database: Database, entryId: string, generation: number): Promise<Proof[]> {
  const rows = await database
    .select()
    .from(proofs)
    .where(and(eq(proofs.entryId, entryId), eq(proofs.proofGeneration, generation)))
    .orderBy(proofs.seenAt);
  return rows.map((row) => ({
    method: row.method,
    address: row.address,
    seenAt: row.seenAt,
    ehlo: row.ehlo,
    tls: row.tls,
    withdrawnAt: row.withdrawnAt,
  }));
}

function overlap(text: string) {
  return sql`${entries.network} && ${text}::inet`;
}

function notSelf(subject: FactsSubject) {
  return subject.entryId === null ? undefined : ne(entries.id, subject.entryId);
}

type Overlapping = Pick<typeof entries.$inferSelect, 'network' | 'status' | 'accountId' | 'endedAt'>;

/** Other entries that share addresses with it, of whomever: live ones, open requests, and those removed for abuse. */
function overlapping(database: Database, subject: FactsSubject, text: string): Promise<Overlapping[]> {
  const { network, status, accountId, endedAt } = entries;
  return database
    .select({ network, status, accountId, endedAt })
    .from(entries)
    .where(
      and(
        overlap(text),
        notSelf(subject),
        or(
          inArray(entries.status, [...liveStates, ...openStates]),
          and(eq(entries.status, 'removed'), eq(entries.endCause, 'abuse')),
        ),
      ),
    );
}

/** Entries of the server that take a place of its plan before this one: live ones, and open requests made earlier. */
async function countEntriesBefore(database: Database, subject: FactsSubject): Promise<number> {
  const earlier =
    subject.createdAt === null
      ? inArray(entries.status, [...openStates])
      : and(inArray(entries.status, [...openStates]), sql`${entries.createdAt} < ${subject.createdAt}`);
  return database.$count(
    entries,
    and(
      eq(entries.serverId, subject.serverId),
      notSelf(subject),
      or(inArray(entries.status, [...liveStates]), earlier),
    ),
  );
}

/** Whether an entry that overlaps, of whomever, lately ended on the ladder or in a suspension that nobody had lifted. */
async function hasEndedUnderSuspicion(
  database: Database,
  subject: FactsSubject,
  text: string,
  now: Date,
): Promise<boolean> {
  const since = addDays(now, -SUSPICION_DAYS);
  const onLadder = sql`exists (select from ladder_positions l
    where l.entry_id = ${entries.id} and (l.step <> 'none' or l.called_for is not null))`;
  const suspended = sql`exists (select from events s
    where s.entry_id = ${entries.id} and s.kind = 'suspended'
      and s.content::jsonb ->> 'cause' in ('staff', 'abuse', 'drift')
      and not exists (select from events l
        where l.entry_id = s.entry_id and l.seq > s.seq and l.kind in ('restored', 'cause_lifted')
          and jsonb_exists(l.content::jsonb -> 'lifted', s.content::jsonb ->> 'cause')))`;
  const [row] = await database
    .select({ id: entries.id })
    .from(entries)
    .where(and(overlap(text), notSelf(subject), gt(entries.endedAt, since), or(onLadder, suspended)))
    .limit(1);
  return row !== undefined;
}

async function ownAbuseRemovals(database: Database, accountId: string): Promise<Date[]> {
  const rows = await database
    .select({ at: entries.endedAt })
    .from(entries)
    .where(
      and(eq(entries.accountId, accountId), eq(entries.status, 'removed'), eq(entries.endCause, 'abuse')),
    );
  return rows.flatMap((row) => (row.at === null ? [] : [row.at]));
}

async function sightingsIn(database: Database, accountId: string, text: string, now: Date) {
  const since = new Date(now.getTime() - SIGHTING_DAYS * 86_400_000).toISOString().slice(0, 10);
  const rows = await database
    .select({ accountId: servers.accountId, days: sql<number>`count(distinct ${sightings.day})` })
    .from(sightings)
    .innerJoin(servers, eq(servers.id, sightings.serverId))
    .where(and(sql`${sightings.address} <<= ${text}::inet`, gt(sightings.day, since)))
    .groupBy(servers.accountId);
  return {
    ownDays: rows.find((row) => row.accountId === accountId)?.days ?? 0,
    otherOrganisations: rows.filter((row) => row.accountId !== accountId).length,
  };
}

/** Fewer messages may be a slip. */
const LEAST_MESSAGES = 3;
const MOST_SENDERS = 50;
/** What devices call themselves, and nobody's domain (RFC 6761, RFC 6762, and the usual ones). */
const nobodysDomain = '(^[^.]+$|\\.(local|localdomain|localhost|lan|home|internal|invalid|test|arpa|corp)$)';

/** Sender domains that came from the network lately and are not the account's, those with the most mail first. */
async function strangeSenders(
  database: Database,
  own: readonly string[],
  text: string,
  now: Date,
): Promise<string[]> {
  const since = new Date(now.getTime() - SIGHTING_DAYS * 86_400_000).toISOString().slice(0, 10);
  const messages = sql<number>`sum(${senderSightings.taken} + ${senderSightings.refused})`;
  const rows = await database
    .select({ domain: senderSightings.domain })
    .from(senderSightings)
    .where(
      and(
        sql`${senderSightings.address} <<= ${text}::inet`,
        gt(senderSightings.day, since),
        sql`${senderSightings.domain} !~ ${nobodysDomain}`,
        // As one value: an account may have thousands.
        sql`${senderSightings.domain} <> all (${sql.param([...own])}::text[])`,
      ),
    )
    .groupBy(senderSightings.domain)
    .having(gte(messages, LEAST_MESSAGES))
    .orderBy(desc(messages), senderSightings.domain)
    .limit(MOST_SENDERS);
  return rows.map((row) => row.domain);
}
