/** What a node last said that it holds. */
export type NodeHoldings = {
  readonly name: string;
  readonly generation: string | null;
  readonly revision: number | null;
  /** entries in force, and a sum over them */
  readonly entries: number | null;
  readonly hash: string | null;
};

/**
 * Nodes that hold something else than others at the same revision of the same database: all of them, since nobody can
 * say from here who is right. A node that is behind disagrees with nobody.
 */
export function disagreeingNodes(nodes: readonly NodeHoldings[]): NodeHoldings[] {
  const groups = new Map<string, NodeHoldings[]>();
  for (const node of nodes) {
    if (node.revision === null || node.hash === null) continue;
    const key = `${node.generation} ${node.revision}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()]
    .filter((group) => new Set(group.map(({ entries, hash }) => `${entries} ${hash}`)).size > 1)
    .flat();
}
