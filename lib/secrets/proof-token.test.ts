import { expect, test } from 'vitest';
import { isProofToken, proofAddress, proofToken } from './proof-token.ts';

const secrets = { current: 'proof secret', previous: null };
const rotated = { current: 'next secret', previous: secrets.current };
const entry = '0198c1d2-7a3b-7c4d-8e5f-001122334455';
const other = '0198c1d2-7a3b-7c4d-8e5f-001122334456';

test('ten digits, the same in every process', () => {
  expect(proofToken(secrets, entry, 1)).toMatch(/^[0-9]{10}$/);
  expect(proofToken(secrets, entry.toUpperCase(), 1)).toBe(proofToken({ ...secrets }, entry, 1));
  expect(proofAddress(secrets, entry, 1, 'proof.example')).toBe(
    `${proofToken(secrets, entry, 1)}@proof.example`,
  );
});

test('of this entry and generation alone', () => {
  const token = proofToken(secrets, entry, 1);
  expect(isProofToken(secrets, token, entry, 1)).toBe(true);
  expect(isProofToken(secrets, token, entry, 2)).toBe(false);
  expect(isProofToken(secrets, token, other, 1)).toBe(false);
  expect(isProofToken(rotated, token, entry, 1)).toBe(true);
  expect(isProofToken({ current: 'next secret', previous: null }, token, entry, 1)).toBe(false);
});

test.each(['', '123', '12345678901', '12345 7890', '１２３４５６７８９０', '123456789\n'])(
  'not a token: %s',
  (text) => {
    expect(isProofToken(secrets, text, entry, 1)).toBe(false);
  },
);

test('tokens of many entries do not collide noticeably', () => {
  const tokens = new Set<string>();
  for (let generation = 0; generation < 2000; generation++)
    tokens.add(proofToken(secrets, entry, generation));
  expect(tokens.size).toBe(2000);
});
