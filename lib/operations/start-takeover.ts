import { and, eq, inArray, or } from 'drizzle-orm';
import { evaluateEntry } from '../../db/queries/entries.ts';
import { belongsTo } from '../../db/queries/people.ts';
import { type Holder, holdersOf } from '../../db/queries/takeovers.ts';
import { entries, takeovers } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { liveStates } from '../domain/entry-lifecycle.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Refusal, Result } from './result.ts';

export type StartTakeover = EntryOperation & {
  /** Why the address may have been given to somebody else. For staff alone. */
  reason: string;
};

const invalid = (reason: string): Refusal => ({ ok: false, code: 'invalid', field: 'takeover', reason });

/**
 * A request has proven control of what another organisation holds: its holder is asked whether the address is still
 * theirs, and has the policy's days to answer. Nothing of the request shows to them, nothing of them to the requester.
 * Refused as `invalid`: without proof of control, where nobody else holds it, and where all holders are asked already.
 */
export async function startTakeover(
  operation: StartTakeover,
): Promise<Result<{ until: Date; asked: number }>> {
  const { database, actor, now, reason } = operation;
  const found = await entryToDecide(operation, 'review_requests');
  if (!found.ok) return found;
  const { viewer } = actor;
  if (viewer === null) return { ok: false, code: 'not_found' };
  const { entry } = found;
  if (entry.status !== 'in_review' && entry.status !== 'waiting') {
    return { ok: false, code: 'state_forbids', state: entry.status, verb: 'approve' };
  }
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const holders = await holdersOf(database, entry);
  for (const { accountId } of holders) {
    if (await belongsTo(database, viewer.personId, accountId)) return { ok: false, code: 'own_account' };
  }
  const { evaluations, policy } = await evaluateEntry(database, found, now);
  const control = evaluations.find((evaluation) => evaluation.requirement === 'control');
  if (control?.verdict !== 'pass') return invalid('control_missing');
  if (holders.length === 0) return invalid('nobody_holds_it');
  const asked = holders.filter((holder) => holder.takeover === null);
  if (asked.length === 0) return invalid('asked_already');
  const until = addDays(now, policy.takeoverDays);
  return database.transaction(async (transaction) => {
    // The clock first. It also moves both revisions on: an approval given before does not count for a takeover. What has
    // changed since it was read is not asked about: another may have begun the same, or nothing be asked for or held.
    const held = asked.map((holder) => holder.entryId);
    const moved = await transaction
      .update(entries)
      .set({ updatedAt: now })
      .where(
        or(
          and(eq(entries.id, entry.id), eq(entries.revision, entry.revision)),
          and(inArray(entries.id, held), inArray(entries.status, [...liveStates])),
        ),
      )
      .returning({ id: entries.id });
    if (moved.length <= held.length) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: entry.revision };
    }
    for (const holder of asked) {
      await transaction.insert(takeovers).values({
        requestId: entry.id,
        entryId: holder.entryId,
        startedBy: viewer.personId,
        startedAt: now,
        until,
        reason,
      });
      await tellHolder(operation, transaction, holder, until);
    }
    // In the platform's chain: both accounts read their own, and neither may learn of the other.
    await recordEvent(transaction, actor, {
      kind: 'takeover_started',
      content: {
        request: entry.id,
        entries: asked.map((holder) => holder.entryId),
        until: until.toISOString(),
        reason,
      },
    });
    return { ok: true as const, until, asked: asked.length };
  });
}

async function tellHolder(
  { actor, now }: StartTakeover,
  transaction: StartTakeover['database'],
  { entryId, accountId }: Holder,
  until: Date,
): Promise<void> {
  await recordEvent(transaction, actor, {
    kind: 'ownership_asked',
    accountId,
    entryId,
    content: { until: until.toISOString() },
  });
  await notifyOwners(transaction, {
    kind: 'takeover',
    accountId,
    entryId,
    values: { until: until.toISOString() },
    now,
  });
}
