import { expect, test } from 'vitest';
import { currentKey, labelledKeys } from './keys.ts';

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
