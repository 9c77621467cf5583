import { and, eq, inArray } from 'drizzle-orm';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { isOpen, openStates } from '../domain/entry-lifecycle.ts';
import { termsVersion } from '../domain/policy.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { recordEvent } from './record-event.ts';
import type { Refusal, Result } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export type AcceptResponsibility = EntryOperation & {
  /** What the owner declares besides, where support asked and nobody has declared anything yet. */
  attestations?: { static: boolean; dedicated: boolean };
};

/** An owner answers for a request that a member or support made: who, when, from where and which terms are kept. */
export async function acceptResponsibility(
  operation: AcceptResponsibility,
): Promise<Result<{ entry: EntryRow }>> {
  const { database, actor, now, attestations } = operation;
  const found = await entryForPerson(operation, 'accept_responsibility');
  if (!found.ok) return found;
  const forbidden = {
    ok: false,
    code: 'state_forbids',
    state: found.entry.status,
    verb: 'complete_checks',
  } as const;
  if (!isOpen(found.entry.status)) return forbidden;
  if (found.entry.requestedByStaff) {
    if (attestations?.static !== true) return notAttested('static');
    if (!attestations.dedicated) return notAttested('dedicated');
  }
  const attempt = await takeAttempt(database, throttle('entry_edits', found.entry.id), now);
  if (!attempt.ok) return attempt;
  return database.transaction(async (transaction) => {
    const [entry] = await transaction
      .update(entries)
      .set({
        responsibilityAcceptedBy: actor.viewer?.personId ?? null,
        responsibilityAcceptedAt: now,
        termsVersion,
        sponsorId: actor.viewer?.personId ?? null,
        ...(found.entry.requestedByStaff ? { attestedStatic: true, attestedDedicated: true } : {}),
      })
      .where(and(eq(entries.id, found.entry.id), inArray(entries.status, [...openStates])))
      .returning();
    if (entry === undefined) return forbidden;
    await recordEvent(transaction, actor, {
      kind: 'responsibility_accepted',
      accountId: found.account.id,
      entryId: found.entry.id,
      serverId: found.server.id,
      content: { terms: termsVersion, ...(found.entry.requestedByStaff ? { attestations } : {}) },
    });
    return { ok: true as const, entry };
  });
}

function notAttested(requirement: 'static' | 'dedicated'): Refusal {
  return {
    ok: false,
    code: 'requirement_failed',
    requirement,
    reason: 'not_attested',
    facts: {},
    suggestions: [],
    overridable: false,
  };
}
