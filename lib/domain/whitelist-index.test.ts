import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { formatAddress, normalisePeer, parseAddress } from './ip.ts';
import {
  addressBits,
  containsAddress,
  enclosingNetwork,
  formatNetwork,
  lastAddress,
  type Network,
} from './network.ts';
import type { ReaderReport, ReaderTask } from './testdata/index-reader.ts';
import {
  buildWhitelistIndex,
  countNetworks,
  enlargedIndex,
  lookUpAddress,
  openWhitelistIndex,
  removeNetwork,
  setNetwork,
  type WhitelistIndex,
} from './whitelist-index.ts';

/** What the index must be equal to: a list that is searched from end to end. */
class Model {
  readonly entries = new Map<string, { network: Network; number: number }>();

  set(network: Network, number: number): void {
    this.entries.set(formatNetwork(network), { network, number });
  }

  lookUp(text: string): number {
    const address = parseAddress(normalisePeer(text) ?? '');
    if (address === undefined) return -1;
    const holding = [...this.entries.values()].filter((entry) => containsAddress(entry.network, address));
    return holding.sort((one, other) => other.network.prefix - one.network.prefix)[0]?.number ?? -1;
  }
}

/** Networks that crowd into a few places, so that they are neighbours, lie in one another and share runs of slots. */
const crowded: fc.Arbitrary<Network> = fc
  .tuple(
    fc.constantFrom<[4 | 6, bigint]>(
      [4, 0xc6336400n],
      [4, 0n],
      [4, 0xffffff00n],
      [6, 0x20010db8n << 96n],
      [6, 0n],
      [6, (1n << 128n) - 256n],
    ),
    fc.nat({ max: 255 }),
    fc.constantFrom(0n, 0n, 8n, 24n, 64n, 92n),
    fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 128 })),
  )
  .map(([[family, base], low, shift, hostBits]) => {
    const bits = addressBits(family);
    const value = BigInt.asUintN(bits, base ^ (BigInt(low) << shift));
    return enclosingNetwork({ family, value }, bits - Math.min(hostBits, bits));
  });

function edges(network: Network): string[] {
  const before = BigInt.asUintN(addressBits(network.family), network.address - 1n);
  const last = lastAddress(network).value;
  const behind = BigInt.asUintN(addressBits(network.family), last + 1n);
  const texts = [before, network.address, last, behind].map((value) =>
    formatAddress({ family: network.family, value }),
  );
  return network.family === 4 ? [...texts, ...texts.map((text) => `::ffff:${text}`)] : texts;
}

