import { expect, test } from 'vitest';
import { redactSample } from './redacted-sample.ts';

const at = '2026-11-20T12:00:00.000Z';

test('shows who sent, hides who received and every figure', () => {
  expect(
    redactSample({
      at,
      sender: 'scanner@acme.example',
      recipient: 'jane.doe@hospital.example',
      subject: 'Invoice 20261120-77 for jane.doe@hospital.example',
    }),
  ).toEqual({
    at,
    sender: 'scanner@acme.example',
    recipient: 'j…@hospital.example',
    subject: 'Invoice ••••••••-•• for …',
  });
});

test.each([
  ['no at sign', 'undisclosed', '…'],
  ['nothing before it', '@hospital.example', '…'],
  ['two of them', '"a@b"@hospital.example', '"…@hospital.example'],
  ['a letter of two units', '😀x@hospital.example', '😀…@hospital.example'],
])('a recipient with %s', (_case, recipient, expected) => {
  expect(redactSample({ at, sender: '', recipient, subject: '' }).recipient).toBe(expected);
});

test('a long subject ends early, and line ends do not make a second line', () => {
  const { subject, sender } = redactSample({
    at,
    sender: '',
    recipient: 'x@y.example',
    subject: `one\r\nBcc: two\u202e ${'word '.repeat(40)}`,
  });
  expect([...subject].length).toBeLessThanOrEqual(60);
  expect(subject).toMatch(/^one Bcc: two {1,2}word.*…$/);
  expect(sender).toBe('(none)');
});
