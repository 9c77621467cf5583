import { expect, test } from 'vitest';
import { isSignedRehash, signRehash } from './rehash-signature.ts';

const old = { current: 'the secret of before the rotation', previous: null };
const rotating = { current: 'the secret of after the rotation', previous: old.current };
const rotated = { current: rotating.current, previous: null };
const rehash = { credential_id: 'c-1', replaces_sha256: 'ab', password_hash: '$argon2id$made' };

test('what waited on a node is good while its secret is the previous one, and no longer', () => {
  const signature = signRehash(old, rehash);
  expect([old, rotating, rotated].map((secrets) => isSignedRehash(secrets, rehash, signature))).toEqual([
    true,
    true,
    false,
  ]);
});

test.each([
  ['another user', { ...rehash, credential_id: 'c-2' }],
  ['another hash that it replaces', { ...rehash, replaces_sha256: 'cd' }],
  ['another password', { ...rehash, password_hash: '$argon2id$chosen' }],
])('a signature is not one for %s', (_what, other) => {
  expect(isSignedRehash(old, other, signRehash(old, rehash))).toBe(false);
});

test.each(['', 'AA', '***'])('%j is no signature', (signature) => {
  expect(isSignedRehash(old, rehash, signature)).toBe(false);
});
