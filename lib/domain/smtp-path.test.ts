import { domainToASCII } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hidesRouting, needsUtf8, parseMailbox, parseSmtpPath } from './smtp-path.ts';

const toAscii = (domain: string) => domainToASCII(domain) || null;
const read = (text: string) => parseSmtpPath(text, toAscii);

describe('paths as devices write them', () => {
  test.each([
    ['<a@b.example>', 'a@b.example', []],
    [' <a@b.example>', 'a@b.example', []],
    ['   <a@b.example>   ', 'a@b.example', []],
    ['a@b.example', 'a@b.example', []],
    ['a@b.example ', 'a@b.example', []],
    ['a@b.example SIZE=1', 'a@b.example', ['SIZE=1']],
    ['<a@b.example> SIZE=1  BODY=8BITMIME ', 'a@b.example', ['SIZE=1', 'BODY=8BITMIME']],
    ['<"a b\\""@b.example> X', '"a b\\""@b.example', ['X']],
    ['<a@[192.0.2.1]>', 'a@[192.0.2.1]', []],
  ])('%s', (text, mailbox, parameters) => {
    expect(read(text)).toMatchObject({ mailbox: { text: mailbox }, parameters });
  });

  test.each(['<>', ' <> ', '<> SIZE=1'])('null reverse-path %s', (text) => {
    expect(read(text)?.mailbox).toBeNull();
  });

  test.each([
    '',
    ' ',
    '<',
    '<a@b.example',
    '<a@b.example>SIZE=1',
    '<<a@b.example>>',
    '<a@b.example>>',
    '< a@b.example>',
    '<"a > b"@b.example> X',
    '<"a\\"> b"@b.example>',
    'a@b.example,c@d.example',
  ])('no path: %s', (text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('mailboxes', () => {
  test.each([
    ['a@b.example', 'b.example'],
    ['A@B.Example', 'b.example'],
    ['a.b+c@b.example', 'b.example'],
    ['a@localhost', 'localhost'],
    ['a@my_printer.local', 'my_printer.local'],
    ['"a b"@b.example', 'b.example'],
    ['"a@evil.example"@b.example', 'b.example'],
    ['a@[192.0.2.1]', '[192.0.2.1]'],
    ['a@[IPv6:2001:DB8:0::1]', '[IPv6:2001:db8::1]'],
    ['postmaster', ''],
    ['a%b@b.example', 'b.example'],
    ['a@bücher.example', 'xn--bcher-kva.example'],
    ['é@b.example', 'b.example'],
    [`${'a'.repeat(64)}@b.example`, 'b.example'],
  ])('%s is at %s', (text, domain) => {
    expect(parseMailbox(text, toAscii)).toMatchObject({ text, domain });
  });

  test.each([
    'a',
    '@b.example',
    'a@',
    'a@@b.example',
    'a@b@c.example',
    '.a@b.example',
    'a.@b.example',
    'a..b@b.example',
    'a b@b.example',
    'a@b.example.',
    'a@.b.example',
    'a@b..example',
    'a@-b.example',
    'a@b-.example',
    'a@b example',
    'a(c)@b.example',
    'a@b.example(c)',
    '|/bin/sh',
    '@a.example:b@c.example',
    '@a.example,@b.example:c@d.example',
    'a"b"@b.example',
    '"a"b@b.example',
    '"a@b.example',
    '"a\u0001"@b.example',
    'a\u0001@b.example',
    'a\t@b.example',
    'a@[192.0.2.01]',
    'a@[192.0.2.1',
    'a@[2001:db8::1]',
    'a@[IPv6:192.0.2.1]',
    'a@[IPv6:::ffff:192.0.2.1]',
    'a@[example]',
    'v\uff20elsewhere\u3002example',
    'v@elsewhere\u3002example',
    'v@elsewhere\uff0eexample',
    'v@else\uff20where.example',
    '"a>"@b.example',
    '"a\\<"@b.example',
    'v@\uff4csted.example',
    'v@\u212a.example',
    'v@li\u00adsted.example',
    // What stands behind the host of a URL, which a function that reads one leaves away.
    'v@\u00e9.example/ X=1',
    'v@\u00e9.example?elsewhere',
    'v@\u00e9.example#elsewhere',
    'v@\u00e9.example\\elsewhere',
    'v@\u00e9.example/">',
    'v@\u00e9.%65xample',
    'v@\u00e9.exa\tmple',
    `${'a'.repeat(65)}@b.example`,
    `a@${'b'.repeat(64)}.example`,
    `a@${'b.'.repeat(127)}example`,
  ])('no mailbox: %s', (text) => {
    expect(parseMailbox(text, toAscii)).toBeUndefined();
  });
});

test('what needs SMTPUTF8', () => {
  expect(needsUtf8({ text: 'a@b.example', localPart: 'a', domain: 'b.example' })).toBe(false);
  expect(needsUtf8({ text: 'é@b.example', localPart: 'é', domain: 'b.example' })).toBe(true);
});

test.each([
  ['a%c.example', true],
  ['c.example!a', true],
  ['"a@c.example"', true],
  ['a.b+c', false],
])('routing in %s: %s', (localPart, hidden) => {
  expect(hidesRouting({ text: '', localPart, domain: 'b.example' })).toBe(hidden);
});
