import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { entries } from '../schema.ts';
import type { EntryRow } from './entries.ts';

/** An IPv6 address may lie in some sixty nested requests of an account, and in those of several accounts. */
const MOST = 500;

/**
 * Open requests whose network holds an address: whichever of them a proof from there is for. The narrowest of each
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
    .where(and(sql`${entries.network} >>= ${address}::inet`, inArray(entries.status, [...openStates])))
    .orderBy(
      sql`row_number() over (partition by ${entries.accountId} order by ${narrowestFirst})`,
      narrowestFirst,
    )
    .limit(MOST);
}

/** Requests that still wait for a proof and were made lately, oldest first. */
export async function unprovenIds(database: Database, madeAfter: Date, limit: number): Promise<string[]> {
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .where(and(eq(entries.status, 'pending'), isNull(entries.provenAt), gt(entries.createdAt, madeAfter)))
    .orderBy(entries.createdAt)
    .limit(limit);
  return rows.map((row) => row.id);
}
