import { expect, test } from 'vitest';
import { currentKey, hmacSha256, labelledKeys } from './keys.ts';

const first = { current: 'a secret of the first generation', previous: null };
const rotating = { current: 'a secret of the second generation', previous: first.current };

test('each label has its own key, and the same one every time', () => {
  expect(currentKey(first, 'reference').key).toHaveLength(32);
  expect(currentKey(first, 'reference').key).not.toEqual(currentKey(first, 'attribution').key);
  expect(currentKey(first, 'reference').key).toEqual(currentKey({ ...first }, 'reference').key);
});

test('while a secret is rotated the new one makes and both verify', () => {
  const keys = labelledKeys(rotating, 'attribution');
  expect(keys).toHaveLength(2);
  expect(keys[0]).toEqual(currentKey(rotating, 'attribution'));
  expect(keys[1]).toEqual(currentKey(first, 'attribution'));
  expect(keys[0]?.id).toMatch(/^[0-9a-f]{8}$/);
  expect(keys[0]?.id).not.toBe(keys[1]?.id);
});

test('derivation is HKDF-SHA256 as written down: other processes and versions must agree', () => {
  const { id, key } = currentKey({ current: 'fixed', previous: null }, 'proof-token');
  expect(`${id} ${key.toString('hex')}`).toMatchInlineSnapshot(
    `"a0ecf8ec 834c34c6a6bdeb59238a85a3a13310e44fc1028a5faa89108a696ffa3a773e9b"`,
  );
});

test.each([
  // RFC 4231, test cases 1, 2 and 3.
  [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    Buffer.from('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    Buffer.alloc(20, 0xaa),
    Buffer.alloc(50, 0xdd),
    '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  ],
])('HMAC-SHA256 with the key %o of %o', (key, text, sum) => {
  expect(hmacSha256(key, text).toString('hex')).toBe(sum);
});
