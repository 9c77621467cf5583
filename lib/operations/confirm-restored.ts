import type { Database } from '../../db/client.ts';
import { listNodes } from '../../db/queries/events.ts';
import { entriesOfOwnAccounts } from '../../db/queries/own-accounts.ts';
import { restoreConfirmations } from '../../db/schema.ts';
import { mayAsStaff } from '../domain/permissions.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, readerOf, refuse } from './result.ts';

/**
 * Lets in again what nodes hold back since the database was restored, because they had seen it end. Nodes follow within
 * milliseconds, each for the database it speaks to now. What is of an account of whoever confirms is left for somebody else.
 * @param entryIds `all`: whatever any node has named
 * @returns how many entries were confirmed, and how many nodes hold back beyond those they name: they name them next
 */
export async function confirmRestored(operation: {
  database: Database;
  actor: Actor;
  entryIds: readonly string[] | 'all';
  now: Date;
}): Promise<Result<{ confirmed: number; unnamed: number }>> {
  const { database, actor, entryIds, now } = operation;
  const reader = readerOf(actor);
  if (reader === null) return refuse.notFound();
  if (reader !== 'operator' && !mayAsStaff(reader, 'manage_entries'))
    return refuse.notAllowed('manage_entries');
  return database.transaction(async (transaction) => {
    const nodes = await listNodes(transaction);
    const held = nodes.flatMap(({ generation, heldBack }) =>
      generation === null ? [] : heldBack.map((entryId) => ({ entryId, generation })),
    );
    const wanted = held.filter(({ entryId }) => entryIds === 'all' || entryIds.includes(entryId));
    if (wanted.length === 0) return refuse.notFound();
    const confirmed = reader === 'operator' ? wanted : await ofOthers(transaction, reader.personId, wanted);
    if (confirmed.length === 0) return { ok: false as const, code: 'own_account' as const };
    await transaction
      .insert(restoreConfirmations)
      .values(confirmed.map((one) => ({ ...one, confirmedAt: now })))
      .onConflictDoNothing();
    const entries = [...new Set(confirmed.map(({ entryId }) => entryId))];
    await recordEvent(transaction, actor, { kind: 'restore_confirmed', content: { entries } });
    const unnamed = Math.max(
      0,
      ...nodes.map(({ heldBack, heldBackCount }) => heldBackCount - heldBack.length),
    );
    return { ok: true as const, confirmed: entries.length, unnamed };
  });
}

async function ofOthers<Held extends { entryId: string }>(
  transaction: Database,
  personId: string,
  held: readonly Held[],
): Promise<Held[]> {
  const ids = held.map(({ entryId }) => entryId);
  const own = await entriesOfOwnAccounts(transaction, personId, ids);
  return held.filter(({ entryId }) => !own.has(entryId));
}
