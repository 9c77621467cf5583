import type { Entry } from '../../db/queries/entries.ts';
import { isLive } from '../domain/entry-lifecycle.ts';
import type { ScopeWish } from '../domain/entry-scope.ts';
import { type EntryOperation, entryToDecide } from './acting-on-entry.ts';
import type { Refusal } from './result.ts';

export type DecideScope = EntryOperation & {
  /** The customer reads it. */
  reason: string;
  /** The revision that the decider read; left out, whatever is there now. */
  revision?: number;
};

/** Finds the wish for a wider scope that support is to decide on, or says why it cannot. */
export async function wishForStaff(
  operation: DecideScope,
): Promise<({ ok: true; wish: ScopeWish } & Entry) | Refusal> {
  const { reason, revision } = operation;
  const found = await entryToDecide(operation, 'manage_entries');
  if (!found.ok) return found;
  if (!isLive(found.entry.status)) {
    return { ok: false, code: 'state_forbids', state: found.entry.status, verb: 'approve' };
  }
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  if (revision !== undefined && revision !== found.entry.revision) {
    return { ok: false, code: 'changed_meanwhile', revision: found.entry.revision };
  }
  const wish = found.entry.widerScope;
  if (wish === null) return { ok: false, code: 'invalid', field: 'scope', reason: 'nothing_asked' };
  return { ...found, wish };
}
