import type { Database } from '../../db/client.ts';
import type { Entry, EntryRow } from '../../db/queries/entries.ts';
import { decisions } from '../../db/schema.ts';
import type { Evaluation } from '../domain/evaluation.ts';
import { type Policy, reviewDate } from '../domain/policy.ts';
import type { EntryChanges } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';

export type Approval = {
  /** The request as it was read: what was decided about. */
  found: Entry;
  /** The row as it is now. */
  entry: EntryRow;
  evaluations: readonly Evaluation[];
  /** The rows of evidence that the evaluations rest on: frozen with the decision. */
  evidenceIds: string[];
  policy: Policy;
  reason: string;
  overridden: string[];
  /** How many have approved, and how many have to. None had to where the system approved. */
  approvals: number;
  required: number;
  now: Date;
};

/** What an approval sets in the row besides the state. */
export function activation(policy: Policy, entry: EntryRow, now: Date): EntryChanges {
  const leaseEnd = entry.leaseEnd === null ? null : new Date(entry.leaseEnd);
  return { activatedAt: now, reviewBy: reviewDate(policy, now, leaseEnd) };
}

/** Keeps an approval with all that it rests on; where it was the last that was needed, the owners are told. */
export async function recordApproval(transaction: Database, actor: Actor, approval: Approval): Promise<void> {
  const { found, entry, evaluations, evidenceIds, policy, reason, overridden, now } = approval;
  const { approvals, required } = approval;
  const enough = approvals >= required;
  await transaction.insert(decisions).values({
    entryId: found.entry.id,
    kind: 'approve',
    personId: actor.viewer?.personId ?? null,
    reason,
    overrides: overridden,
    entryRevision: found.entry.revision,
    policyVersion: policy.version,
    requirements: evaluations,
    evidenceIds,
    createdAt: now,
  });
  await recordEvent(transaction, actor, {
    kind: enough ? 'approved' : 'approval_recorded',
    accountId: found.account.id,
    entryId: found.entry.id,
    serverId: found.server.id,
    content: {
      reason,
      override: overridden,
      approvals,
      required,
      ...(actor.viewer === null ? { automatic: true } : {}),
      policy: policy.version,
      evidence: evaluations.map(({ requirement, verdict, reason: code, staffOnly }) => ({
        requirement,
        verdict,
        code,
        staffOnly,
      })),
    },
  });
  if (!enough) return;
  const { scope } = found.standing;
  await notifyOwners(transaction, {
    kind: 'approved',
    accountId: found.account.id,
    entryId: found.entry.id,
    values: {
      reason,
      reviewBy: entry.reviewBy?.toISOString() ?? null,
      scope: {
        senderDomains: scope.sender_domains,
        recipientDomains: scope.recipient_domains,
        tls: scope.tls,
        messagesPerHour: scope.messages_per_hour,
        recipientsPerMessage: scope.recipients_per_message,
        messageBytes: scope.message_bytes,
      },
    },
    now,
  });
}
