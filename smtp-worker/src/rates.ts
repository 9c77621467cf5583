import type { CountedRate } from '../../db/queries/node.ts';
import { formatUuid, readUuid } from './whitelist/entry-ids.ts';

/**
 * Messages of an entry within the last hour, exact to the minute: sixty counters in a ring, so no message is counted
 * longer than 60 minutes nor shorter than 59. The counters lie in memory that all threads of a node share, so an entry
 * gets its rate once, however many threads its connections fall on.
 */
export type Rates = {
  /** Counts one message. @returns false, and counts nothing, where the hour is full */
  readonly take: (entryId: string, mostInHour: number) => boolean;
  /** Takes back the last one counted. */
  readonly giveBack: (entryId: string) => void;
  /** Messages counted within the last hour. */
  readonly total: (entryId: string) => number;
  /** Entries of which so much was counted that other nodes should know. */
  readonly busy: () => CountedRate[];
  /** What other nodes have counted, of how many nodes there are; what they do not name they have not counted. */
  readonly hear: (nodes: number, others: readonly CountedRate[]) => void;
};

/**
 * Over several nodes: what an entry has left when nodes have told one another is divided among them, until they tell
 * again. So an entry that sends through one node gets a share at once and its whole rate within about fifteen seconds for
 * each node, and one that sends through all at once gets at most half as much again: as nodes tell one after another, and
 * of what is below a quarter of a share nobody tells.
 *
 * The shared memory of rates. Entries lie in buckets of sixteen by a hash of their id; each names a ring of counters.
 * A bucket has a lock, held for less than a microsecond. Rings are given out one after another, so the memory in use
 * is that of the entries that send; one that has sent nothing for an hour gives its ring to a newcomer of its bucket.
 */
export type RateMemory = { readonly buckets: SharedArrayBuffer; readonly rings: SharedArrayBuffer };

const minutes = 60;
const minuteMs = 60_000;

/** Enough for 262,144 entries that send within one hour; memory is taken from the machine only as they do. */
const usualSize = { buckets: 32_768, entries: 262_144 };
const PLACES = 16;
/** four words of the entry's id, and the number of its ring + 1 */
const PLACE_WORDS = 5;
const BUCKET_WORDS = 1 + PLACES * PLACE_WORDS;
const RING = 4;
/** the minute that the ring has come to, then its counters */
const RING_WORDS = 1 + minutes + 3;
/** what other nodes have counted */
const OTHERS = 1 + minutes;
/** what this node had counted when it heard that, + 1; 0 where it never heard of the entry */
const HEARD_AT = OTHERS + 1;
/** most in an hour, as it was last asked */
const MOST = HEARD_AT + 1;
const RINGS_USED = 0;
const NODES = 1;
const FIRST_RING = 2;
/** Below this part of a node's share others need not know. */
const UNTOLD = 1 / 4;

/** as a number of 32 bits */
const NO_LIMIT = 0x7fffffff;
const lockWaitMs = 1;
const spins = 200;

export function newRateMemory({ buckets, entries } = usualSize): RateMemory {
  return {
    buckets: new SharedArrayBuffer(buckets * BUCKET_WORDS * 4),
    rings: new SharedArrayBuffer((FIRST_RING + entries * RING_WORDS) * 4),
  };
}

