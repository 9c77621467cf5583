import { expect, test } from 'vitest';
import { currentHref } from './navigation.ts';

const items = [
  { href: '/', label: 'Home' },
  { href: '/account/whitelist', label: 'Whitelisted IPs' },
  { href: '/servers/acme/whitelist', label: 'acme' },
  { href: '/servers/acme/whitelist/new', label: 'New' },
  { href: '/servers/globex/whitelist', label: 'globex', beneath: '/servers/globex' },
];

test.each([
  ['/', '/'],
  ['/account/whitelist', '/account/whitelist'],
  ['/servers/acme/whitelist/7', '/servers/acme/whitelist'],
  ['/servers/acme/whitelist/new', '/servers/acme/whitelist/new'],
  ['/servers/acme/whitelisted', null],
  ['/servers/globex/domains', '/servers/globex/whitelist'],
  ['/servers/globex-2/domains', null],
  ['/help/whitelisting', null],
])('%s belongs to %s', (pathname, href) => {
  expect(currentHref(items, pathname)).toBe(href);
});
