import { isMapped, prefixStart, readAddress, readPrefix } from './address-words.ts';
import {
  findInGroup,
  forEachSlot,
  GENERATION,
  groupCounters,
  groupOf,
  isLaidOut,
  LARGEST_NUMBER,
  layOut,
  liveCount,
  putSlot,
  removeSlot,
  SEED,
  V4_MASK,
  V6_MASK,
  v6Group,
} from './whitelist-index-layout.ts';

/**
 * Networks and the number of the entry that each belongs to, for the question that a node asks on every connection:
 * whose address is this? One thread writes, any number of threads read the same memory without waiting.
 */
export type WhitelistIndex = {
  /** The whole index; hand `words.buffer` to another thread and open it there. */
  readonly words: Uint32Array<SharedArrayBuffer>;
  /** Where this thread takes an address apart. */
  readonly key: Uint32Array;
};

/**
 * Makes an index of networks (`203.0.113.0/29`, `2001:db8::/64`, `203.0.113.7`; canonical, as PostgreSQL prints cidr).
 * Networks may lie in one another; the narrowest answers. Of equal ones the last counts.
 * @param numbers the number of each network, up to 2^30 - 3; without it a network's number is its place in the list
 * @param seed any 32-bit number; a random one keeps strangers from choosing addresses that fall on one another
 * @throws RangeError for a text that is no network or a number out of range: the list comes from the database
 */
export function buildWhitelistIndex(
  networks: readonly string[],
  numbers?: ArrayLike<number>,
  seed = 0x5bd1e995,
): WhitelistIndex {
  const key = new Uint32Array(4);
  const counts = groupCounters();
  for (const network of networks) {
    const [group] = locate(network, key);
    counts[group] = (counts[group] as number) + 1;
  }
  const index = { words: layOut(counts, seed), key };
  for (let place = 0; place < networks.length; place += 1) {
    setNetwork(index, networks[place] as string, numbers === undefined ? place : (numbers[place] as number));
  }
  return index;
}

/** Opens an index that another thread has made, for reading. @throws RangeError for any other memory */
export function openWhitelistIndex(buffer: SharedArrayBuffer): WhitelistIndex {
  const words = new Uint32Array(buffer);
  if (!isLaidOut(words)) throw new RangeError('this memory is no whitelist index');
  return { words, key: new Uint32Array(4) };
}

/**
 * The number of the narrowest network that holds an address, -1 where none does or the text is no address. Takes the
 * peer's text as the socket gives it (IPv4-mapped included) and makes no garbage. What a writer had done before the
 * call is seen, in whichever thread it was done; of what is done meanwhile, all of a patch or nothing.
 */
export function lookUpAddress(index: WhitelistIndex, text: string): number {
  const { words, key } = index;
  let family = readAddress(text, 0, text.length, key);
  if (family === 0) return -1;
  if (family === 6 && isMapped(key)) {
    key[0] = key[3] as number;
    family = 4;
  }
  Atomics.load(words, GENERATION);
  if (family === 4) return findByMask(words, key, words[V4_MASK] as number, 0);
  const beyond = findByMask(words, key, words[V6_MASK + 1] as number, v6Group(32));
  return beyond >= 0 ? beyond : findByMask(words, key, words[V6_MASK] as number, v6Group(0));
}

/** Looks into the groups of a mask, those of the longest prefixes first. */
function findByMask(words: Uint32Array, key: Uint32Array, mask: number, firstGroup: number): number {
  for (let rest = mask; rest !== 0; ) {
    const rank = 31 - Math.clz32(rest);
    const number = findInGroup(words, firstGroup + rank, key);
    if (number >= 0) return number;
    rest ^= 1 << rank;
  }
  return -1;
}

/**
 * Gives a network its number, new or in place of the one it had; takes about a microsecond.
 * @returns false where there is no room left: nothing was changed, make an `enlargedIndex` and let readers open it
 * @throws RangeError for a text that is no network or a number out of range
 */
export function setNetwork(index: WhitelistIndex, network: string, number: number): boolean {
  if (!Number.isInteger(number) || number < 0 || number > LARGEST_NUMBER) {
    throw new RangeError(`the number of an entry is out of range: ${number}`);
  }
  const [group, prefix] = locate(network, index.key);
  const done = putSlot(index.words, group, index.key, prefix, number);
  if (done) Atomics.add(index.words, GENERATION, 1);
  return done;
}

/**
 * Takes a network out; takes about a microsecond and always finds room.
 * @returns false where it was not in
 * @throws RangeError for a text that is no network
 */
export function removeNetwork(index: WhitelistIndex, network: string): boolean {
  const [group, prefix] = locate(network, index.key);
  const done = removeSlot(index.words, group, index.key, prefix);
  if (done) Atomics.add(index.words, GENERATION, 1);
  return done;
}

/** A new index with the same networks and room for more; the old one stays as it is, for those who still read it. */
export function enlargedIndex(index: WhitelistIndex): WhitelistIndex {
  const key = new Uint32Array(4);
  const counts = groupCounters();
  forEachSlot(index.words, key, (group) => {
    counts[group] = (counts[group] as number) + 1;
  });
  const words = layOut(counts, index.words[SEED] as number);
  forEachSlot(index.words, key, (group, prefix, number) => {
    putSlot(words, group, key, prefix, number);
  });
  return { words, key };
}

/** How many networks the index holds. */
export function countNetworks(index: WhitelistIndex): number {
  return liveCount(index.words);
}

/** Takes the network's address apart into `key`. */
function locate(network: string, key: Uint32Array): readonly [group: number, prefix: number] {
  const behindSlash = prefixStart(network, 0, network.length);
  const addressEnd = behindSlash < 0 ? network.length : behindSlash - 1;
  const family = readAddress(network, 0, addressEnd, key);
  if (family === 0) throw new RangeError(`not a network: ${network}`);
  const bits = family === 4 ? 32 : 128;
  const prefix = behindSlash < 0 ? bits : readPrefix(network, behindSlash, network.length, bits);
  if (prefix < 0) throw new RangeError(`not a network: ${network}`);
  return [groupOf(family, prefix), prefix];
}
