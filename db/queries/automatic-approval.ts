import { and, asc, eq, gt, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import { PROOF_SETTLES_MS } from '../../lib/domain/automatic-approval.ts';
import { addDays } from '../../lib/domain/days.ts';
import type { Database } from '../client.ts';
import { automaticLooks, entries, platformState } from '../schema.ts';
import type { EntryRow } from './entries.ts';
import { suspicionSince } from './facts-of-networks.ts';
import { currentPolicy } from './policy.ts';

/**
 * Proven requests in review that nobody has looked at for an automatic approval as they and the policy are now, oldest
 * first, but for those whose proof may still be taken back. None where the policy has it switched off or approvals are
 * frozen.
 */
export async function requestsToApprove(database: Database, limit: number, now: Date): Promise<string[]> {
  const policy = await currentPolicy(database);
  if (!policy.automaticApproval) return [];
  const frozen = await database.$count(platformState, isNotNull(platformState.approvalsFrozenAt));
  if (frozen > 0) return [];
  const settled = new Date(now.getTime() - PROOF_SETTLES_MS).toISOString();
  const rows = await database
    .select({ id: entries.id })
    .from(entries)
    .leftJoin(automaticLooks, eq(automaticLooks.entryId, entries.id))
    .where(
      and(
        eq(entries.status, 'in_review'),
        isNotNull(entries.provenAt),
        isNotNull(entries.checksCompletedAt),
        sql`not exists (select from proofs p where p.entry_id = ${entries.id} and p.method = 'sending'
          and p.withdrawn_at is null and p.seen_at > ${settled}::timestamptz)`,
        or(
          isNull(automaticLooks.entryId),
          ne(automaticLooks.entryRevision, entries.revision),
          ne(automaticLooks.policyVersion, policy.version),
        ),
      ),
    )
    .orderBy(asc(entries.createdAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Whether support has lately rejected or removed what has some of the same addresses, of whomever. */
export async function decidedAgainst(database: Database, entry: EntryRow, now: Date): Promise<boolean> {
  const before = await database.$count(
    entries,
    and(
      sql`${entries.network} && ${entry.network}::inet`,
      inArray(entries.status, ['rejected', 'removed']),
      eq(entries.endCause, 'staff'),
      gt(entries.endedAt, suspicionSince(now)),
    ),
  );
  return before > 0;
}

/** As long as its signing in from there would speak against an address. */
const HELD_DAYS = 90;

/** Whether another organisation has lately had some of the same addresses in force: a static one seldom changes hands. */
export async function heldByAnother(database: Database, entry: EntryRow, now: Date): Promise<boolean> {
  const held = await database.$count(
    entries,
    and(
      sql`${entries.network} && ${entry.network}::inet`,
      ne(entries.accountId, entry.accountId),
      isNotNull(entries.activatedAt),
      gt(entries.endedAt, addDays(now, -HELD_DAYS)),
    ),
  );
  return held > 0;
}
