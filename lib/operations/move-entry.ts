import { and, eq, inArray, type SQL } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { transitions, type Verb } from '../domain/entry-lifecycle.ts';
import { endTakeovers } from './end-takeovers.ts';
import type { Refusal } from './result.ts';

export type EntryChanges = Partial<typeof entries.$inferInsert>;

/**
 * The one way an entry changes its state: a conditional UPDATE whose row count tells who won the race. The takeovers of
 * an entry that ends are over with it. Call it inside the transaction that also records the event.
 * @param changes further columns that belong to the transition; `status` overrides the table's target where a verb
 *   keeps the state (a suspension that has another cause left)
 * @param revision where given, the row must still have it (what the decider read)
 * @param provided what must still hold of the row where a verb keeps the state, which then tells nobody who was first
 */
export async function moveEntry(
  transaction: Database,
  entry: EntryRow,
  verb: Verb,
  changes: EntryChanges = {},
  revision?: number,
  provided?: SQL,
): Promise<{ ok: true; entry: EntryRow } | Refusal> {
  const rule = transitions[verb];
  const [moved] = await transaction
    .update(entries)
    .set({ status: rule.to, ...changes })
    .where(
      and(
        eq(entries.id, entry.id),
        inArray(entries.status, [...rule.from]),
        revision === undefined ? undefined : eq(entries.revision, revision),
        provided,
      ),
    )
    .returning();
  if (moved !== undefined) {
    if (moved.endedAt !== null) await endTakeovers(transaction, [moved.id], moved.endedAt);
    return { ok: true, entry: moved };
  }
  const [current] = await transaction.select().from(entries).where(eq(entries.id, entry.id));
  if (current === undefined) return { ok: false, code: 'not_found' };
  const statesAllowed: readonly string[] = rule.from;
  if (!statesAllowed.includes(current.status)) {
    return { ok: false, code: 'state_forbids', state: current.status, verb };
  }
  return { ok: false, code: 'changed_meanwhile', revision: current.revision };
}

/** Whether PostgreSQL refused because a live entry already holds an overlapping network (exclusion constraint). */
export function isOverlapError(error: unknown): boolean {
  return hasCode(error, '23P01');
}

/** Whether PostgreSQL refused because a unique index already has the value. */
export function isUniqueError(error: unknown, constraint: string): boolean {
  return hasCode(error, '23505', constraint);
}

function hasCode(error: unknown, code: string, constraint?: string): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === code) {
      return constraint === undefined || ('constraint' in cause && cause.constraint === constraint);
    }
  }
  return false;
}
