import { desc, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { policies } from '../../db/schema.ts';
import { mayAsStaff } from '../domain/permissions.ts';
import type { Policy } from '../domain/policy.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Refusal, type Result, readerOf, refuse } from './result.ts';

export type NewPolicyVersion = {
  database: Database;
  actor: Actor;
  /** Why, for everybody who asks later. */
  note: string;
  /** The version that was read: somebody else's change meanwhile is not overwritten. */
  version: number;
  now: Date;
};

type Checked =
  | {
      ok: true;
      /** What becomes different: it stands in the event. */
      changes: object;
      /** What the new version holds. What it leaves out is as it is by default. */
      content: Partial<Policy>;
      policy: Policy;
    }
  | Refusal;

/**
 * Makes a new version of the policy, of what `check` makes of the present one. Every decision from now on is made under
 * it; those made before keep theirs.
 * @param check of the present policy, and of what its version holds
 */
export async function newPolicyVersion(
  operation: NewPolicyVersion,
  check: (current: Policy, content: Partial<Policy>) => Checked,
): Promise<Result<{ policy: Policy }>> {
  const { database, actor, note, now } = operation;
  const refused = mayChangePolicy(actor);
  if (refused !== null) return refused;
  if (note.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    // One change at a time. Before the clock, like every advisory lock.
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('policy', 3))`);
    const current = await currentPolicy(transaction);
    if (current.version !== operation.version) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: current.version };
    }
    const [newest] = await transaction
      .select({ content: policies.content })
      .from(policies)
      .orderBy(desc(policies.version))
      .limit(1);
    const checked = check(current, (newest?.content ?? {}) as Partial<Policy>);
    if (!checked.ok) return checked;
    const version = current.version + 1;
    await transaction.insert(policies).values({
      version,
      content: checked.content,
      note: note.trim(),
      createdBy: actor.viewer?.personId ?? null,
      createdAt: now,
    });
    await recordEvent(transaction, actor, {
      kind: 'policy_changed',
      content: { version, note: note.trim(), changes: checked.changes },
    });
    return { ok: true as const, policy: { ...checked.policy, version } };
  });
}

/** Why the actor may not change the policy, nor see what a change would do; null where they may. */
export function mayChangePolicy(actor: Actor): Refusal | null {
  const reader = readerOf(actor);
  if (reader === null) return refuse.notFound();
  if (reader !== 'operator' && !mayAsStaff(reader, 'change_policy'))
    return refuse.notAllowed('change_policy');
  return null;
}
