import { and, eq } from 'drizzle-orm';
import { liveStates } from '../../lib/domain/entry-lifecycle.ts';
import type { EntryFacts, Proof } from '../../lib/domain/evaluation.ts';
import { noEvidence } from '../../lib/domain/evidence.ts';
import { formatNetwork, type Network, parseNetwork, usableCount } from '../../lib/domain/network.ts';
import { sharedEgressOf } from '../../lib/domain/shared-egress.ts';
import { classifyNetwork } from '../../lib/domain/special-purpose.ts';
import type { Database } from '../client.ts';
import { proofs } from '../schema.ts';
import { loadEvidenceOf } from './evidence.ts';
import {
  abuseRemovals,
  entriesBefore,
  organisations,
  ownWords,
  proofsOf,
  subscriptionsOf,
} from './facts-of-accounts.ts';
import {
  blockedPrefixesOf,
  endedUnderSuspicion,
  overlappingEntries,
  sightingsOf,
  strangeSenders,
} from './facts-of-networks.ts';

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

/** Everything that the requirements are evaluated from, as it is now. */
export async function loadEntryFacts(
  database: Database,
  subject: FactsSubject,
  now: Date,
): Promise<EntryFacts> {
  const [facts] = await loadFactsOfMany(database, [subject], now);
  if (facts === undefined) throw new Error('one subject has brought no facts');
  return facts;
}

/** The same of many at once, in their order: as many queries as for one. */
export async function loadFactsOfMany(
  database: Database,
  subjects: readonly FactsSubject[],
  now: Date,
): Promise<EntryFacts[]> {
  if (subjects.length === 0) return [];
  const asked = subjects.map((subject) => ({ ...subject, text: formatNetwork(subject.network) }));
  const ids = asked.flatMap(({ entryId }) => (entryId === null ? [] : [entryId]));
  // One after the other: inside a transaction there is one connection, and it takes one query at a time.
  const paid = await subscriptionsOf(database, asked);
  const blocked = await blockedPrefixesOf(database, asked, now);
  const counted = await entriesBefore(database, asked);
  const overlapping = await overlappingEntries(database, asked);
  const suspected = await endedUnderSuspicion(database, asked, now);
  const seen = await sightingsOf(database, asked, now);
  const senders = await strangeSenders(database, asked, now);
  const proven = await proofsOf(database, asked);
  const words = await ownWords(database, ids);
  const removals = await abuseRemovals(database, asked);
  const known = await organisations(database, asked);
  const evidence = await loadEvidenceOf(database, ids);
  return asked.map((subject, position): EntryFacts => {
    const { accountId, network, text } = subject;
    const special = classifyNetwork(network);
    const egress = sharedEgressOf(network);
    const others = overlapping.get(position) ?? [];
    const own = others.find((row) => isLiveNow(row.status) && row.accountId === accountId);
    const foreign = others.filter((row) => row.accountId !== accountId);
    const usable = usableCount(network);
    const said = subject.entryId === null ? undefined : words.get(subject.entryId);
    return {
      network: { text, family: network.family, prefix: network.prefix },
      specialPurpose: special.global ? null : { name: special.block.name, source: special.block.source },
      blockedPrefix: blocked.get(position) ?? null,
      subscription: paid.get(subject.serverId) ?? null,
      otherEntries: counted.get(position) ?? 0,
      ended: said?.ended ?? false,
      ownOverlap: own === undefined ? null : displayNetwork(own.network),
      foreignOverlaps: foreign.filter((row) => row.status !== 'removed').length,
      attestedStatic: subject.attestedStatic,
      attestedDedicated: subject.attestedDedicated,
      responsibility: subject.responsibility,
      inherited: subject.inherited ?? false,
      proofs: proven.get(position) ?? [],
      lastTraffic: said?.lastTraffic ?? null,
      usableAddresses: Number(usable > 2n ? 2n : usable),
      abuseRemovals: [
        ...(removals.get(accountId) ?? []).map((at) => ({ at, ownAccount: true })),
        ...foreign.flatMap(({ status, endedAt }) =>
          status === 'removed' && endedAt !== null ? [{ at: endedAt, ownAccount: false }] : [],
        ),
      ],
      endedUnderSuspicion: suspected.has(position),
      appeals: said?.appeals ?? false,
      sightings: {
        ownDays: seen.get(position)?.find((row) => row.accountId === accountId)?.days ?? 0,
        otherOrganisations: (seen.get(position) ?? []).filter((row) => row.accountId !== accountId).length,
      },
      strangeSenders: senders.get(position) ?? [],
      organisation: known.get(accountId) ?? { name: '', domains: [] },
      leaseEnd: subject.leaseEnd === null ? null : new Date(subject.leaseEnd),
      sharedEgress: egress === null ? null : { operator: egress.operator, kind: egress.kind },
      evidence: (subject.entryId === null ? undefined : evidence.get(subject.entryId)) ?? noEvidence,
    };
  });
}

function isLiveNow(status: string): boolean {
  return liveStates.some((state) => state === status);
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
