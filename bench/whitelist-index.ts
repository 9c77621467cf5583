import { BlockList, isIPv6 } from 'node:net';
import { pathToFileURL } from 'node:url';
import ipaddr from 'ipaddr.js';
import { Reader } from 'mmdb-lib';
import { readAddress } from '../lib/domain/address-words.ts';
import {
  buildWhitelistIndex,
  enlargedIndex,
  lookUpAddress,
  removeNetwork,
  setNetwork,
} from '../lib/domain/whitelist-index.ts';
import { type Leaf, writeDatabase } from './mmdb-writer.ts';

/** One measured value. Look-ups take the peer's text and give the number of the network's owner. */
export type IndexRow = {
  readonly networks: number;
  readonly subject: string;
  readonly measure: 'look-up' | 'size' | 'build' | 'patch' | 'enlarge';
  readonly value: number;
  readonly unit: 'ns' | 'bytes/network' | 'ms';
};

/** Networks without overlap, and peers to ask for: half of them listed. */
type Scene = { readonly networks: string[]; readonly leaves: Leaf[]; readonly peers: string[] };

const peersAsked = 200_000;
const repetitions = 5;
/** A just-in-time compiler that has seen IPv4 alone needs some of them to do as well with IPv6. */
const warmUps = 5;

/** A small generator with a seed, so that every run measures the same lists. */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}

