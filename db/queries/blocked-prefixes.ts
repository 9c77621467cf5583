import { desc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { liveStates, openStates } from '../../lib/domain/entry-lifecycle.ts';
import type { Database } from '../client.ts';
import { blockedPrefixes, entries, people } from '../schema.ts';

/** A network that new requests may not reach into: for staff. */
export type Blocked = {
  id: string;
  network: string;
  reason: string;
  /** Null: the platform's first ones, or somebody who was erased. */
  by: string | null;
  createdAt: Date;
  /** Null: until somebody lifts it. */
  expiresAt: Date | null;
  /** Open and live entries that reach into it. They stay as they are until somebody decides. */
  entries: number;
};

const touched = sql<number>`(select count(*)::int from ${entries}
  where ${entries.network} && ${blockedPrefixes.network}
  and ${inArray(entries.status, [...openStates, ...liveStates])})`;

/**
 * Blocked networks, the newest first.
 * @param which those that hold now, or those that have ended
 */
export async function listBlocked(
  database: Database,
  which: 'holding' | 'ended',
  now: Date,
  limit: number,
): Promise<Blocked[]> {
  const rows = await database
    .select({ blocked: blockedPrefixes, name: people.name, email: people.email, entries: touched })
    .from(blockedPrefixes)
    .leftJoin(people, eq(people.id, blockedPrefixes.createdBy))
    .where(
      which === 'holding'
        ? or(isNull(blockedPrefixes.expiresAt), gt(blockedPrefixes.expiresAt, now))
        : lte(blockedPrefixes.expiresAt, now),
    )
    .orderBy(desc(blockedPrefixes.createdAt), blockedPrefixes.network)
    .limit(limit);
  return rows.map(({ blocked, name, email, entries: count }) => ({
    id: blocked.id,
    network: blocked.network,
    reason: blocked.reason,
    by: name ?? email,
    createdAt: blocked.createdAt,
    expiresAt: blocked.expiresAt,
    entries: count,
  }));
}
