// The memory of the whitelist index: one buffer of 32-bit words that threads share.
//
// Prefix lengths are taken four at a time: group 8 of IPv4 holds /29 to /32, group 7 /25 to /28, and so on. A group is
// an open-addressing hash table, keyed by the shortest of its lengths, the *granule*: whatever lies in one /29, at
// most eight networks, stands in one run of slots. So one look into memory answers for four lengths, and only groups
// in use are looked at; a list of /29 to /32 needs one look.
//
// Before a group there is the *guide*: two bits of one word for the hash of each granule in use, small enough to stay
// in the processor's cache. It spares nearly all looks at memory that would find nothing.
//
// A slot is the network's words (1 for IPv4, 2 up to /64, 4 beyond) and a last word:
//   0                    never used: a run ends here
//   number + 1, sub      the number's owner; sub (2 bits) is the prefix length above the granule's
//   all ones, sub        removed
// A slot is written once: first the guide's bit and the network, then, atomically, the last word. A removal changes the last word alone
// and the slot is never given to another network. So there is no moment at which a reader in another thread can see
// the network of one entry with the number of another, and neither side waits for the other. Removed slots are won
// back when a bigger index is made.

/** Slots per network when an index is made, and the share of slots in use at which a group counts as full. */
const SLOTS_PER_NETWORK = 1.45;
const FULL_SHARE = 0.85;
/** Bits of the guide for each network, at least; rounded up to a power of two. */
const GUIDE_BITS_PER_NETWORK = 8;
/** Slots that every group has from the start, so that a first /24 needs no new index. */
const LEAST_SLOTS = 32;

const V4_GROUPS = 9;
const V6_GROUPS = 33;
const GROUPS = V4_GROUPS + V6_GROUPS;
/** The last group of IPv6 whose networks end within the first two words: /61 to /64. */
const LAST_SHORT_GROUP = 16;

// Header words.
const MAGIC = 0;
/** Counts patches. Read atomically at the start of every look-up: what was patched before is seen. */
export const GENERATION = 1;
export const SEED = 2;
/** One bit for each group in use: IPv4, IPv6 groups 0 to 31, IPv6 group 32. */
export const V4_MASK = 3;
export const V6_MASK = 4;
/** One bit for each hash: where it begins, and by how much a hash is shifted to number a bit. */
const GUIDE_OFFSET = 6;
const GUIDE_SHIFT = 7;
const DIRECTORY = 8;
// Words of one group in the directory.
const OFFSET = 0;
const SLOTS = 1;
const USED = 2;
const LIVE = 3;
const DIRECTORY_STRIDE = 4;
const HEADER_WORDS = DIRECTORY + GROUPS * DIRECTORY_STRIDE;

const magicNumber = 0x504f5354;
const REMOVED = 0x3fffffff;
/** The largest number an entry can have. */
export const LARGEST_NUMBER = REMOVED - 2;

/** The group of a prefix length, among all groups: IPv4 first. */
export function groupOf(family: 4 | 6, prefix: number): number {
  return ((prefix + 3) >> 2) + (family === 4 ? 0 : V4_GROUPS);
}

/** The shortest prefix length of a group. */
function granule(group: number): number {
  const rank = group < V4_GROUPS ? group : group - V4_GROUPS;
  return rank === 0 ? 0 : 4 * rank - 3;
}

function slotWords(group: number): number {
  if (group < V4_GROUPS) return 2;
  return group - V4_GROUPS <= LAST_SHORT_GROUP ? 3 : 5;
}

/** The first word of a group in the directory. */
function directory(group: number): number {
  return DIRECTORY + group * DIRECTORY_STRIDE;
}

/** Words with room for so many networks in each group. */
export function layOut(networksInGroup: Uint32Array, seed: number): Uint32Array<SharedArrayBuffer> {
  const slots = networksInGroup.map((count) => Math.ceil(count * SLOTS_PER_NETWORK) + LEAST_SLOTS);
  let total = HEADER_WORDS;
  for (let group = 0; group < GROUPS; group += 1) total += (slots[group] as number) * slotWords(group);
  const networks = networksInGroup.reduce((sum, count) => sum + count, 0);
  const guideBits = Math.max(10, Math.ceil(Math.log2(networks * GUIDE_BITS_PER_NETWORK + 1)));
  const guideOffset = total;
  total += 2 ** (guideBits - 5);
  const words = new Uint32Array(new SharedArrayBuffer(total * 4));
  words[MAGIC] = magicNumber;
  words[SEED] = seed;
  words[GUIDE_OFFSET] = guideOffset;
  words[GUIDE_SHIFT] = 32 - guideBits;
  let offset = HEADER_WORDS;
  for (let group = 0; group < GROUPS; group += 1) {
    words[directory(group) + OFFSET] = offset;
    words[directory(group) + SLOTS] = slots[group] as number;
    offset += (slots[group] as number) * slotWords(group);
  }
  return words;
}

