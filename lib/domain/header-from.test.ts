import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFromField } from './header-from.ts';

const toAscii = (domain: string) => domainToASCII(domain) || null;
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

describe('who wrote the message', () => {
  test.each([
    ['a@acme.example', ['acme.example']],
    ['<a@acme.example>', ['acme.example']],
    ['Scanner <a@ACME.example>', ['acme.example']],
    ['Scanner, Second Floor <a@acme.example>', null],
    ['"Scanner, Second Floor" <a@acme.example>', ['acme.example']],
    ['J. Smith <a@acme.example>', ['acme.example']],
    ['a@acme.example (Scanner)', ['acme.example']],
    ['(Scanner) a@acme.example', ['acme.example']],
    ['(a (nested \\) one)) <a@acme.example> (b)', ['acme.example']],
    ['Scanner (x) < (y) a@acme.example (z) >', ['acme.example']],
    ['a@acme.example, B <b@other.example>', ['acme.example', 'other.example']],
    ['Devices: a@acme.example, <b@other.example>;', ['acme.example', 'other.example']],
    ['One: a@acme.example;, c@third.example', ['acme.example', 'third.example']],
    ['"a b"@acme.example', ['acme.example']],
    ['"victim@evil.example"@acme.example', ['acme.example']],
    ['"victim@evil.example" <a@acme.example>', ['acme.example']],
    ['"\\"" <a@acme.example>', ['acme.example']],
    ['=?utf-8?q?victim=40evil.example?= <a@acme.example>', ['acme.example']],
    ['=?utf-8?q?Scanner_(Second_Floor)?= <a@acme.example>', ['acme.example']],
    ['"=?utf-8?q?Scanner?=" (evil@evil.example) <a@acme.example>', ['acme.example']],
    ['a=?b@acme.example', ['acme.example']],
    ['a@[192.0.2.1]', ['[192.0.2.1]']],
    [latin1('Büro <a@bücher.example>'), ['xn--bcher-kva.example']],
    ['B\u00fcro <a@acme.example>', ['acme.example']],
  ])('%s', (value, domains) => {
    const field = readFromField(value, toAscii);
    expect(field.ok ? field.mailboxes.map(({ domain }) => domain) : null).toEqual(domains);
  });
});

describe('what cannot be read with certainty', () => {
  test.each([
    ['', 'empty'],
    ['()', 'empty'],
    ['undisclosed:;', 'empty'],
    ['Scanner', 'syntax'],
    ['a@acme.example b@evil.example', 'syntax'],
    ['a@acme.example <b@evil.example>', 'syntax'],
    ['b@evil.example <a@acme.example>', 'syntax'],
    ['<b@evil.example> <a@acme.example>', 'syntax'],
    ['<a@acme.example> b@evil.example', 'syntax'],
    ['a@acme.example,', 'syntax'],
    [',a@acme.example', 'syntax'],
    ['a@acme.example,,b@acme.example', 'syntax'],
    ['a@acme.example; b@evil.example', 'syntax'],
    ['a @acme.example', 'syntax'],
    ['a(x)@acme.example', 'syntax'],
    ['a@(x)acme.example', 'syntax'],
    ['a@ acme.example', 'syntax'],
    ['a@acme. example', 'address'],
    ['a@acme.example.', 'address'],
    ['a@@acme.example', 'syntax'],
    ['a@evil.example@acme.example', 'syntax'],
    ['<@evil.example:a@acme.example>', 'syntax'],
    ['<a@acme.example', 'syntax'],
    ['a@acme.example>', 'syntax'],
    ['<<a@acme.example>>', 'syntax'],
    ['"a@acme.example', 'syntax'],
    ['(a@acme.example', 'syntax'],
    ['a@acme.example (', 'syntax'],
    ['Devices: a@acme.example', 'syntax'],
    ['Outer: Inner: a@acme.example;;', 'syntax'],
    [': a@acme.example;', 'syntax'],
    ['a.@acme.example', 'address'],
    ['a..b@acme.example', 'address'],
    ['<>', 'syntax'],
    ['a@=?utf-8?q?acme=2Eexample?=', 'address'],
    ['=?utf-8?q?a=40evil.example?=@acme.example', 'address'],
    ['Scanner <=?utf-8?q?evil=40evil.example=3E?=a@acme.example>', 'address'],
    ['x=?utf-8?B?ZXZpbEBldmlsLmV4YW1wbGU+?=@acme.example', 'address'],
    ['=?utf-8*en?q?evil=40evil.example=2C?=.a@acme.example', 'address'],
    ['"=?utf-8?q?evil=40evil.example=3E?="@acme.example', 'address'],
    ['"=?utf-8?q?evil=40evil.example =3E?="@acme.example', 'address'],
    ['=?utf-8?q?"?="?"<evil@evil.example>" <a@acme.example>', 'syntax'],
    ['=?utf-8?q?(?=<evil@evil.example>) <a@acme.example>', 'syntax'],
    ['=?utf-8?q?"?=:=?utf-8?q?evil=40evil.example=2C?=="?=x <a@acme.example>', 'syntax'],
    ['=?utf-8?q?\\"?= <a@acme.example>', 'syntax'],
    ['=?"?q?x?="<evil@evil.example>" <a@acme.example>', 'syntax'],
    ['"=?utf-8?q?"?="<evil@evil.example>" <a@acme.example>', 'syntax'],
    ['x <"<evil@evil.example>"@acme.example>', 'address'],
    ['"a>"@acme.example', 'address'],
    ['"\\<"@acme.example', 'address'],
    ['a@acme\u00ff.example', 'address'],
    ['a@\u00c3\u00a9.example?evil', 'address'],
    ['a@\u00c3\u00a9.%65xample', 'address'],
    ['a\u0000@acme.example', 'control_character'],
    ['a@acme.example\u000b', 'control_character'],
    [`${'('.repeat(40)}${')'.repeat(40)}a@acme.example`, 'too_deep'],
    [new Array(200).fill('a@acme.example').join(','), 'too_many'],
  ])('%s', (value, code) => {
    expect(readFromField(value, toAscii)).toEqual({ ok: false, code });
  });
});

test('whatever is sent is read in linear time or refused, never thrown on', () => {
  const pieces = fc.constantFrom(
    'a',
    '@',
    '<',
    '>',
    '"',
    '\\',
    '(',
    ')',
    ',',
    ':',
    ';',
    ' ',
    '.',
    '[',
    ']',
    'acme.example',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const field = readFromField(parts.join(''), toAscii);
      if (field.ok) expect(field.mailboxes.length).toBeGreaterThan(0);
    }),
  );
});

test('where an address in scope is shown alone, no other mailbox hides beside it', () => {
  const noise = fc.array(fc.constantFrom(' ', '(x)', ',', ';', '<', '>', ':', '"'), { maxLength: 6 });
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const value = `${before.join('')}evil@evil.example${after.join('')} <a@acme.example>`;
      const field = readFromField(value, toAscii);
      const domains = field.ok ? field.mailboxes.map(({ domain }) => domain) : [];
      // Either it is read as a mailbox, or it stands in quotes or a comment, or the field is refused.
      if (field.ok && !/["]/.test(value)) expect(domains).toContain('evil.example');
    }),
  );
});
