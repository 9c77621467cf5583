import { parseAddress } from '../../../lib/domain/ip.ts';
import { enclosingNetwork, formatNetwork } from '../../../lib/domain/network.ts';

/**
 * Requests whose proof is taken. Unlike live entries they may overlap, so one address can be asked for by several:
 * all of them are found, and the token says which one is meant.
 */
export type PendingEntries = {
  readonly rowsByNetwork: Map<string, Set<number>>;
  /** how many networks there are of each prefix length, IPv4 and IPv6 */
  readonly lengths: { readonly 4: Uint32Array; readonly 6: Uint32Array };
};

export function newPendingEntries(): PendingEntries {
  return { rowsByNetwork: new Map(), lengths: { 4: new Uint32Array(33), 6: new Uint32Array(129) } };
}

export function addPending(pending: PendingEntries, network: string, row: number): void {
  const rows = pending.rowsByNetwork.get(network);
  if (rows !== undefined) {
    rows.add(row);
    return;
  }
  pending.rowsByNetwork.set(network, new Set([row]));
  countLength(pending, network, 1);
}

export function removePending(pending: PendingEntries, network: string, row: number): void {
  const rows = pending.rowsByNetwork.get(network);
  if (rows === undefined || !rows.delete(row) || rows.size > 0) return;
  pending.rowsByNetwork.delete(network);
  countLength(pending, network, -1);
}

function countLength({ lengths }: PendingEntries, network: string, change: 1 | -1): void {
  const family = network.includes(':') ? 6 : 4;
  const [, prefix] = network.split('/');
  const length = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  lengths[family][length] = (lengths[family][length] as number) + change;
}

/** The rows of all pending networks that an address lies in. */
export function findPending(pending: PendingEntries, text: string): number[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const found: number[] = [];
  for (const [length, count] of pending.lengths[address.family].entries()) {
    if (count === 0) continue;
    const network = canonical(formatNetwork(enclosingNetwork(address, length)), length);
    for (const row of pending.rowsByNetwork.get(network) ?? []) found.push(row);
  }
  return found;
}

/** As PostgreSQL prints cidr: always with the prefix length. */
function canonical(network: string, length: number): string {
  return network.includes('/') ? network : `${network}/${length}`;
}
