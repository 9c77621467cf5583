import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { listProofs } from '../../db/queries/entry-facts.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { lostProof } from '../../db/queries/proof-candidates.ts';
import { isRepeatedProof } from '../../db/queries/proof-repeats.ts';
import { entries, proofs } from '../../db/schema.ts';
import { isLive, liveStates, openStates } from '../domain/entry-lifecycle.ts';
import type { Proof } from '../domain/evaluation.ts';
import { parseAddress } from '../domain/ip.ts';
import { lostItsProof } from '../domain/lost-proof.ts';
import {
  containsAddress,
  isUsableAddress,
  type Network,
  parseNetwork,
  usableCount,
} from '../domain/network.ts';
import type { Policy, ProofKind } from '../domain/policy.ts';
import { provingAddressesNeeded } from '../domain/requirements.ts';
import { callForProof } from './call-person.ts';
import { moveToReviewIfReady } from './complete-checks.ts';
import { notifyOwners } from './notify.ts';
import { repeatableProofId } from './proof-id.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';

export type SeenProof = {
  /** The report's id: recording the same report twice is harmless. */
  id: string;
  entryId: string;
  method: ProofKind;
  /** Canonical text of the address that the proof came from. */
  address: string;
  proofGeneration: number;
  ehlo: string | null;
  tls: string | null;
  mailFrom: string | null;
  node: string | null;
  seenAt: Date;
};

export type ProofOutcome =
  | 'recorded'
  | 'no_such_request'
  | 'address_not_in_network'
  | 'older_token'
  /** The policy takes no proof of this kind. */
  | 'kind_not_taken'
  | 'known';

/** Requests, live entries whose holder has been asked whether they are still theirs, and those that lost their proof. */
const takesProof = or(
  inArray(entries.status, [...openStates]),
  and(
    inArray(entries.status, [...liveStates]),
    sql`exists (select from takeovers t where t.entry_id = ${entries.id} and t.ended_at is null)`,
  ),
  lostProof(),
);

/** With the entry, the requests that contest it: whoever approves them has to read the proof first. */
export function orContested(entryId: string) {
  return or(
    eq(entries.id, entryId),
    sql`${entries.id} in (select t.request_id from takeovers t where t.entry_id = ${entryId} and t.ended_at is null)`,
  );
}

/**
 * Takes a control proof into an open request, and moves the request on when nothing else is missing. A live entry takes
 * one while its holder is asked whether it is still theirs, and where its proof was taken back: once it is proven anew a
 * person is called, who decides about the entry as before.
 */
export async function recordProof(database: Database, seen: SeenProof, now: Date): Promise<ProofOutcome> {
  return database.transaction(async (transaction) => {
    const [entry] = await transaction
      .select()
      .from(entries)
      .where(and(eq(entries.id, seen.entryId), takesProof));
    if (entry === undefined) return 'no_such_request';
    const live = isLive(entry.status);
    const policy = await currentPolicy(transaction);
    if (!policy.proofKinds.includes(seen.method)) return 'kind_not_taken';
    if (entry.proofGeneration !== seen.proofGeneration) return 'older_token';
    const network = parseNetwork(entry.network);
    const address = parseAddress(seen.address);
    if (!network.ok || address === undefined || !containsAddress(network.network, address)) {
      return 'address_not_in_network';
    }
    // A /64 is proven by any address in it; elsewhere never by network, broadcast or router anycast address.
    const anyAddress = network.network.family === 6 && network.network.prefix === 64;
    if (!anyAddress && !isUsableAddress(network.network, address)) return 'address_not_in_network';

    // It would change nothing but the revision, and whoever decides about the one that was read could never.
    if (await isRepeatedProof(transaction, seen)) return 'known';

    // The clock first: the update takes its lock before this transaction writes anything else.
    await transaction.update(entries).set({ updatedAt: now }).where(orContested(entry.id));
    const inserted = await transaction
      .insert(proofs)
      .values({
        id: seen.id,
        entryId: entry.id,
        method: seen.method,
        address: seen.address,
        proofGeneration: seen.proofGeneration,
        ehlo: seen.ehlo,
        tls: seen.tls,
        mailFrom: seen.mailFrom,
        node: seen.node,
        seenAt: seen.seenAt,
      })
      .onConflictDoNothing()
      .returning({ id: proofs.id });
    if (inserted.length === 0) return 'known';

    const all = await listProofs(transaction, entry.id, entry.proofGeneration);
    const valid = all.filter(counts(policy));
    const lost = lostItsProof(entry, all);
    const complete = isComplete(network.network, valid);
    const [updated] = await transaction
      .update(entries)
      .set({ provenAt: live && !lost ? entry.provenAt : complete ? (entry.provenAt ?? seen.seenAt) : null })
      .where(eq(entries.id, entry.id))
      .returning();
    const node: Actor = seen.node === null ? systemActor : { ...systemActor, kind: 'node' };
    await recordEvent(transaction, node, {
      kind: 'proof_seen',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: {
        method: seen.method,
        address: seen.address,
        ehlo: seen.ehlo,
        tls: seen.tls,
        node: seen.node,
        complete,
      },
    });
    if (live) {
      if (lost && complete) {
        await callForProof(transaction, entry, { reportId: seen.id, outcome: 'proven_anew' }, now);
      }
      return 'recorded';
    }
    await notifyOwners(transaction, {
      kind: 'proof_seen',
      accountId: entry.accountId,
      entryId: entry.id,
      // A device may send to its proof address every minute: people are told once a day of each address.
      key: `${repeatableProofId(seen.method, entry, seen.address, seen.seenAt)}:${complete}`,
      values: {
        method: seen.method,
        address: seen.address,
        at: seen.seenAt.toISOString(),
        ehlo: seen.ehlo,
        tls: seen.tls,
        complete,
      },
      now,
    });
    if (updated !== undefined) await moveToReviewIfReady(transaction, updated);
    return 'recorded';
  });
}

/** Whether as many different addresses have proven as the network needs. */
export function isComplete(network: Network, valid: readonly Proof[]): boolean {
  const usable = usableCount(network);
  const needed = provingAddressesNeeded(network, usable > 2n ? 2 : Number(usable));
  return new Set(valid.map((proof) => proof.address)).size >= needed;
}

/** Proofs of a kind that the policy takes, and that nobody took back. */
export function counts(policy: Policy): (proof: Proof) => boolean {
  return (proof) => proof.withdrawnAt === null && policy.proofKinds.includes(proof.method);
}
