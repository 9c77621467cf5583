import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { entries } from '../../db/schema.ts';
import { type LadderPolicy, throttledRate } from '../domain/ladder-policy.ts';

/** Slows an entry down to the policy's share of what it may send otherwise. */
export async function slowDown(
  transaction: Database,
  entryId: string,
  policy: LadderPolicy,
  now: Date,
): Promise<number> {
  const rate = throttledRate(policy, await ownRate(transaction, entryId));
  await transaction
    .update(entries)
    .set({ throttledTo: rate, throttledAt: now })
    .where(eq(entries.id, entryId));
  return rate;
}

/** What the entry may send when nothing slows it down. */
async function ownRate(transaction: Database, entryId: string): Promise<number> {
  const { rows } = await transaction.execute<{ rate: number }>(sql`
    select coalesce(e.messages_per_hour, v.default_messages_per_hour, 100) as rate
    from entries e join server_standing v on v.server_id = e.server_id where e.id = ${entryId}`);
  const [row] = rows;
  if (row === undefined) throw new Error(`no entry ${entryId} to slow down`);
  return row.rate;
}
