import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { addDays } from '../domain/days.ts';
import { reviewDate, termsVersion } from '../domain/policy.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { moveEntry } from './move-entry.ts';
import { forceStandings, notifyForceChange } from './notify-force.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export type RenewEntry = EntryOperation & {
  /** `YYYY-MM-DD`: the new end of the lease, where there is one. Left out, the known one stays. */
  leaseEnd?: string | null;
};

/** An owner attests anew. Taken also for some days after the review date has passed, while the entry is out of force. */
export async function renewEntry(operation: RenewEntry): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now } = operation;
  const found = await entryForPerson(operation, 'renew_entry');
  if (!found.ok) return found;
  const policy = await currentPolicy(database);
  const { reviewBy } = found.entry;
  if (reviewBy !== null && addDays(reviewBy, policy.lateRenewalDays) < now) {
    return { ok: false, code: 'state_forbids', state: found.entry.status, verb: 'renew' };
  }
  const leaseEnd = operation.leaseEnd === undefined ? found.entry.leaseEnd : operation.leaseEnd;
  if (leaseEnd !== null && new Date(leaseEnd) <= now) {
    return { ok: false, code: 'invalid', field: 'lease_end', reason: 'past' };
  }
  const attempt = await takeAttempt(database, throttle('entry_edits', found.entry.id), now);
  if (!attempt.ok) return attempt;
  return database.transaction(async (transaction) => {
    const before = await forceStandings(transaction, { entryId: found.entry.id }, now);
    const moved = await moveEntry(transaction, found.entry, 'renew', {
      leaseEnd,
      attestedStatic: true,
      attestedDedicated: true,
      reviewBy: reviewDate(policy, now, leaseEnd === null ? null : new Date(leaseEnd)),
      responsibilityAcceptedBy: actor.viewer?.personId ?? null,
      responsibilityAcceptedAt: now,
      termsVersion,
      sponsorId: actor.viewer?.personId ?? null,
    });
    if (!moved.ok) return moved;
    await recordEvent(transaction, actor, {
      kind: 'renewed',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { terms: termsVersion, reviewBy: moved.entry.reviewBy?.toISOString() ?? null },
    });
    const after = await forceStandings(transaction, { entryId: found.entry.id }, now);
    await notifyForceChange(transaction, { before, after, now });
    return moved;
  });
}
