import type { Database } from '../../db/client.ts';
import { platformState } from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import type { Actor, Result } from './result.ts';
import { staffPerson } from './staff-person.ts';

/**
 * In an incident, by an admin or an operator: until approvals are unfrozen no request is approved, and support neither
 * widens a scope nor lifts a suspension. What is in force stays in force.
 */
export async function freezeApprovals(operation: {
  database: Database;
  actor: Actor;
  frozen: boolean;
  reason: string;
  now: Date;
}): Promise<Result<{ frozen: boolean }>> {
  const { database, actor, frozen, reason, now } = operation;
  const person = staffPerson(actor, 'freeze_approvals');
  if (!person.ok) return person;
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    await transaction.update(platformState).set({
      approvalsFrozenAt: frozen ? now : null,
      approvalsFrozenReason: frozen ? reason : null,
    });
    await recordEvent(transaction, actor, {
      kind: frozen ? 'approvals_frozen' : 'approvals_unfrozen',
      content: { reason },
    });
    return { ok: true as const, frozen };
  });
}
