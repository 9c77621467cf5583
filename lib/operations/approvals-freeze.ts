import type { Database } from '../../db/client.ts';
import { platformState } from '../../db/schema.ts';
import type { Refusal } from './result.ts';

/**
 * Refuses what lets something in, or more of it, while approvals are frozen.
 * @param lock in the transaction of the change, before it takes the clock: until that is done nobody freezes approvals, so
 *   that what was frozen meanwhile is not passed over
 */
export async function refusedWhileFrozen(database: Database, lock?: 'share'): Promise<Refusal | null> {
  const state = database.select().from(platformState);
  const [platform] = await (lock === undefined ? state : state.for(lock));
  return platform?.approvalsFrozenAt == null
    ? null
    : { ok: false, code: 'approvals_frozen', reason: platform.approvalsFrozenReason ?? '' };
}
