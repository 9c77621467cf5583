import type { Database } from '../../db/client.ts';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { isLive } from '../domain/entry-lifecycle.ts';
import { type Raised, raiseSignal } from './raise-signal.ts';

/**
 * A list of spam senders that names the address of a live entry is a signal of abuse, one for each day on which it was
 * found so. What the list's own failures look like never gets here (RFC 5782 section 5).
 * @returns null where it is on no such list
 */
export async function noteListing(database: Database, entryId: string, now: Date): Promise<Raised | null> {
  const found = await findEntry(database, 'operator', entryId);
  if (found === undefined || !isLive(found.entry.status)) return null;
  const { evaluations } = await evaluateEntry(database, found, now);
  const reputation = evaluations.find((one) => one.requirement === 'reputation');
  if (reputation?.reason !== 'listed' || reputation.at === null) return null;
  const { facts, at } = reputation;
  return raiseSignal(
    database,
    {
      entryId,
      kind: 'listed',
      at,
      source: 'evidence',
      dedupeKey: `listed:${entryId}:${facts.zone}:${facts.list}:${at.toISOString().slice(0, 10)}`,
      evidence: { zone: facts.zone, list: facts.list, address: facts.address, addresses: facts.addresses },
    },
    now,
  );
}
