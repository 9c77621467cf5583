import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from './ip.ts';
import { enclosingNetwork, lastAddress, type Network, parseNetwork, singleAddress } from './network.ts';
import { classifyNetwork, specialBlocks } from './special-purpose.ts';
import { parseTable } from './testdata/parse-table.ts';

const inputs = parseTable<'input' | 'verdict' | 'canonical' | 'class' | 'listable'>(
  readFileSync(new URL('testdata/ip-inputs.tsv', import.meta.url), 'utf8'),
);

/** Also for IPv4-mapped text, which `parseNetwork` refuses before anyone asks for its class. */
function network(text: string): Network {
  const [addressText = '', prefix] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return prefix === undefined ? singleAddress(address) : enclosingNetwork(address, Number(prefix));
}

test.each(
  inputs.filter((row) => row.verdict === 'valid').map((row) => [row.canonical, row.class, row.listable]),
)('%s is %s, listable: %s', (canonical, kind, listable) => {
  const result = classifyNetwork(network(canonical));
  expect(result.class).toBe(kind);
  expect(result.global).toBe(listable === 'yes');
});

describe('the registry', () => {
  test.each(specialBlocks.map((block) => [block.network, block.class]))(
    '%s: first address, last address and the whole are %s or narrower',
    (text, kind) => {
      const whole = network(text);
      expect(classifyNetwork(whole)).toMatchObject({ global: false, class: kind });
      for (const value of [whole.address, lastAddress(whole).value]) {
        const edge = classifyNetwork(singleAddress({ family: whole.family, value }));
        expect(edge.global).toBe(false);
      }
    },
  );

  test.each([
    ['192.0.0.9', 'Port Control Protocol Anycast', true],
    ['192.0.0.171', 'NAT64/DNS64 Discovery', false],
    ['192.0.0.5', 'IPv4 Service Continuity Prefix', false],
    ['192.0.0.255', 'IETF Protocol Assignments', false],
    ['192.88.99.1', 'Deprecated (6to4 Relay Anycast)', null],
    ['192.88.99.2', '6a44-relay anycast address', false],
    ['100.127.255.255', 'Shared Address Space', false],
    ['198.19.255.255', 'Benchmarking', false],
    ['203.0.113.0/29', 'Documentation (TEST-NET-3)', false],
    ['2001:1::3', 'DNS-SD Service Registration Protocol Anycast', true],
    ['2001:2::1', 'Benchmarking', false],
    ['2001:3f::', 'Drone Remote ID Protocol Entity Tags (DETs) Prefix', true],
    ['2001:1ff:ffff::', 'IETF Protocol Assignments', false],
    ['2620:4f:8000::1', 'Direct Delegation AS112 Service', true],
    ['fdff::1', 'Unique-Local', false],
    ['::1', 'Loopback Address', false],
  ])('%s lies in %s', (text, name, globallyReachable) => {
    expect(classifyNetwork(network(text))).toMatchObject({
      global: false,
      block: { name, globallyReachable },
    });
  });

  test.each([
    // A network that holds a block, or half of one.
    ['192.0.0.0/16', 'overlaps-special'],
    ['203.0.112.0/23', 'overlaps-special'],
    ['100.0.0.0/8', 'overlaps-special'],
    ['2001:db8::/31', 'overlaps-special'],
    ['2000::/3', 'overlaps-special'],
    ['4000::/3', 'overlaps-special'],
    ['fe00::/8', 'overlaps-special'],
    // Outside 2000::/3, clear of every block.
    ['6000::/3', 'unallocated'],
    ['64:ff9b:2::/48', 'unallocated'],
    ['fe00::/9', 'unallocated'],
    ['e000::', 'unallocated'],
    // Neighbours.
    ['192.0.1.0/24', 'global'],
    ['100.63.255.255', 'global'],
    ['100.128.0.0', 'global'],
    ['2001:200::/23', 'global'],
    ['3ffe::/16', 'global'],
    ['2a00:1450::/32', 'global'],
  ])('%s is %s', (text, kind) => {
    expect(classifyNetwork(network(text)).class).toBe(kind);
  });
});

test('a network is global only if each of its addresses is', () => {
  const near = fc.constantFrom(...specialBlocks.map((block) => network(block.network)));
  fc.assert(
    fc.property(near, fc.integer({ min: -3, max: 3 }), fc.nat({ max: 128 }), (block, step, width) => {
      const bits = block.family === 4 ? 32 : 128;
      const around = BigInt.asUintN(bits, block.address + BigInt(step) * (1n << BigInt(bits - block.prefix)));
      const subject = enclosingNetwork({ family: block.family, value: around }, width % (bits + 1));
      if (!classifyNetwork(subject).global) return;
      for (const value of [subject.address, lastAddress(subject).value, around]) {
        const address = { family: subject.family, value } as const;
        const inside = singleAddress(address);
        expect(`${formatAddress(address)} ${classifyNetwork(inside).class}`).toMatch(/ global$/);
      }
      for (const other of specialBlocks.map((one) => network(one.network))) {
        if (other.family !== subject.family) continue;
        const apart =
          lastAddress(other).value < subject.address || other.address > lastAddress(subject).value;
        expect(apart).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('every block is written as it reads back', () => {
  for (const block of specialBlocks) {
    if (block.class === 'ipv4-mapped') continue;
    expect(parseNetwork(block.network).ok).toBe(true);
  }
});