function quad(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** A string of its own in memory, in the order of use: as fresh as a peer's text is at accept. */
function fresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** What customers list: mostly single addresses, some small ranges up to /29. */
const v4Prefixes = [32, 32, 32, 32, 32, 32, 32, 31, 30, 29];
const v6Prefixes = [128, 128, 64, 64, 56];

/** IPv4 networks over all of the address space, and for a share of the list IPv6 networks under 2000::/3. */
function makeScene(count: number, v6Share: number): Scene {
  const random = randomWords(count + v6Share * 1_000);
  const networks: string[] = [];
  const leaves: Leaf[] = [];
  const inside: string[] = [];
  const taken = new Set<string>();
  while (networks.length < count) {
    if (random() / 2 ** 32 < v6Share) {
      const site = `2${(random() & 0xfff).toString(16).padStart(3, '0')}:${(random() & 0xffff).toString(16)}`;
      const head = `${site}:${(random() & 0xffff).toString(16)}`;
      const prefix = v6Prefixes[random() % v6Prefixes.length] as number;
      const subnet = prefix === 56 ? ((random() & 0xff) << 8).toString(16) : (random() & 0xffff).toString(16);
      const host = (random() & 0xffff).toString(16);
      const key = `${head}:${subnet}`;
      if (taken.has(key) || subnet === '0') continue;
      taken.add(key);
      networks.push(prefix === 128 ? `${key}::${host}` : `${key}::/${prefix}`);
      inside.push(`${key}::${host}`);
    } else {
      const prefix = v4Prefixes[random() % v4Prefixes.length] as number;
      // One network in each /29 at most: no two overlap.
      const base = (random() & -8) >>> 0;
      const key = quad(base);
      if (taken.has(key)) continue;
      taken.add(key);
      const address = (base | (random() & 7 & ~(2 ** (32 - prefix) - 1))) >>> 0;
      leaves.push({ address, prefix, number: networks.length });
      networks.push(`${quad(address)}/${prefix}`);
      inside.push(quad((address | (random() & (2 ** (32 - prefix) - 1))) >>> 0));
    }
  }
  const peers = Array.from({ length: peersAsked }, (_, place) => {
    const listed = inside[random() % count] as string;
    if (place % 2 === 0) return fresh(listed);
    return isIPv6(listed) ? fresh(`2a02:${listed.slice(5)}`) : fresh(quad(random()));
  });
  return { networks, leaves, peers };
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[values.length >> 1] as number;
}

/** Nanoseconds that one call takes over so many peers, the median of several rounds after some to warm up. */
function timePeers(peers: readonly string[], limit: number, ask: (peer: string) => unknown): number {
  const asked = peers.slice(0, limit);
  const rounds = Array.from({ length: warmUps + repetitions }, () => {
    const start = process.hrtime.bigint();
    for (const peer of asked) ask(peer);
    return Number(process.hrtime.bigint() - start) / asked.length;
  });
  return median(rounds.slice(warmUps));
}

function time<Result>(work: () => Result): { result: Result; milliseconds: number } {
  const start = performance.now();
  const result = work();
  return { result, milliseconds: performance.now() - start };
}

function measureOurs(scene: Scene, subject: string): IndexRow[] {
  const networks = scene.networks.length;
  const built = time(() => buildWhitelistIndex(scene.networks));
  const index = built.result;
  const lookUp = timePeers(scene.peers, peersAsked, (peer) => lookUpAddress(index, peer));
  const patched = scene.networks.slice(0, 20_000);
  const patches = Array.from({ length: repetitions }, () => {
    const round = time(() => {
      for (const [number, network] of patched.entries()) {
        removeNetwork(index, network);
        setNetwork(index, network, number);
      }
    });
    return (round.milliseconds * 1e6) / (2 * patched.length);
  });
  const enlarged = time(() => enlargedIndex(index));
  return [
    { networks, subject, measure: 'look-up', value: lookUp, unit: 'ns' },
    { networks, subject, measure: 'size', value: index.words.byteLength / networks, unit: 'bytes/network' },
    { networks, subject, measure: 'build', value: built.milliseconds, unit: 'ms' },
    { networks, subject, measure: 'patch', value: median(patches), unit: 'ns' },
    { networks, subject, measure: 'enlarge', value: enlarged.milliseconds, unit: 'ms' },
  ];
}

function measureMmdb(scene: Scene): IndexRow[] {
  const networks = scene.networks.length;
  const built = time(() => writeDatabase(scene.leaves));
  const reader = new Reader<never>(built.result);
  const subject = 'mmdb-lib, IPv4';
  const lookUp = timePeers(scene.peers, peersAsked, (peer) => reader.get(peer));
  return [
    { networks, subject, measure: 'look-up', value: lookUp, unit: 'ns' },
    { networks, subject, measure: 'size', value: built.result.length / networks, unit: 'bytes/network' },
    { networks, subject, measure: 'build', value: built.milliseconds, unit: 'ms' },
  ];
}

/** Answers only yes or no, not whose; nothing can be taken out of it again. */
function measureBlockList(scene: Scene): IndexRow[] {
  const networks = scene.networks.length;
  const built = time(() => {
    const list = new BlockList();
    for (const network of scene.networks) {
      const [address, prefix] = network.split('/') as [string, string];
      list.addSubnet(address, Number(prefix), 'ipv4');
    }
    return list;
  });
  const subject = 'net.BlockList, IPv4';
  const lookUp = timePeers(scene.peers, 20_000, (peer) => built.result.check(peer, 'ipv4'));
  return [
    { networks, subject, measure: 'look-up', value: lookUp, unit: 'ns' },
    { networks, subject, measure: 'build', value: built.milliseconds, unit: 'ms' },
  ];
}

/** Searches from end to end, so few peers are asked. */
function measureIpaddr(scene: Scene): IndexRow[] {
  const networks = scene.networks.length;
  const built = time(() => scene.networks.map((network) => ipaddr.IPv4.parseCIDR(network)));
  const subject = 'ipaddr.js, a list, IPv4';
  const lookUp = timePeers(scene.peers, 4, (peer) => {
    const address = ipaddr.IPv4.parse(peer);
    return built.result.findIndex((range) => address.match(range));
  });
  return [
    { networks, subject, measure: 'look-up', value: lookUp, unit: 'ns' },
    { networks, subject, measure: 'build', value: built.milliseconds, unit: 'ms' },
  ];
}

/** Measures the whitelist index beside what else a Node program could use. */
export function benchWhitelistIndex(): IndexRow[] {
  return [100_000, 1_000_000].flatMap((size) => {
    const v4 = makeScene(size, 0);
    const words = new Uint32Array(4);
    const parse = timePeers(v4.peers, peersAsked, (peer) => readAddress(peer, 0, peer.length, words));
    return [
      {
        networks: size,
        subject: 'reading the text alone, IPv4',
        measure: 'look-up',
        value: parse,
        unit: 'ns',
      } as const,
      ...measureOurs(v4, 'Postern, IPv4'),
      ...measureOurs(makeScene(size, 0.2), 'Postern, a fifth IPv6'),
      ...measureOurs(makeScene(size, 1), 'Postern, IPv6'),
      ...measureMmdb(v4),
      ...measureBlockList(v4),
      ...measureIpaddr(v4),
    ];
  });
}

/** The rows as a table, one line a subject. */
export function formatIndexRows(rows: readonly IndexRow[]): string {
  const lines = new Map<string, string[]>();
  for (const row of rows) {
    const name = `${row.networks.toLocaleString('en')} networks, ${row.subject}`;
    const digits = row.value >= 100 ? 0 : 1;
    const cell = `${row.measure} ${Number(row.value.toFixed(digits)).toLocaleString('en')} ${row.unit}`;
    lines.set(name, [...(lines.get(name) ?? []), cell]);
  }
  return [...lines].map(([name, cells]) => `${name.padEnd(52)} ${cells.join(', ')}`).join('\n');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(formatIndexRows(benchWhitelistIndex()));
}
