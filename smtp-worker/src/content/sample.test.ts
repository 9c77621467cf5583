import { expect, test } from 'vitest';
import { sampleOf } from './sample.ts';

const envelope = { sender: 'printer@acme.example', recipients: ['jane.doe@c.example'] };
const subjectOf = (text: string) => sampleOf(Buffer.from(text), envelope).subject;

test.each([
  ['in its header', 'Subject: Win\r\n\r\nhello\r\n', 'Win'],
  ['nowhere, whatever the body says', 'X: y\r\n\r\nSubject: Win\r\n\r\n', ''],
  ['in a header of which only the beginning was kept', 'Subject: Win\r\nX: y', 'Win'],
])('a subject stands %s', (_, text, subject) => {
  expect(subjectOf(text)).toBe(subject);
});

test('a subject that is cut within a character is one that the database keeps', () => {
  const hidden = Buffer.from(`${'\u200b'.repeat(299)}\u{1f4e0}`).toString('base64');
  expect(subjectOf(`Subject: =?utf-8?B?${hidden}?=\r\n\r\n`)).toBe('\ufffd');
});

test('a message without recipients has a sample', () => {
  expect(sampleOf(Buffer.from('\r\n'), { sender: '', recipients: [] })).toEqual({
    sender: '(none)',
    recipient: '\u2026',
    subject: '',
  });
});