describe('the index against a list', () => {
  test('built', () => {
    fc.assert(
      fc.property(fc.array(crowded, { maxLength: 60 }), crowded, fc.integer(), (networks, other, seed) => {
        const model = new Model();
        for (const [number, network] of networks.entries()) model.set(network, number);
        const index = buildWhitelistIndex(networks.map(formatNetwork), undefined, seed);
        expect(countNetworks(index)).toBe(model.entries.size);
        for (const text of [...networks, other].flatMap(edges)) {
          expect(`${text} ${lookUpAddress(index, text)}`).toBe(`${text} ${model.lookUp(text)}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('patched at random, enlarged where it is full', () => {
    const patch = fc.tuple(fc.constantFrom('set', 'set', 'remove'), fc.nat({ max: 39 }), fc.nat());
    const pool = fc.array(crowded, { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(pool, fc.array(patch, { minLength: 100, maxLength: 300 }), (networks, patches) => {
        const model = new Model();
        let index = buildWhitelistIndex([]);
        for (const [verb, place, number] of patches) {
          const network = networks[place] as Network;
          const text = formatNetwork(network);
          if (verb === 'remove') {
            expect(removeNetwork(index, text)).toBe(model.entries.delete(text));
          } else {
            const kept = number % 0x3ffffffd;
            if (!setNetwork(index, text, kept)) {
              index = enlargedIndex(index);
              expect(setNetwork(index, text, kept)).toBe(true);
            }
            model.set(network, kept);
          }
          for (const edge of edges(network)) expect(lookUpAddress(index, edge)).toBe(model.lookUp(edge));
        }
        expect(countNetworks(index)).toBe(model.entries.size);
      }),
      { numRuns: 100 },
    );
  });

  test('with a prefix of every length at once', () => {
    const model = new Model();
    for (const family of [4, 6] as const) {
      const bits = addressBits(family);
      for (let prefix = 0; prefix <= bits; prefix += 1) {
        // Each one leaves the path of the others at its last bit, so that none lies in another.
        const value = prefix === 0 ? 0n : ((1n << BigInt(prefix)) - 2n) << BigInt(bits - prefix);
        model.set(enclosingNetwork({ family, value }, prefix), prefix + 1_000 * family);
      }
    }
    const entries = [...model.entries.values()];
    const index = buildWhitelistIndex(
      entries.map((entry) => formatNetwork(entry.network)),
      entries.map((entry) => entry.number),
    );
    for (const edge of entries.flatMap((entry) => edges(entry.network))) {
      expect(`${edge} ${lookUpAddress(index, edge)}`).toBe(`${edge} ${model.lookUp(edge)}`);
    }
  });
});

describe('room', () => {
  const many = Array.from({ length: 20_000 }, (_, place) => place);
  const v4 = many.map((place) => `100.${place >> 8}.${place & 255}.8/29`);
  const v6 = many.map((place) => `2001:db8:${(place * 3).toString(16)}::${place.toString(16)}`);

  test.each([
    ['IPv4', v4],
    ['IPv6 addresses', v6],
  ])('%s: at most 32 bytes a network', (_name, networks) => {
    const index = buildWhitelistIndex(networks);
    const empty = buildWhitelistIndex([]).words.byteLength;
    expect((index.words.byteLength - empty) / networks.length).toBeLessThanOrEqual(32);
    for (const [place, text] of networks.entries()) {
      expect(lookUpAddress(index, text.replace('.8/29', '.13'))).toBe(place);
    }
  });

  test('a full index changes nothing, still removes, and its enlarged copy takes more', () => {
    const full = buildWhitelistIndex(v4);
    let added = 0;
    while (setNetwork(full, `101.${added >> 8}.${added & 255}.0`, added)) added += 1;
    expect(added).toBeGreaterThan(2_000);
    const refused = `101.${added >> 8}.${added & 255}.0`;
    expect(lookUpAddress(full, refused)).toBe(-1);
    expect(countNetworks(full)).toBe(v4.length + added);
    expect(setNetwork(full, v4[7] as string, 70)).toBe(true);
    expect(removeNetwork(full, v4[8] as string)).toBe(true);

    const bigger = enlargedIndex(full);
    expect(countNetworks(bigger)).toBe(countNetworks(full));
    expect(setNetwork(bigger, refused, 5)).toBe(true);
    expect([refused, '100.0.7.9', '100.0.8.9'].map((text) => lookUpAddress(bigger, text))).toEqual([
      5, 70, -1,
    ]);
    expect(lookUpAddress(full, refused)).toBe(-1);
  });

  test('an endless change of one network uses no room', () => {
    const index = buildWhitelistIndex(['198.51.100.0/29']);
    for (let round = 0; round < 1_000; round += 1) {
      expect(removeNetwork(index, '198.51.100.0/29')).toBe(true);
      expect(setNetwork(index, '198.51.100.0/29', round)).toBe(true);
    }
    expect(lookUpAddress(index, '198.51.100.7')).toBe(999);
    expect(countNetworks(index)).toBe(1);
  });
});

test.each([
  '',
  'printer',
  '198.51.100.1/33',
  '198.51.100.01',
  '198.51.100.1/',
  '/24',
  '::1%eth0',
  '1.2.3.4/024',
])('the text %j is no network', (text) => {
  expect(() => buildWhitelistIndex([text])).toThrow(RangeError);
  expect(lookUpAddress(buildWhitelistIndex(['0.0.0.0/0', '::/0']), text)).toBe(-1);
});

test.each([-1, 1.5, 0x3ffffffe, Number.NaN])('an entry cannot have the number %s', (number) => {
  expect(() => buildWhitelistIndex(['198.51.100.1'], [number])).toThrow(RangeError);
});

test('memory that is no index is not opened', () => {
  expect(() => openWhitelistIndex(new SharedArrayBuffer(64))).toThrow(RangeError);
  expect(() => openWhitelistIndex(new SharedArrayBuffer(65_536))).toThrow(RangeError);
});

test('where networks lie is up to the seed: strangers cannot know which of them fall on one another', () => {
  const networks = Array.from({ length: 64 }, (_, place) => `198.51.100.${place}`);
  const [one, same, other] = [1, 1, 2].map((seed) => buildWhitelistIndex(networks, undefined, seed).words);
  expect(one).toEqual(same);
  const differing = one?.filter((word, at) => word !== other?.[at]);
  // Both words of nearly every network, and not the seed alone.
  expect(differing?.length).toBeGreaterThan(64);
});

test('another opening of the same memory sees a patch', () => {
  const index = buildWhitelistIndex(['198.51.100.1']);
  const reader = openWhitelistIndex(index.words.buffer);
  setNetwork(index, '2001:db8::/64', 7);
  removeNetwork(index, '198.51.100.1');
  expect([lookUpAddress(reader, '2001:db8::9'), lookUpAddress(reader, '198.51.100.1')]).toEqual([7, -1]);
});

/** Runs a thread that looks up while `patch` is called over and over, until the thread has done. */
async function readWhile(
  index: WhitelistIndex,
  task: Pick<ReaderTask, 'addresses' | 'numbers' | 'rounds'>,
  patch: () => void,
) {
  const signal = new SharedArrayBuffer(8);
  const flags = new Int32Array(signal);
  const workerData: ReaderTask = { index: index.words.buffer, signal, ...task };
  const worker = new Worker(new URL('testdata/index-reader.ts', import.meta.url), { workerData });
  const reported = once(worker, 'message') as Promise<[ReaderReport]>;
  await Promise.race([Atomics.waitAsync(flags, 0, 0).value, once(worker, 'exit')]);
  let patches = 0;
  while (Atomics.load(flags, 1) === 0) {
    patch();
    patches += 1;
  }
  const [report] = await reported;
  await worker.terminate();
  return { ...report, patches };
}

test('a thread that reads while another patches never sees the number of one network at another', async () => {
  // All in a few runs of slots: IPv4 neighbours, and IPv6 networks that differ in one word only.
  const places = Array.from({ length: 64 }, (_, place) => place);
  const networks = places.flatMap((place) => [
    `198.51.100.${place}`,
    `2001:db8:0:${place.toString(16)}::/64`,
    `2001:db8:ffff:0:${place.toString(16)}::1`,
  ]);
  const numbers = networks.map((_, place) => place + 1);
  const index = buildWhitelistIndex(networks, numbers);
  let at = 0;
  const report = await readWhile(
    index,
    {
      addresses: networks.map((text) => text.replace('/64', '9')),
      numbers,
      rounds: 2_000,
    },
    () => {
      at = (at + 7) % networks.length;
      const network = networks[at] as string;
      removeNetwork(index, network);
      setNetwork(index, network, numbers[at] as number);
    },
  );
  expect(report.wrong).toEqual([]);
  expect(report.found).toBeGreaterThan(0);
  expect(report.patches).toBeGreaterThan(1_000);
});

/** Two to a granule: with the first the group and the guide's bits are in use before the second is put in. */
const nearZero = ['0.0.0.5', '0.0.0.6', '::5', '::6'].map((text) => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(text);
  return enclosingNetwork(address, addressBits(address.family));
});

test('between any two steps of a patch every address has the answer of before or of after', () => {
  fc.assert(
    fc.property(
      fc.array(crowded, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(), { minLength: 30 }),
      (some, places) => {
        // In one run of slots with what an unwritten network would be, which is looked for below.
        const networks = [...some, ...nearZero];
        const index = buildWhitelistIndex([]);
        const reader = openWhitelistIndex(index.words.buffer);
        // A slot whose network is not yet written would stand for these.
        const watched = [...networks.flatMap(edges), '0.0.0.0', '::', '::1', '2001:db8::'];
        const model = new Model();
        let steps: number[][] = [];
        const see = () => steps.push(watched.map((text) => lookUpAddress(reader, text)));
        const spies = (['store', 'or', 'add'] as const).map((name) => {
          const original: (words: Uint32Array, at: number, value: number) => number = Atomics[name];
          return vi.spyOn(Atomics, name).mockImplementation(((
            words: Uint32Array,
            at: number,
            value: number,
          ) => {
            see();
            const result = original(words, at, value);
            see();
            return result;
          }) as never);
        });
        for (const [number, place] of places.entries()) {
          const network = networks[place % networks.length] as Network;
          const text = formatNetwork(network);
          const before = watched.map((address) => model.lookUp(address));
          steps = [];
          if (number % 3 === 2) {
            removeNetwork(index, text);
            model.entries.delete(text);
          } else {
            setNetwork(index, text, number);
            model.set(network, number);
          }
          const after = watched.map((address) => model.lookUp(address));
          const torn = steps.flatMap((answers) =>
            answers.flatMap((answer, at) =>
              answer === before[at] || answer === after[at] ? [] : `${watched[at]} had ${answer}`,
            ),
          );
          expect(torn).toEqual([]);
        }
        for (const spy of spies) spy.mockRestore();
      },
    ),
    { numRuns: 40 },
  );
});
