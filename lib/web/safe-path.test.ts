import { expect, test } from 'vitest';
import { pathAfterSignIn, safePath } from './safe-path.ts';

test.each([
  ['/account/whitelist', '/account/whitelist'],
  ['/servers/acme-production/whitelist/new?network=198.51.100.7', undefined],
  ['/admin/requests?cursor=a%2Fb', undefined],
  ['/', '/'],
  ['/a/../admin/nodes', '/admin/nodes'],
  ['/admin/nodes#part', '/admin/nodes'],
  ['/signing', '/signing'],
])('%s is a path of ours', (text, expected = text) => {
  expect(safePath(text)).toBe(expected);
});

test.each([
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/./\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'evil.example',
  '',
  ' /account',
  '/sign-in',
  '/sign-in?next=/sign-in',
  '/sign-in/second-factor',
  '/invitation/abc',
  '/api/v1/whitelist',
  '/x/../api/auth/signout',
  undefined,
  null,
  ['/account', '/admin'],
])('%j leads elsewhere', (text) => {
  expect(safePath(text)).toBeNull();
});

test.each([
  [{ next: '/admin/nodes' }, '/admin/nodes'],
  [{ callbackUrl: 'https://portal.example/account/people?cursor=a' }, '/account/people?cursor=a'],
  [{ next: '/admin/nodes', callbackUrl: 'https://portal.example/account/people' }, '/admin/nodes'],
  [{ next: '//evil.example', callbackUrl: 'https://portal.example/account/people' }, '/account/people'],
  [{ callbackUrl: 'https://portal.example' }, null],
  [{ callbackUrl: 'https://portal.example/sign-in' }, null],
  [{ callbackUrl: 'https://portal.example//evil.example/' }, null],
  [{ callbackUrl: 'https://portal.example.evil.example/account/people' }, null],
  [{ callbackUrl: 'https://evil.example/account/people' }, null],
  [{ callbackUrl: ['https://portal.example/account/people'] }, null],
  [{}, null],
])('a sign-in page opened with %j leads on to %s', (query, expected) => {
  expect(pathAfterSignIn(query, 'https://portal.example')).toBe(expected);
});
