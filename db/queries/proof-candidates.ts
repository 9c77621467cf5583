import { and, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { entries } from '../schema.ts';
import type { EntryRow } from './entries.ts';

/** An IPv6 address may lie in some sixty nested requests of an account, and in those of several accounts. */
const MOST = 500;

/** A proof of the entry, of the token that it has now, was taken back; `since`: after that moment. */
function takenBack(since?: Date) {
  const after = since === undefined ? sql`` : sql`and p.withdrawn_at > ${since.toISOString()}::timestamptz`;
  return sql`exists (select from proofs p where p.entry_id = ${entries.id}
    and p.proof_generation = ${entries.proofGeneration} and p.withdrawn_at is not null ${after})`;
}

/** Live entries whose proof was taken back: they take a proof again until they are proven anew. */
export function lostProof(since?: Date) {
  return and(inArray(entries.status, [...liveStates]), isNull(entries.provenAt), takenBack(since));
}

/** Those of these entries that are live and whose proof was taken back. */
export async function lostProofAmong(database: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .where(and(inArray(entries.id, [...ids]), lostProof()));
  return new Set(rows.map((row) => row.id));
}

/**
 * Open requests whose network holds an address, and the live entry of it whose proof was taken back: whichever of them a
 * proof from there is for. The narrowest of each
 * account comes first, then the next of each, so that no account crowds out another.
 */
export async function openRequestsHolding(
  database: Database,
  address: string,
): Promise<Pick<EntryRow, 'id' | 'proofGeneration'>[]> {
  const narrowestFirst = sql`masklen(${entries.network}) desc, ${entries.createdAt}, ${entries.id}`;
  return database
    .select({ id: entries.id, proofGeneration: entries.proofGeneration })
    .from(entries)
    .where(
      and(
        sql`${entries.network} >>= ${address}::inet`,
        or(inArray(entries.status, [...openStates]), lostProof()),
      ),
    )
    .orderBy(
      sql`row_number() over (partition by ${entries.accountId} order by ${narrowestFirst})`,
      narrowestFirst,
    )
    .limit(MOST);
}

/** Requests that still wait for a proof and were made lately, and entries that lost theirs lately; oldest first. */
export async function unprovenIds(database: Database, after: Date, limit: number): Promise<string[]> {
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .where(
      or(
        and(eq(entries.status, 'pending'), isNull(entries.provenAt), gt(entries.createdAt, after)),
        lostProof(after),
      ),
    )
    .orderBy(entries.createdAt)
    .limit(limit);
  return rows.map((row) => row.id);
}
