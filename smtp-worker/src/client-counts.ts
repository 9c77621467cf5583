/**
 * Open connections, in all and by client, over all threads of a node: counters in shared memory that threads change
 * without waiting for one another. A client's own counter is found by two hashes, each with its own key, and the lower
 * one counts: that two clients share both is a matter of one in billions, and it would only make them count together.
 */
export type ClientCounts = {
  readonly add: (client: string) => void;
  readonly remove: (client: string) => void;
  readonly of: (client: string) => number;
  readonly inAll: () => number;
};

export type CountMemory = { readonly counters: SharedArrayBuffer; readonly seeds: readonly [number, number] };

/** of each hash; a node takes a fraction of that many connections */
const COUNTERS = 131_072;

/** @param seeds random 32-bit numbers, the same for all threads: strangers must not be able to choose who shares */
export function newCountMemory(seeds: readonly [number, number]): CountMemory {
  return { counters: new SharedArrayBuffer((1 + 2 * COUNTERS) * 4), seeds };
}

export function openClientCounts({ counters, seeds }: CountMemory): ClientCounts {
  const words = new Int32Array(counters);
  const [one, other] = seeds;

  function change(client: string, by: 1 | -1): void {
    Atomics.add(words, 0, by);
    Atomics.add(words, 1 + place(client, one), by);
    Atomics.add(words, 1 + COUNTERS + place(client, other), by);
  }

  return {
    add: (client) => change(client, 1),
    remove: (client) => change(client, -1),
    of: (client) =>
      Math.min(
        Atomics.load(words, 1 + place(client, one)),
        Atomics.load(words, 1 + COUNTERS + place(client, other)),
      ),
    inAll: () => Atomics.load(words, 0),
  };
}

function place(client: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < client.length; at += 1) {
    hash = Math.imul(hash ^ client.charCodeAt(at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return (Math.imul(hash, 0x85ebca6b) >>> 0) % COUNTERS;
}
