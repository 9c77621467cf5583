import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import type { Drift } from '../domain/drift.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';

/**
 * Asks the owners to attest anew: the review date comes nearer, and everything else (reminders, running out, late
 * renewal) follows from it. In the caller's transaction.
 * @returns false where the entry is not active any more
 */
export async function askToAttest(
  transaction: Database,
  entryId: string,
  drifts: readonly Drift[],
  now: Date,
  actor: Actor = systemActor,
): Promise<boolean> {
  const { drift, version } = await currentPolicy(transaction);
  const due = addDays(now, drift.attestDays).toISOString();
  const [moved] = await transaction
    .update(entries)
    .set({ reviewBy: sql`least(${entries.reviewBy}, ${due}::timestamptz)` })
    .where(and(eq(entries.id, entryId), eq(entries.status, 'active')))
    .returning();
  if (moved === undefined) return false;
  await recordDrift(transaction, actor, moved, { kind: 'drift_asked', drifts, policyVersion: version, now });
  return true;
}

type Drifted = { id: string; accountId: string; serverId: string; reviewBy: Date | null };

/**
 * Notes drift in the entry's history. What the account may read stands open; what rests on another organisation only in
 * the part that staff reads.
 */
export async function recordDrift(
  transaction: Database,
  actor: Actor,
  entry: Drifted,
  noted: {
    kind: 'drift_seen' | 'drift_asked' | 'drift_gone';
    drifts: readonly Drift[];
    policyVersion: number;
    now: Date;
  },
): Promise<void> {
  const { kind, drifts, policyVersion, now } = noted;
  await recordEvent(transaction, actor, {
    kind,
    accountId: entry.accountId,
    entryId: entry.id,
    serverId: entry.serverId,
    content: {
      changes: drifts.filter((drift) => !drift.staffOnly).map(({ code, from, to }) => ({ code, from, to })),
      evidence: drifts,
      at: now.toISOString(),
      policy: policyVersion,
      ...(kind === 'drift_asked' ? { reviewBy: entry.reviewBy?.toISOString() ?? null } : {}),
    },
  });
}
