import { and, desc, eq, inArray, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { listProofs } from '../../db/queries/entry-facts.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { decisions, entries, proofs } from '../../db/schema.ts';
import { isLive, liveStates, openStates } from '../domain/entry-lifecycle.ts';
import { parseNetwork } from '../domain/network.ts';
import { callForProof } from './call-person.ts';
import { lockForJudging } from './judge-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { counts, isComplete, orContested } from './record-proof.ts';
import { systemActor } from './result.ts';
import { suspendForDrift } from './suspend-for-drift.ts';

export type WithdrawnProof = { entryId: string; reportId: string; cause: string };

const REASON = 'The message that proved control of this address was an automatic answer or came from a list.';

/**
 * A message that turned out automatic or list mail takes its proof back: it may have been the victim's own reply. Where
 * the entry is live by then, a person is called; one that the system itself approved on it goes out of force until
 * somebody looks, unless the fuse holds that.
 */
export async function withdrawProof(database: Database, withdrawn: WithdrawnProof, now: Date): Promise<void> {
  const { entryId, reportId, cause } = withdrawn;
  await database.transaction(async (transaction) => {
    await lockForJudging(transaction, entryId);
    const ofProof = and(eq(proofs.id, reportId), eq(proofs.entryId, entryId), isNull(proofs.withdrawnAt));
    if ((await transaction.$count(proofs, ofProof)) === 0) return;
    // The clock first: the update takes its lock before this transaction writes anything else.
    const touched = await transaction
      .update(entries)
      .set({ updatedAt: now })
      .where(and(orContested(entryId), inArray(entries.status, [...openStates, ...liveStates])))
      .returning();
    await transaction.update(proofs).set({ withdrawnAt: now, withdrawnCause: cause }).where(ofProof);
    const entry = touched.find(({ id }) => id === entryId);
    if (entry === undefined) return;
    const proven = await isStillProven(transaction, entry);
    if (!proven) await transaction.update(entries).set({ provenAt: null }).where(eq(entries.id, entryId));
    await recordEvent(
      transaction,
      { ...systemActor, kind: 'node' },
      {
        kind: 'proof_withdrawn',
        accountId: entry.accountId,
        entryId,
        serverId: entry.serverId,
        content: { cause },
      },
    );
    const live = isLive(entry.status);
    if (live && (await actOnLive(transaction, entry, { reportId, proven }, now)) === 'suspended') return;
    if (!proven) await askToProveAgain(transaction, entry, live, now);
  });
}

/** What becomes of a live entry, and a person is called. Who hears that it is out of force hears by that what to do. */
async function actOnLive(
  transaction: Database,
  entry: EntryRow,
  { reportId, proven }: { reportId: string; proven: boolean },
  now: Date,
): Promise<'suspended' | 'held' | 'stays'> {
  const entryId = entry.id;
  const rests = !proven && (await isApprovedAutomatically(transaction, entryId));
  const outcome = rests ? await suspendForDrift(transaction, { entryId, reason: REASON }, now) : 'stays';
  const told = outcome === 'suspended' || outcome === 'held' ? outcome : 'stays';
  await callForProof(transaction, entry, { reportId, outcome: told }, now);
  return told;
}

/** Once a day: whoever sends from there may send such messages as often as they like. */
function askToProveAgain(transaction: Database, entry: EntryRow, live: boolean, now: Date): Promise<number> {
  const { id: entryId, accountId, proofGeneration } = entry;
  return notifyOwners(transaction, {
    kind: 'proof_lost',
    accountId,
    entryId,
    key: `${entryId}:${proofGeneration}:${now.toISOString().slice(0, 'yyyy-mm-dd'.length)}`,
    values: { live },
    now,
  });
}

async function isStillProven(transaction: Database, entry: EntryRow): Promise<boolean> {
  const policy = await currentPolicy(transaction);
  const left = (await listProofs(transaction, entry.id, entry.proofGeneration)).filter(counts(policy));
  const network = parseNetwork(entry.network);
  return network.ok && isComplete(network.network, left);
}

/** Nobody has looked at it, neither then nor since. */
async function isApprovedAutomatically(transaction: Database, entryId: string): Promise<boolean> {
  const [decision] = await transaction
    .select({ personId: decisions.personId })
    .from(decisions)
    .where(and(eq(decisions.entryId, entryId), eq(decisions.kind, 'approve')))
    .orderBy(desc(decisions.createdAt))
    .limit(1);
  return decision !== undefined && decision.personId === null;
}
