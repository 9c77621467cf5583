import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { entries } from '../schema.ts';
import type { EntryRow } from './entries.ts';

/** A stranger's address may lie in requests of several accounts, never in many. */
const MOST = 50;

/** Open requests whose network holds an address: whichever of them a proof from there is for. */
export async function openRequestsHolding(database: Database, address: string): Promise<EntryRow[]> {
  return database
    .select()
    .from(entries)
    .where(and(sql`${entries.network} >>= ${address}::inet`, inArray(entries.status, [...openStates])))
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
