import { expect, test } from 'vitest';
import { webOrigin } from './web-origin.ts';

test.each([
  ['https://portal.example', 'https://portal.example'],
  ['https://portal.example/', 'https://portal.example'],
  ['HTTPS://Portal.Example:443', 'https://portal.example'],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ['http://[2001:DB8::1]:80/', 'http://[2001:db8::1]'],
])('%s is %s', (text, origin) => {
  expect(webOrigin(text)).toBe(origin);
});

test.each([
  'https://portal.example/whitelisting',
  'https://portal.example//',
  'https://portal.example/?a=b',
  'https://portal.example/#a',
  'https://user@portal.example',
  'https://user:secret@portal.example/',
  'ftp://portal.example',
  'portal.example',
  '',
])('%s is more than an origin, or none', (text) => {
  expect(webOrigin(text)).toBeNull();
});