/** A counter for each group. */
export function groupCounters(): Uint32Array {
  return new Uint32Array(GROUPS);
}

/** Whether words were laid out by this code. */
export function isLaidOut(words: Uint32Array): boolean {
  return words.length >= HEADER_WORDS && words[MAGIC] === magicNumber;
}

/** How many networks are in the index. */
export function liveCount(words: Uint32Array): number {
  let live = 0;
  for (let group = 0; group < GROUPS; group += 1) live += words[directory(group) + LIVE] as number;
  return live;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/**
 * The word that the prefix lengths of a group end in: the same for all four. Of two networks of the group, or an
 * address and a network, the words before it agree wholly or the two have nothing in common.
 */
function borderWord(group: number): number {
  const shortest = granule(group);
  return shortest === 0 ? 0 : (shortest - 1) >> 5;
}

/** The bits of the border word that belong to a prefix of so many bits. */
function borderMask(border: number, prefix: number): number {
  return prefix === 0 ? 0 : -1 << (32 * border + 32 - prefix);
}

/** The hash of the granule that an address lies in: 32 bits as a signed number, which V8 hands on without garbage. */
function hashGranule(words: Uint32Array, group: number, key: Uint32Array, border: number): number {
  let hash = (words[SEED] as number) + group;
  for (let word = 0; word < border; word += 1) hash = mix(hash, key[word] as number);
  hash = mix(hash, (key[border] as number) & borderMask(border, granule(group)));
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** The two bits of a hash in its word of the guide. */
function guideMask(hash: number): number {
  return (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31));
}

/** The word of the guide that has the bits of a hash. */
function guideWord(words: Uint32Array, hash: number): number {
  return (words[GUIDE_OFFSET] as number) + (hash >>> ((words[GUIDE_SHIFT] as number) + 5));
}

/** The word at which the run for a hash begins. */
function home(words: Uint32Array, group: number, hash: number): number {
  const at = directory(group);
  // The high bits of the product: an even spread over a number of slots that is no power of two.
  const slot = Math.floor(((words[at + SLOTS] as number) * (hash >>> 0)) / 0x1_0000_0000);
  return (words[at + OFFSET] as number) + slot * slotWords(group);
}

/** Whether the slot and the key agree up to the border word, and in it where the mask has a bit. */
function agree(words: Uint32Array, slot: number, key: Uint32Array, border: number, mask: number): boolean {
  if ((((words[slot + border] as number) ^ (key[border] as number)) & mask) !== 0) return false;
  for (let word = 0; word < border; word += 1) {
    if (words[slot + word] !== key[word]) return false;
  }
  return true;
}

/** The slot of exactly this network, or the unused one that ends its run; negative (-1 - slot) in the latter case. */
function findSlot(words: Uint32Array, group: number, key: Uint32Array, prefix: number, hash: number): number {
  const at = directory(group);
  const size = slotWords(group);
  const first = words[at + OFFSET] as number;
  const end = first + (words[at + SLOTS] as number) * size;
  const sub = prefix - granule(group);
  const border = borderWord(group);
  const mask = borderMask(border, prefix);
  for (let slot = home(words, group, hash); ; slot = slot + size === end ? first : slot + size) {
    const last = words[slot + size - 1] as number;
    if (last === 0) return -1 - slot;
    if ((last & 3) === sub && agree(words, slot, key, border, mask)) return slot;
  }
}

/**
 * Gives a network its number. Only one thread may write.
 * @returns false where the group is full and nothing was changed
 */
export function putSlot(
  words: Uint32Array,
  group: number,
  key: Uint32Array,
  prefix: number,
  number: number,
): boolean {
  const at = directory(group);
  const size = slotWords(group);
  const last = (((number + 1) << 2) | (prefix - granule(group))) >>> 0;
  const hash = hashGranule(words, group, key, borderWord(group));
  const found = findSlot(words, group, key, prefix, hash);
  if (found >= 0) {
    if ((words[found + size - 1] as number) >>> 2 === REMOVED)
      words[at + LIVE] = (words[at + LIVE] as number) + 1;
    Atomics.store(words, found + size - 1, last);
    return true;
  }
  if ((words[at + USED] as number) + 1 > (words[at + SLOTS] as number) * FULL_SHARE) return false;
  Atomics.or(words, guideWord(words, hash), guideMask(hash));
  const slot = -1 - found;
  for (let word = 0; word < size - 1; word += 1) words[slot + word] = key[word] as number;
  Atomics.store(words, slot + size - 1, last);
  words[at + USED] = (words[at + USED] as number) + 1;
  words[at + LIVE] = (words[at + LIVE] as number) + 1;
  const rank = group < V4_GROUPS ? group : group - V4_GROUPS;
  const mask = (group < V4_GROUPS ? V4_MASK : V6_MASK) + (rank >> 5);
  Atomics.or(words, mask, 1 << (rank & 31));
  return true;
}

/** Marks a network as removed. Only one thread may write. @returns false where it is not in the index */
export function removeSlot(words: Uint32Array, group: number, key: Uint32Array, prefix: number): boolean {
  const slot = findSlot(words, group, key, prefix, hashGranule(words, group, key, borderWord(group)));
  if (slot < 0) return false;
  const last = slot + slotWords(group) - 1;
  const before = words[last] as number;
  if (before >>> 2 === REMOVED) return false;
  Atomics.store(words, last, ((REMOVED << 2) | (before & 3)) >>> 0);
  const at = directory(group);
  words[at + LIVE] = (words[at + LIVE] as number) - 1;
  return true;
}

/** The number of the narrowest network of a group that holds the address, -1 where none does. */
export function findInGroup(words: Uint32Array, group: number, key: Uint32Array): number {
  const hash = hashGranule(words, group, key, borderWord(group));
  const bits = guideMask(hash);
  if (((words[guideWord(words, hash)] as number) & bits) !== bits) return -1;
  return findInRun(words, group, key, hash);
}

function findInRun(words: Uint32Array, group: number, key: Uint32Array, hash: number): number {
  const at = directory(group);
  const size = slotWords(group);
  const shortest = granule(group);
  const border = borderWord(group);
  const first = words[at + OFFSET] as number;
  const end = first + (words[at + SLOTS] as number) * size;
  let best = -1;
  let narrowest = -1;
  for (let slot = home(words, group, hash); ; slot = slot + size === end ? first : slot + size) {
    const seen = words[slot + size - 1] as number;
    if (seen === 0) return best;
    const sub = seen & 3;
    const mask = borderMask(border, shortest + sub);
    if (sub <= narrowest || !agree(words, slot, key, border, mask)) continue;
    // What was read so far may be a slot in the making. The last word, read atomically, says that the words before
    // it are complete: read them once more.
    const last = Atomics.load(words, slot + size - 1);
    if (last >>> 2 === REMOVED || !agree(words, slot, key, border, mask)) continue;
    best = (last >>> 2) - 1;
    // None is narrower, and no other slot has the same network: a single address need not go to the end of its run.
    if (sub === 3) return best;
    narrowest = sub;
  }
}

/** Calls `visit` with each live network: its key is in `key` meanwhile. */
export function forEachSlot(
  words: Uint32Array,
  key: Uint32Array,
  visit: (group: number, prefix: number, number: number) => void,
): void {
  for (let group = 0; group < GROUPS; group += 1) {
    const at = directory(group);
    const size = slotWords(group);
    const first = words[at + OFFSET] as number;
    const end = first + (words[at + SLOTS] as number) * size;
    for (let slot = first; slot < end; slot += size) {
      const last = words[slot + size - 1] as number;
      if (last === 0 || last >>> 2 === REMOVED) continue;
      key.fill(0);
      for (let word = 0; word < size - 1; word += 1) key[word] = words[slot + word] as number;
      visit(group, granule(group) + (last & 3), (last >>> 2) - 1);
    }
  }
}

/** The group of an IPv6 rank, as a bit of the masks names it. */
export function v6Group(rank: number): number {
  return V4_GROUPS + rank;
}
