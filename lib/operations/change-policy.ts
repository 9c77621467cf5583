import { desc, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { policies } from '../../db/schema.ts';
import { mayAsStaff } from '../domain/permissions.ts';
import type { Policy } from '../domain/policy.ts';
import { applyChanges, checkChanges } from './policy-changes.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, readerOf, refuse } from './result.ts';

export type ChangePolicy = {
  database: Database;
  actor: Actor;
  /** Only what is to be different; the rest stays. */
  changes: unknown;
  /** Why, for everybody who asks later. */
  note: string;
  /** The version that was read: somebody else's change meanwhile is not overwritten. */
  version: number;
  now: Date;
};

/** Makes a new version of the policy. Every decision from now on is made under it; those made before keep theirs. */
export async function changePolicy(operation: ChangePolicy): Promise<Result<{ policy: Policy }>> {
  const { database, actor, changes: input, note, now } = operation;
  const reader = readerOf(actor);
  if (reader === null) return refuse.notFound();
  if (reader !== 'operator' && !mayAsStaff(reader, 'change_policy'))
    return refuse.notAllowed('change_policy');
  if (note.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    // One change at a time. Before the clock, like every advisory lock.
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('policy', 3))`);
    const current = await currentPolicy(transaction);
    if (current.version !== operation.version) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: current.version };
    }
    const checked = checkChanges(input, current);
    if (!checked.ok) {
      const { field, reason } = checked;
      return { ok: false as const, code: 'invalid' as const, field, reason };
    }
    const [newest] = await transaction
      .select({ content: policies.content })
      .from(policies)
      .orderBy(desc(policies.version))
      .limit(1);
    const version = current.version + 1;
    await transaction.insert(policies).values({
      version,
      content: applyChanges((newest?.content ?? {}) as Partial<Policy>, checked.changes),
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
