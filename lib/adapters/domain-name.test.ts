import { expect, test } from 'vitest';
import { isPublicSuffix, parseDomainName } from './domain-name.ts';

test.each([
  ['acme.example', 'acme.example'],
  [' Acme.Example. ', 'acme.example'],
  ['https://www.acme.example/contact?x=1', 'www.acme.example'],
  ['info@acme.example', 'acme.example'],
  ['@acme.example', 'acme.example'],
  ['münchen.example', 'xn--mnchen-3ya.example'],
  ['xn--mnchen-3ya.example', 'xn--mnchen-3ya.example'],
  ['a.b.c.example', 'a.b.c.example'],
])('%j is read as %s', (text, domain) => {
  expect(parseDomainName(text)).toBe(domain);
});

test.each([
  '',
  'localhost',
  'acme',
  'acme..example',
  '-acme.example',
  'acme_.example',
  '_dmarc.acme.example',
  'acme.example:8080',
  'acme example.com',
  '192.0.2.1',
  '0x7f.1',
  '[::1]',
  'acme.example\\nx',
  `${'a'.repeat(64)}.example`,
  `${'a.'.repeat(127)}example`,
  'acme.%65xample',
])('%j is no domain', (text) => {
  expect(parseDomainName(text)).toBeNull();
});

test.each([
  ['com', true],
  ['co.uk', true],
  ['github.io', true],
  ['acme.co.uk', false],
  ['acme.github.io', false],
  ['acme.example', false],
])('%s: strangers have names below it: %s', (domain, expected) => {
  expect(isPublicSuffix(domain)).toBe(expected);
});
