/**
 * Open connections, in all and by whom they are of, over all threads of a node: counters in shared memory that threads
 * change without waiting for one another. A name's own counter is found by two hashes, each with its own key, and the
 * lower one counts: that two names share both is a matter of one in billions, and it would only make them count together.
 */
export type ClientCounts = {
  /** One connection, under each of these names. */
  readonly add: (names: readonly string[]) => void;
  readonly remove: (names: readonly string[]) => void;
  readonly of: (name: string) => number;
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

  function change(names: readonly string[], by: 1 | -1): void {
    Atomics.add(words, 0, by);
    for (const name of names) {
      Atomics.add(words, 1 + place(name, one), by);
      Atomics.add(words, 1 + COUNTERS + place(name, other), by);
    }
  }

  return {
    add: (names) => change(names, 1),
    remove: (names) => change(names, -1),
    of: (name) =>
      Math.min(
        Atomics.load(words, 1 + place(name, one)),
        Atomics.load(words, 1 + COUNTERS + place(name, other)),
      ),
    inAll: () => Atomics.load(words, 0),
  };
}

function place(name: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return (Math.imul(hash, 0x85ebca6b) >>> 0) % COUNTERS;
}
