import { sql } from 'drizzle-orm';
import { PROOF_SETTLES_MS } from '../../lib/domain/automatic-approval.ts';
import type { ProofKind } from '../../lib/domain/policy.ts';
import type { Database } from '../client.ts';

const DAY_MS = 86_400_000;
/** From one address in one day, also where all of them are taken back. */
const MOST_IN_A_DAY = 20;

type SeenAgain = {
  id: string;
  entryId: string;
  method: ProofKind;
  address: string;
  proofGeneration: number;
  seenAt: Date;
};

/**
 * Whether a proof says nothing new: it is there already, or one of its kind from its address is that was seen within the
 * day and, by sending, is old enough to stand. A holder who is asked proves anew, whatever there was before.
 */
export async function isRepeatedProof(database: Database, seen: SeenAgain): Promise<boolean> {
  const at = (before: number) => new Date(seen.seenAt.getTime() - before).toISOString();
  const settled = at(seen.method === 'sending' ? PROOF_SETTLES_MS : 0);
  const { rows } = await database.execute<{ repeated: boolean }>(sql`
    with lately as (
      select p.seen_at, p.withdrawn_at from proofs p
      where p.entry_id = ${seen.entryId} and p.method = ${seen.method} and p.address = ${seen.address}::inet
        and p.proof_generation = ${seen.proofGeneration} and p.seen_at <= ${at(0)}::timestamptz
        and p.seen_at > greatest(${at(DAY_MS)}::timestamptz, (select max(t.started_at) from takeovers t
          where t.entry_id = ${seen.entryId} and t.ended_at is null)))
    select exists (select from proofs where id = ${seen.id})
      or exists (select from lately where withdrawn_at is null and seen_at <= ${settled}::timestamptz)
      or (select count(*) from lately) >= ${MOST_IN_A_DAY} as repeated`);
  return rows[0]?.repeated === true;
}
