import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress } from './ip.ts';
import {
  addressBits,
  compareNetworks,
  containsAddress,
  containsNetwork,
  enclosingNetwork,
  firstAddress,
  formatNetwork,
  isUsableAddress,
  lastAddress,
  type Network,
  networkSize,
  overlaps,
  parseNetwork,
  sameNetwork,
  usableAddresses,
  usableCount,
} from './network.ts';
import { parseTable } from './testdata/parse-table.ts';

const inputs = parseTable<'input' | 'verdict' | 'canonical' | 'class' | 'source'>(
  readFileSync(new URL('testdata/ip-inputs.tsv', import.meta.url), 'utf8'),
);

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.code}`);
  return parsed.network;
}

/** Networks that are close together, so that they often overlap. */
const anyNetwork: fc.Arbitrary<Network> = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.nat({ max: 0xffff }), fc.nat({ max: 128 }))
  .map(([family, low, width]) => {
    const base = family === 4 ? 0xcb007100n : 0x20010db8n << 96n;
    const prefix = width % (addressBits(family) + 1);
    return enclosingNetwork({ family, value: base | BigInt(low) }, prefix);
  });

describe('parseNetwork', () => {
  test('has every row of the collected inputs', () => {
    expect(inputs.length).toBeGreaterThan(380);
  });

  test.each(inputs.map((row) => [row.input, row.verdict, row.canonical, row.class, row.source]))(
    '%s: %s %s %s (%s)',
    (input, verdict, canonical, kind) => {
      const parsed = parseNetwork(JSON.parse(input));
      if (verdict === 'valid' && kind === 'ipv4-mapped') {
        expect(parsed).toMatchObject({ ok: false, code: 'ipv4_mapped' });
      } else if (verdict === 'valid') {
        const single = canonical.replace(/^([0-9.]+)\/32$|^([0-9a-f:]+)\/128$/, '$1$2');
        expect(parsed.ok && formatNetwork(parsed.network)).toBe(single);
      } else {
        expect(parsed.ok).toBe(false);
      }
    },
  );

  test.each([
    ['', 'empty', []],
    [' \t', 'empty', []],
    [' 203.0.113.7\n', 'surrounding_space', ['203.0.113.7']],
    ['203.0.113.77/24 ', 'surrounding_space', ['203.0.113.0/24', '203.0.113.77']],
    ['203.0.113. 7', 'not_an_address', []],
    ['203.0.113.7 /32', 'not_an_address', []],
    ['203.0.113.7/ 32', 'bad_prefix', []],
    ['printer.example', 'not_an_address', []],
    ['[2001:db8::1]', 'not_an_address', ['2001:db8::1']],
    ['[2001:db8::1]:25', 'not_an_address', []],
    ['203.0.113.077', 'leading_zero', []],
    ['203.0.113.77/24', 'host_bits_set', ['203.0.113.0/24', '203.0.113.77']],
    ['2001:db8::1/64', 'host_bits_set', ['2001:db8::/64', '2001:db8::1']],
    ['203.0.113.0/33', 'bad_prefix', []],
    ['203.0.113.0/', 'bad_prefix', []],
    ['203.0.113.0/024', 'bad_prefix', ['203.0.113.0/24']],
    ['203.0.113.0/255.255.255.0', 'bad_prefix', ['203.0.113.0/24']],
    ['203.0.113.9/255.255.255.0', 'bad_prefix', ['203.0.113.0/24', '203.0.113.9']],
    ['203.0.113.0/255.0.255.0', 'bad_prefix', []],
    ['203.0.113.9/255.255.255.255', 'bad_prefix', ['203.0.113.9']],
    ['203.0.113.0/24/8', 'bad_prefix', []],
    ['fe80::1%eth0', 'zone', []],
    ['::ffff:203.0.113.7', 'ipv4_mapped', ['203.0.113.7']],
    ['::ffff:cb00:7107', 'ipv4_mapped', ['203.0.113.7']],
    ['::ffff:203.0.113.0/120', 'ipv4_mapped', ['203.0.113.0/24']],
    ['::ffff:203.0.113.7/120', 'ipv4_mapped', ['203.0.113.0/24', '203.0.113.7']],
    ['::ffff:0:0/90', 'ipv4_mapped', []],
  ])('%j is refused: %s, offering %j', (text, code, suggestions) => {
    expect(parseNetwork(text)).toEqual({ ok: false, code, suggestions });
  });

  test('takes its own canonical text, and each suggestion it makes', () => {
    fc.assert(
      fc.property(anyNetwork, fc.nat({ max: 255 }), (one, offset) => {
        expect(parseNetwork(formatNetwork(one))).toEqual({ ok: true, network: one });
        const text = `${formatAddress({ family: one.family, value: one.address | BigInt(offset) })}/${one.prefix}`;
        const parsed = parseNetwork(text);
        for (const suggestion of parsed.ok ? [] : parsed.suggestions) {
          expect(parseNetwork(suggestion).ok).toBe(true);
        }
      }),
    );
  });
});

describe('relations of networks', () => {
  test('containing and overlapping are what their first and last addresses say', () => {
    fc.assert(
      fc.property(anyNetwork, anyNetwork, (one, other) => {
        const sameFamily = one.family === other.family;
        const [low, high] = [firstAddress(one).value, lastAddress(one).value];
        const [otherLow, otherHigh] = [firstAddress(other).value, lastAddress(other).value];
        expect(overlaps(one, other)).toBe(sameFamily && low <= otherHigh && otherLow <= high);
        expect(containsNetwork(one, other)).toBe(sameFamily && low <= otherLow && otherHigh <= high);
        expect(containsAddress(one, lastAddress(other))).toBe(
          sameFamily && low <= otherHigh && otherHigh <= high,
        );
        expect(sameNetwork(one, other)).toBe(sameFamily && low === otherLow && high === otherHigh);
        expect(networkSize(one)).toBe(high - low + 1n);
        expect(Math.sign(compareNetworks(one, other))).toBe(0 - Math.sign(compareNetworks(other, one)));
        expect(compareNetworks(one, other) === 0).toBe(sameNetwork(one, other));
      }),
      { numRuns: 1_000 },
    );
  });

  test('a list is in order by family, address and width', () => {
    const texts = [
      '2001:db8::1',
      '203.0.113.9',
      '203.0.113.0/24',
      '203.0.113.0/29',
      '2001:db8::/64',
      '9.0.0.1',
    ];
    const sorted = texts.map(network).sort(compareNetworks).map(formatNetwork);
    expect(sorted).toEqual([
      '9.0.0.1',
      '203.0.113.0/24',
      '203.0.113.0/29',
      '203.0.113.9',
      '2001:db8::/64',
      '2001:db8::1',
    ]);
  });
});

describe('usable addresses', () => {
  test.each([
    ['203.0.113.7', ['203.0.113.7']],
    ['203.0.113.6/31', ['203.0.113.6', '203.0.113.7']],
    ['203.0.113.4/30', ['203.0.113.5', '203.0.113.6']],
    ['2001:db8::7', ['2001:db8::7']],
    ['2001:db8::6/127', ['2001:db8::6', '2001:db8::7']],
    ['2001:db8::4/126', ['2001:db8::5', '2001:db8::6', '2001:db8::7']],
  ])('of %s are %j', (text, expected) => {
    const one = network(text);
    expect([...usableAddresses(one)].map(formatAddress)).toEqual(expected);
    expect(usableCount(one)).toBe(BigInt(expected.length));
  });

  test.each([
    ['203.0.113.0/29', '203.0.113.0', false],
    ['203.0.113.0/29', '203.0.113.1', true],
    ['203.0.113.0/29', '203.0.113.7', false],
    ['203.0.113.0/29', '203.0.113.8', false],
    ['203.0.113.0/31', '203.0.113.0', true],
    ['2001:db8::/64', '2001:db8::', false],
    ['2001:db8::/64', '2001:db8::ffff:ffff:ffff:ffff', true],
    ['203.0.113.0/29', '::ffff:203.0.113.1', false],
  ])('%s: may a host have %s? %s', (text, addressText, usable) => {
    const address = parseAddress(addressText);
    expect(address && isUsableAddress(network(text), address)).toBe(usable);
  });

  test('of a /64 are counted without listing them', () => {
    expect(usableCount(network('2001:db8::/64'))).toBe((1n << 64n) - 1n);
  });
});
