import { createDecipheriv, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RefusalCode, refusalNumbers } from '../domain/refusal-codes.ts';
import { decodeBase32 } from './base32.ts';
import { currentKey } from './keys.ts';
import { openReference, type Refusal, sealReference } from './reference.ts';

const secrets = { current: 'reference secret', previous: null };
const at = new Date('2026-03-01T12:00:00Z');
const day = 24 * 60 * 60 * 1000;
const refusal: Refusal = { address: '203.0.113.5', rule: 'not_whitelisted', at, node: 'mx1' };

const addresses = [
  '0.0.0.0',
  '203.0.113.5',
  '255.255.255.255',
  '::',
  '::1',
  '2001:db8::1',
  '2001:db8:0:1::',
  '2001:db8:1:2:3:4:5:6',
  '1:0:0:2::3',
  null,
];

test.each(addresses)('what was sealed for %s comes back', (address) => {
  const reference = sealReference(secrets, { ...refusal, address });
  expect(reference).toMatch(/^PX-[0-9A-HJKMNP-TV-Z]+$/);
  expect(openReference(secrets, reference, at)).toEqual({ ok: true, refusal: { ...refusal, address } });
});

test('every rule, time and node survives', () => {
  const rules = fc.constantFrom(...(Object.keys(refusalNumbers) as RefusalCode[]));
  const seconds = fc.integer({ min: 1_600_000_000, max: 4_000_000_000 });
  fc.assert(
    fc.property(rules, seconds, fc.stringMatching(/^[a-z0-9.-]{0,12}$/), (rule, second, node) => {
      const sealed: Refusal = { ...refusal, rule, node, at: new Date(second * 1000) };
      const opened = openReference(secrets, sealReference(secrets, sealed), sealed.at);
      expect(opened).toEqual({ ok: true, refusal: sealed });
    }),
  );
});

test.each([null, '203.0.113.5', '2001:db8:1:2:3:4:5:6'])('it is AES-128-CTR under the tag: %s', (address) => {
  const reference = sealReference(secrets, { ...refusal, address, node: 'mx-of-twelve' });
  const octets = decodeBase32(reference.slice('PX-'.length)) ?? Buffer.alloc(0);
  const [tag, sealed] = [octets.subarray(0, 12), octets.subarray(12)];
  const { key } = currentKey(secrets, 'reference');
  const cipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), Buffer.concat([tag, Buffer.alloc(4)]));
  const plain = cipher.update(sealed);
  expect(createHmac('sha256', key.subarray(16)).update(plain).digest().subarray(0, 12)).toEqual(tag);
  expect(plain.subarray(-12).toString()).toBe('mx-of-twelve');
});

test('a long node name is cut, to whole characters', () => {
  const opened = openReference(secrets, sealReference(secrets, { ...refusal, node: 'mx-€€€€€' }), at);
  expect(opened).toMatchObject({ ok: true, refusal: { node: 'mx-€€€' } });
});

test('an IPv4 reference is short enough to read out', () => {
  expect(sealReference(secrets, refusal).length).toBeLessThanOrEqual(44);
});

test('a person may type it carelessly', () => {
  const reference = sealReference(secrets, refusal);
  const typed = ` ${reference
    .toLowerCase()
    .replace(/0/g, 'o')
    .replace(/1/g, 'l')
    .replace(/(.{9})/, '$1 - ')} `;
  expect(openReference(secrets, typed, at)).toMatchObject({ ok: true });
});

test('30 days, not more, and none from the future', () => {
  const reference = sealReference(secrets, refusal);
  const opened = (ms: number) => openReference(secrets, reference, new Date(at.getTime() + ms));
  expect(opened(30 * day)).toMatchObject({ ok: true });
  expect(opened(30 * day + 1000)).toEqual({ ok: false, code: 'expired' });
  expect(opened(-day)).toEqual({ ok: false, code: 'expired' });
});

test('a rotated secret still opens what the one before it sealed', () => {
  const reference = sealReference(secrets, refusal);
  const rotated = { current: 'another', previous: secrets.current };
  expect(openReference(rotated, reference, at)).toMatchObject({ ok: true });
  expect(openReference({ current: 'another', previous: null }, reference, at)).toMatchObject({ ok: false });
});

describe('not a reference', () => {
  const reference = sealReference(secrets, refusal);
  const characters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

  test('any one character changed', () => {
    for (let index = 3; index < reference.length; index++) {
      for (const character of characters) {
        if (character === reference[index]) continue;
        const changed = reference.slice(0, index) + character + reference.slice(index + 1);
        expect(openReference(secrets, changed, at)).toEqual({ ok: false, code: 'not_a_reference' });
      }
    }
  });

  test.each(['', 'PX-', 'PX-0', 'PX-UUUU', 'PX-🙂', 'XX-12', `PX-${'0'.repeat(5000)}`, '../../etc/passwd'])(
    '%s',
    (text) => {
      expect(openReference(secrets, text, at)).toEqual({ ok: false, code: 'not_a_reference' });
    },
  );

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(openReference(secrets, `PX-${text}`, at).ok).toBe(false);
      }),
    );
  });
});
