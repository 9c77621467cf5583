import { expect, test } from 'vitest';
import { findCode, isFindCode, looksLikeFindCode } from './find-code.ts';

const secrets = { current: 'a secret of some length, for tests', previous: null };
const server = '0198c1d2-7a3b-7c4d-8e5f-001122334455';
const other = '0198c1d2-7a3b-7c4d-8e5f-001122334456';
const at = new Date('2026-11-20T12:03:00Z');
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);

test('eight digits, the same in every process, for fifteen minutes at least', () => {
  const { code, until } = findCode(secrets, server, at);
  expect(code).toMatch(/^[0-9]{8}$/);
  expect(findCode({ ...secrets }, server.toUpperCase(), later(1)).code).toBe(code);
  expect(until.getTime() - at.getTime()).toBeGreaterThanOrEqual(15 * 60_000);
  for (const minutes of [-4, 0, 5, 10, 16]) {
    expect(isFindCode(secrets, code, server, later(minutes)), String(minutes)).toBe(true);
  }
  expect(isFindCode(secrets, code, server, until)).toBe(false);
  expect(isFindCode(secrets, code, server, later(-15))).toBe(false);
});

test('of this server and secret alone, also while the secret is rotated', () => {
  const { code } = findCode(secrets, server, at);
  expect(isFindCode(secrets, code, other, at)).toBe(false);
  expect(isFindCode({ current: 'next', previous: null }, code, server, at)).toBe(false);
  expect(isFindCode({ current: 'next', previous: secrets.current }, code, server, at)).toBe(true);
});

test.each(['', '1234567', '123456789', '1234 567', '１２３４５６７８', '1234567\n'])(
  'no code: %s',
  (text) => {
    expect(looksLikeFindCode(text)).toBe(false);
    expect(isFindCode(secrets, text, server, at)).toBe(false);
  },
);
