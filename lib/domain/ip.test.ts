import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, formatAddress, normalisePeer, parseAddress, unwrapMapped } from './ip.ts';

const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.nat({ max: 0xffffffff }).map((value): Address => ({ family: 4, value: BigInt(value) })),
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((value): Address => ({ family: 6, value })),
  // Runs of zero groups are where RFC 5952 is easy to get wrong.
  fc.array(fc.constantFrom(0n, 0n, 1n, 0xffffn, 0xabcn), { minLength: 8, maxLength: 8 }).map(
    (groups): Address => ({
      family: 6,
      value: groups.reduce<bigint>((sum, group) => (sum << 16n) | group, 0n),
    }),
  ),
);

/** Spellings of one IPv6 address that RFC 4291 section 2.2 permits besides the canonical one. */
function otherSpellings(value: bigint): string[] {
  const groups = Array.from({ length: 8 }, (_, at) => (value >> BigInt(112 - 16 * at)) & 0xffffn);
  const full = groups.map((group) => group.toString(16).padStart(4, '0')).join(':');
  const low = Number(value & 0xffffffffn);
  const quad = `${low >>> 24}.${(low >>> 16) & 255}.${(low >>> 8) & 255}.${low & 255}`;
  return [
    full,
    full.toUpperCase(),
    groups.map((group) => group.toString(16)).join(':'),
    [...full.split(':').slice(0, 6), quad].join(':'),
  ];
}

describe('parseAddress and formatAddress', () => {
  test('round trip, in the canonical text and in every other spelling', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const text = formatAddress(address);
        expect(parseAddress(text)).toEqual(address);
        if (address.family === 4) return;
        for (const spelling of otherSpellings(address.value)) {
          expect(parseAddress(spelling)).toEqual(address);
        }
      }),
    );
  });

  test('agree with the platform on what is an address', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      '01',
      '255',
      '256',
      'f',
      'ffff',
      '10000',
      '.',
      ':',
      '::',
      '%e',
      '/',
      ' ',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 17 }), (pieces) => {
        const text = pieces.join('');
        const address = parseAddress(text);
        expect(address?.family === 4).toBe(isIPv4(text));
        expect(address?.family === 6).toBe(isIPv6(text) && !text.includes('%'));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['::FFFF:1.2.3.4', '::ffff:1.2.3.4'],
    ['::ffff:102:304', '::ffff:1.2.3.4'],
    ['::1.2.3.4', '::102:304'],
    ['0:0:0:0:0:0:0:0', '::'],
  ])('%s is written %s', (text, canonical) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(canonical);
  });
});

describe('normalisePeer', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:FFFF:203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9%eth0', '203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['::1', '::1'],
    ['::', '::'],
    [undefined, undefined],
    ['', undefined],
    ['203.0.113.9%eth0', undefined],
    ['fe80::1%', undefined],
    ['/run/postern.sock', undefined],
    ['203.0.113.9:2525', undefined],
    ['203.0.113.09', undefined],
    ['::ffff:203.0.113.9::', undefined],
    [`${'0'.repeat(70)}::1`, undefined],
  ])('%s becomes %s', (text, canonical) => {
    expect(normalisePeer(text)).toBe(canonical);
  });

  test('gives the text of the unwrapped address for every address, and is stable', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const once = normalisePeer(formatAddress(address));
        expect(once).toBe(formatAddress(unwrapMapped(address)));
        expect(normalisePeer(once)).toBe(once);
      }),
    );
  });
});
