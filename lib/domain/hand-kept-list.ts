import { compareNetworks, containsNetwork, type Network, sameNetwork } from './network.ts';

/** One row of a list that was kept by hand, as far as it can be read by itself. */
export type ListedNetwork = { line: number; server: string; network: Network };

export type ListConflict =
  /** The same server has a row that covers this one: that row is enough. */
  | { reason: 'repeated' | 'covered'; line: number }
  /** Another server has a row that shares addresses with this one: nobody can tell whose they are. */
  | { reason: 'listed_for_another'; line: number };

/**
 * Finds the rows that cannot stand beside the others. Of one server's rows the widest stays; where two servers claim the
 * same address, neither stays until a person has decided.
 * @returns by line number, what is in its way; rows that may stand are not in it
 */
export function conflictsWithin(rows: readonly ListedNetwork[]): Map<number, ListConflict> {
  const conflicts = new Map<number, ListConflict>();
  const sorted = rows.toSorted(
    (one, other) => compareNetworks(one.network, other.network) || one.line - other.line,
  );
  // CIDR networks overlap only by one lying in the other, so what encloses a row is on this stack.
  let enclosing: ListedNetwork[] = [];
  for (const row of sorted) {
    enclosing = enclosing.filter((outer) => containsNetwork(outer.network, row.network));
    for (const outer of enclosing) {
      if (outer.server === row.server) {
        const reason = sameNetwork(outer.network, row.network) ? 'repeated' : 'covered';
        if (!conflicts.has(row.line)) conflicts.set(row.line, { reason, line: outer.line });
      } else {
        conflicts.set(row.line, { reason: 'listed_for_another', line: outer.line });
        if (conflicts.get(outer.line)?.reason !== 'listed_for_another') {
          conflicts.set(outer.line, { reason: 'listed_for_another', line: row.line });
        }
      }
    }
    enclosing.push(row);
  }
  return conflicts;
}
