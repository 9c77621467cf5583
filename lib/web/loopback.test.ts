import { expect, test } from 'vitest';
import { isFromLoopback } from './loopback.ts';

const asked = (headers: Record<string, string>) =>
  isFromLoopback(new Headers({ 'x-postern-client': '127.0.0.1', host: '127.0.0.1:3000', ...headers }));

test.each([
  [{ host: '127.0.0.1:3000' }],
  [{ host: '127.0.0.1' }],
  [{ host: 'localhost:3000' }],
  [{ 'x-postern-client': '::1', host: '[::1]:3000' }],
  [{ 'x-postern-client': '::1', host: 'LOCALHOST' }],
])('a collector on this machine: %j', (headers) => {
  expect(asked(headers)).toBe(true);
});

test.each([
  ['somebody elsewhere', { 'x-postern-client': '192.0.2.1' }],
  ['what a proxy says that it passes on', { 'x-postern-forwarded': 'yes' }],
  [
    'what a proxy passes on and says nothing of: the browser asked for the public name',
    { host: 'portal.example' },
  ],
  ['a page elsewhere whose name was made to lead to this machine', { host: 'rebound.example:3000' }],
  ['a name that only begins like an address', { host: '127.0.0.1.example' }],
  ['no host at all', { host: '' }],
])('not %s', (_what, headers) => {
  expect(asked(headers)).toBe(false);
});