/** @param thread a number of its own for each thread, from 1: whose lock it is, should the thread die with it */
export function openRates(memory: RateMemory, elapsedMs: () => number, thread = 1): Rates {
  const buckets = new Int32Array(memory.buckets);
  const rings = new Int32Array(memory.rings);
  const id = new Uint32Array(4);
  const bucketCount = buckets.length / BUCKET_WORDS;
  const mostEntries = Math.floor((rings.length - FIRST_RING) / RING_WORDS);

  function locked<Value>(entryId: string, work: (bucket: number) => Value): Value {
    readUuid(entryId, id);
    const mixed = Math.imul((id[3] as number) ^ ((id[2] as number) << 7), 0x9e3779b1) >>> 0;
    const bucket = (mixed % bucketCount) * BUCKET_WORDS;
    lock(bucket);
    try {
      return work(bucket);
    } finally {
      Atomics.store(buckets, bucket, 0);
    }
  }

  function lock(bucket: number): void {
    for (let tries = 1; Atomics.compareExchange(buckets, bucket, 0, thread) !== 0; tries += 1) {
      // Who holds it may have been put to sleep: the processor is given up, now and then.
      if (tries % spins === 0) Atomics.wait(buckets, bucket, Atomics.load(buckets, bucket), lockWaitMs);
    }
  }

  function idAt(at: number): string {
    return formatUuid(new Uint32Array(memory.buckets, at * 4, 4), 0);
  }

  function hearOf(ring: number, others: number): void {
    rings[ring + OTHERS] = others;
    rings[ring + HEARD_AT] = sumOf(ring) + 1;
  }

  /** The place of the entry in its bucket, -1 where it has none. */
  function find(bucket: number): number {
    for (let number = 0; number < PLACES; number += 1) {
      const at = bucket + 1 + number * PLACE_WORDS;
      if (buckets[at + RING] === 0) return -1;
      if (isHere(at)) return at;
    }
    return -1;
  }

  function isHere(at: number): boolean {
    for (let word = 0; word < 4; word += 1)
      if (((buckets[at + word] as number) ^ (id[word] as number)) !== 0) return false;
    return true;
  }

  /** @returns -1 where the bucket is full of entries that send, or all rings are in use */
  function findOrAdd(bucket: number): number {
    const found = find(bucket);
    if (found >= 0) return found;
    for (let number = 0; number < PLACES; number += 1) {
      const at = bucket + 1 + number * PLACE_WORDS;
      if (buckets[at + RING] === 0) {
        const ring = Atomics.add(rings, RINGS_USED, 1);
        if (ring < mostEntries) return settle(at, ring);
        Atomics.sub(rings, RINGS_USED, 1);
        break;
      }
    }
    for (let number = 0; number < PLACES; number += 1) {
      const at = bucket + 1 + number * PLACE_WORDS;
      const ring = buckets[at + RING] as number;
      if (ring !== 0 && isIdle(moveOn(at))) return settle(at, ring - 1);
    }
    return -1;
  }

  function isIdle(ring: number): boolean {
    return sumOf(ring) === 0 && rings[ring + OTHERS] === 0;
  }

  function settle(at: number, ring: number): number {
    // Nothing was counted in it, by whomever. The others' count and the rate are written before they are read.
    rings[FIRST_RING + ring * RING_WORDS + HEARD_AT] = 0;
    for (let word = 0; word < 4; word += 1) buckets[at + word] = id[word] as number;
    // Last: a place with a ring is a whole one.
    buckets[at + RING] = ring + 1;
    return at;
  }

  /** Moves the ring on to this minute. @returns where it begins */
  function moveOn(at: number): number {
    const ring = FIRST_RING + ((buckets[at + RING] as number) - 1) * RING_WORDS;
    const minute = Math.floor(elapsedMs() / minuteMs);
    const before = rings[ring] as number;
    for (let passed = Math.min(minute - before, minutes); passed > 0; passed -= 1) {
      rings[counter(ring, minute - passed + 1)] = 0;
    }
    // A clock that was set back must not open the hour anew.
    rings[ring] = Math.max(before, minute);
    return ring;
  }

  function counter(ring: number, minute: number): number {
    return ring + 1 + (minute % minutes);
  }

  function sumOf(ring: number): number {
    let sum = 0;
    for (let at = ring + 1; at <= ring + minutes; at += 1) sum += rings[at] as number;
    return sum;
  }

  /** How far this node may go by itself. */
  function allowed(ring: number, mostInHour: number): number {
    const nodes = Math.max(1, Atomics.load(rings, NODES));
    const heardAt = rings[ring + HEARD_AT] as number;
    if (heardAt === 0) return Math.ceil(mostInHour / nodes);
    // Less than none where the rate was lowered, or too much was sent through several nodes at once: then what leaves
    // the hour makes no room for more until it is within the rate again.
    const left = mostInHour - (heardAt - 1) - (rings[ring + OTHERS] as number);
    return Math.min(mostInHour, heardAt - 1 + Math.ceil(left / nodes));
  }

  /** Locks one bucket after the other, and visits the places that are in use. */
  function forEachPlace(visit: (at: number, ring: number) => void): void {
    for (let bucket = 0; bucket < buckets.length; bucket += BUCKET_WORDS) {
      if (buckets[bucket + 1 + RING] === 0) continue;
      lock(bucket);
      try {
        for (let number = 0; number < PLACES; number += 1) {
          const at = bucket + 1 + number * PLACE_WORDS;
          if (buckets[at + RING] === 0) break;
          visit(at, moveOn(at));
        }
      } finally {
        Atomics.store(buckets, bucket, 0);
      }
    }
  }

  return {
    busy: () => {
      const nodes = Math.max(1, Atomics.load(rings, NODES));
      const found: CountedRate[] = [];
      forEachPlace((at, ring) => {
        const sent = sumOf(ring);
        const share = (rings[ring + MOST] as number) / nodes;
        if (sent > 0 && sent >= share * UNTOLD) found.push({ entryId: idAt(at), sent });
      });
      return found;
    },
    hear: (nodes, others) => {
      Atomics.store(rings, NODES, nodes);
      const byEntry = new Map(others.map(({ entryId, sent }) => [entryId, sent]));
      forEachPlace((at, ring) => {
        const entryId = idAt(at);
        hearOf(ring, byEntry.get(entryId) ?? 0);
        byEntry.delete(entryId);
      });
      for (const [entryId, sent] of byEntry) {
        locked(entryId, (bucket) => {
          const at = findOrAdd(bucket);
          if (at >= 0) hearOf(moveOn(at), sent);
        });
      }
    },
    take: (entryId, mostInHour) =>
      locked(entryId, (bucket) => {
        const at = findOrAdd(bucket);
        if (at < 0) return false;
        const ring = moveOn(at);
        rings[ring + MOST] = Math.min(mostInHour, NO_LIMIT);
        if (sumOf(ring) >= allowed(ring, mostInHour)) return false;
        const now = counter(ring, rings[ring] as number);
        rings[now] = (rings[now] as number) + 1;
        return true;
      }),
    giveBack: (entryId) =>
      locked(entryId, (bucket) => {
        const at = find(bucket);
        if (at < 0) return;
        const ring = moveOn(at);
        for (let back = 0; back < minutes; back += 1) {
          const counted = counter(ring, (rings[ring] as number) - back + minutes);
          if (rings[counted] === 0) continue;
          rings[counted] = (rings[counted] as number) - 1;
          return;
        }
      }),
    total: (entryId) =>
      locked(entryId, (bucket) => {
        const at = find(bucket);
        return at < 0 ? 0 : sumOf(moveOn(at));
      }),
  };
}

/** Opens the locks that a thread held when it died. What it was counting is counted or not: both are whole. */
export function releaseRateLocks(memory: RateMemory, thread: number): void {
  const buckets = new Int32Array(memory.buckets);
  for (let bucket = 0; bucket < buckets.length; bucket += BUCKET_WORDS) {
    Atomics.compareExchange(buckets, bucket, thread, 0);
  }
}
