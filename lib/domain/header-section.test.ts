import { describe, expect, test } from 'vitest';
import { readHeaderSection } from './header-section.ts';

const fieldsOf = (text: string) => {
  const section = readHeaderSection(text);
  if (!section.ok) throw new Error(section.code);
  return section.fields;
};

test('fields with their places, folded ones unfolded', () => {
  const text = 'From: a@b.example\r\nSubject: one\r\n two\r\n\tthree\r\nX:\r\n';
  expect(fieldsOf(text).map(({ name, value }) => [name, value])).toEqual([
    ['from', 'a@b.example'],
    ['subject', 'one two\tthree'],
    ['x', ''],
  ]);
  expect(fieldsOf(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    'From: a@b.example\r\n',
    'Subject: one\r\n two\r\n\tthree\r\n',
    'X:\r\n',
  ]);
});

test('an empty section has no fields', () => {
  expect(fieldsOf('')).toEqual([]);
});

test('a stuffed dot does not hide a field or a continuation', () => {
  expect(fieldsOf('.From: a@b.example\r\n. more\r\n')).toMatchObject([
    { name: 'from', value: 'a@b.example more' },
  ]);
  expect(fieldsOf('..From: a@b.example\r\n')).toMatchObject([{ name: '.from' }]);
});

test('obsolete white space before the colon is seen', () => {
  expect(fieldsOf('From : a\r\nTo\t: b\r\nCc: c\r\n')).toMatchObject([
    { name: 'from', spaceBeforeColon: true },
    { name: 'to', spaceBeforeColon: true },
    { name: 'cc', spaceBeforeColon: false },
  ]);
});

test('octets that are part of a letter in UTF-8 hide nothing', () => {
  const text = `Subject: ${Buffer.from('Åre: 5 – Ж\u2028 two').toString('latin1')}\r\nFrom: a@b.example\r\n`;
  expect(readHeaderSection(text).ok).toBe(true);
});

test('controls in a value are what a device has sent, where they hide no field', () => {
  const text = 'Subject: \u001b$B%9%-%c%s\u001b(B\u000bpage one: two\u000c\u001f:\r\nFrom: a@b.example\r\n';
  expect(readHeaderSection(text)).toMatchObject({
    ok: true,
    fields: [{ name: 'subject' }, { name: 'from' }],
  });
});

describe('what parsers read in two ways', () => {
  test.each([
    [' From: a@b.example\r\n', 'continuation_first'],
    ['. From: a@b.example\r\n', 'continuation_first'],
    ['Subject: x\r\nno field\r\nFrom: a@b.example\r\n', 'malformed_line'],
    ['From a@b.example Mon\r\nSubject: x\r\n', 'malformed_line'],
    [': x\r\n', 'malformed_line'],
    ['Fr om: x\r\n', 'malformed_line'],
    ['Fr\u0001om: x\r\n', 'malformed_line'],
    ['Fr\u00e9: x\r\n', 'malformed_line'],
    ['no field at all', 'malformed_line'],
    ['Subject: x\u000bFrom: b@evil.example\r\nFrom: a@b.example\r\n', 'malformed_line'],
    ['Subject: x\u00c2\u0085From: b@evil.example\r\nFrom: a@b.example\r\n', 'malformed_line'],
    ['Subject: x\u00e2\u0080\u00a8From: b@evil.example\r\nFrom: a@b.example\r\n', 'malformed_line'],
    ['Subject: x\u00e2\u0080\u00a9From: b@evil.example\r\nFrom: a@b.example\r\n', 'malformed_line'],
    ['From: a@b.example\r\nX-One: y\r\n z\u001cTo :x\r\n', 'malformed_line'],
  ])('%j', (text, code) => {
    expect(readHeaderSection(text)).toMatchObject({ ok: false, code });
  });
});
