import type { Database } from '../../db/client.ts';
import { requestsToApprove } from '../../db/queries/automatic-approval.ts';
import { approveAutomatically } from '../operations/approve-automatically.ts';

const BATCH = 100;

/**
 * Looks at proven requests for an approval without a person: only where the policy has it switched on. One that breaks
 * does not keep the others from it.
 * @returns how many were approved
 */
export async function approveMetRequests(
  database: Database,
  now: Date,
  onFailure: (error: unknown, what: string) => void,
): Promise<number> {
  let approved = 0;
  for (const entryId of await requestsToApprove(database, BATCH, now)) {
    try {
      if ((await approveAutomatically(database, entryId, now)) === 'approved') approved += 1;
    } catch (error) {
      onFailure(error, `approving ${entryId} automatically`);
    }
  }
  return approved;
}
