import { expect, test } from 'vitest';
import { isSameOrigin } from './same-origin.ts';

const portalUrl = 'https://whitelist.example.com';

test.each([
  ['a form of ours', { 'sec-fetch-site': 'same-origin', origin: portalUrl }, true],
  [
    'a form of ours, under another name of the machine',
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' },
    true,
  ],
  ['an address typed by hand', { 'sec-fetch-site': 'none' }, true],
  ['another website', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
  ['another website that claims our origin', { 'sec-fetch-site': 'cross-site', origin: portalUrl }, false],
  [
    'a neighbour under the same domain',
    { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' },
    false,
  ],
  ['an old browser, here', { origin: portalUrl }, true],
  ['an old browser, elsewhere', { origin: 'https://evil.example' }, false],
  ['an old browser, another port', { origin: 'https://whitelist.example.com:8443' }, false],
  ['an old browser, unencrypted', { origin: 'http://whitelist.example.com' }, false],
  ['a sandboxed frame', { origin: 'null' }, false],
  ['no browser', {}, true],
])('%s: %o', (_, headers, expected) => {
  expect(isSameOrigin(new Headers(headers), portalUrl)).toBe(expected);
});
