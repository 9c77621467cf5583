import { expect, test } from 'vitest';
import { paths } from './paths.ts';

test.each([
  [paths.signIn(), '/sign-in'],
  [
    paths.signIn({ next: '/servers/acme/whitelist?a=1' }),
    '/sign-in?next=%2Fservers%2Facme%2Fwhitelist%3Fa%3D1',
  ],
  [paths.serverWhitelist('acme-production'), '/servers/acme-production/whitelist'],
  [paths.newRequest('acme-production'), '/servers/acme-production/whitelist/new'],
  [paths.entry('acme-production', 'e1'), '/servers/acme-production/whitelist/e1'],
  [paths.adminEntries({ address: '2001:db8::1', account: '' }), '/admin/entries?address=2001%3Adb8%3A%3A1'],
  [paths.refused('PX-../admin'), '/refused/PX-..%2Fadmin'],
  [paths.help('proof'), '/help/whitelisting#proof'],
])('%s', (built, path) => {
  expect(built).toBe(path);
});
