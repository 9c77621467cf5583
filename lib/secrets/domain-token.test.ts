import { expect, test } from 'vitest';
import { challengeName, challengeValue, isChallengeValue } from './domain-token.ts';
import type { Secrets } from './keys.ts';

const secrets: Secrets = { current: 'the present secret, long enough for a key', previous: null };
const server = '6f1c1d4e-5b1c-4a67-9a55-0f1f3c5f0a11';
const value = challengeValue(secrets, server, 'acme.example');

test('the record is one short line below a name of its own', () => {
  expect(challengeName('acme.example')).toBe('_postern-challenge.acme.example');
  expect(value).toMatch(/^postern-verification=[0-9a-z]{24}$/);
});

test('it counts for its server and domain alone, however a panel has changed its case', () => {
  expect(isChallengeValue(secrets, ` ${value.toUpperCase()} `, server, 'acme.example')).toBe(true);
  expect(isChallengeValue(secrets, value, server, 'acme.test')).toBe(false);
  expect(isChallengeValue(secrets, value, '0f1c1d4e-5b1c-4a67-9a55-0f1f3c5f0a11', 'acme.example')).toBe(
    false,
  );
  expect(isChallengeValue(secrets, 'postern-verification=', server, 'acme.example')).toBe(false);
});

test('a record that was published before the secret was rotated still counts', () => {
  const rotated: Secrets = { current: 'another secret, long enough for a key', previous: secrets.current };
  expect(isChallengeValue(rotated, value, server, 'acme.example')).toBe(true);
  expect(isChallengeValue({ ...rotated, previous: null }, value, server, 'acme.example')).toBe(false);
});
