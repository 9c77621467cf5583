import type { Database } from '../../db/client.ts';
import { type Entry, findEntry, isUuid, listEntries } from '../../db/queries/entries.ts';
import { liveStates } from '../../lib/domain/entry-lifecycle.ts';
import { formatNetwork, parseNetwork, sameNetwork } from '../../lib/domain/network.ts';
import { type CommandResult, failed, misused } from './command.ts';

const MOST = 100;

type Found = { ok: true; entry: Entry } | { ok: false; result: CommandResult };

/**
 * The live entry that covers an address, or that an id names. Of a network, the live entry that is exactly this one,
 * or the only one that shares addresses with it.
 * @param whatever also take the newest entry that is not live, where none is
 */
export async function entryOf(
  database: Database,
  text: string,
  { whatever = false }: { whatever?: boolean } = {},
): Promise<Found> {
  const not = (result: CommandResult): Found => ({ ok: false, result });
  if (isUuid(text)) {
    const entry = await findEntry(database, 'operator', text);
    return entry === undefined ? not(failed('not_found', `There is no entry ${text}.`)) : { ok: true, entry };
  }
  const parsed = parseNetwork(text);
  if (!parsed.ok) return not(misused(notAnAddress(text, parsed.suggestions)));
  const address = formatNetwork(parsed.network);
  const live = await listEntries(database, 'operator', { address, status: liveStates }, { limit: MOST });
  const exactly = live.rows.find((row) => {
    const network = parseNetwork(row.entry.network);
    return network.ok && sameNetwork(network.network, parsed.network);
  });
  const [first, second] = exactly === undefined ? live.rows : [exactly];
  if (first !== undefined && second === undefined) return { ok: true, entry: first };
  if (second !== undefined) {
    const networks = live.rows.map((row) => row.entry.network).join(', ');
    return not(failed('ambiguous', `Several live entries lie in ${address}: ${networks}. Name one.`));
  }
  const [newest] = whatever ? (await listEntries(database, 'operator', { address }, { limit: 1 })).rows : [];
  if (newest !== undefined) return { ok: true, entry: newest };
  return not(failed('not_found', `No ${whatever ? '' : 'live '}entry covers ${address}.`));
}

export function notAnAddress(text: string, suggestions: readonly string[]): string {
  const repair = suggestions.length === 0 ? '' : ` Do you mean ${suggestions.join(' or ')}?`;
  return `"${text}" is no address and no network in canonical form.${repair}`;
}
