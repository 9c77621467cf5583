import type { Database } from '../../db/client.ts';
import type { Refusal } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

/**
 * Counts a change that an account makes to its own entry. Each moves its revision on, so without an end of them whoever
 * of support has read the entry could never decide about it; and each is an event and a look of every node. What gives
 * the entry up is not counted, nor what ends an own pause.
 * @returns a refusal where it is too often
 */
export async function takeEdit(database: Database, entryId: string, now: Date): Promise<Refusal | null> {
  const attempt = await takeAttempt(database, throttle('entry_edits', entryId), now);
  return attempt.ok ? null : { ok: false, code: 'throttled', until: attempt.until };
}
