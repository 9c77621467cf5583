import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { decisions, entries } from '../schema.ts';
import type { EntryRow } from './entries.ts';
import { concernsOwnOf } from './own-accounts.ts';

/**
 * Of `decisions` and their `entries`: an approval that counts towards two, where it is of the request's revision. It was
 * given after staff have removed what somebody else held of it: nobody has agreed to what they could not know. And whoever
 * is no longer of staff, or belongs to an account that it concerns by now, counts no more: theirs is a word that nobody
 * would take today.
 */
export const approvalCounts = sql`(decisions.kind = 'approve'
  and exists (select from staff s where s.person_id = decisions.person_id and s.ended_at is null)
  and not exists (select from entries held where held.network && entries.network
    and held.account_id <> entries.account_id and held.status = 'removed'
    and held.end_cause in ('staff', 'account_closed') and held.ended_at > decisions.created_at)
  and not ${concernsOwnOf(sql`decisions.person_id`, sql`entries.id`, sql`entries.network`)})`;

/**
 * Who has given a request such an approval, as it was read.
 * @param overridden failed requirements that it has to pass over: both of two agree to the same
 */
export async function approversOf(
  database: Database,
  entry: Pick<EntryRow, 'id' | 'revision'>,
  overridden: readonly string[] = [],
): Promise<string[]> {
  const rows = await database
    .selectDistinct({ personId: decisions.personId })
    .from(decisions)
    .innerJoin(entries, eq(entries.id, decisions.entryId))
    .where(
      and(
        eq(decisions.entryId, entry.id),
        eq(decisions.entryRevision, entry.revision),
        approvalCounts,
        sql`${decisions.overrides} @> ${sql.param([...overridden])}::text[]`,
      ),
    );
  return rows.flatMap(({ personId }) => personId ?? []);
}
