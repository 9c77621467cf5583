import type { Database } from '../../db/client.ts';
import { eventsAfterRevision } from '../../db/queries/events.ts';
import { type Actor, type Result, readerOf } from './result.ts';

/**
 * Tells whoever decided too late what has happened to the entry since they read it. Only for staff, whose eyes may see
 * all of it, and only where the decision says what was read; any other outcome stays as it is.
 */
export async function tellWhatHappened<T>(
  outcome: Result<T>,
  operation: { database: Database; actor: Actor; id: string; revision?: number },
): Promise<Result<T>> {
  const { database, actor, id, revision } = operation;
  if (outcome.ok || revision === undefined) return outcome;
  if (outcome.code !== 'changed_meanwhile' && outcome.code !== 'state_forbids') return outcome;
  const reader = readerOf(actor);
  if (reader === null || (reader !== 'operator' && reader.staffRole === null)) return outcome;
  const since = await eventsAfterRevision(database, id, revision);
  return since.length === 0 ? outcome : { ...outcome, since };
}
