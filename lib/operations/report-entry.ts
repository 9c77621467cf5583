import { randomUUID } from 'node:crypto';
import { type ReportGrade, reportGrades } from '../domain/abuse-signals.ts';
import type { LadderStep } from '../domain/ladder-policy.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import { lockForJudging } from './judge-entry.ts';
import { raiseSignalWithin } from './raise-signal.ts';
import { recordEvent } from './record-event.ts';
import type { Result } from './result.ts';

export type ReportEntry = EntryOperation & { grade: ReportGrade; reason: string };

/**
 * Staff has seen something itself: a signal like any other, in a grade that staff chooses. The gravest removes at once,
 * unless the entry is critical.
 */
export async function reportEntry(
  operation: ReportEntry,
): Promise<Result<{ step: LadderStep; held: boolean }>> {
  const { database, actor, now, grade } = operation;
  const found = await entryToDecide(operation, 'handle_abuse');
  if (!found.ok) return found;
  const reason = operation.reason.trim();
  if (reason === '') return { ok: false, code: 'reason_missing' };
  if (found.entry.status !== 'active' && found.entry.status !== 'suspended') {
    return { ok: false, code: 'state_forbids', state: found.entry.status, verb: 'suspend' };
  }
  return database.transaction(async (transaction) => {
    await lockForJudging(transaction, found.entry.id);
    const raised = await raiseSignalWithin(
      transaction,
      {
        entryId: found.entry.id,
        kind: reportGrades[grade],
        at: now,
        source: 'staff',
        dedupeKey: `report:${randomUUID()}`,
        evidence: { reason },
      },
      now,
    );
    if (raised.known) throw new Error('a report of staff was known before it was made');
    await recordEvent(transaction, actor, {
      kind: 'reported_by_staff',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      // What staff has seen is for staff: owners read what the ladder does about it.
      content: { grade, evidence: { reason } },
    });
    return { ok: true as const, step: raised.judgement.step, held: raised.judgement.held };
  });
}
