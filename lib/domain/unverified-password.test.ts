import { expect, test } from 'vitest';
import { isThisMachine, sendsPasswordUnverified } from './unverified-password.ts';

test.each([
  ['mta.example', true, false, true],
  ['192.0.2.25', true, false, true],
  ['10.0.0.25', true, false, true],
  ['2001:db8::25', true, false, true],
  ['localhost.example', true, false, true],
  ['127.example', true, false, true],
  ['mta.example', true, true, false],
  ['mta.example', false, false, false],
  ['localhost', true, false, false],
  ['mta.localhost', true, false, false],
  ['127.0.0.2', true, false, false],
  ['::1', true, false, false],
])('%s, password: %s, tls=required: %s', (host, password, tlsRequired, unverified) => {
  expect(sendsPasswordUnverified({ host, password, tlsRequired })).toBe(unverified);
});

test.each([
  ['127.0.0.1', true],
  ['127.8.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:192.0.2.127', false],
  ['192.0.2.127', false],
  ['::127.0.0.1', false],
  ['::1:1', false],
  [undefined, false],
])('in clear text to %s: %s', (address, may) => {
  expect(isThisMachine(address)).toBe(may);
});
